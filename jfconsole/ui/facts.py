"""What the status line says about the connection, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jfconsole.domain.connection import Connection
from jfconsole.domain.durations import MINUTE, format_relative
from jfconsole.domain.scopes import scope_label
from jfconsole.domain.text import Untrusted
from jfconsole.services.session import Identity, Learnt, Unknown

_ID: Final = 4
_SCOPE: Final = 16
"""Letters of an id by which a person knows a token again; of a scope."""

SOON: Final = 10 * MINUTE
"""Seconds before its end that the token in use is spoken of."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Raw texts; they are cleaned where they are drawn."""

    host: str
    user: str = ""
    version: str = ""
    read_only: bool = False
    token: str = ""
    token_concern: bool = False
    """Whether somebody should look at the token in use: it never expires, or ends within minutes."""


def facts_of(connection: Connection, identity: Identity | None, now: float) -> Facts:
    """The facts; before the platform has answered, only what we were given. `now` is in epoch seconds."""
    if identity is None:
        return Facts(connection.host, read_only=connection.read_only)
    role = "" if identity.admin is not False else " (not admin)"
    return Facts(
        connection.host,
        f"{_known(identity.username, '?')}{role}",
        _known(identity.platform_version),
        connection.read_only,
        _token_words(identity, now),
        _is_concerning(identity, now),
    )


def _token_words(identity: Identity, now: float) -> str:
    """`7c1e… admin 61 d`: which token it is, what it may do, for how long; `?` for what is not known."""
    token_id = _known(identity.token_id)
    scope = _known(identity.scope)
    expires = identity.expires
    which = f"{token_id[:_ID]}…" if token_id else "token"
    may = scope_label(scope) if scope else "?"
    left = "?" if isinstance(expires, Unknown) else _left(expires, now)
    return f"{which} {may[:_SCOPE]} {left}"


def _left(expires: int | None, now: float) -> str:
    ended = expires is not None and expires <= now
    return "ended" if ended else format_relative(expires, now).removeprefix("in ")


def _is_concerning(identity: Identity, now: float) -> bool:
    expires = identity.expires
    return not isinstance(expires, Unknown) and (expires is None or expires - now <= SOON)


def _known(learnt: Learnt[str] | Learnt[Untrusted], otherwise: str = "") -> str:
    return otherwise if isinstance(learnt, Unknown) else learnt
