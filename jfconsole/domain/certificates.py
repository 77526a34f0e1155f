"""Certificates in PEM form, as they stand in files and in what is configured."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

PRIVATE: Final = "PRIVATE KEY"
"""Stands in PEM files that belong to nobody else."""

_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_END: Final = "-----END CERTIFICATE-----"
_SEQUENCE: Final = b"\x30"
"""What every certificate begins with. Source: RFC 5280, section 4.1; X.690."""


def certificate_problem(text: str) -> str | None:
    """Why a text is no certificate in PEM form, as a sentence; None for a good one."""
    if PRIVATE in text:
        return "This holds a private key: only certificates belong here, and the key should count as known"
    body = text.strip()
    inner = body.removeprefix(_BEGIN).removesuffix(_END)
    try:
        der = base64.b64decode("".join(inner.split()), validate=True)
    except (binascii.Error, ValueError):
        der = b""
    if len(body) != len(inner) + len(_BEGIN) + len(_END) or not der.startswith(_SEQUENCE):
        return "This is no certificate: each text of the list holds one, from BEGIN CERTIFICATE to END CERTIFICATE"
    return None


def certificates_in(text: str) -> tuple[str, ...]:
    """The certificates of a PEM file, each a text of its own; what stands between them is left out."""
    parts = text.split(_BEGIN)[1:]
    return tuple(f"{_BEGIN}{part.partition(_END)[0]}{_END}\n" for part in parts)


def certificate_fingerprint(text: str) -> str:
    """SHA-256 of a certificate, as `openssl x509 -fingerprint` writes it."""
    inner = text.strip().removeprefix(_BEGIN).removesuffix(_END)
    return hashlib.sha256(base64.b64decode("".join(inner.split()))).digest().hex(":").upper()


def is_certificate(text: str) -> bool:
    """Whether this is one certificate, and nothing else."""
    return text.lstrip().startswith(_BEGIN) and certificate_problem(text) is None
