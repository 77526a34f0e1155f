"""The way to a wizard: which recipe, or which account that was set up before, and what shall become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import as_object
from jfconsole.domain.forms import Answers
from jfconsole.domain.plans import Report
from jfconsole.domain.text import visible
from jfconsole.services.wizard_runs import ROTATE, RUN, UNDO, WizardRun, WizardTools
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.find_menu import FindMenu, Group
from jfconsole.ui.screens.wizard import WizardScreen
from jfconsole.ui.screens.wizard_end import end_of
from jfconsole.ui.widgets.message_line import line_of
from jfconsole.ui.work import Give, Then
from jfconsole.wizards.catalog import (
    BUILT_IN,
    AnyWizard,
    BuiltIn,
    Catalog,
    CatalogEntry,
    built_in,
    open_wizard,
    recipes,
)
from jfconsole.wizards.ci_recipe import CiRecipe
from jfconsole.wizards.engine import Wizard
from jfconsole.wizards.onboarding_answers import taken_up
from jfconsole.wizards.recipe import Recipe

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_RUN: Final = "run:"
_CHANGE: Final = "change"
_ROTATE: Final = "rotate"
_RETIRE: Final = "retire"


async def choose_wizard(app: ConsoleApp) -> None:
    """Let choose a recipe or an earlier run, and open it. Call it in a worker; what stands in the way is told."""
    try:
        tools = await app.workbench.wizard_tools()
        catalog = recipes(app.workbench.paths)
        chosen = await app.push_screen_wait(FindMenu("Wizards", _groups(catalog, tools)))
        if chosen is None:
            return
        own = built_in(chosen)
        if own is not None:
            app.push_screen(WizardScreen(own.open(tools)))
            return
        run = next((run for run in tools.runs if f"{_RUN}{run.id}" == chosen), None)
        entry = catalog.find(chosen if run is None else run.recipe)
        if entry is not None:
            await _open(app, open_wizard(entry, tools), run)
    except ConsoleError as error:
        app.say(line_of(error))


async def open_built_in(app: ConsoleApp, wizard_id: str, answers: Answers | None = None) -> None:
    """Open a wizard that is no recipe, with these answers to begin with. Call it in a worker."""
    own = built_in(wizard_id)
    assert own is not None, "the ids of built-in wizards are constants"
    try:
        tools = await app.workbench.wizard_tools()
    except ConsoleError as error:
        app.say(line_of(error))
        return
    app.push_screen(WizardScreen(own.open(tools), answers))


async def _open(app: ConsoleApp, wizard: AnyWizard, run: WizardRun | None) -> None:
    what = _CHANGE if run is None else await app.push_screen_wait(_what_now(wizard, run))
    if what == _CHANGE:
        app.push_screen(WizardScreen(wizard, taken_up(run.answers) if run is not None else None))
    elif what is not None and run is not None:
        rotating = what == _ROTATE
        plan = await (wizard.plan_rotation(run) if rotating else wizard.plan_retirement(run))
        give = _ending(app, wizard, taken_up(run.answers)) if rotating else None
        app.desk.review(plan, app.refresh_list, give)


async def ending_of(app: ConsoleApp, plan_id: str) -> Give | None:
    """How a plan of the journal ends when a wizard that proves what it did began it; None for all others."""
    began = as_object((await app.workbench.load(plan_id)).plan.wizard)
    own = built_in(str(began.get("recipe", "")))
    if own is not None and began.get("action") != UNDO:
        return _ending(app, own.open(await app.workbench.wizard_tools()), taken_up(as_object(began.get("answers"))))
    entry = recipes(app.workbench.paths).find(str(began.get("recipe", "")))
    if entry is None or entry.recipe is None or began.get("action") not in {RUN, ROTATE}:
        return None
    wizard = open_wizard(entry, await app.workbench.wizard_tools())
    return _ending(app, wizard, taken_up(as_object(began.get("answers"))))


def _ending(app: ConsoleApp, wizard: Wizard, answers: Answers) -> Give:
    def give(report: Report, seen: Then) -> None:
        app.push_screen(end_of(wizard, answers, report), lambda _: seen())

    return give


def _groups(catalog: Catalog, tools: WizardTools) -> tuple[Group, ...]:
    def of(kind: type[object]) -> tuple[Choice, ...]:
        return tuple(_choice(entry) for entry in catalog.entries if isinstance(entry.recipe, kind))

    return (
        Group("Set up before", tuple(_earlier(catalog, tools))),
        Group("Users, platforms, pulls, keys", tuple(map(_own_choice, BUILT_IN))),
        Group("Scanners and other consumers", of(Recipe)),
        Group("CI and other workloads, without stored secrets", of(CiRecipe)),
        Group("Files that cannot be read", of(type(None))),
    )


def _earlier(catalog: Catalog, tools: WizardTools) -> list[Choice]:
    """Accounts whose recipe is still there."""
    return [
        Choice(
            f"{_RUN}{run.id}", f"{visible(run.account)} (set up with {_title(entry)})", "change, rotate or retire it"
        )
        for run in tools.runs
        if (entry := catalog.find(run.recipe)) is not None and entry.recipe is not None
    ]


def _choice(entry: CatalogEntry) -> Choice:
    if entry.recipe is None:
        return Choice(entry.id, f"{visible(entry.id)} (cannot be read)", visible(entry.problems[0].sentence))
    own = " (your own)" if entry.path is not None else ""
    return Choice(entry.id, f"{_title(entry)}{own}", visible(entry.recipe.summary))


def _own_choice(wizard: BuiltIn) -> Choice:
    return Choice(wizard.id, wizard.title, wizard.summary)


def _title(entry: CatalogEntry) -> str:
    return visible(entry.recipe.title if entry.recipe is not None else entry.id)


def _what_now(wizard: AnyWizard, run: WizardRun) -> Menu:
    change = Choice(_CHANGE, "Change it", "walk through the same questions again: what differs is changed")
    rotate = Choice(_ROTATE, "Rotate its token", "another token beside the one that is there, which stays valid")
    retire = Choice(_RETIRE, "Retire it", "take away what was made for it, as far as nobody else uses it")
    choices = (change, rotate, retire) if wizard.rotates else (change, retire)
    return Menu(f"{visible(wizard.title)}: {visible(run.account)}", choices)
