"""A walk through the whole console: every section, every action of the registry, every dialog it opens."""

from __future__ import annotations

from textual.screen import ModalScreen

from jfconsole.ui import sections
from jfconsole.ui.actions import Action, in_scopes
from jfconsole.ui.screens.base import ConsoleScreen
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.waiting import Waiting
from tests.support.console import Hands

_OWN_OBJECTS = frozenset({"tokens", "users"})
"""Where the walk could take its own feet away."""

_LEAVING = frozenset({"app.quit"})

_WORKING_OUT = frozenset({"propose", "wizards", "offboard", "views", "export", "take", "diff"})
"""Groups of workers whose end shows."""


async def walk(hands: Hands, look: list[str], only: str) -> None:
    """Perform every action on every section, confirm what asks for it.

    `look` collects what was on the screen; tokens and users are filtered by `only`, so that the one in use, and whose
    it is, stay out.
    """
    for section in sections.MODES:
        await _enter(hands, section)
        if section in _OWN_OBJECTS:
            _screen(hands).take_argument(only)
        for action in in_scopes(_screen(hands).SCOPES):
            if action.id not in _LEAVING:
                await _perform(hands, section, action, look)


async def _enter(hands: Hands, section: str) -> None:
    hands.app.show_section(section)
    await hands.until(lambda: isinstance(hands.app.screen, ConsoleScreen) and hands.app.current_mode == section)
    await hands.until(lambda: not isinstance(hands.app.screen, ResourceScreen) or _screen_is_loaded(hands))


def _screen_is_loaded(hands: Hands) -> bool:
    screen = hands.app.screen
    return isinstance(screen, ResourceScreen) and screen.rows is not None


def _screen(hands: Hands) -> ConsoleScreen:
    screen = hands.app.screen
    assert isinstance(screen, ConsoleScreen)
    return screen


async def _perform(hands: Hands, section: str, action: Action, look: list[str]) -> None:
    await _enter(hands, section)
    hands.app.action_perform(action.id)
    await hands.pilot.pause()
    await hands.until(lambda: not hands.top(Waiting), "what takes a while")
    await hands.until(lambda: isinstance(hands.app.screen, ModalScreen) or not _proposing(hands), "a plan")
    look.append(hands.text)
    if isinstance(hands.app.screen, Review):
        await _confirm(hands, hands.app.screen)
        look.append(hands.text)
    while len(hands.app.screen_stack) > 1:
        await hands.press("escape")
    hands.app.screen.query_one("ResourceTable").focus()


async def _confirm(hands: Hands, review: Review) -> None:
    phrase = review.plan.confirmation.phrase
    if phrase is None:
        await hands.press("tab", "enter")
    else:
        await hands.type(phrase)
        await hands.press("enter")
    await hands.until(lambda: hands.app.desk.latest is not None and hands.app.desk.latest.over, "the plan to end")


def _proposing(hands: Hands) -> bool:
    """Whether something is being worked out which ends in a dialog or in a message."""
    return any(worker.group in _WORKING_OUT and not worker.is_finished for worker in hands.app.workers)
