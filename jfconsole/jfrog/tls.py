"""Trust: which certificates are accepted, and what to say about one that is not."""

from __future__ import annotations

import asyncio
import hashlib
import os
import ssl
from pathlib import Path
from typing import Final

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import UsageError

_PROBE_SECONDS: Final = 3.0

_EXPIRED: Final = 10
_NOT_YET_VALID: Final = 9
_SELF_SIGNED: Final = 18
_UNKNOWN_AUTHORITY: Final = frozenset({2, 19, 20, 21})
_WRONG_NAME: Final = frozenset({62, 63, 64})
"""OpenSSL's X509_V_ERR numbers (openssl-verification-options)."""


def trusting_context(ca_cert: Path | None, authorities: str = "") -> ssl.SSLContext:
    """TLS 1.2 or newer, checked against the system's authorities, certifi's, and those in `ca_cert`.

    `authorities` are further ones as PEM text. `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the built-in authorities,
    as everywhere. Costs some tens of milliseconds. Raises UsageError when `ca_cert` cannot be read or holds no
    certificate, or `authorities` are none.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")):
        import certifi

        context.load_verify_locations(cafile=certifi.where())
    if ca_cert is not None:
        _add_authorities(context, ca_cert)
    if authorities:
        _add_texts(context, authorities)
    return context


def trusting_nobody() -> ssl.SSLContext:
    """For clients that speak plain http: cheap to make, and any TLS handshake with it fails."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class PinMismatch(ssl.SSLCertVerificationError):
    """The certificate checks, and is another than the pinned one. `presented` is its SHA-256, 64 small hex digits."""

    def __init__(self, presented: str) -> None:
        super().__init__(1, "the certificate is not the pinned one")
        self.verify_code = 0
        self.verify_message = "the certificate is not the pinned one"
        self.presented = presented


def platform_context(connection: Connection) -> ssl.SSLContext:
    """What connections to a platform are made with: whom we trust, who we are, and which certificate it must be.

    The pin is looked at within the handshake, before anything of ours is sent. Raises UsageError for files of no use.
    """
    context = trusting_context(connection.ca_cert, connection.authorities)
    if connection.client_cert is not None:
        _show_who_we_are(context, connection.client_cert, connection.client_key)
    if connection.pin:
        context.sslobject_class = _pinned(connection.pin)
    return context


def _pinned(pin: str) -> type[ssl.SSLObject]:
    class Pinned(ssl.SSLObject):
        """Ends the handshake with any other certificate."""

        def do_handshake(self) -> None:
            super().do_handshake()
            presented = hashlib.sha256(self.getpeercert(binary_form=True) or b"").hexdigest()
            if presented != pin:
                raise PinMismatch(presented)

    return Pinned


def _show_who_we_are(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    """Only keys without a passphrase: nobody could be asked for one in the middle of a call."""
    hint = "It takes PEM files; a key with a passphrase cannot be used"
    try:
        context.load_cert_chain(certificate, key, password=_no_passphrase)
    except _NeedsPassphrase:
        raise UsageError(f"The key of {certificate} has a passphrase", hint) from None
    except ssl.SSLError as error:
        raise UsageError(f"{certificate} and its key do not make a client certificate", hint) from error
    except OSError as error:
        raise UsageError(f"{certificate} or its key cannot be read: {error.strerror}", hint) from error


class _NeedsPassphrase(Exception):
    """A key asked for one."""


def _no_passphrase() -> str:
    raise _NeedsPassphrase


def _add_authorities(context: ssl.SSLContext, ca_cert: Path) -> None:
    try:
        context.load_verify_locations(cafile=ca_cert)
    except ssl.SSLError as error:
        raise UsageError(
            f"{ca_cert} holds no certificate in PEM form", "It must contain -----BEGIN CERTIFICATE-----"
        ) from error
    except OSError as error:
        raise UsageError(
            f"{ca_cert} cannot be read: {error.strerror}", "Check the path given with --ca-cert"
        ) from error


def _add_texts(context: ssl.SSLContext, authorities: str) -> None:
    try:
        context.load_verify_locations(cadata=authorities)
    except ssl.SSLError as error:
        raise UsageError("The authorities are no certificates in PEM form", "Correct ca-cert") from error


def distrust(error: ssl.SSLCertVerificationError, host: str) -> tuple[str, str]:
    """Why a certificate was not accepted, and what to do about it."""
    if isinstance(error, PinMismatch):
        from jfconsole.domain.profiles import pin_words  # here, since few calls meet another certificate

        return (
            f"The certificate of {host} is not the pinned one: its SHA-256 is {pin_words(error.presented)}",
            "Ask whoever runs the platform whether it was renewed, and pin the new one only then. No token was sent",
        )
    code = error.verify_code
    if code == _EXPIRED:
        return (
            f"The certificate of {host} has expired",
            "Have it renewed by whoever runs the platform; check also this machine's clock",
        )
    if code == _NOT_YET_VALID:
        return f"The certificate of {host} is not valid yet", "Check this machine's clock, then the certificate"
    if code == _SELF_SIGNED:
        return f"The certificate of {host} is self-signed: nobody vouches for it", _NAME_THE_AUTHORITY
    if code in _UNKNOWN_AUTHORITY:
        return f"The certificate of {host} comes from an authority this machine does not trust", _NAME_THE_AUTHORITY
    if code in _WRONG_NAME:
        return (
            f"The certificate was issued for another name than {host}",
            "Use the name that stands in the certificate, or have one issued for this name (--ca-cert does not help)",
        )
    return f"The certificate of {host} does not check: {error.verify_message}", _NAME_THE_AUTHORITY


_NAME_THE_AUTHORITY: Final = (
    "If this is your platform, get the certificate of its authority from whoever runs it "
    "and name it with --ca-cert FILE"
)


async def presented_fingerprint(host: str, port: int) -> str | None:
    """SHA-256 of the certificate that a server presents, as `AB:CD:…`; None when it cannot be had.

    The one connection that is not verified: it ends after the handshake, nothing is ever sent over it.
    """
    looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    looking.check_hostname = False
    looking.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=looking, server_hostname=host)
    except (OSError, TimeoutError):
        return None
    try:
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    return hashlib.sha256(der).digest().hex(":").upper()
