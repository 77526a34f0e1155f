"""Where the tokens of profiles are kept, and how they are had: in the vault, in the keyring, from a command.

Each is kept under the profile's `token_key`, which is bound to its URL. None is ever kept in clear.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from jfconsole.domain.connection import given_token
from jfconsole.domain.errors import NotFound, Refused
from jfconsole.domain.profiles import Profile, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.issuer import keyrings
from jfconsole.services.child_environment import child_environment

if TYPE_CHECKING:
    from jfconsole.issuer.backend import LocalIssuer

VAULT: Final = "profiles"
"""The vault of the local issuer that holds them."""

SERVICE: Final = "jfconsole profile"
"""What they are called in the keyring, with the profile's key as the user."""

COMMAND_SECONDS: Final = 30.0
"""How long a command may take to print a token: it may have to ask for a finger on a key."""

_ASK: Final = "Let the token be asked for each time: jfconsole profiles add --replace … --token ask"


def from_command(words: Sequence[str], seconds: float = COMMAND_SECONDS, stop: threading.Event | None = None) -> Secret:
    """The one line that a command prints; its output goes nowhere else. Raises Refused, UsageError.

    `stop`: once it is set, the command is ended.
    """
    name = visible(words[0])
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=child_environment(),
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no command"
        raise Refused(f"The command {name} that gives the token cannot be run: {reason}", _TRY) from None
    assert process.stdout is not None
    try:
        printed = _printed(process, seconds, stop or threading.Event())
    except subprocess.TimeoutExpired:
        raise Refused(f"The command {name} gave no token within {seconds:g} s", _TRY) from None
    except UnicodeDecodeError:
        raise Refused(f"What the command {name} printed is not text", _TRY) from None
    finally:
        process.kill()
        process.stdout.close()  # something that it started may hold the other end for ever
        process.wait()
    if process.returncode:
        raise Refused(f"The command {name} that gives the token ended with {process.returncode}", _TRY)
    return given_token(printed, f"what {name} printed")


def _printed(process: subprocess.Popen[str], seconds: float, stop: threading.Event) -> str:
    """Its output when it has ended. Raises TimeoutExpired when it has not in time, or when it is to stop."""
    deadline = time.monotonic() + seconds
    while True:
        left = deadline - time.monotonic()
        try:
            return process.communicate(timeout=max(0.0, min(_LOOK, left)))[0]
        except subprocess.TimeoutExpired:
            if left <= _LOOK or stop.is_set():
                raise


_LOOK: Final = 0.1
"""Seconds between two looks at whether somebody still waits for a command."""

_TRY: Final = "Run it yourself to see what it says; it must print the token alone, on one line, and ask nothing"


def read_keyring(profile: Profile) -> Secret:
    """From the system's keyring. Raises Refused when it cannot be used, NotFound when it has nothing."""
    found = keyrings.asked(lambda backend: backend.get_password(SERVICE, profile.token_key), _ASK)
    if not isinstance(found, str):
        raise NotFound(f"The keyring has no token for {profile.name} at {profile.url}", _give(profile))
    return Secret(found)


def read_vault(profile: Profile, issuer: LocalIssuer) -> Secret:
    """From the vault, which must be open. Raises VaultLocked, NotFound."""
    try:
        return issuer.read_secret(f"{VAULT}/{profile.token_key}")["token"]
    except NotFound:
        raise NotFound(f"The vault has no token for {profile.name} at {profile.url}", _give(profile)) from None


def keep_in_keyring(profile: Profile, token: Secret) -> None:
    """Put it into the system's keyring. Raises Refused."""
    keyrings.asked(lambda backend: backend.set_password(SERVICE, profile.token_key, token.reveal()), _ASK)


def keep_in_vault(profile: Profile, token: Secret, issuer: LocalIssuer) -> None:
    """Put it into the vault, which must be open. Raises VaultLocked."""
    if VAULT not in issuer.state().vaults:
        issuer.put_vault(VAULT, "access tokens of jfconsole's profiles")
    issuer.put_secret(VAULT, profile.token_key, {"token": token})


def forget(profile: Profile, issuer: LocalIssuer | None = None) -> None:
    """Take a kept token away; nothing happens where there is none. Raises Refused, VaultLocked."""
    if profile.token is TokenPlace.KEYRING:
        if keyrings.asked(lambda backend: backend.get_password(SERVICE, profile.token_key), _ASK) is not None:
            keyrings.asked(lambda backend: backend.delete_password(SERVICE, profile.token_key), _ASK)
    elif profile.token is TokenPlace.VAULT and issuer is not None:
        key = f"{VAULT}/{profile.token_key}"
        if key in issuer.state().secrets:
            issuer.delete_secret(key)


def _give(profile: Profile) -> str:
    return f"Give it again: jfconsole profiles add {profile.name} --replace --token {profile.token} --token-stdin"
