"""Certificates made for one test: an authority and what it, or nobody, vouches for."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """A self-made authority."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def save(self, path: Path) -> Path:
        """Its certificate as a PEM file."""
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path


@dataclass(frozen=True)
class Served:
    """A server's certificate: its context and fingerprint."""

    context: ssl.SSLContext
    fingerprint: str


def authority() -> Authority:
    """A fresh one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Test Authority")
    builder = _builder(name, name, key.public_key()).add_extension(x509.BasicConstraints(True, None), critical=True)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return Authority(key, builder.sign(key, hashes.SHA256()))


def served(
    folder: Path, issuer: Authority | None = None, *, host: str = "127.0.0.1", ended_days_ago: int | None = None
) -> Served:
    """A server certificate for `host`, signed by `issuer` or by itself, perhaps expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(host)
    signer, signed_by = (issuer.key, issuer.certificate.subject) if issuer else (key, name)
    builder = _builder(name, signed_by, key.public_key(), ended_days_ago)
    builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
    if issuer:
        known = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(known, critical=False)
    certificate = builder.sign(signer, hashes.SHA256())
    pem = folder / f"{certificate.serial_number}.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + _private(key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Served(context, hashlib.sha256(der).digest().hex(":").upper())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, ended_days_ago: int | None = None
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    end = now + datetime.timedelta(days=30 if ended_days_ago is None else -ended_days_ago)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=60))
        .not_valid_after(end)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
