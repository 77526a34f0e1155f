"""What is done with the data key: records are encrypted each for its place, everything else is sealed by a MAC."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from jfconsole.domain.issuer_errors import Damaged
from jfconsole.domain.requests import Json

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
"""A random nonce per write, as NIST SP 800-38D, section 8.2.2 wants it for far fewer than 2^32 writes."""

_COMPACT: Final = msgspec.json.Encoder()


class DataKey:
    """The random key of one store, and what is derived from it. It lives in memory while the vault is unlocked."""

    def __init__(self, raw: bytes, store_id: str) -> None:
        self._raw = raw
        self.store_id = store_id
        self._records = AESGCM(_derived(raw, b"records"))
        self._seals = _derived(raw, b"seals")
        self._audit = hmac.new(_derived(raw, b"audit"), digestmod="sha256")

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """The data key under another one."""
        return encrypt(key, self._raw, context)

    def encrypt(self, place: tuple[str | int, ...], clear: bytes) -> bytes:
        """Encrypt for one place (kind, name, version, revision): it decrypts nowhere else."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._records.encrypt(nonce, clear, self._context(place))

    def decrypt(self, place: tuple[str | int, ...], sealed: bytes) -> bytes:
        """Raises Damaged when this is not what was encrypted for this place."""
        try:
            return self._records.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._context(place))
        except (InvalidTag, ValueError) as problem:
            raise damaged(place) from problem

    def seal(self, value: Json) -> bytes:
        """A MAC over public data."""
        return hmac.digest(self._seals, canonical([self.store_id, value]).encode(), "sha256")

    def link(self, previous: bytes, row: str) -> bytes:
        """The keyed hash that binds an audit row to the one before."""
        mac = self._audit.copy()
        mac.update(previous + row.encode())
        return mac.digest()

    def _context(self, place: tuple[str | int, ...]) -> bytes:
        return canonical(["jfconsole issuer 1", self.store_id, *place]).encode()

    def __repr__(self) -> str:
        return "DataKey(••••)"


def unkeyed_link(previous: bytes, row: str) -> bytes:
    """The hash that binds an audit row to the one before, where no key is at hand."""
    return hashlib.sha256(previous + row.encode()).digest()


def encrypt(key: bytes, clear: bytes, context: bytes) -> bytes:
    """AES-256-GCM with a random nonce in front."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, context)


def decrypt(key: bytes, sealed: bytes, context: bytes) -> bytes | None:
    """The clear text; None when it is not what was encrypted with this key for this context."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        return None


def damaged(place: tuple[str | int, ...]) -> Damaged:
    """The one error of every record that is not what was written."""
    where = " ".join(str(part) for part in place[:2])
    return Damaged(f"The store is damaged or was edited: {where}", "Restore a backup; nothing is signed until then")


def canonical(value: Json) -> str:
    """The one way in which a value is written down."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def compact(value: Json) -> bytes:
    """Short JSON, for what is written once and read as it stands; several times as fast as `canonical`."""
    try:
        return _COMPACT.encode(value)
    except (UnicodeEncodeError, OverflowError):  # half of a surrogate pair; a number of more than 64 bits
        return json.dumps(value, separators=(",", ":")).encode()


def _derived(raw: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), KEY_BYTES, b"jfconsole issuer " + purpose).derive(raw)
