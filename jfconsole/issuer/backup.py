"""A backup of the whole store in one file, encrypted under a passphrase of its own, and the way back.

The file holds a header with the cost of the passphrase, and the database: its keys are encrypted in it as they are in
the store, and wrapped for the backup's passphrase alone. A key file or a keyring entry does not open it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import Refused
from jfconsole.domain.issuer_errors import WrongKey
from jfconsole.domain.secret import Secret
from jfconsole.issuer import wraps
from jfconsole.issuer.sealing import canonical, decrypt, encrypt
from jfconsole.issuer.store import Store
from jfconsole.issuer.vault import Vault
from jfconsole.issuer.wraps import DEFAULT_COST, Cost
from jfconsole.storage.private import secret_dir, write_whole

_MAGIC: Final = b"jfconsole issuer backup 1\n"
_SIZE_LIMIT: Final = 1 << 30

_LEFT_BEHIND: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database. A log without its database would be played into the one that is restored."""


def back_up(store: Store, vault: Vault, path: Path, passphrase: Secret, cost: Cost = DEFAULT_COST) -> None:
    """Write a backup to a new file, 0600. Raises VaultLocked; Refused when there is such a file; OSError."""
    wraps.check_passphrase(passphrase)
    if os.path.lexists(path):
        raise Refused(f"{path} exists", "Name a new file; a backup is not overwritten")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        with store.reading() as db:
            db.backup(copy)
        copy.execute("PRAGMA journal_mode = MEMORY")
        copy.execute("DELETE FROM wraps")
        wraps.wrap_with_passphrase(copy, vault.key(), passphrase, cost)
        copy.execute("VACUUM")
        params = wraps.kept_params(copy)
        header = _MAGIC + params.encode() + b"\n"
        write_whole(path, header + encrypt(wraps.stretch(passphrase, params), copy.serialize(), header))


def restore(path: Path, store_path: Path, passphrase: Secret) -> None:
    """Put a backup in the place of a store that is not there; its passphrase opens it from then on.

    Raises Refused when there is a store, or what SQLite left of one; WrongKey for another passphrase and for a damaged
    file; OSError.
    """
    for there in (store_path, *(store_path.with_name(store_path.name + suffix) for suffix in _LEFT_BEHIND)):
        if os.path.lexists(there):
            raise Refused(f"{there} exists", "Move it away first; a store is not overwritten")
    content = path.read_bytes() if path.stat().st_size <= _SIZE_LIMIT else b""
    head, _, rest = content.removeprefix(_MAGIC).partition(b"\n")
    header = _MAGIC + head + b"\n"
    if not content.startswith(_MAGIC):
        raise Refused(f"{path} is no backup of an issuer's store")
    params = canonical(json.loads(head)) if _is_json(head) else ""
    database = decrypt(wraps.stretch(passphrase, params), rest, header)
    if database is None:
        raise WrongKey("The backup does not open: wrong passphrase, or a damaged file", "Try again, or another backup")
    secret_dir(store_path.parent)
    write_whole(store_path, database)


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
