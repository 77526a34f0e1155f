"""The connection doctor on servers that are broken in one way each: the stage, the reason, what to do."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import socket
import time
from pathlib import Path

import pytest

from jfconsole.domain.checks import Verdict
from jfconsole.domain.connection import Connection
from jfconsole.domain.durations import DAY
from jfconsole.domain.profiles import read_pin
from jfconsole.domain.secret import Secret
from jfconsole.services.connection_doctor import ConnectionDoctor, Reason, Step
from jfconsole.services.trust_findings import Found, is_healthy
from tests.support import fault_server as fault
from tests.support.certificates import Authority, Served, authority, served
from tests.support.fault_server import FaultServer
from tests.support.sandbox import RunningSandbox

PAGE = "<html><head><title>Sign in to the corporate proxy</title></head></html>"
OK = fault.reply(200, "OK")
NOT_LET_IN = {"errors": [{"code": "UNAUTHORIZED", "message": "Token failed verification: expired"}]}
FORBIDDEN = {"errors": [{"code": "FORBIDDEN", "message": "Forbidden"}]}


async def walk(connection: Connection, now: float | None = None) -> list[Found]:
    clock = time.time if now is None else lambda: now
    return [found async for found in ConnectionDoctor(connection, clock=clock).examine()]


def to(url: str, **more: object) -> Connection:
    return Connection(url=url, token=Secret("s3cr3t"), source="--url and --token-file", **more)  # type: ignore[arg-type]


def answering(*behaviours: fault.Behaviour) -> list[Found]:
    """What is found at a server on plain http that answers like this."""

    async def scenario() -> list[Found]:
        async with FaultServer(*behaviours) as server:
            return await walk(to(server.url))

    return asyncio.run(scenario())


def presenting(certificate: Served, now: float | None = None, **more: object) -> tuple[list[Found], FaultServer]:
    """What is found at a server with that certificate, which answers every ping."""

    async def scenario() -> tuple[list[Found], FaultServer]:
        async with FaultServer(OK, fault.reply(401, NOT_LET_IN), tls=certificate.context) as server:
            return await walk(to(server.url, **more), now), server

    return asyncio.run(scenario())


def broken(found: list[Found], stage: Step, code: Reason, words: str) -> Found:
    """The walk ends at that stage for that reason, and says what to do."""
    last = found[-1]
    assert (last.stage, last.code, last.verdict) == (stage, code, Verdict.BAD)
    assert words in last.sentence
    assert last.fix
    assert not any(one.broken for one in found[:-1])
    return last


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_name_that_nobody_knows() -> None:
    found = asyncio.run(walk(to("https://platform.invalid")))
    broken(found, Step.NAME, Reason.NAME_UNKNOWN, "does not resolve")


def test_a_proxy_is_named_with_what_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:s3cr3t@127.0.0.1:{free_port()}")
    first, last = asyncio.run(walk(to("https://platform.invalid")))
    assert re.fullmatch(r"By the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\), whose name resolves", first.sentence)
    assert {fact.label: fact.text for fact in first.evidence}["proxy"].endswith("(HTTPS_PROXY)")
    assert last.code == Reason.PORT_CLOSED


def test_a_port_where_nobody_listens() -> None:
    found = asyncio.run(walk(to(f"http://127.0.0.1:{free_port()}")))
    broken(found, Step.PORT, Reason.PORT_CLOSED, "Nothing listens")


def test_plain_http_on_a_tls_port() -> None:
    async def bad_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def scenario() -> list[Found]:
        async with await asyncio.start_server(bad_request, "127.0.0.1", 0) as server:
            return await walk(to(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"))

    broken(asyncio.run(scenario()), Step.TLS, Reason.TLS_UNTRUSTED, "No TLS connection")


@pytest.fixture
def ours(tmp_path: Path) -> tuple[Authority, Path]:
    made = authority()
    return made, made.save(tmp_path / "ca.pem")


def test_certificates_that_are_not_trusted(tmp_path: Path, ours: tuple[Authority, Path]) -> None:
    made, ca_cert = ours
    for certificate, words in (
        (served(tmp_path), "self-signed"),
        (served(tmp_path, made, ended_days_ago=3), "has expired"),
        (served(tmp_path, made, host="other.example"), "another name"),
    ):
        found, server = presenting(certificate, ca_cert=ca_cert)
        last = broken(found, Step.TLS, Reason.TLS_UNTRUSTED, words)
        assert certificate.fingerprint in [fact.text for fact in last.evidence]
        assert server.arrivals == []


def test_a_certificate_that_is_not_the_pinned_one(tmp_path: Path, ours: tuple[Authority, Path]) -> None:
    found, server = presenting(served(tmp_path, ours[0]), ca_cert=ours[1], pin="ab" * 32)
    broken(found, Step.TLS, Reason.TLS_UNTRUSTED, "not the pinned one")
    assert server.arrivals == []


def test_a_good_certificate_and_one_that_ends_soon(tmp_path: Path, ours: tuple[Authority, Path]) -> None:
    certificate = served(tmp_path, ours[0])
    more = {"ca_cert": ours[1], "pin": read_pin(certificate.fingerprint)}
    now = time.time()
    found, _ = presenting(certificate, now - 5 * DAY, **more)
    told = {fact.label: fact.text for fact in found[2].evidence}
    assert (found[2].stage, found[2].verdict) == (Step.TLS, Verdict.GOOD)
    assert (told["SHA-256"], told["pinned"]) == (certificate.fingerprint, "yes, it is this one")
    found, _ = presenting(certificate, now, **more)
    assert (found[2].code, found[2].verdict) == (Reason.TLS_EXPIRES, Verdict.WARNING)


def test_files_of_no_use(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    found, _ = presenting(served(tmp_path), ca_cert=tmp_path / "none.pem")
    broken(found, Step.TLS, Reason.TLS_FILES, "no certificate in PEM form")


@pytest.mark.parametrize(
    ("behaviours", "stage", "code", "words"),
    [
        ((fault.reply(200, PAGE, content_type="text/html"),), Step.PING, Reason.NOT_JFROG, ""),
        ((fault.reply(404, "no"),), Step.PING, Reason.NOT_JFROG, ""),
        ((fault.reply(302, "", location="https://sso.example/"),), Step.PING, Reason.REDIRECTED, ""),
        ((OK, fault.reply(401, NOT_LET_IN)), Step.TOKEN, Reason.TOKEN_REFUSED, ""),
        ((OK, fault.reply(200, PAGE, content_type="text/html")), Step.VERSION, Reason.NOT_JFROG, ""),
    ],
    ids=["html", "404", "redirect", "401", "html behind the ping"],
)
def test_answers_that_end_it(behaviours: tuple[fault.Behaviour, ...], stage: Step, code: Reason, words: str) -> None:
    broken(answering(*behaviours), stage, code, words)


def test_a_token_that_may_nothing_is_still_a_token() -> None:
    found = answering(OK, fault.reply(403, FORBIDDEN))
    assert is_healthy(found)
    assert {one.stage: one.code for one in found}[Step.ADMIN] == Reason.NOT_ADMIN


def test_a_platform_that_is_as_it_should_be(demo_sandbox: RunningSandbox) -> None:
    found = asyncio.run(walk(Connection(url=demo_sandbox.url, token=Secret(demo_sandbox.token))))
    assert [one.stage for one in found] == [*Step]
    assert is_healthy(found)
    assert {one.stage: one.verdict for one in found}[Step.ADMIN] is Verdict.GOOD


def test_a_token_that_has_expired_is_called_so(sandbox: RunningSandbox) -> None:
    """By its own value, where the platform says no more than 401."""
    parts = ({"alg": "RS256"}, {"iss": "jffe@0", "sub": "jffe@0/users/ci", "exp": int(time.time()) - DAY})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    connection = Connection(url=sandbox.url, token=Secret(".".join([*encoded, "c2ln"])))
    broken(asyncio.run(walk(connection)), Step.TOKEN, Reason.TOKEN_EXPIRED, "expired 24 h ago")
