"""The sections of the console. Each is built when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.screen import Screen


def _tokens() -> Screen[None]:
    from jfconsole.ui.screens.tokens import TokensScreen

    return TokensScreen()


def _users() -> Screen[None]:
    from jfconsole.ui.screens.users import UsersScreen

    return UsersScreen()


def _groups() -> Screen[None]:
    from jfconsole.ui.screens.groups import GroupsScreen

    return GroupsScreen()


def _permissions() -> Screen[None]:
    from jfconsole.ui.screens.permissions import PermissionsScreen

    return PermissionsScreen()


def _repositories() -> Screen[None]:
    from jfconsole.ui.screens.repositories import RepositoriesScreen

    return RepositoriesScreen()


def _integrations() -> Screen[None]:
    from jfconsole.ui.screens.integrations import IntegrationsScreen

    return IntegrationsScreen()


def _mappings() -> Screen[None]:
    from jfconsole.ui.screens.mappings import MappingsScreen

    return MappingsScreen()


def _registries() -> Screen[None]:
    from jfconsole.ui.screens.registries import RegistriesScreen

    return RegistriesScreen()


def _vault() -> Screen[None]:
    from jfconsole.ui.screens.vault import VaultScreen

    return VaultScreen()


def _keys() -> Screen[None]:
    from jfconsole.ui.screens.keys import KeysScreen

    return KeysScreen()


def _issuers() -> Screen[None]:
    from jfconsole.ui.screens.issuers import IssuersScreen

    return IssuersScreen()


def _roles() -> Screen[None]:
    from jfconsole.ui.screens.roles import RolesScreen

    return RolesScreen()


def _mint_log() -> Screen[None]:
    from jfconsole.ui.screens.mint_log import MintLogScreen

    return MintLogScreen()


def _ledger() -> Screen[None]:
    from jfconsole.ui.screens.ledger import LedgerScreen

    return LedgerScreen()


def _journal() -> Screen[None]:
    from jfconsole.ui.screens.journal import JournalScreen

    return JournalScreen()


def _snapshots() -> Screen[None]:
    from jfconsole.ui.screens.snapshots import SnapshotsScreen

    return SnapshotsScreen()


def _requests() -> Screen[None]:
    from jfconsole.ui.screens.requests import RequestsScreen

    return RequestsScreen()


def _keymap() -> Screen[None]:
    from jfconsole.ui.screens.keymap import KeymapScreen

    return KeymapScreen()


def _glossary() -> Screen[None]:
    from jfconsole.ui.screens.glossary import GlossaryScreen

    return GlossaryScreen()


ISSUER: Final = ("vault", "keys", "issuers", "roles", "mint-log")
"""The parts of the local issuer, in the order in which they build on each other."""

MODES: Final[dict[str, Callable[[], Screen[None]]]] = {
    "tokens": _tokens,
    "users": _users,
    "groups": _groups,
    "permissions": _permissions,
    "repositories": _repositories,
    "integrations": _integrations,
    "mappings": _mappings,
    "registries": _registries,
    "vault": _vault,
    "keys": _keys,
    "issuers": _issuers,
    "roles": _roles,
    "mint-log": _mint_log,
    "ledger": _ledger,
    "journal": _journal,
    "snapshots": _snapshots,
    "requests": _requests,
    "keymap": _keymap,
    "glossary": _glossary,
}
