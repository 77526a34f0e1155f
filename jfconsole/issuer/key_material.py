"""Keys that sign: made, kept as PKCS #8, published by their public half alone."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias, cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from jfconsole.domain.issuer_errors import Damaged
from jfconsole.domain.public_jwk import PublicJwk
from jfconsole.domain.transit_keys import Cipher

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
PublicKey: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
Sign: TypeAlias = Callable[[bytes], bytes]

_RSA_BITS: Final = {Cipher.RSA_2048: 2048, Cipher.RSA_3072: 3072, Cipher.RSA_4096: 4096}
_CURVES: Final = {"secp256r1": ("P-256", 32), "secp384r1": ("P-384", 48)}
_ECDSA: Final = {"secp256r1": (ec.ECDSA(SHA256()), 32), "secp384r1": (ec.ECDSA(SHA384()), 48)}
_PKCS1: Final = padding.PKCS1v15()
_SHA256: Final = SHA256()
_URLSAFE: Final = bytes.maketrans(b"+/", b"-_")


def generate(cipher: Cipher) -> PrivateKey:
    """A new key. RSA takes a good part of a second, and more for 4096 bits."""
    if cipher is Cipher.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    if cipher in _RSA_BITS:
        return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS[cipher])
    return ec.generate_private_key(ec.SECP256R1() if cipher is Cipher.ECDSA_P256 else ec.SECP384R1())


def public_jwk(key: PublicKey, cipher: Cipher) -> PublicJwk:
    """A public key as it is published; coordinates have their full length, leading zeros kept (RFC 7518, 6.2.1.2)."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        curve, size = _CURVES[key.curve.name]
        point = key.public_numbers()
        return PublicJwk(kty="EC", alg=cipher.algorithm, crv=curve, x=_number(point.x, size), y=_number(point.y, size))
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        n, e = (_number(number, (number.bit_length() + 7) // 8) for number in (numbers.n, numbers.e))
        return PublicJwk(kty="RSA", alg=cipher.algorithm, n=n, e=e)
    return PublicJwk(kty="OKP", alg=cipher.algorithm, crv="Ed25519", x=base64url(key.public_bytes_raw()))


def dump(key: PrivateKey) -> bytes:
    """The private key as PKCS #8, to be sealed."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def load(raw: bytes, jwk: PublicJwk, cipher: Cipher) -> PrivateKey:
    """A key that was kept with `dump`. Raises Damaged when it is none, or not the private half of `jwk`."""
    try:
        key = cast(PrivateKey, serialization.load_der_private_key(raw, None))
        same = public_jwk(key.public_key(), cipher) == jwk
    except (ValueError, KeyError, TypeError) as problem:
        raise Damaged("A private key in the store is damaged", "Restore a backup") from problem
    if not same:
        raise Damaged("A private key in the store is not that of its public half", "Restore a backup")
    return key


def signing(key: PrivateKey) -> Sign:
    """What gives JWS signatures of a key; of ECDSA r and s side by side at full length (RFC 7518, section 3.4)."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return partial(_sign_ecdsa, key, *_ECDSA[key.curve.name])
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda data: key.sign(data, _PKCS1, _SHA256)
    return key.sign


def _sign_ecdsa(key: ec.EllipticCurvePrivateKey, algorithm: ec.ECDSA, size: int, data: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(data, algorithm))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def base64url(raw: bytes) -> str:
    """Without padding, as JOSE wants it."""
    return binascii.b2a_base64(raw, newline=False).rstrip(b"=").translate(_URLSAFE).decode()


def _number(number: int, size: int) -> str:
    return base64url(number.to_bytes(size, "big"))
