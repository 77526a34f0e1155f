"""Work that was interrupted: offered at the start, and continued when it is known what that means for its secrets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.lost import Lost, lost_secrets, needs_word
from jfconsole.services.journal_entries import Entry
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.unfinished import AGAIN, CONTINUE, KEEP, LOOK, again_menu, unfinished_menu
from jfconsole.ui.widgets.message_line import line_of
from jfconsole.ui.work import Then, Work

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp


async def lost_with(app: ConsoleApp, plan_id: str) -> tuple[Lost, ...]:
    """Secrets of a plan that were made, or may have been, and reached nobody. None where it cannot be read."""
    try:
        loaded = await app.workbench.load(plan_id)
    except ConsoleError as error:
        app.say(line_of(error))
        return ()
    return lost_secrets(loaded.plan, loaded.results)


async def go_on_if_sure(app: ConsoleApp, interrupted: Entry | Work, then: Then) -> None:
    """Continue it; where that would make something that may exist already, ask first. Call it in a worker."""
    lost = await lost_with(app, interrupted.plan_id)
    again = needs_word(lost)
    if not again or await app.push_screen_wait(again_menu(lost)) == AGAIN:
        await app.desk.resume(interrupted, then, again=again)


async def offer(app: ConsoleApp, entries: Sequence[Entry]) -> None:
    """Ask what to do with the newest of these."""
    newest = entries[0]
    lost = await lost_with(app, newest.plan_id)
    menu = unfinished_menu(entries, lost, may_change=not app.connection.read_only)
    app.push_screen(menu, partial(_go_on, app, newest))


def _go_on(app: ConsoleApp, entry: Entry, choice: str | None) -> None:
    if choice in {CONTINUE, AGAIN}:
        latest(app, "go-on", partial(app.desk.resume, entry, app.refresh_list, again=choice == AGAIN))
    elif choice == LOOK:
        app.show_section("journal")
    elif choice == KEEP:
        app.run_worker(_keep(app, entry), group="keep")


async def _keep(app: ConsoleApp, entry: Entry) -> None:
    try:
        await app.workbench.keep(entry.plan_id)
    except ConsoleError as error:
        app.say(line_of(error))
