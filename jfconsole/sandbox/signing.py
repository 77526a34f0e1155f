"""The root certificate of the installation, and the tokens signed with its key."""

import base64
import binascii
import functools
import hashlib
import hmac
import json
from datetime import UTC, datetime

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

# Standard base64 differs from its URL form in two digits, which ASCII text can only bring about through these
# characters in every third place. jfrog/jfrog-client-go auth/authutils.go decodes payloads with the standard alphabet.
_ESCAPED = str.maketrans({char: f"\\u{ord(char):04x}" for char in ">?~\x7f"})
_VERIFIED_TOKENS_KEPT = 8192


class BadToken(Exception):
    """A token that is not accepted. `reason` is JFrog's word for it: parse, signature, expired, revoked, audience."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Claims(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Payload of an access token, in wire order; times are epoch seconds.

    Layout as in the fixtures of jfrog/vault-plugin-secrets-artifactory and jfrog/jfrog-client-go.
    """

    ext: str | None = None
    sub: str
    scp: str
    aud: str | list[str]
    iss: str
    exp: int | None = None
    iat: int
    jti: str


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def payload_json(claims: Claims) -> bytes:
    """`claims` as ASCII JSON whose base64 form is the same in the standard and in the URL alphabet."""
    fields = msgspec.to_builtins(claims)
    return json.dumps(fields, separators=(",", ":")).translate(_ESCAPED).encode("ascii")


class PublicKey:
    """What checks the tokens of one platform, ours or another one that is trusted."""

    def __init__(self, key: rsa.RSAPublicKey, pem: bytes) -> None:
        self._public = key
        self.pem = pem
        """The certificate."""
        self.verify = functools.lru_cache(_VERIFIED_TOKENS_KEPT)(self._verify)

    def _verify(self, token: str) -> Claims:
        """The claims of a token signed with its other half. Says nothing of expiry or revocation.

        Raises:
            BadToken: it cannot be parsed, or its signature is another one's.
        """
        try:
            header, payload, signature = token.split(".")
            kind = json.loads(_decode(header))
            claims = msgspec.json.decode(_decode(payload), type=Claims)
            raw_signature = _decode(signature)
        except (ValueError, RecursionError, binascii.Error, msgspec.MsgspecError) as error:
            raise BadToken("parse") from error
        if not isinstance(kind, dict) or kind.get("alg") != "RS256":
            raise BadToken("parse")
        try:
            self._public.verify(raw_signature, f"{header}.{payload}".encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise BadToken("signature") from error
        return claims


class RootKey:
    """An RSA key with its self-signed certificate: signs tokens, checks them, and stands behind `cert/root`."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self._public = key.public_key()
        self._certificate = certificate
        der = certificate.public_bytes(serialization.Encoding.DER)
        self.kid = _encode(hashlib.sha256(der).digest())
        header = {"ver": "2", "typ": "JWT", "alg": "RS256", "kid": self.kid}
        self._header = _encode(json.dumps(header, separators=(",", ":")).encode())
        self._seed = hashlib.sha256(self.private_pem()).digest()
        self.verify = PublicKey(self._public, self.certificate_pem()).verify

    @classmethod
    def create(cls, access_id: str) -> "RootKey":
        """A new key and certificate for the Access service `access_id`."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"JFrog Token Issuer {access_id}")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(7000, 1, 1, tzinfo=UTC))
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    @classmethod
    def load(cls, private_pem: bytes, certificate_pem: bytes) -> "RootKey":
        """The key written earlier by `private_pem` and `certificate_pem`."""
        key = serialization.load_pem_private_key(private_pem, None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("the signing key of the sandbox must be an RSA key")
        return cls(key, x509.load_pem_x509_certificate(certificate_pem))

    def private_pem(self) -> bytes:
        """The private key, unencrypted."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def certificate_pem(self) -> bytes:
        """The certificate with its PEM lines."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def certificate_base64(self) -> str:
        """The certificate's DER in base64, on one line."""
        return base64.b64encode(self._certificate.public_bytes(serialization.Encoding.DER)).decode()

    def sign(self, claims: Claims) -> str:
        """The JWT for `claims`; the same claims always give the same token."""
        signed = f"{self._header}.{_encode(payload_json(claims))}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encode(signature)}"

    def derive(self, label: str) -> bytes:
        """Thirty-two secret bytes that belong to `label`, so that derived secrets need not be stored."""
        return hmac.new(self._seed, label.encode(), hashlib.sha256).digest()
