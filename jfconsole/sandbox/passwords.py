"""Passwords at rest: salted and stretched, though nothing here protects anything of value."""

import functools
import hashlib
import hmac
import os

_ROUNDS = 10_000
_SALT_BYTES = 16


def digest(password: str, salt: bytes | None = None) -> str:
    """`salt$digest` in hex, with a fresh salt unless one is given."""
    salt = os.urandom(_SALT_BYTES) if salt is None else salt
    return f"{salt.hex()}${_stretch(password, salt)}"


def matches(password: str, stored: str | None) -> bool:
    """Whether `password` is the one behind `stored`. Nothing matches a user without a password."""
    if stored is None:
        return False
    salt, _, expected = stored.partition("$")
    return hmac.compare_digest(_stretch(password, bytes.fromhex(salt)), expected)


@functools.lru_cache(1024)
def _stretch(password: str, salt: bytes) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode("utf-8", "surrogatepass"), salt, _ROUNDS).hex()
