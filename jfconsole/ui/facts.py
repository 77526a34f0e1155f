"""What the status line says about the connection, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jfconsole.domain.connection import Connection
from jfconsole.domain.text import Untrusted
from jfconsole.services.session import Identity, Learnt, Unknown


@dataclass(frozen=True, slots=True)
class Facts:
    """Raw texts; they are cleaned where they are drawn."""

    host: str
    user: str = ""
    version: str = ""
    read_only: bool = False
    profile: str = ""
    colour: str = ""


def facts_of(connection: Connection, identity: Identity | None) -> Facts:
    """The facts; before the platform has answered, only what we were given."""
    told = Facts(connection.host, read_only=connection.read_only, profile=connection.profile, colour=connection.colour)
    if identity is None:
        return told
    role = "" if identity.admin is not False else " (not admin)"
    return replace(told, user=f"{_known(identity.username, '?')}{role}", version=_known(identity.platform_version))


def _known(learnt: Learnt[Untrusted], otherwise: str = "") -> str:
    return otherwise if isinstance(learnt, Unknown) else learnt
