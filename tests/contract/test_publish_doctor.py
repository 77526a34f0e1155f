"""`jfconsole doctor publish`: what is published is read again over a socket, and every way to get it wrong is seen."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.checks import Verdict
from jfconsole.issuer.documents import documents
from jfconsole.services.issuer import IssuerService
from jfconsole.services.publish_doctor import publication, read_again
from jfconsole.services.trust_findings import Code, Found, Stage, is_healthy
from tests.support.command import Command
from tests.support.pulling import make_store

JWKS = "/jwt/jfrog/jwks"
ALGORITHMS = "id_token_signing_alg_values_supported"
DISCOVERY = "/jwt/jfrog/.well-known/openid-configuration"


@dataclass
class Site:
    """A static site on a real socket: `files` by path, each with its headers; `moved` ones redirect."""

    url: str = ""
    files: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    date: float | None = None


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = served.files.get(self.path)
            if self.path in served.moved:
                self._answer(302, b"", {"Location": served.url})
            elif found is None:
                self._answer(404, b"", {})
            else:
                self._answer(200, *found)

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response_only(status)
            sent = {"Date": formatdate(served.date or time.time(), usegmt=True), "Content-Length": str(len(body))}
            for name, value in (sent | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def store(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Command:
    cli = make_store(Command(tmp_path_factory.mktemp("store")))
    for plural, record in (
        ("keys", {"name": "k"}),
        ("issuers", {"name": "jfrog", "signing-key": "k", "issuer": f"{site.url}/jwt/jfrog"}),
    ):
        assert cli(plural, "apply", "-f", "-", "--yes", stdin=json.dumps(record)).code == 0
    assert cli("keys", "rotate", "k", "--yes").code == 0
    return cli


@pytest.fixture
def service(site: Site, store: Command) -> Iterator[IssuerService]:
    """The issuer, with its documents published as they should be."""
    made = IssuerService(store.home / "jfconsole" / "state")
    state = made.local.state()
    for document in documents(state, "jfrog", made.local.now()):
        headers = {"Content-Type": document.content_type, "Cache-Control": document.cache_control}
        site.files[f"/jwt/jfrog{document.path}"] = (document.body, headers)
    site.moved, site.date = set(), None
    yield made
    made.close()


def examined(service: IssuerService, **options: Any) -> tuple[Found, ...]:
    return asyncio.run(read_again(publication(service.local.state(), "jfrog", **options)))


def edit(site: Site, path: str, change: Callable[[dict[str, Any]], object]) -> None:
    body, headers = site.files[path]
    document = json.loads(body)
    change(document)
    site.files[path] = (json.dumps(document).encode(), headers)


def key(site: Site, state: str, service: IssuerService) -> dict[str, Any]:
    """The published key of a version in that state."""
    versions = service.local.state().keys["k"].versions
    (kid,) = (version.kid for version in versions if version.state == state)
    return next(key for key in json.loads(site.files[JWKS][0])["keys"] if key["kid"] == kid)


def told(found: tuple[Found, ...]) -> set[tuple[StrEnum, Verdict]]:
    """What is not as it should be; each with what to do."""
    odd = [one for one in found if one.code is not Code.OK]
    assert all(one.sentence and one.fix for one in odd)
    return {(one.code, one.verdict) for one in odd}


def test_all_is_well(service: IssuerService) -> None:
    found = examined(service)
    assert told(found) == set()
    assert {one.stage for one in found} == {Stage.DISCOVERY, Stage.ISSUER, Stage.KEYS, Stage.TIMES}
    assert is_healthy(found)


EDITS: dict[str, tuple[str, Callable[[dict[str, Any]], object], Code, Verdict]] = {
    "issuer with a slash": (DISCOVERY, lambda it: it.update(issuer=f"{it['issuer']}/"), Code.ISSUER_SLASH, Verdict.BAD),
    "other issuer": (DISCOVERY, lambda it: it.update(issuer="https://x.example"), Code.ISSUER_DIFFERS, Verdict.BAD),
    "no issuer": (DISCOVERY, lambda it: it.pop("issuer"), Code.ISSUER_DIFFERS, Verdict.BAD),
    "keys elsewhere": (DISCOVERY, lambda it: it.update(jwks_uri="https://x.example"), Code.JWKS_ELSEWHERE, Verdict.BAD),
    "no algorithms": (DISCOVERY, lambda it: it.pop(ALGORITHMS), Code.ALGORITHM_UNLISTED, Verdict.BAD),
    "other algorithms": (
        DISCOVERY,
        lambda it: it.update({ALGORITHMS: ["RS256"]}),
        Code.ALGORITHM_UNLISTED,
        Verdict.BAD,
    ),
    "private member": (JWKS, lambda it: it["keys"][0].update(d="AQAB"), Code.KEYS_PRIVATE, Verdict.BAD),
    "another point": (JWKS, lambda it: it["keys"][0].update(x="A" * 43), Code.KID_NO_THUMBPRINT, Verdict.BAD),
    "no kid": (JWKS, lambda it: it["keys"][0].pop("kid"), Code.KID_NO_THUMBPRINT, Verdict.BAD),
    "twice": (JWKS, lambda it: it["keys"].append(it["keys"][0]), Code.KEYS_UNUSABLE, Verdict.BAD),
    "empty": (JWKS, lambda it: it["keys"].clear(), Code.KEYS_UNUSABLE, Verdict.BAD),
    "no list": (JWKS, lambda it: it.update(keys={}), Code.KEYS_UNUSABLE, Verdict.BAD),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_document_that_differs(name: str, site: Site, service: IssuerService) -> None:
    path, change, code, verdict = EDITS[name]
    edit(site, path, change)
    found = examined(service)
    assert (code, verdict) in told(found)
    assert not is_healthy(found)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("claims_supported", lambda claims: claims.append("team")),
        ("claims_supported", lambda claims: claims.remove("jti")),
        (ALGORITHMS, lambda algorithms: algorithms.append("RS256")),
    ],
)
def test_a_discovery_document_of_yesterday(
    field: str, change: Callable[[list[str]], object], site: Site, service: IssuerService
) -> None:
    edit(site, DISCOVERY, lambda it: change(it[field]))
    found = examined(service)
    assert told(found) == {(Code.DISCOVERY_STALE, Verdict.WARNING)}
    assert any(field in one.sentence for one in found)
    assert is_healthy(found)


def test_what_a_site_adds_or_sorts_differently(site: Site, service: IssuerService) -> None:
    edit(site, DISCOVERY, lambda it: it.update(claims_supported=it["claims_supported"][::-1], logo="x"))
    assert told(examined(service)) == set()


@pytest.mark.parametrize(
    ("state", "verdict"), [("active", Verdict.BAD), ("retiring", Verdict.BAD), ("next", Verdict.WARNING)]
)
def test_a_key_that_is_missing(state: str, verdict: Verdict, site: Site, service: IssuerService) -> None:
    missing = key(site, state, service)
    edit(site, JWKS, lambda it: it["keys"].remove(missing))
    assert told(examined(service)) == {(Code.KEYS_MISSING, verdict)}


def test_a_key_that_should_not_be_there(site: Site, service: IssuerService) -> None:
    later = service.local.now() + 90 * 86_400
    assert (Code.KEYS_EXTRA, Verdict.WARNING) in told(examined(service, now=later))
    strange = {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "alg": "EdDSA", "kid": "strange"}
    edit(site, JWKS, lambda it: it["keys"].append(strange))
    assert (Code.KEYS_EXTRA, Verdict.BAD) in told(examined(service))


@pytest.mark.parametrize(
    ("path", "header", "value", "expected"),
    [
        (JWKS, "Content-Type", "application/json; charset=utf-8", None),
        (JWKS, "Content-Type", "application/octet-stream", (Code.CONTENT_TYPE, Verdict.WARNING)),
        (DISCOVERY, "Content-Type", "text/plain", (Code.CONTENT_TYPE, Verdict.WARNING)),
        (JWKS, "Cache-Control", "public, max-age=300", None),
        (JWKS, "Cache-Control", "no-store", None),
        (JWKS, "Cache-Control", "public, max-age=301", (Code.MAX_AGE, Verdict.BAD)),
        (DISCOVERY, "Cache-Control", "MAX-AGE=86400", (Code.MAX_AGE, Verdict.BAD)),
        (JWKS, "Cache-Control", "public", (Code.MAX_AGE, Verdict.WARNING)),
    ],
)
def test_how_they_are_served(
    path: str, header: str, value: str, expected: tuple[Code, Verdict] | None, site: Site, service: IssuerService
) -> None:
    body, headers = site.files[path]
    site.files[path] = (body, {**headers, header: value})
    assert told(examined(service)) == ({expected} if expected else set())


def test_what_cannot_be_read(site: Site, service: IssuerService) -> None:
    site.moved = {JWKS}
    assert told(examined(service)) == {(Code.KEYS_UNREACHABLE, Verdict.BAD)}
    site.moved = {DISCOVERY}
    assert told(examined(service)) == {(Code.DISCOVERY_REDIRECT, Verdict.BAD)}
    site.moved = set()
    site.files[DISCOVERY] = (b"<html>", {})
    assert told(examined(service)) == {(Code.DISCOVERY_INVALID, Verdict.BAD)}
    assert told(examined(service, url=f"{site.url}/elsewhere")) == {(Code.DISCOVERY_INVALID, Verdict.BAD)}


@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_clocks_that_differ(ahead: int, site: Site, service: IssuerService) -> None:
    site.date = time.time() + ahead
    assert told(examined(service)) == {(Code.CLOCK_SKEW, Verdict.BAD)}


def test_the_verb(site: Site, service: IssuerService, store: Command) -> None:
    well = store("doctor", "publish", "jfrog")
    assert (well.code, well.err) == (0, "")
    edit(site, DISCOVERY, lambda it: it.update(issuer=f"{it['issuer']}/"))
    ill = store("doctor", "publish", "jfrog", "--json")
    assert ill.code == 1
    record = ill.json["publication"]
    assert (record["issuer"], record["healthy"], record["cause"]) == ("jfrog", False, "issuer-slash")
    words = store("doctor", "publish", "jfrog")
    assert words.code == 1
    assert "to change:" in words.out
    elsewhere = store("doctor", "publish", "jfrog", "--url", f"{site.url}/elsewhere", "--json")
    assert elsewhere.json["publication"]["cause"] == "discovery-invalid"
    assert store("doctor", "publish", "none").code == 4
    assert store("doctor", "publish", "jfrog", "--ca-cert", str(Path(__file__))).code == 2
