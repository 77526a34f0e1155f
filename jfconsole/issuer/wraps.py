"""What opens the vault: the data key wrapped by a passphrase, a key file or the system's keyring."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from jfconsole.domain.errors import Refused
from jfconsole.domain.issuer_errors import WrongKey
from jfconsole.domain.secret import Secret
from jfconsole.issuer.sealing import KEY_BYTES, DataKey, canonical, decrypt
from jfconsole.storage.private import read_secret_file, write_whole

PASSPHRASE: Final = "passphrase"  # noqa: S105  # the name of a wrap
KEY_FILE: Final = "key-file"
KEYRING: Final = "keyring"

LEAST_PASSPHRASE: Final = 8

_MEMORY: Final = (64, 1024 * 1024)
_PASSES: Final = (1, 16)
_LANES: Final = (1, 16)
"""Bounds on the cost that a store may ask for: a file that was edited must not use up the machine."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What trying one passphrase costs. `memory` in KiB. The default is RFC 9106's second recommendation."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


DEFAULT_COST: Final = Cost()


def check_passphrase(passphrase: Secret) -> None:
    """Raise Refused for one that is too short."""
    if len(passphrase.reveal()) < LEAST_PASSPHRASE:
        raise Refused(f"A passphrase has {LEAST_PASSPHRASE} characters at least", "Several words are easy to remember")


def wrap_with_passphrase(db: sqlite3.Connection, key: DataKey, passphrase: Secret, cost: Cost) -> None:
    """Let this passphrase open the vault, and no earlier one."""
    params = canonical({**asdict(cost), "salt": os.urandom(16).hex()})
    _put(db, PASSPHRASE, params, key.wrap(stretch(passphrase, params), _context(PASSPHRASE, params)))


def open_with_passphrase(db: sqlite3.Connection, passphrase: Secret) -> tuple[bytes, Cost]:
    """The data key and what it cost. Raises WrongKey, for a damaged wrap too: the two cannot be told apart."""
    params, wrapped = _get(db, PASSPHRASE)
    raw = decrypt(stretch(passphrase, params), wrapped, _context(PASSPHRASE, params))
    if raw is None:
        raise _wrong()
    return raw, _cost(params)[0]


def wrap_with_file(db: sqlite3.Connection, key: DataKey, path: Path) -> None:
    """Let a new key file open the vault. Raises Refused when something is there already, OSError when it cannot be."""
    if os.path.lexists(path):
        raise Refused(f"{path} exists", "Name a new file; it is not overwritten")
    secret = os.urandom(KEY_BYTES)
    write_whole(path, base64.b64encode(secret) + b"\n")
    _put(db, KEY_FILE, canonical({"path": str(path)}), key.wrap(secret, _context(KEY_FILE, "")))


def open_with_file(db: sqlite3.Connection, path: Path | None = None) -> bytes:
    """The data key by the key file, where it was made unless `path` says otherwise. Raises WrongKey and Refused."""
    params, wrapped = _get(db, KEY_FILE)
    place = path or Path(_file_place(params))
    try:
        secret = base64.b64decode(read_secret_file(place, 1024), validate=False)
    except (OSError, ValueError) as problem:
        raise Refused(f"The key file {place} cannot be read: {problem}", "Unlock with the passphrase") from problem
    raw = decrypt(secret, wrapped, _context(KEY_FILE, "")) if len(secret) == KEY_BYTES else None
    if raw is None:
        raise _wrong()
    return raw


def wrap_with_keyring(db: sqlite3.Connection, key: DataKey, secret: bytes) -> None:
    """Let what stands in the system's keyring open the vault."""
    _put(db, KEYRING, "{}", key.wrap(secret, _context(KEYRING, "")))


def open_with_keyring(db: sqlite3.Connection, secret: bytes) -> bytes:
    """The data key by what stood in the keyring. Raises WrongKey."""
    _, wrapped = _get(db, KEYRING)
    raw = decrypt(secret, wrapped, _context(KEYRING, "")) if len(secret) == KEY_BYTES else None
    if raw is None:
        raise _wrong()
    return raw


def kinds(db: sqlite3.Connection) -> frozenset[str]:
    """What opens this vault."""
    return frozenset(str(kind) for (kind,) in db.execute("SELECT kind FROM wraps"))


def kept_params(db: sqlite3.Connection) -> str:
    """The cost and the salt of the passphrase, as they are kept."""
    return _get(db, PASSPHRASE)[0]


def remove(db: sqlite3.Connection, kind: str) -> None:
    """Let this open the vault no more. Raises Refused for the last one."""
    if kinds(db) <= {kind}:
        raise Refused("Nothing else opens the vault", "Set a passphrase first")
    db.execute("DELETE FROM wraps WHERE kind = ?", (kind,))


def stretch(passphrase: Secret, params: str) -> bytes:
    """The key of a passphrase by Argon2id. Raises WrongKey when the parameters are none of ours."""
    cost, salt = _cost(params)
    derivation = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory
    )
    return derivation.derive(unicodedata.normalize("NFC", passphrase.reveal()).encode("utf-8", "surrogatepass"))


def _cost(params: str) -> tuple[Cost, bytes]:
    try:
        said = json.loads(params)
        cost, salt = Cost(said["memory"], said["passes"], said["lanes"]), bytes.fromhex(said["salt"])
        pairs = ((cost.memory, _MEMORY), (cost.passes, _PASSES), (cost.lanes, _LANES))
        good = all(type(value) is int and least <= value <= most for value, (least, most) in pairs)
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise _wrong() from problem
    if not good or len(salt) != 16 or cost.memory < 8 * cost.lanes:
        raise _wrong()
    return cost, salt


def _file_place(params: str) -> str:
    try:
        return str(json.loads(params)["path"])
    except (ValueError, KeyError, TypeError) as problem:
        raise _wrong() from problem


def _put(db: sqlite3.Connection, kind: str, params: str, wrapped: bytes) -> None:
    db.execute("INSERT OR REPLACE INTO wraps VALUES (?, ?, ?)", (kind, params, wrapped))


def _get(db: sqlite3.Connection, kind: str) -> tuple[str, bytes]:
    row = db.execute("SELECT params, wrapped FROM wraps WHERE kind = ?", (kind,)).fetchone()
    if row is None:
        raise Refused(f"No {kind} opens this vault", "See `jfconsole vaults status` for what does")
    params, wrapped = row
    if not (isinstance(params, str) and isinstance(wrapped, bytes)):
        raise _wrong()
    return params, wrapped


def _context(kind: str, params: str) -> bytes:
    return f"jfconsole issuer wrap 1|{kind}|{params}".encode()


def _wrong() -> WrongKey:
    return WrongKey(
        "The vault does not open: wrong passphrase or key, or a damaged store", "Try again, or restore a backup"
    )
