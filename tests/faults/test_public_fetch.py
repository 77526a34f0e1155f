"""Issuers from hell: addresses that lead inside, redirects, floods, drips; each ends in a named error, and soon."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from jfconsole.domain.errors import (
    BadResponse,
    ConsoleError,
    DeadlineExceeded,
    Redirected,
    Refused,
    TlsUntrusted,
    TooLarge,
    Unreachable,
)
from jfconsole.domain.issuers import Discovery
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog import tls
from jfconsole.jfrog.discovery import fetch_discovery, fetch_keys
from jfconsole.jfrog.public_fetch import LIMIT, Document, PublicFetcher, resolve
from tests.support import fault_server as fault
from tests.support.certificates import authority, served
from tests.support.fault_server import Behaviour, FaultServer

DOCUMENT = {"issuer": "x", "jwks_uri": "y"}
PATIENCE = 30
"""Seconds after which something certainly hangs."""


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


class Names:
    """Names that resolve as told, and how often each was asked for."""

    def __init__(self, **addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.addresses.get(host.split(".")[0], ())


def fetched(url: str, names: Names | None = None, *, public_only: bool = False) -> Document | ConsoleError:
    """The document, or the error."""
    fetcher = PublicFetcher(tls.trusting_nobody(), names or resolve, seconds=0.5)

    async def scenario() -> Document | ConsoleError:
        try:
            async with asyncio.timeout(PATIENCE):
                return await fetcher.fetch(url, public_only=public_only)
        except ConsoleError as error:
            return error

    return asyncio.run(scenario())


def answered(behaviour: Behaviour, path: str = "/doc") -> tuple[Document | ConsoleError, FaultServer]:
    """What a server that behaves so is taken for."""
    fetcher = PublicFetcher(tls.trusting_nobody(), seconds=1.0)

    async def scenario() -> tuple[Document | ConsoleError, FaultServer]:
        async with FaultServer(behaviour) as server, asyncio.timeout(PATIENCE):
            try:
                return await fetcher.fetch(f"{server.url}{path}"), server
            except ConsoleError as error:
                return error, server

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:a9fe:a9fe::1]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://100.100.100.200/",
        "https://168.63.129.16/",
        "https://2852039166/",
        "https://0xA9FEA9FE/",
        "https://0251.0376.0251.0376/",
        "https://169.254.43518/",
        "https://0.0.0.0/",
        "https://[::]/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://metadata.google.internal/",
        "https://metadata.google.internal./",
        "https://user@issuer.test/",
        "https://issuer.test:secret@169.254.169.254/",
        "https://user:@issuer.test/",
        "http://issuer.test/",
        "http://10.0.0.5/",
        "http://127.0.0.1.nip.test/",
        "ftp://issuer.test/",
        "file:///etc/passwd",
        "//issuer.test/",
        "issuer.test",
        "",
        "https://",
        "https://issuer.test:99999/",
        "https://issuer .test/",
        "https://issuer.test/\r\nHost: x",
        "https://\u202eissuer.test\x1b]0;x\x07/",
    ],
)
def test_hostile_urls_are_refused_before_anything_is_asked(url: str) -> None:
    names = Names()
    error = fetched(url, names)
    assert type(error) is Refused
    assert names.asked == []
    assert (error.message + error.hint).isprintable()


@pytest.mark.parametrize(
    "addresses",
    [
        ["169.254.169.254"],
        ["93.184.216.34", "169.254.169.254"],
        ["::ffff:169.254.169.254"],
        ["127.0.0.1"],
        ["::1"],
        ["0.0.0.0"],
        ["fe80::1%eth0"],
        ["224.0.0.251"],
    ],
)
def test_names_that_lead_inside_are_refused(addresses: list[str]) -> None:
    error = fetched("https://issuer.test/", Names(issuer=addresses))
    assert type(error) is Refused
    assert "was not asked" in error.message


def test_a_name_without_an_address() -> None:
    assert type(fetched("https://issuer.test/", Names())) is Unreachable
    assert type(fetched(f"https://{'a' * 70}.test/", None)) is Unreachable


@pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.1", "fd12::1", "127.0.0.1"])
def test_a_document_cannot_lead_into_a_private_net(address: str) -> None:
    error = fetched("https://keys.test/", Names(keys=[address]), public_only=True)
    assert type(error) is Refused


def test_the_connection_goes_to_the_address_that_was_looked_at(tmp_path: Path) -> None:
    """The name is looked up once, the request names the host, and the certificate is checked for the host."""
    ours = authority()
    certificate = served(tmp_path, ours, host="localhost")
    fetcher_names = Names(localhost=["127.0.0.1"])

    async def scenario() -> tuple[Document, FaultServer]:
        fetcher = PublicFetcher(tls.trusting_context(ours.save(tmp_path / "ca.pem")), fetcher_names)
        async with FaultServer(fault.reply(200, DOCUMENT), tls=certificate.context) as server:
            return await fetcher.fetch(f"https://localhost:{server.port}/doc?appid=1"), server

    document, server = asyncio.run(scenario())
    (arrival,) = server.arrivals
    assert (arrival.method, arrival.target) == ("GET", "/doc?appid=1")
    assert arrival.headers["host"] == f"localhost:{server.port}"
    assert "authorization" not in arrival.headers
    assert (document.address, document.content) == ("127.0.0.1", DOCUMENT)
    assert fetcher_names.asked == ["localhost"]


def test_a_name_that_changes_its_mind_leads_nowhere_else() -> None:
    """What the system would say of the name by now does not matter: only the address that was looked at does."""

    async def scenario() -> None:
        async with FaultServer(fault.reply(200, DOCUMENT)) as server:
            fetcher = PublicFetcher(tls.trusting_nobody(), Names(localhost=["127.0.0.2"]), seconds=1.0)
            with pytest.raises(Unreachable):
                await fetcher.fetch(f"http://localhost:{server.port}/")
        assert server.connections == 0

    asyncio.run(scenario())


def test_a_certificate_for_another_name(tmp_path: Path) -> None:
    ours = authority()
    certificate = served(tmp_path, ours, host="issuer.test")

    async def scenario() -> None:
        fetcher = PublicFetcher(tls.trusting_context(ours.save(tmp_path / "ca.pem")))
        async with FaultServer(fault.reply(200, DOCUMENT), tls=certificate.context) as server:
            with pytest.raises(TlsUntrusted, match="another name"):
                await fetcher.fetch(f"https://localhost:{server.port}/")
            assert server.arrivals == []

    asyncio.run(scenario())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(200, DOCUMENT)) as inside:
            elsewhere = fault.reply(status, b"", location=f"{inside.url}/latest/meta-data")
            async with FaultServer(elsewhere) as server:
                with pytest.raises(Redirected, match="redirects instead of answering"):
                    await PublicFetcher(tls.trusting_nobody()).fetch(f"{server.url}/doc")
            assert inside.connections == 0

    asyncio.run(scenario())


HOSTILE_ANSWERS: dict[str, tuple[Behaviour, type[ConsoleError]]] = {
    "a large body": (fault.reply(200, b"x" * (LIMIT + 1)), TooLarge),
    "a body without an end": (fault.flood(200), TooLarge),
    "a gzip bomb": (fault.gzip_bomb(50), TooLarge),
    "deep brackets": (fault.reply(200, b"[" * 100_000), TooLarge),
    "deep JSON": (fault.reply(200, b'{"a":' * 500 + b"1" + b"}" * 500), TooLarge),
    "a drip": (fault.drip, DeadlineExceeded),
    "no answer": (fault.hang, DeadlineExceeded),
    "headers without an end": (fault.endless_headers, ConsoleError),
    "no HTTP": (fault.garbage, BadResponse),
    "a cut body": (fault.truncate, Unreachable),
    "a reset": (fault.reset, Unreachable),
    "a close": (fault.close, Unreachable),
    "a login page": (fault.reply(200, "<html><title>Log in</title></html>"), BadResponse),
    "an array": (fault.reply(200, []), BadResponse),
    "nothing": (fault.reply(200, b""), BadResponse),
    "another encoding": (fault.reply(200, b"\xff\xfe{}"), BadResponse),
    "no content": (fault.reply(204, b""), BadResponse),
    "404": (fault.reply(404, {"error": "no"}), BadResponse),
    "500": (fault.reply(500, "\x1b]0;x\x07 failed"), BadResponse),
    "401": (fault.reply(401, {"errors": [{"message": "who?"}]}), BadResponse),
}


@pytest.mark.parametrize("answer", HOSTILE_ANSWERS)
def test_hostile_answers_end_in_named_errors(answer: str) -> None:
    behaviour, kind = HOSTILE_ANSWERS[answer]
    error, server = answered(behaviour)
    assert isinstance(error, kind), error
    assert len(server.arrivals) == 1
    assert (error.message + error.hint).isprintable()
    assert error.hint


def test_nothing_listens() -> None:
    error = fetched("http://127.0.0.1:1/doc")
    assert type(error) is Unreachable
    assert "The platform has to reach it as well" in error.hint


def test_behind_a_proxy_the_proxy_connects_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(403, "no")) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            with pytest.raises(Unreachable, match="The proxy"):
                await PublicFetcher(tls.trusting_context(None), Names()).fetch("https://issuer.test/")
        assert [arrival.target for arrival in proxy.arrivals] == ["issuer.test:443"]

    asyncio.run(scenario())


def test_a_proxy_is_left_out_where_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(200, DOCUMENT)) as proxy, FaultServer(fault.reply(200, DOCUMENT)) as server:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            assert await PublicFetcher(tls.trusting_nobody()).fetch(server.url)
        assert (proxy.connections, len(server.arrivals)) == (0, 1)

    asyncio.run(scenario())


def test_a_discovery_and_its_keys() -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(200, {})) as server:
            discovery = {
                "issuer": server.url,
                "jwks_uri": f"{server.url}/jwks",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
            keys = [
                {"kid": "a", "kty": "RSA", "alg": "RS256", "use": "sig", "n": "…", "e": "AQAB"},
                {"kty": "EC", "crv": "P-256", "kid": 7, "d": "secret"},
                "nothing",
            ]
            server.behaviours = (fault.reply(200, discovery), fault.reply(200, {"keys": keys}))
            fetcher = PublicFetcher(tls.trusting_nobody())
            found = (await fetch_discovery(fetcher, f"{server.url}/")).discovery
            assert (found.issuer, found.algorithms) == (server.url, ("RS256",))
            first, second = (await fetch_keys(fetcher, found)).keys
            assert (first.key_id, first.kind, first.algorithm, first.private) == ("a", "RSA", "RS256", ())
            assert (second.key_id, second.curve, second.private) == (None, "P-256", ("d",))
        assert [arrival.target for arrival in server.arrivals] == ["/.well-known/openid-configuration", "/jwks"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("jwks_uri", "message"),
    [
        (None, "does not say where the keys are"),
        ("https://169.254.169.254/keys", "was not fetched"),
        ("http://127.0.0.1:1/keys", "which is private"),
        ("file:///etc/passwd", "was not fetched"),
    ],
)
def test_keys_that_lead_astray(jwks_uri: str | None, message: str) -> None:
    """On another origin, also loopback is inside."""
    discovery = Discovery(
        url="https://issuer.test/.well-known/openid-configuration",
        issuer=Untrusted("https://issuer.test"),
        jwks_uri=Untrusted(jwks_uri) if jwks_uri else None,
    )
    with pytest.raises(ConsoleError, match=message):
        asyncio.run(fetch_keys(PublicFetcher(tls.trusting_nobody()), discovery))


def test_keys_that_are_no_list() -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(200, {"keys": {"a": 1}})) as server:
            discovery = Discovery(url=server.url, issuer=None, jwks_uri=Untrusted(f"{server.url}/jwks"))
            with pytest.raises(BadResponse, match="no list of keys"):
                await fetch_keys(PublicFetcher(tls.trusting_nobody()), discovery)

    asyncio.run(scenario())
