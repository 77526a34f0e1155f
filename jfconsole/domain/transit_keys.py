"""Transit keys: what signs tokens. A key has versions; one signs, the next waits, earlier ones are still published.

Field names follow Avassa's transit keys, the life of a version OpenBao's named keys. Times are epoch seconds, lengths
whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jfconsole.domain.durations import DAY, HOUR, format_duration
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuer_fields import DocumentFields
from jfconsole.domain.issuer_names import name_problem
from jfconsole.domain.issuers import EVIDENCED_ALGORITHMS
from jfconsole.domain.public_jwk import PublicJwk
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible

DEFAULT_OVERLAP: Final = 2 * DAY
"""Longer than the default longest token (24 h), a JWKS in a cache and the skew of clocks together."""

SKEW: Final = 300
"""Seconds that clocks may differ; a retired key is published so much longer than anything needs it."""

LEAST_ROTATE_PERIOD: Final = HOUR
"""Source: openbao builtin/logical/transit, `auto_rotate_period` is 0 or at least an hour."""

ADVISED_ROTATE_PERIOD: Final = (90 * DAY, 180 * DAY)
"""Source: Avassa how-to "JFrog JWT", which advises every three to six months."""

DISTRIBUTE_ALL: Final[JsonObject] = {"to": "all"}


class Cipher(StrEnum):
    """Kinds of keys that sign. Source: Avassa API reference, "JWT Issuers", field `signing-key`."""

    ECDSA_P256 = "ecdsa-p256"
    ECDSA_P384 = "ecdsa-p384"
    ED25519 = "ed25519"
    RSA_2048 = "rsa-2048"
    RSA_3072 = "rsa-3072"
    RSA_4096 = "rsa-4096"

    @property
    def algorithm(self) -> str:
        """The one JWS algorithm of such a key. Source: RFC 7518, section 3.1; RFC 8037 for EdDSA."""
        return _ALGORITHMS.get(self, "RS256")


_ALGORITHMS: Final = {Cipher.ECDSA_P256: "ES256", Cipher.ECDSA_P384: "ES384", Cipher.ED25519: "EdDSA"}

_CANNOT_SIGN: Final = ("aes128-gcm96", "aes192-gcm96", "aes256-gcm96", "chacha20-poly1305")
"""Avassa's ciphers for data."""


class KeyState(StrEnum):
    """The life of a key version. Only the active one signs; all but destroyed ones are published."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRING = "retiring"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVersion:
    """One version of a transit key. `expires`: when a retiring version leaves the JWKS.

    A time is None while it has not come. The public half of a destroyed version is kept for those who look back.
    """

    version: int
    state: KeyState
    jwk: PublicJwk
    created: int
    published: int
    activated: int | None = None
    retired: int | None = None
    expires: int | None = None
    destroyed: int | None = None

    @property
    def kid(self) -> str:
        """The thumbprint by which tokens name it."""
        return self.jwk.kid

    def is_published(self, now: int) -> bool:
        """Whether the JWKS has it at this time. A retiring version leaves by itself, without anyone's help."""
        if self.state is KeyState.RETIRING:
            return self.expires is None or now < self.expires
        return self.state is not KeyState.DESTROYED


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitKey:
    """A named key. `rotate_period` 0 means only by hand; `distribute` is kept for export and does nothing here."""

    name: str
    cipher: Cipher = Cipher.ECDSA_P256
    rotate_period: int = 0
    overlap: int = DEFAULT_OVERLAP
    deletion_allowed: bool = False
    distribute: JsonObject = field(default_factory=lambda: dict(DISTRIBUTE_ALL))

    def document(self) -> JsonObject:
        """The configuration as it is shown and applied."""
        return {
            "name": self.name,
            "cipher": self.cipher.value,
            "rotate-period": format_duration(self.rotate_period) if self.rotate_period else "off",
            "overlap": format_duration(self.overlap),
            "deletion-allowed": self.deletion_allowed,
            "distribute": self.distribute,
        }


READ_ONLY: Final = ("algorithm", "versions", "used-by")
"""What `show` tells beside the configuration."""


def read_key(document: Json) -> tuple[TransitKey | None, tuple[FieldProblem, ...]]:
    """A key from its document, and what is wrong with it; None when a field cannot be read at all."""
    fields = DocumentFields(_period_off(document), READ_ONLY)
    name, cipher_text = fields.text("name"), fields.text("cipher", Cipher.ECDSA_P256)
    rotate, overlap = fields.seconds("rotate-period", 0), fields.seconds("overlap", DEFAULT_OVERLAP)
    deletion = fields.flag("deletion-allowed", False)
    distribute = fields.object("distribute") or dict(DISTRIBUTE_ALL)
    problems = [*fields.finish(), *_cipher_problems(cipher_text)]
    if problems:
        return None, tuple(problems)
    key = TransitKey(
        name=name,
        cipher=Cipher(cipher_text),
        rotate_period=rotate,
        overlap=overlap,
        deletion_allowed=deletion,
        distribute=distribute,
    )
    return key, tuple(key_problems(key))


def key_problems(key: TransitKey) -> Iterator[FieldProblem]:
    """What is wrong with a key's configuration; those that are not `certain` are advice."""
    if problem := name_problem(key.name, "key"):
        yield FieldProblem("name", problem)
    if 0 < key.rotate_period < LEAST_ROTATE_PERIOD:
        yield FieldProblem("rotate-period", "A key rotates every hour at most, or not by itself (off)")
    elif key.rotate_period > ADVISED_ROTATE_PERIOD[1]:
        yield FieldProblem("rotate-period", "Rotating every 90 to 180 days is advised", certain=False)
    if key.overlap < SKEW:
        yield FieldProblem("overlap", f"A retired key stays published for {format_duration(SKEW)} at least")
    if key.cipher.algorithm not in EVIDENCED_ALGORITHMS:
        words = f"JFrog is known to check {' and '.join(EVIDENCED_ALGORITHMS)}, not {key.cipher.algorithm}"
        yield FieldProblem("cipher", f"{words}: try it before you rely on it", certain=False)


def changed_key_problems(before: TransitKey, after: TransitKey) -> Iterator[FieldProblem]:
    """What may not change in a key that exists."""
    if before.cipher is not after.cipher:
        yield FieldProblem("cipher", "The cipher of a key cannot change: make another key and switch the issuer to it")


def _cipher_problems(cipher: str) -> Iterator[FieldProblem]:
    if cipher in _CANNOT_SIGN:
        yield FieldProblem("cipher", f"{cipher} cannot sign JWTs: use ecdsa-p256")
    elif cipher not in set(Cipher):
        yield FieldProblem("cipher", f"{visible(cipher)} is none of {', '.join(Cipher)}")


def _period_off(document: Json) -> Json:
    if isinstance(document, dict) and document.get("rotate-period") in ("off", ""):
        return {**document, "rotate-period": 0}
    return document
