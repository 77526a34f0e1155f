"""One registry feeds keys, footer, palette, command line and help: nothing is in one and missing in another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from textual.command import CommandPalette

from jfconsole.ui import sections
from jfconsole.ui.actions import ACTIONS, BY_ID, Action, Scope, in_scopes, key_names
from jfconsole.ui.app import ConsoleApp
from jfconsole.ui.commands import Command, Unknown, resolve, words
from jfconsole.ui.palette import ActionProvider
from jfconsole.ui.screens.base import ConsoleScreen
from jfconsole.ui.screens.glossary import GlossaryScreen
from jfconsole.ui.screens.groups import GroupsScreen
from jfconsole.ui.screens.help import help_sheets
from jfconsole.ui.screens.integrations import IntegrationsScreen
from jfconsole.ui.screens.issuers import IssuersScreen
from jfconsole.ui.screens.journal import JournalScreen
from jfconsole.ui.screens.keymap import KeymapScreen
from jfconsole.ui.screens.keys import KeysScreen
from jfconsole.ui.screens.ledger import LedgerScreen
from jfconsole.ui.screens.mappings import MappingsScreen
from jfconsole.ui.screens.mint_log import MintLogScreen
from jfconsole.ui.screens.permissions import PermissionsScreen
from jfconsole.ui.screens.registries import RegistriesScreen
from jfconsole.ui.screens.repositories import RepositoriesScreen
from jfconsole.ui.screens.requests import RequestsScreen
from jfconsole.ui.screens.roles import RolesScreen
from jfconsole.ui.screens.snapshots import SnapshotsScreen
from jfconsole.ui.screens.tokens import TokensScreen
from jfconsole.ui.screens.users import UsersScreen
from jfconsole.ui.screens.vault import VaultScreen
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.widgets.resource_table import ResourceTable
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox

SCREENS: dict[str, type[ConsoleScreen]] = {
    "tokens": TokensScreen,
    "users": UsersScreen,
    "groups": GroupsScreen,
    "permissions": PermissionsScreen,
    "repositories": RepositoriesScreen,
    "integrations": IntegrationsScreen,
    "mappings": MappingsScreen,
    "vault": VaultScreen,
    "keys": KeysScreen,
    "issuers": IssuersScreen,
    "roles": RolesScreen,
    "mint-log": MintLogScreen,
    "registries": RegistriesScreen,
    "ledger": LedgerScreen,
    "journal": JournalScreen,
    "snapshots": SnapshotsScreen,
    "requests": RequestsScreen,
    "keymap": KeymapScreen,
    "glossary": GlossaryScreen,
}

SAME = {
    "tokens.revoke": "take away",
    "objects.delete": "take away",
    "tokens.create": "make",
    "objects.new": "make",
    "objects.edit": "change",
    "keymap.rebind": "change",
    "journal.verify": "verify",
    "tokens.rotate": "rotate",
    "keys.rotate-key": "rotate",
    "mint-log.audit": "verify",
    "journal.export": "take elsewhere",
    "registries.explain": "trust.simulate",
    "registries.compare": "trust.doctor",
    "tokens.save-list": "take elsewhere",
    "issuer.supctl": "take elsewhere",
    "people.members": "what belongs to it",
    "registries.entries": "what belongs to it",
    "snapshots.take": "make",
    "snapshots.restore": "journal.undo",
}
"""A token is revoked where anything else is deleted, and made where anything else is: one meaning, one key."""


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_carried_out_by_somebody(action: Action) -> None:
    if action.scope is Scope.TABLE:
        assert callable(getattr(ResourceTable, f"action_{action.name}"))
        return
    if action.scope is Scope.APP and action.name in sections.MODES:
        return
    carriers = [screen for screen in SCREENS.values() if action.scope in screen.SCOPES]
    assert carriers
    for screen in carriers:
        assert hasattr(screen, f"do_{action.name}") or hasattr(ConsoleApp, f"do_{action.name}")


@pytest.mark.parametrize("screen", SCREENS.values(), ids=lambda screen: screen.__name__)
def test_no_key_means_two_things_on_one_screen(screen: type[ConsoleScreen]) -> None:
    keys = Counter(key for action in in_scopes(screen.SCOPES) for key in action.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_a_letter_means_one_thing_in_the_whole_console() -> None:
    meanings: dict[str, set[str]] = {}
    for action in ACTIONS:
        for key in action.keys:
            meanings.setdefault(key, set()).add(SAME.get(action.id, action.id))
    assert {key: ids for key, ids in meanings.items() if len(ids) > 1} == {}


def test_what_changes_a_platform_is_never_on_a_bare_letter() -> None:
    bare = [(a.id, key) for a in ACTIONS if a.changes for key in a.keys if len(key) == 1]
    assert bare == []


def test_every_method_that_does_something_is_in_the_registry() -> None:
    named = {f"do_{action.name}" for action in ACTIONS}
    for owner in (*SCREENS.values(), ConsoleApp):
        methods = {name for name in dir(owner) if name.startswith("do_")}
        assert methods <= named, owner


def test_the_table_binds_exactly_what_the_registry_says() -> None:
    bound = {binding.id: set(binding.key.split(",")) for binding in ResourceTable.BINDINGS}  # type: ignore[union-attr]
    assert bound == {action.id: set(action.keys) for action in in_scopes([Scope.TABLE])}


def test_every_section_is_covered_by_these_tests() -> None:
    assert set(sections.MODES) == set(SCREENS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_name_on_the_command_line(action: Action) -> None:
    assert resolve(action.id) == Command(action)
    assert any(resolve(word) == Command(action) for word in words())


def test_an_unknown_command_suggests_the_nearest() -> None:
    assert resolve("revok") == Unknown("revok", "revoke")
    assert resolve(":Tokens scope:admin !expired") == Command(BY_ID["app.tokens"], "scope:admin !expired")
    assert resolve("xyzzy") == Unknown("xyzzy", None)


def test_what_one_command_alone_begins_with_is_enough() -> None:
    assert resolve("Snap") == Command(BY_ID["app.snapshots"])
    assert resolve("integ x") == Command(BY_ID["app.integrations"], "x")
    several = resolve("r")
    assert isinstance(several, Unknown)
    assert (several.nearest or "").startswith("r")


def test_help_palette_and_command_line_show_every_action(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        app, screen = hands.app, hands.app.screen
        assert isinstance(screen, ConsoleScreen)
        expected = in_scopes(screen.SCOPES)
        sheets = help_sheets(screen, app.reason_against)
        shown = "\n".join(sheet.lay_out(100).plain for sheet in sheets)
        assert [a.id for a in expected if a.help not in shown.replace("\n" + " " * 20, " ")] == []
        entries = [hit async for hit in ActionProvider(screen).discover()]
        assert [(entry.text or "").partition("\n")[0].partition("   ")[0] for entry in entries] == [
            action.label for action in expected
        ]

    drive(console(connection(sandbox), tmp_path), scenario)


def test_help_reads_well_on_a_small_terminal(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("f1")
        await hands.until(lambda: hands.top(Viewer))
        await hands.see(key_names(BY_ID["tokens.revoke"].keys).replace("^", r"\^"))
        await hands.press("G")
        await hands.see("expires<7d")
        await hands.press("q")
        await hands.until(lambda: isinstance(hands.app.screen, ConsoleScreen))

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))


def test_the_palette_finds_an_action_and_does_it(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("ctrl+p")
        await hands.until(lambda: hands.top(CommandPalette))
        await hands.type("journal")
        await hands.see("Go to the journal")
        await hands.press("enter", "enter")
        await hands.see("Nothing was changed through this console yet")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_the_command_line_filters_recalls_and_closes(sandbox: RunningSandbox, tmp_path: Path) -> None:
    sandbox.create_token(username="ada", scope="applied-permissions/user")

    async def scenario(hands: Hands) -> None:
        await hands.see("2 of 2")
        await hands.press("colon")
        await hands.type("tokens scope:admin")
        await hands.press("enter")
        await hands.see("1 of 2")
        await hands.press("colon", "up")
        await hands.see(":tokens scope:admin")
        await hands.press("escape")
        await hands.press("colon")
        await hands.type("jurnal")
        await hands.press("enter")
        await hands.see("Did you mean :journal")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_screens_are_remembered_as_in_a_browser(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("0")
        await hands.see("▸ journal")
        await hands.press("L")
        await hands.see("▸ requests")
        await hands.press("minus")
        await hands.see("▸ journal")
        await hands.press("alt+left")
        await hands.see("▸ tokens")
        await hands.press("alt+right")
        await hands.see("▸ journal")
        await hands.press("q")
        await hands.see("▸ tokens")
        await hands.press("q")
        await hands.see("ctrl\\+q")

    drive(console(connection(sandbox), tmp_path), scenario)


@pytest.mark.parametrize("section", sections.MODES)
def test_every_section_explains_itself(sandbox: RunningSandbox, tmp_path: Path, section: str) -> None:
    async def scenario(hands: Hands) -> None:
        hands.app.show_section(section)
        await hands.until(lambda: hands.app.current_mode == section and hands.app.screen.is_mounted)
        hands.app.action_perform("app.help")
        await hands.until(lambda: hands.top(Viewer), "the help")

    drive(console(connection(sandbox), tmp_path), scenario)
