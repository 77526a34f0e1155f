"""The vault: locked or unlocked, and what it takes to get from one to the other."""

from __future__ import annotations

import base64
import os
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import Refused
from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.secret import Secret
from jfconsole.issuer import keyrings, records, wraps
from jfconsole.issuer.sealing import KEY_BYTES, DataKey
from jfconsole.issuer.store import Store, get_meta, set_meta
from jfconsole.issuer.wraps import DEFAULT_COST, Cost

IDLE_SECONDS: Final = 900.0
"""How long an unlocked vault may be left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultStatus:
    """Whether there is a vault, whether it is open, what opens it, and what that means.

    `warning` says who can use it, where that is more than the one who knows the passphrase.
    """

    exists: bool
    locked: bool
    opened_by: frozenset[str] = frozenset()
    warning: str = ""


class Vault:
    """Holds the data key while it is unlocked, in memory and nowhere else. Safe to use from any thread.

    After `idle` seconds without use it is locked at the next call, or by `lock_if_idle`. `clock` is monotonic.
    """

    def __init__(
        self,
        store: Store,
        *,
        idle: float = IDLE_SECONDS,
        cost: Cost = DEFAULT_COST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._idle = idle
        self._cost = cost
        self._clock = clock
        self._guard = threading.RLock()
        self._key: DataKey | None = None
        self._used = 0.0
        self._forget: list[Callable[[], None]] = []

    def on_lock(self, forget: Callable[[], None]) -> None:
        """Call this whenever the vault is locked: for those who keep something that it opened."""
        self._forget.append(forget)

    # -- open or not -----------------------------------------------------------------------------------

    @property
    def locked(self) -> bool:
        """Whether nothing can be signed now."""
        self.lock_if_idle()
        return self._key is None

    def status(self) -> VaultStatus:
        """What there is to say about it."""
        if not self._store.path.exists():
            return VaultStatus(exists=False, locked=True)
        with self._store.reading() as db:
            opened_by = wraps.kinds(db)
        unattended = opened_by & {wraps.KEY_FILE, wraps.KEYRING}
        ways = ", ".join(sorted(unattended))
        warning = f"Every process of this user can open it ({ways}): locking keeps none of them out" if ways else ""
        return VaultStatus(exists=bool(opened_by), locked=self.locked, opened_by=opened_by, warning=warning)

    def key(self) -> DataKey:
        """The data key, for this use. Raises VaultLocked."""
        with self._guard:
            self.lock_if_idle()
            if self._key is None:
                raise VaultLocked("The vault is locked", "Unlock it: by the passphrase, or for good by a key file")
            self._used = self._clock()
            return self._key

    def lock(self) -> None:
        """Forget the data key, and everything that it opened."""
        with self._guard:
            self._key = None
            for forget in self._forget:
                forget()

    @property
    def left(self) -> float | None:
        """Seconds until it is locked unless it is used; None while it is locked."""
        with self._guard:
            return None if self.locked else max(0.0, self._used + self._idle - self._clock())

    def lock_if_idle(self) -> None:
        """Lock when it was left alone for too long."""
        with self._guard:
            if self._key is not None and self._clock() - self._used >= self._idle:
                self.lock()

    # -- making and opening ----------------------------------------------------------------------------

    def create(self, passphrase: Secret, public_base: str, *, tenant: str = "") -> None:
        """Make the vault, unlocked. `public_base` is where its issuers are reached; `tenant` a UUID, else a new one.

        Raises Refused if there is one.
        """
        wraps.check_passphrase(passphrase)
        with self._guard, self._store.writing() as db:
            if wraps.kinds(db):
                raise Refused("There is a vault already", "Unlock it")
            set_meta(db, "store", uuid.uuid4().hex)
            set_meta(db, "tenant", tenant or str(uuid.uuid4()))
            set_meta(db, "public-base", public_base)
            key = DataKey(os.urandom(KEY_BYTES), get_meta(db, "store") or "")
            wraps.wrap_with_passphrase(db, key, passphrase, self._cost)
            records.finish_writing(db, key)
        self._hold(key)

    def unlock(self, passphrase: Secret) -> None:
        """Raises WrongKey; Damaged when the store is not what it was when it was last written."""
        with self._store.reading() as db:
            raw, cost = wraps.open_with_passphrase(db, passphrase)
        key = self._opened(raw)
        if cost != self._cost:
            with self._store.writing() as db:
                wraps.wrap_with_passphrase(db, key, passphrase, self._cost)

    def unlock_with_file(self, path: Path | None = None) -> None:
        """Open it with its key file. Raises as `unlock`, and Refused when the file cannot be used."""
        with self._store.reading() as db:
            raw = wraps.open_with_file(db, path)
        self._opened(raw)

    def unlock_with_keyring(self) -> None:
        """Open it with what the system keeps in its keyring. Raises as `unlock`, and Refused without a keyring."""
        secret = base64.b64decode(keyrings.read(self._name()))
        with self._store.reading() as db:
            raw = wraps.open_with_keyring(db, secret)
        self._opened(raw)

    def unlock_unattended(self) -> None:
        """Open it without a person, by key file or keyring. Raises VaultLocked when neither opens it."""
        if not self.locked:
            return
        opened_by = self.status().opened_by
        if wraps.KEY_FILE in opened_by:
            self.unlock_with_file()
        elif wraps.KEYRING in opened_by:
            self.unlock_with_keyring()
        else:
            words = "Unlock it, or let a key file open it: `jfconsole vaults unattended --key-file PATH`"
            raise VaultLocked("The vault is locked, and only its passphrase opens it", words)

    # -- what opens it ---------------------------------------------------------------------------------

    def change_passphrase(self, old: Secret, new: Secret) -> None:
        """Let `new` open the vault in the place of `old`. No record is encrypted anew. Raises WrongKey."""
        wraps.check_passphrase(new)
        with self._store.writing() as db:
            raw, _ = wraps.open_with_passphrase(db, old)
            wraps.wrap_with_passphrase(db, DataKey(raw, get_meta(db, "store") or ""), new, self._cost)

    def add_key_file(self, path: Path) -> None:
        """Let a new file, 0600, open the vault for every process of this user."""
        with self._store.writing() as db:
            wraps.wrap_with_file(db, self.key(), path)

    def add_keyring(self) -> None:
        """Let the system's keyring open the vault. It may ask a person first: nobody waits for the store meanwhile."""
        key, secret = self.key(), os.urandom(KEY_BYTES)
        keyrings.write(self._name(), base64.b64encode(secret).decode())
        with self._store.writing() as db:
            wraps.wrap_with_keyring(db, key, secret)

    def remove_unattended(self) -> None:
        """Let only the passphrase open the vault."""
        with self._store.writing() as db:
            self.key()
            for kind in wraps.kinds(db) & {wraps.KEY_FILE, wraps.KEYRING}:
                wraps.remove(db, kind)

    def _name(self) -> str:
        """What the store is called, in the keyring too."""
        with self._store.reading() as db:
            return get_meta(db, "store") or ""

    def _opened(self, raw: bytes) -> DataKey:
        with self._store.reading() as db:
            key = DataKey(raw, get_meta(db, "store") or "")
            records.verify(db, key)
        self._hold(key)
        return key

    def _hold(self, key: DataKey) -> None:
        with self._guard:
            self._key, self._used = key, self._clock()
