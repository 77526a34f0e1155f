"""Public keys as they are published: a type that has no place for a private member."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.fields import JsonObject

_REQUIRED: Final = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x"), "RSA": ("e", "kty", "n")}
"""The members that make a key, in the order of the thumbprint. Source: RFC 7638, section 3.2, and RFC 8037."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicJwk:
    """A public key for signatures. `members` are text by name, and only those that its kind requires.

    Raises ValueError for a kind we do not have, and for members other than the required ones.
    """

    kty: str
    alg: str
    crv: str = ""
    x: str = ""
    y: str = ""
    n: str = ""
    e: str = ""

    def __post_init__(self) -> None:
        filled = {name for name in ("crv", "x", "y", "n", "e") if getattr(self, name)} | {"kty"}
        if self.kty not in _REQUIRED or filled != set(_REQUIRED[self.kty]):
            raise ValueError(f"no public key of kind {self.kty!r} has the members {sorted(filled)}")

    @property
    def kid(self) -> str:
        """The RFC 7638 thumbprint: anyone can compute it from the key, and no two keys share one."""
        return _base64url(hashlib.sha256(json.dumps(self._required(), separators=(",", ":")).encode()).digest())

    def document(self) -> JsonObject:
        """The key as it stands in a JWKS."""
        return {**self._required(), "use": "sig", "alg": self.alg, "kid": self.kid}

    def stored(self) -> JsonObject:
        """The key as it is kept; `load_jwk` reads it."""
        return {**self._required(), "alg": self.alg}

    def _required(self) -> JsonObject:
        return {name: getattr(self, name) for name in _REQUIRED[self.kty]}


def load_jwk(stored: JsonObject) -> PublicJwk:
    """A key that was kept with `stored`. Raises ValueError for anything else."""
    if not all(isinstance(value, str) for value in stored.values()):
        raise ValueError("a member of the key is no text")
    try:
        return PublicJwk(**{name: str(value) for name, value in stored.items()})
    except TypeError as problem:
        raise ValueError("the key has members that it must not have") from problem


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
