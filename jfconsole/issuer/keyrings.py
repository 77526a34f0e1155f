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
            answer.append(question(backend))
        except Exception as error:  # a backend may raise anything
            trouble.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if not answer:
        reason = type(trouble[0]).__name__ if trouble else f"no answer within {PATIENCE:g} seconds"
        raise Refused(f"The system's keyring cannot be used: {reason}", instead)
    return answer[0]
