"""The wizard for a scanner, walked by keys: for tests of it, and for its pictures."""

from __future__ import annotations

from textual.widgets import OptionList

from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.picker import Picker
from jfconsole.ui.screens.wizard import WizardScreen
from tests.support.console import Hands


async def choose_recipe(hands: Hands, title: str) -> None:
    """Open the recipes, and find one by its title."""
    await hands.see(r"\d+ of \d+")
    await hands.press("w")
    await hands.until(lambda: hands.top(Menu), "the recipes")
    await hands.type(title)
    menu = hands.app.screen.query_one(OptionList)
    await hands.until(lambda: menu.highlighted_option is not None and title in str(menu.highlighted_option.prompt))
    await hands.press("enter")
    await hands.until(lambda: hands.top(WizardScreen), "the wizard")


async def open_ox(hands: Hands) -> None:
    """Choose the recipe by keys."""
    await choose_recipe(hands, "OX Security")
    await hands.see(r"now +Account")


async def choose_repository(hands: Hands, name: str = "docker-local") -> None:
    """On the second page: the one repository that it shall read."""
    await hands.press("ctrl+n")
    await hands.see(r"done +Account")
    await choose_repository_here(hands, name)


async def choose_repository_here(hands: Hands, name: str) -> None:
    """With the focus on the question which repositories."""
    await hands.see("none · enter chooses")
    await hands.press("enter")
    await hands.until(lambda: hands.top(Picker))
    await hands.see(name)
    await hands.type(name)
    await hands.press("enter", "space", "enter")
    await hands.until(lambda: hands.top(WizardScreen))


async def to_the_end(hands: Hands) -> None:
    """From the page of the repositories to the proof."""
    await hands.press("ctrl+n")
    await hands.see(r"now +User")
    await hands.press("ctrl+n")
    await hands.see("E-mail is needed")
    await hands.see(r"failed +User")
    await hands.type("sec")
    await hands.press("at")
    await hands.type("acme.example")
    await hands.press("ctrl+n")
    await hands.see(r"now +Token")
    await hands.press("ctrl+n")
