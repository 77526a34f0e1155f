"""The system's keyring, by the optional package `keyring`: asked with patience, never replaced by clear text."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any, Final

from jfconsole.domain.errors import Refused

SERVICE: Final = "jfconsole issuer"

PATIENCE: Final = 3.0
"""Seconds that a keyring gets for an answer: a locked one may wait for a dialogue that nobody sees."""


_SEALED: Final = 1
"""The least priority of a backend that keeps what it is given sealed: those below write files of their own, keep
nothing, or fail. Source: jaraco/keyring:keyring/core.py `recommended`; keyrings.alt's PlaintextKeyring has 0.5."""


def usable() -> bool:
    """Whether there is a keyring to keep something in; it may still be locked."""
    try:
        asked(lambda backend: None)
    except Refused:
        return False
    return True


def read(store_id: str) -> str:
    """What stands there for this store. Raises Refused when there is no keyring, no entry or no answer."""
    found = asked(lambda backend: backend.get_password(SERVICE, store_id))
    if not isinstance(found, str):
        raise Refused("The system's keyring has nothing for this vault", "Unlock with the passphrase")
    return found


def write(store_id: str, value: str) -> None:
    """Put it there. Raises Refused as `read` does."""
    asked(lambda backend: backend.set_password(SERVICE, store_id, value))


def asked(question: Callable[[Any], object], instead: str = "Unlock with the passphrase or a key file") -> object:
    """The keyring's answer. Raises Refused when there is no keyring or no answer, with what to do `instead`."""
    try:
        backend = importlib.import_module("keyring")
    except ImportError as problem:
        raise Refused("The package keyring is not installed", "pip install 'jfconsole[keyring]'") from problem
    answer: list[object] = []
    trouble: list[Exception] = []

    def ask() -> None:
        try:
            if backend.get_keyring().priority < _SEALED:
                raise Refused("There is no keyring here that keeps secrets sealed", instead)
            answer.append(question(backend))
        except Exception as error:  # a backend may raise anything
            trouble.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if trouble and isinstance(trouble[0], Refused):
        raise trouble[0]
    if not answer:
        reason = type(trouble[0]).__name__ if trouble else f"no answer within {PATIENCE:g} seconds"
        raise Refused(f"The system's keyring cannot be used: {reason}", instead)
    return answer[0]
