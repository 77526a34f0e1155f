"""Certificates: whom we trust, and what a person is told about those we do not."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from jfconsole.domain.errors import ConsoleError, TlsUntrusted, Unreachable, UsageError
from jfconsole.domain.profiles import read_pin
from jfconsole.domain.requests import CallClass
from jfconsole.jfrog import tls
from jfconsole.jfrog.transport import Transport
from tests.faults.calls import CALLS, attempt, connection
from tests.support import fault_server as fault
from tests.support.certificates import Served, authority, served
from tests.support.fake_clock import FakeClock
from tests.support.fault_server import FaultServer


def outcome(certificate: Served, ca_cert: Path | None = None, **more: object) -> tuple[object, FaultServer]:
    """What a call to a server with that certificate ends in, and the server."""

    async def scenario() -> tuple[object, FaultServer]:
        async with (
            FaultServer(fault.reply(200, {}), tls=certificate.context) as server,
            Transport(connection(server.url, ca_cert=ca_cert, **more)) as transport,
        ):
            return await attempt(transport, CALLS[CallClass.SAFE]), server

    return asyncio.run(scenario())


def untrusted(certificate: Served, ca_cert: Path | None = None) -> ConsoleError:
    ended, server = outcome(certificate, ca_cert)
    assert type(ended) is TlsUntrusted
    assert server.arrivals == []
    assert certificate.fingerprint in ended.hint
    return ended


def test_a_named_authority_is_trusted(tmp_path: Path) -> None:
    ours = authority()
    ended, server = outcome(served(tmp_path, ours), ours.save(tmp_path / "ca.pem"))
    assert ended == {}
    assert len(server.arrivals) == 1


def test_self_signed(tmp_path: Path) -> None:
    error = untrusted(served(tmp_path))
    assert "self-signed" in error.message
    assert "--ca-cert FILE" in error.hint


def test_unknown_authority(tmp_path: Path) -> None:
    error = untrusted(served(tmp_path, authority()), authority().save(tmp_path / "another.pem"))
    assert "authority this machine does not trust" in error.message
    assert "--ca-cert FILE" in error.hint


def test_expired(tmp_path: Path) -> None:
    ours = authority()
    error = untrusted(served(tmp_path, ours, ended_days_ago=3), ours.save(tmp_path / "ca.pem"))
    assert "has expired" in error.message
    assert "renewed" in error.hint


@pytest.mark.parametrize("host", ["127.0.0.2", "other.example"])
def test_another_name(tmp_path: Path, host: str) -> None:
    ours = authority()
    error = untrusted(served(tmp_path, ours, host=host), ours.save(tmp_path / "ca.pem"))
    assert "another name than 127.0.0.1" in error.message
    assert "--ca-cert does not help" in error.hint


def test_a_port_that_speaks_plain_http() -> None:
    async def bad_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def scenario() -> None:
        async with await asyncio.start_server(bad_request, "127.0.0.1", 0) as server:
            url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with Transport(connection(url)) as transport:
                ended = await attempt(transport, CALLS[CallClass.SAFE])
        assert isinstance(ended, TlsUntrusted)
        assert "speaks https" in ended.hint

    asyncio.run(scenario())


def test_a_handshake_that_never_ends_has_sent_nothing() -> None:
    """The fault server waits for an HTTP request and gets a TLS hello."""

    async def scenario() -> None:
        async with (
            FaultServer(fault.reply(200, {})) as server,
            Transport(connection(server.url.replace("http", "https")), clock=FakeClock()) as transport,
        ):
            ended = await attempt(transport, replace(CALLS[CallClass.CREATE], deadline=0.3))
        assert type(ended) is Unreachable
        assert "TLS handshake" in ended.message
        assert server.arrivals == []

    asyncio.run(scenario())


def test_a_missing_ca_file_is_named(tmp_path: Path) -> None:
    async def scenario() -> None:
        with pytest.raises(UsageError, match="cannot be read"):
            await Transport(connection("https://acme.example", ca_cert=tmp_path / "none.pem")).__aenter__()

    asyncio.run(scenario())


def test_a_file_without_certificates_is_no_authority(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    with pytest.raises(UsageError, match="no certificate in PEM form"):
        tls.trusting_context(tmp_path / "ca.pem")


def test_old_tls_is_refused() -> None:
    context = tls.trusting_context(None)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_plain_http_never_loads_authorities() -> None:
    assert tls.trusting_nobody().get_ca_certs() == []


def test_the_pinned_certificate_is_trusted(tmp_path: Path) -> None:
    ours = authority()
    certificate = served(tmp_path, ours)
    ended, server = outcome(certificate, ours.save(tmp_path / "ca.pem"), pin=read_pin(certificate.fingerprint))
    assert ended == {}
    assert len(server.arrivals) == 1


def test_another_certificate_than_the_pinned_one_gets_no_token(tmp_path: Path) -> None:
    """The certificate is good in every other way; the handshake is where it ends."""
    ours = authority()
    certificate = served(tmp_path, ours)
    ended, server = outcome(certificate, ours.save(tmp_path / "ca.pem"), pin="ab" * 32)
    assert type(ended) is TlsUntrusted
    assert "not the pinned one" in ended.message
    assert certificate.fingerprint in ended.message
    assert server.arrivals == []


def test_a_pin_does_not_stand_in_for_an_authority(tmp_path: Path) -> None:
    certificate = served(tmp_path)
    ended, server = outcome(certificate, pin=read_pin(certificate.fingerprint))
    assert type(ended) is TlsUntrusted
    assert "self-signed" in ended.message
    assert server.arrivals == []


def test_a_client_certificate_is_shown(tmp_path: Path) -> None:
    ours, theirs = authority(), authority()
    certificate = served(tmp_path, ours)
    certificate.context.load_verify_locations(theirs.save(tmp_path / "clients.pem"))
    certificate.context.verify_mode = ssl.CERT_REQUIRED
    (tmp_path / "me").mkdir()
    served(tmp_path / "me", theirs, host="me.example")
    (mine,) = (tmp_path / "me").iterdir()
    ended, server = outcome(certificate, ours.save(tmp_path / "ca.pem"), client_cert=mine)
    assert ended == {}
    assert len(server.arrivals) == 1
    refused, server = outcome(certificate, tmp_path / "ca.pem")
    assert isinstance(refused, Unreachable)
    assert server.arrivals == []


def test_client_certificates_of_no_use(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    with pytest.raises(UsageError, match="do not make a client certificate"):
        tls.platform_context(connection("https://127.0.0.1", client_cert=tmp_path / "none.pem"))
    with pytest.raises(UsageError, match="cannot be read"):
        tls.platform_context(connection("https://127.0.0.1", client_cert=tmp_path / "gone.pem"))
