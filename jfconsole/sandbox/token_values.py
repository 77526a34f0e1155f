"""From a token record to the strings its owner holds, and back."""

import base64
import hmac
import re
import uuid

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import TokenRecord
from jfconsole.sandbox.signing import BadToken, Claims

_REVOCABLE = '{"revocable":"true"}'
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_DIGITS = 22
"""Digits of the alphabet that a sealed token id takes; the rest of the tail is its check."""
_CHECK_DIGITS = 5
_REFERENCE = re.compile(r"reftkn:01:\d{10}:([A-Za-z0-9]{22})([A-Za-z0-9]{5})")
REFERENCE_PREFIX = "cmVmdGtu"
REFERENCE_LENGTH = 64


def claims_of(record: TokenRecord) -> Claims:
    """The JWT payload of a token.

    Revocable tokens that expire are marked in `ext`; those that never do are not (fixtures of
    jfrog/vault-plugin-secrets-artifactory).
    """
    item = record.item
    return Claims(
        ext=_REVOCABLE if record.revocable and item.expiry is not None else None,
        sub=item.subject,
        scp=record.scope,
        aud=record.audience,
        iss=item.issuer,
        exp=item.expiry,
        iat=item.issued_at,
        jti=item.token_id,
    )


class TokenValues:
    """Makes and recognises access, refresh and reference tokens.

    None is stored: an access token is signed again, the other two are the token's id under a secret cipher, so that
    they lead back to it.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def access(self, record: TokenRecord) -> str:
        """The JWT."""
        return self._platform.root.sign(claims_of(record))

    def reference(self, record: TokenRecord) -> str:
        """The reference token: base64 of `reftkn:01:<expiry>:<27 characters>`, 64 characters in all.

        Structure of public samples, as in the README of jfrog/vault-plugin-secrets-artifactory.
        """
        sealed = self._seal("reference", record.key)
        digits = _digits(int.from_bytes(sealed), _ID_DIGITS) + self._check_digits(sealed)
        return base64.b64encode(f"reftkn:01:{record.item.expiry or 0:010d}:{digits}".encode()).decode()

    def refresh(self, token_id: str) -> str:
        """The refresh token that belongs to an access token."""
        return str(uuid.UUID(bytes=self._seal("refresh", token_id)))

    def find_refresh(self, value: str) -> str | None:
        """The id of the access token to which refresh token `value` would belong, or None if it is none."""
        try:
            return self._open("refresh", uuid.UUID(value).bytes)
        except ValueError:
            return None

    def check(self, value: str, *, allow_expired: bool = False) -> Claims:
        """The claims of an access or reference token that may be used now.

        Raises:
            BadToken: it is malformed, foreign, expired (unless allowed) or revoked.
        """
        claims = self.identify(value)
        if claims.exp is not None and claims.exp <= self._platform.clock.now() and not allow_expired:
            raise BadToken("expired")
        if self._is_revoked(claims):
            raise BadToken("revoked")
        return claims

    def identify(self, value: str) -> Claims:
        """The claims of an access or reference token of this installation, whether or not they still hold.

        Raises:
            BadToken: it is malformed, foreign, or a reference token that is no longer known.
        """
        if not looks_like_reference(value):
            return self._signed(value)
        record = self._platform.state.tokens.get(self._find_reference(value))
        if record is None or not record.reference:
            raise BadToken("revoked")
        if not hmac.compare_digest(self.reference(record), value):
            raise BadToken("parse")
        return claims_of(record)

    def _signed(self, value: str) -> Claims:
        """The claims of a JWT of this installation, or of one in its circle of trust."""
        self._platform.trusted.look()
        try:
            return self._platform.root.verify(value)
        except BadToken as bad:
            if bad.reason != "signature":
                raise
            return self._platform.trusted.verify(value)

    def _find_reference(self, value: str) -> str:
        try:
            match = _REFERENCE.fullmatch(base64.b64decode(value, validate=True).decode("ascii"))
            sealed = _number(match[1]).to_bytes(16) if match else b""
        except (ValueError, OverflowError) as error:
            raise BadToken("parse") from error
        if match is None or not hmac.compare_digest(self._check_digits(sealed), match[2]):
            raise BadToken("parse")
        return self._open("reference", sealed)

    def _is_revoked(self, claims: Claims) -> bool:
        """Revocable tokens count while they are on record; others are believed until refreshed away."""
        if claims.ext is not None or claims.exp is None:
            return claims.jti not in self._platform.state.tokens
        return claims.jti in self._platform.state.revoked

    def _check_digits(self, sealed: bytes) -> str:
        check = self._platform.root.derive(f"check {sealed.hex()}")
        return _digits(int.from_bytes(check) % len(_ALPHABET) ** _CHECK_DIGITS, _CHECK_DIGITS)

    def _seal(self, purpose: str, token_id: str) -> bytes:
        encryptor = self._cipher(purpose).encryptor()
        return encryptor.update(uuid.UUID(token_id).bytes) + encryptor.finalize()

    def _open(self, purpose: str, sealed: bytes) -> str:
        decryptor = self._cipher(purpose).decryptor()
        return str(uuid.UUID(bytes=decryptor.update(sealed) + decryptor.finalize()))

    def _cipher(self, purpose: str) -> Cipher[modes.ECB]:
        """One block of one random id each: a keyed permutation, for which ECB is the right mode."""
        return Cipher(algorithms.AES(self._platform.root.derive(purpose)), modes.ECB())


def looks_like_reference(value: str) -> bool:
    """Whether a secret has the outer form of a reference token."""
    return len(value) == REFERENCE_LENGTH and value.startswith(REFERENCE_PREFIX)


def _digits(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(_ALPHABET) + _ALPHABET.index(digit)
    return number
