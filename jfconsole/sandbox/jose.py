"""Keys and signatures of other issuers' tokens: JWK and JWS as RFC 7517, RFC 7518 and RFC 8037 have them."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_RSA_SIZE, _LEAST_RSA_SIZE = 2048, 2048
_LONGEST = 64 * 1024


class BadJwt(Exception):
    """A token that is none, or whose signature is not that of the key."""


@dataclass(frozen=True, slots=True)
class _Algorithm:
    """What a signature algorithm needs of its key."""

    key_type: str
    hash: hashes.HashAlgorithm
    curve: type[ec.EllipticCurve] | None = None


ALGORITHMS: Mapping[str, _Algorithm] = {
    "RS256": _Algorithm("RSA", hashes.SHA256()),
    "RS384": _Algorithm("RSA", hashes.SHA384()),
    "RS512": _Algorithm("RSA", hashes.SHA512()),
    "ES256": _Algorithm("EC", hashes.SHA256(), ec.SECP256R1),
    "ES384": _Algorithm("EC", hashes.SHA384(), ec.SECP384R1),
    "ES512": _Algorithm("EC", hashes.SHA512(), ec.SECP521R1),
    "EdDSA": _Algorithm("OKP", hashes.SHA512()),
}
"""Those that sign with a private key. Symmetric ones and `none` are no signatures of an issuer."""

_CURVES: Mapping[str, type[ec.EllipticCurve]] = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}


@dataclass(frozen=True, slots=True)
class Jwt:
    """A token taken apart, and believed only after `verify`."""

    header: Mapping[str, object]
    claims: Mapping[str, object]
    signed: bytes
    signature: bytes

    @classmethod
    def of(cls, text: str) -> "Jwt":
        """Take a token apart.

        Raises:
            BadJwt: it is not of three parts of base64, two of them JSON objects.
        """
        try:
            if len(text) > _LONGEST:
                raise ValueError
            header, payload, signature = text.split(".")
            parts = [msgspec.json.decode(_decode(part), type=dict[str, object]) for part in (header, payload)]
            return cls(parts[0], parts[1], f"{header}.{payload}".encode("ascii"), _decode(signature))
        except (ValueError, RecursionError, binascii.Error, msgspec.MsgspecError) as error:
            raise BadJwt("malformed") from error

    def verify(self, key: PublicKey) -> None:
        """Check the signature.

        Raises:
            BadJwt: the algorithm is none of `ALGORITHMS`, or needs another key, or the signature is not of `key`.
        """
        name = self.header.get("alg")
        algorithm = ALGORITHMS.get(name) if isinstance(name, str) else None
        if algorithm is None:
            raise BadJwt("algorithm")
        try:
            _verify(algorithm, key, self.signed, self.signature)
        except InvalidSignature as error:
            raise BadJwt("signature") from error


def sign(key: PrivateKey, header: Mapping[str, object], claims: Mapping[str, object]) -> str:
    """The token that says `claims`, signed as `header` says in `alg`."""
    signed = f"{_encode(_json(header))}.{_encode(_json(claims))}"
    return f"{signed}.{_encode(_signature(ALGORITHMS[str(header['alg'])], key, signed.encode()))}"


def generate(algorithm: str) -> PrivateKey:
    """A new key for `algorithm`."""
    wanted = ALGORITHMS[algorithm]
    if wanted.curve is not None:
        return ec.generate_private_key(wanted.curve())
    if wanted.key_type == "OKP":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_SIZE)


def public_jwk(key: PrivateKey, algorithm: str) -> dict[str, str]:
    """The public half of `key`, with its thumbprint (RFC 7638) as `kid`."""
    if isinstance(key, rsa.RSAPrivateKey):
        rsa_numbers = key.public_key().public_numbers()
        members = {"e": _number(rsa_numbers.e), "kty": "RSA", "n": _number(rsa_numbers.n)}
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        point = key.public_key().public_numbers()
        size = (key.curve.key_size + 7) // 8
        name = next(name for name, curve in _CURVES.items() if isinstance(key.curve, curve))
        members = {"crv": name, "kty": "EC", "x": _number(point.x, size), "y": _number(point.y, size)}
    else:
        members = {"crv": "Ed25519", "kty": "OKP", "x": _encode(key.public_key().public_bytes_raw())}
    return members | {"kid": _encode(hashlib.sha256(_json(members)).digest()), "use": "sig", "alg": algorithm}


def public_key(jwk: Mapping[str, object]) -> PublicKey:
    """The key that a JWK describes.

    Raises:
        ValueError: it is not of a kind that signs tokens here, or not well made.
    """
    if jwk.get("use", "sig") != "sig":
        raise ValueError("not for signatures")
    match jwk.get("kty"):
        case "RSA":
            key = rsa.RSAPublicNumbers(_integer(jwk, "e"), _integer(jwk, "n")).public_key()
            if key.key_size < _LEAST_RSA_SIZE:
                raise ValueError("too short")
            return key
        case "EC":
            curve = _CURVES.get(_text(jwk, "crv"))
            if curve is None:
                raise ValueError("unknown curve")
            return ec.EllipticCurvePublicNumbers(_integer(jwk, "x"), _integer(jwk, "y"), curve()).public_key()
        case "OKP" if jwk.get("crv") == "Ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(_decode(_text(jwk, "x")))
    raise ValueError("unknown kind of key")


def _verify(algorithm: _Algorithm, key: PublicKey, signed: bytes, signature: bytes) -> None:
    if algorithm.key_type == "RSA" and isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), algorithm.hash)
    elif algorithm.curve is not None and isinstance(key, ec.EllipticCurvePublicKey):
        size = (key.curve.key_size + 7) // 8
        if not isinstance(key.curve, algorithm.curve) or len(signature) != 2 * size:
            raise InvalidSignature
        halves = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
        key.verify(encode_dss_signature(*halves), signed, ec.ECDSA(algorithm.hash))
    elif algorithm.key_type == "OKP" and isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, signed)
    else:
        raise InvalidSignature


def _signature(algorithm: _Algorithm, key: PrivateKey, signed: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(signed, padding.PKCS1v15(), algorithm.hash)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(signed)
    size = (key.curve.key_size + 7) // 8
    halves = decode_dss_signature(key.sign(signed, ec.ECDSA(algorithm.hash)))
    return b"".join(half.to_bytes(size) for half in halves)


def _text(jwk: Mapping[str, object], name: str) -> str:
    value = jwk.get(name)
    if not isinstance(value, str):
        raise ValueError(name)
    return value


def _integer(jwk: Mapping[str, object], name: str) -> int:
    return int.from_bytes(_decode(_text(jwk, name)))


def _number(value: int, size: int = 0) -> str:
    return _encode(value.to_bytes(size or (value.bit_length() + 7) // 8))


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
