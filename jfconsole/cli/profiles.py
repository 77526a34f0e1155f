"""The connection of a profile: its settings from the file, its token from where the profile says."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Final

from jfconsole.cli.connect import Where
from jfconsole.domain.connection import NOBODY, TOKEN_LIMIT, Connection, given_token
from jfconsole.domain.errors import UsageError
from jfconsole.domain.profiles import Profile, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.services.paths import find_paths
from jfconsole.services.profiles import ProfileStore

_SAID: Final = {
    TokenPlace.ASK: "token typed",
    TokenPlace.VAULT: "token from the vault",
    TokenPlace.KEYRING: "token from the keyring",
    TokenPlace.COMMAND: "token from its command",
}


def connection_of_profile(name: str | None, where: Where, how: str) -> Connection | None:
    """The connection of a profile; of the default one for None, which may be missing.

    Raises NotFound for a name that no profile has, UsageError for a file that cannot be used, and what reading the
    token raises.
    """
    profile = _chosen(name)
    if profile is None:
        return None
    source = f"profile {profile.name} ({how}), {_SAID[profile.token]}"
    return connection_with(profile, where, token_of(profile), source)


def without_token(name: str | None, where: Where) -> Connection | None:
    """The same, for calls that take no token: none is asked for."""
    profile = _chosen(name)
    return None if profile is None else connection_with(profile, where, NOBODY, f"profile {profile.name}")


def connection_with(profile: Profile, where: Where, token: Secret, source: str) -> Connection:
    """The profile as a connection; what the command line says of trust and read-only mode is added."""
    for file in (profile.ca_cert, profile.client_cert, profile.client_key, where.ca_cert):
        if file is not None and not file.is_file():
            raise UsageError(f"{file} is no file", f"It is named for the profile {profile.name}, or with --ca-cert")
    return replace(
        profile.connection(token, source),
        ca_cert=where.ca_cert or profile.ca_cert,
        read_only=where.read_only or profile.read_only,
    )


def token_of(profile: Profile) -> Secret:
    """The token from where the profile says; at a terminal, people may be asked for it or for a passphrase."""
    if profile.token is TokenPlace.ASK:
        return _asked_token(profile.name)
    from jfconsole.services import token_places

    if profile.token is TokenPlace.COMMAND:
        return token_places.from_command(profile.token_command)
    if profile.token is TokenPlace.KEYRING:
        return token_places.read_keyring(profile)
    from jfconsole.cli.issuing import issuer_service, open_vault

    with issuer_service() as service:
        open_vault(service)
        return token_places.read_vault(profile, service.local)


def piped_or_typed(name: str, *, piped: bool) -> Secret:
    """From stdin, or asked for at the terminal and not echoed."""
    return given_token(sys.stdin.read(TOKEN_LIMIT + 2), "stdin") if piped else _asked_token(name)


def _asked_token(name: str) -> Secret:
    """Asked for at the terminal, and not echoed. Raises UsageError where there is none."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"The token of the profile {name} is asked for, and this is no terminal",
            "Give the token with --token-file, or let the profile take it from the vault, the keyring or a command",
        )
    from jfconsole.cli.typed import typed_token

    return typed_token(f"Access token for {name}")


def _chosen(name: str | None) -> Profile | None:
    store = ProfileStore(find_paths().config)
    if name is not None:
        return store.get(name)
    profiles = store.load()
    return profiles.find(profiles.default) if profiles.default else None
