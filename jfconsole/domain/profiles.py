"""Profiles: platforms that the console knows by name, and where it gets their tokens. No secret is in a profile."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from jfconsole.domain.connection import Connection
from jfconsole.domain.secret import Secret

NAME_LIMIT: Final = 40
"""Characters; the name is part of the key under which a token is kept, which has a limit of its own."""

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_PIN: Final = re.compile(r"[0-9a-f]{64}")


class TokenPlace(StrEnum):
    """Where the token of a profile comes from."""

    ASK = "ask"
    VAULT = "vault"
    KEYRING = "keyring"
    COMMAND = "command"

    @property
    def words(self) -> str:
        """For people, behind “token”."""
        return _PLACES[self]


_PLACES: Final = {
    TokenPlace.ASK: "asked for each time",
    TokenPlace.VAULT: "in the vault",
    TokenPlace.KEYRING: "in the system's keyring",
    TokenPlace.COMMAND: "printed by a command",
}


class Colour(StrEnum):
    """By which a server is told from the others, beside its name."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    CYAN = "cyan"
    BLUE = "blue"
    MAGENTA = "magenta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One platform. `url` is its base URL; `pin` is the SHA-256 of its certificate, 64 small hex digits, or empty.

    `token_command` is what prints the token: words that are run as they are, without a shell.
    """

    name: str
    url: str
    token: TokenPlace = TokenPlace.ASK
    token_command: tuple[str, ...] = ()
    ca_cert: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    pin: str = ""
    read_only: bool = False
    colour: Colour | None = None

    @property
    def token_key(self) -> str:
        """Under which its token is kept. It is bound to the URL: a profile led elsewhere finds no token."""
        return f"{self.name}-{hashlib.sha256(self.url.encode()).hexdigest()[:16]}"

    def connection(self, token: Secret, source: str) -> Connection:
        """The profile with its token. `source` says where they came from."""
        return Connection(
            url=self.url,
            token=token,
            ca_cert=self.ca_cert,
            client_cert=self.client_cert,
            client_key=self.client_key,
            pin=self.pin,
            read_only=self.read_only,
            source=source,
            profile=self.name,
            colour=self.colour or "",
        )


@dataclass(frozen=True, slots=True)
class Profiles:
    """All of them, in the order of the file, and which one is used when none is named."""

    known: tuple[Profile, ...] = ()
    default: str | None = None

    def find(self, name: str) -> Profile | None:
        """The profile of that name."""
        return next((profile for profile in self.known if profile.name == name), None)


def profile_name_problem(name: str) -> str | None:
    """What is wrong with a name, as a sentence; None for a good one."""
    if len(name) > NAME_LIMIT:
        return f"A name has at most {NAME_LIMIT} characters"
    if not _NAME.fullmatch(name):
        return "A name has small letters, digits and inner hyphens only: acme-prod"
    return None


def profile_name_of(text: str) -> str:
    """The name that comes closest to a text from elsewhere; `server` where nothing of it can be used."""
    return _OTHER.sub("-", text.lower()).strip("-")[:NAME_LIMIT].strip("-") or "server"


def read_pin(text: str) -> str:
    """The pin from hex digits with or without colons, in any case. Raises ValueError with a sentence."""
    pin = text.strip().replace(":", "").lower()
    if not _PIN.fullmatch(pin):
        raise ValueError("It takes the SHA-256 of the certificate: 64 hex digits, colons between them or not")
    return pin


def pin_words(pin: str) -> str:
    """The pin as certificates are usually shown: `AB:CD:…`."""
    return ":".join(pin[at : at + 2] for at in range(0, len(pin), 2)).upper()


def pin_problem(text: str) -> str | None:
    """What is wrong with a pin, as a sentence; None for a good one."""
    try:
        read_pin(text)
    except ValueError as error:
        return str(error)
    return None
