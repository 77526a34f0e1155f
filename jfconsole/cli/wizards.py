"""What the verbs of wizards share: recipes by id, accounts by name, and a wizard with a session of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar

from jfconsole.cli.plans import open_journal
from jfconsole.cli.platform import with_session
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import NotFound, UsageError
from jfconsole.domain.forms import Answer
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.services.directory import Directory
from jfconsole.services.paths import find_paths
from jfconsole.services.session import Session
from jfconsole.services.wizard_runs import WizardRun, WizardTools, read_runs
from jfconsole.wizards.answers import Steps
from jfconsole.wizards.catalog import AnyWizard, CatalogEntry, complete, open_wizard, pages_of, recipes
from jfconsole.wizards.onboarding_answers import taken_up

T = TypeVar("T")


def entry_of(recipe_id: str) -> CatalogEntry:
    """The recipe of that id, broken or not. Raises NotFound."""
    entry = recipes(find_paths()).find(recipe_id)
    if entry is None:
        raise NotFound(f"There is no recipe {visible(recipe_id)}", "See `jfconsole wizard list`")
    return entry


def steps_of(entry: CatalogEntry) -> Steps:
    """The pages of a recipe, without a platform. Raises UsageError for one that is none."""
    if entry.recipe is None:
        raise broken(entry)
    return partial(pages_of, entry.recipe)


def broken(entry: CatalogEntry) -> UsageError:
    """Why a file is no recipe: its first problem, and how many more there are."""
    more = f" (and {len(entry.problems) - 1} more)" if len(entry.problems) > 1 else ""
    return UsageError(f"{visible(str(entry.problems[0]))}{more}", "Mend the file; `jfconsole wizard show` lists all")


def with_wizard(connection: Connection, entry: CatalogEntry, work: Callable[[AnyWizard], Awaitable[T]]) -> T:
    """Run work with the wizard of a recipe on a platform. Raises the ConsoleError family."""
    if entry.recipe is None:
        raise broken(entry)
    with open_journal() as journal:
        earlier = read_runs(journal, connection.url)

        async def opened(session: Session) -> T:
            return await work(open_wizard(entry, WizardTools(session, Directory(session), journal, earlier)))

        return with_session(connection, opened)


def runs_on(connection: Connection) -> tuple[WizardRun, ...]:
    """The accounts that were set up on a platform from here, newest first."""
    with open_journal() as journal:
        return read_runs(journal, connection.url)


def is_interrupted(plan_id: str) -> bool:
    """Whether a plan can be continued, or be kept as it is."""
    with open_journal() as journal:
        return journal.load(plan_id).entry.interrupted


def run_of(name: str, connection: Connection) -> WizardRun:
    """The account of that name: `ox-security/acme-ox`. Raises NotFound."""
    for run in runs_on(connection):
        if run.id == name:
            return run
    raise NotFound(f"No account {visible(name)} was set up on this platform from here", "See `jfconsole wizard runs`")


def answers_of(entry: CatalogEntry, kept: Mapping[str, Json]) -> dict[str, Answer]:
    """The answers of an earlier run, with what was left to the recipe. Raises UsageError."""
    if entry.recipe is None:
        raise broken(entry)
    return complete(entry.recipe, taken_up(kept))
