"""The certificate behind a platform's tokens, on the wire. Source: JFrog REST API "Get Root Certificate"."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

from jfconsole.domain.errors import BadResponse
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_standing import key_id_of
from jfconsole.domain.trust import RootCertificate
from jfconsole.jfrog import system
from jfconsole.jfrog.answers import text
from jfconsole.jfrog.sender import Answer, Sender

if TYPE_CHECKING:
    from datetime import datetime

_PATH: Final = "/access/api/v1/cert/root"


async def root_certificate(sender: Sender) -> RootCertificate:
    """The certificate in its plain form, else in its formatted one; administrators only. Raises BadResponse."""
    try:
        der = await system.root_certificate(sender)
    except BadResponse:
        der = await sender.send(
            Request(method="GET", path=_PATH, query=(("formatted", "true"),), call_class=CallClass.SAFE), _from_pem
        )
    return read_certificate(der)


def read_certificate(der: bytes) -> RootCertificate:
    """What a certificate says of itself. Raises BadResponse for what is none."""
    from cryptography import x509  # here, since it takes its time to load
    from cryptography.hazmat.primitives import hashes

    try:
        found = x509.load_der_x509_certificate(der)
        subject = found.subject.rfc4514_string()
    except ValueError as error:
        raise _no_certificate() from error
    return RootCertificate(
        der=der,
        subject=Untrusted(subject),
        fingerprint=found.fingerprint(hashes.SHA256()).hex(":"),
        not_before=_epoch(found.not_valid_before_utc),
        not_after=_epoch(found.not_valid_after_utc),
        key_id=key_id_of(der),
    )


def _from_pem(answer: Answer) -> bytes:
    try:
        return ssl.PEM_cert_to_DER_cert(text(answer))
    except ValueError as error:
        raise _no_certificate() from error


def _no_certificate() -> BadResponse:
    return BadResponse("The answer is no certificate", "Check the URL: it must be the platform's base URL")


def _epoch(moment: datetime) -> float:
    return moment.timestamp()
