"""The sections of the console. Each is built when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.screen import Screen


def _tokens() -> Screen[None]:
    from jfconsole.ui.screens.tokens import TokensScreen

    return TokensScreen()


def _permissions() -> Screen[None]:
    from jfconsole.ui.screens.permissions import PermissionsScreen

    return PermissionsScreen()


def _journal() -> Screen[None]:
    from jfconsole.ui.screens.journal import JournalScreen

    return JournalScreen()


def _requests() -> Screen[None]:
    from jfconsole.ui.screens.requests import RequestsScreen

    return RequestsScreen()


MODES: Final[dict[str, Callable[[], Screen[None]]]] = {
    "tokens": _tokens,
    "permissions": _permissions,
    "journal": _journal,
    "requests": _requests,
}
