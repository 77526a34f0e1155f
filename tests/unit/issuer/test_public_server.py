"""The public server on real sockets: two documents, for GET and HEAD, whoever asks however slowly."""

from __future__ import annotations

import http.client
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import jwt
import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from jfconsole.domain.errors import ConsoleError, Refused
from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.transit_keys import Cipher, TransitKey
from jfconsole.issuer import publishing
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.minting import MintedToken
from jfconsole.issuer.public_app import PublicApp
from jfconsole.issuer.public_server import PublicServer, _Connection, listen, own_hosts, server
from tests.unit.issuer.at_hand import PASSPHRASE, REQUEST, Clock, ready_issuer


@dataclass
class Serving:
    """An issuer that is served, and its hits."""

    issuer: LocalIssuer
    clock: Clock
    port: int
    hits: list[tuple[float, str, str, int]]
    process: PublicServer

    @property
    def url(self) -> str:
        return self.issuer.state().url("jfrog")

    def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """The issuer of the tests on a free port; its clock is the real one, plus what a test adds."""
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    clock = Clock(int(time.time()))
    with ready_issuer(tmp_path / "state", clock, base=f"http://127.0.0.1:{port}") as issuer:
        hits: list[tuple[float, str, str, int]] = []
        app = PublicApp(issuer.state, own_hosts(listener), lambda *hit: hits.append(hit), clock)
        ready = threading.Event()
        process = server(app, ready.set)
        thread = threading.Thread(target=process.run, args=([listener],))
        thread.start()
        assert ready.wait(30)
        try:
            yield Serving(issuer, clock, port, hits, process)
        finally:
            process.should_exit = True
            thread.join(30)
            listener.close()
        assert not thread.is_alive()


def test_the_two_documents(serving: Serving) -> None:
    path = urlsplit(serving.url).path
    answer, body = serving.ask(f"{path}/.well-known/openid-configuration")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    found = json.loads(body)
    assert found["issuer"] == serving.url
    assert found["jwks_uri"] == f"{serving.url}/jwks"
    assert set(found) == {
        "issuer",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "scopes_supported",
        "claims_supported",
    }
    answer, body = serving.ask(f"{path}/jwks")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/jwk-set+json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert [set(key) for key in json.loads(body)["keys"]] == [{"kty", "crv", "x", "y", "use", "alg", "kid"}] * 2
    assert "server" not in answer.headers
    assert [hit[3] for hit in serving.hits] == [200, 200]


def test_head_and_conditional_requests(serving: Serving) -> None:
    path = f"{urlsplit(serving.url).path}/jwks"
    answer, body = serving.ask(path)
    etag = answer.headers["etag"]
    head, nothing = serving.ask(path, "HEAD")
    assert (head.status, nothing, head.headers["content-length"]) == (200, b"", str(len(body)))
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer, nothing = serving.ask(path, headers={"If-None-Match": known})
        assert (answer.status, nothing, answer.headers["etag"]) == (304, b"", etag)
    serving.issuer.rotate_key("k")
    answer, _ = serving.ask(path, headers={"If-None-Match": etag})
    assert answer.status == 200
    assert answer.headers["etag"] != etag


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"])
def test_nothing_but_reading(serving: Serving, method: str) -> None:
    path = f"{urlsplit(serving.url).path}/jwks"
    answer, body = serving.ask(path, method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert b"keys" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/jwks",
        "{}",
        "{}/",
        "{}/jwks/",
        "{}/jwk%73",
        "{}//jwks",
        "{}/./jwks",
        "{}/../jfrog/jwks",
        "{}/roles/pulls/mint",
        "{}/.well-known/",
        "{}x/jwks",
        "/.well-known/openid-configuration",
        "/issuer.db",
    ],
)
def test_nothing_but_the_two_paths(serving: Serving, path: str) -> None:
    answer, _ = serving.ask(path.format(urlsplit(serving.url).path))
    assert answer.status == 404
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example", "a:b:c"])
def test_another_host_is_refused(serving: Serving, host: str) -> None:
    path = f"{urlsplit(serving.url).path}/jwks"
    answer, body = serving.ask(path, headers={"Host": host})
    assert answer.status in {400, 421}
    assert b"keys" not in body


def test_hosts_that_are_served(serving: Serving) -> None:
    issuer = serving.issuer
    issuer.put_issuer(JwtIssuer(name="public", signing_key="k", issuer="https://id.acme.example/jwt"))
    answer, _ = serving.ask("/jwt/jwks", headers={"Host": "ID.acme.example"})
    assert answer.status == 200
    assert serving.ask("/jwt/jwks")[0].status == 200
    assert serving.ask("/jwt/jwks", headers={"Host": "other.example"})[0].status == 421
    assert serving.ask(f"{urlsplit(serving.url).path}/jwks", headers={"Host": "id.acme.example"})[0].status == 404


def test_two_hosts_and_bodies_are_refused(serving: Serving) -> None:
    path = f"{urlsplit(serving.url).path}/jwks"
    assert serving.ask(path, body=b"x" * 100)[0].status == 413
    assert raw(serving, f"GET {path} HTTP/1.1\r\nHost: a\r\nHost: 127.0.0.1:{serving.port}\r\n\r\n").startswith(
        b"HTTP/1.1 400"
    )
    chunked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{serving.port}\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(serving, chunked).startswith(b"HTTP/1.1 413")


def test_a_request_has_a_largest_size(serving: Serving) -> None:
    assert raw(serving, f"GET / HTTP/1.1\r\nX: {'x' * 70_000}\r\n\r\n")[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 431", b""}
    assert raw(serving, "\x00\x01 nonsense\r\n\r\n").startswith(b"HTTP/1.1 400")


def raw(serving: Serving, request: str) -> bytes:
    """Send bytes, read until the server closes or has answered."""
    with socket.create_connection(("127.0.0.1", serving.port), timeout=20) as connection:
        try:
            connection.sendall(request.encode("latin-1"))
            return connection.recv(4096)
        except ConnectionError:
            return b""


@pytest.mark.parametrize("beginning", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX: "])
def test_a_slow_client_is_let_go(serving: Serving, monkeypatch: pytest.MonkeyPatch, beginning: bytes) -> None:
    monkeypatch.setattr(_Connection, "receive_seconds", 0.2)
    with socket.create_connection(("127.0.0.1", serving.port), timeout=20) as connection:
        connection.sendall(beginning)
        with suppress(ConnectionResetError):
            assert connection.recv(100) == b""
    monkeypatch.undo()
    assert serving.ask(f"{urlsplit(serving.url).path}/jwks")[0].status == 200


def test_a_client_that_drips_has_no_more_time_than_others(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Connection, "receive_seconds", 0.2)
    with socket.create_connection(("127.0.0.1", serving.port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
        with suppress(ConnectionError):
            while not select.select([connection], [], [], 0.02)[0]:
                connection.sendall(b"x")
            assert connection.recv(100) == b""


def test_a_client_that_does_not_read_is_let_go(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Connection, "receive_seconds", 0.2)
    request = f"GET {urlsplit(serving.url).path}/jwks HTTP/1.1\r\nHost: 127.0.0.1:{serving.port}\r\n\r\n".encode() * 50
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", serving.port))
        with suppress(ConnectionError):
            while True:
                connection.sendall(request)
    assert serving.ask(f"{urlsplit(serving.url).path}/jwks")[0].status == 200


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
def test_a_web_page_gets_what_everybody_gets(serving: Serving, origin: str | None) -> None:
    """All that a page can vary at will: the method, the kind and size of a body, and, by rebinding, the host."""
    path = f"{urlsplit(serving.url).path}/jwks"
    kinds = ("text/plain", "application/x-www-form-urlencoded", "application/json")
    for method, host, kind, size in product(
        ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"),
        (f"127.0.0.1:{serving.port}", "rebound.evil.example"),
        kinds,
        (0, 4096),
    ):
        headers = {"Host": host, "Content-Type": kind} | ({"Origin": origin} if origin else {})
        if method == "OPTIONS":
            headers |= {"Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"}
        answer, body = serving.ask(path, method, headers, b"x" * size or None)
        good = method in {"GET", "HEAD"} and host != "rebound.evil.example" and not size
        assert (answer.status == 200) is good, (method, host, kind, size, answer.status)
        assert good or answer.status in {405, 413, 421}
        assert (b"keys" in body) is (good and method == "GET")
        granted = {name.lower() for name in answer.headers if name.lower().startswith("access-control")}
        assert granted <= {"access-control-allow-origin"}
        assert "set-cookie" not in answer.headers


def test_it_ends_though_a_client_hangs(serving: Serving) -> None:
    with socket.create_connection(("127.0.0.1", serving.port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        serving.process.should_exit = True
        with suppress(ConnectionResetError):
            assert connection.recv(100) == b""


def test_the_documents_are_served_while_the_vault_is_locked(serving: Serving) -> None:
    serving.issuer.vault.lock()
    assert serving.ask(f"{urlsplit(serving.url).path}/jwks")[0].status == 200


def test_a_broken_store_is_a_503_without_details(serving: Serving) -> None:
    path = f"{urlsplit(serving.url).path}/jwks"
    with serving.issuer.store.writing() as db:
        db.execute("UPDATE records SET body = 'x' WHERE kind = 'issuer'")
    answer, body = serving.ask(path)
    assert (answer.status, body) == (503, b"The keys cannot be read at the moment\n")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "255.255.255.255"])
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(Refused, match="no loopback address"):
        listen(host, 0)


# -- verifiers of other people -------------------------------------------------------------------------


def joserfc_says(token: MintedToken, keys: KeySet, algorithm: str) -> dict[str, object]:
    """The claims, once joserfc has checked the signature."""
    return dict(joserfc_jwt.decode(token.jwt.reveal(), keys, algorithms=[algorithm]).claims)


@pytest.mark.parametrize("cipher", [Cipher.ECDSA_P256, Cipher.ECDSA_P384, Cipher.ED25519, Cipher.RSA_2048])
@pytest.mark.filterwarnings("ignore:EdDSA")
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_verifiers_with_what_they_know_accept_every_token_across_rotations(serving: Serving, cipher: Cipher) -> None:
    """PyJWT's client and joserfc, set up before the first rotation and after each: none waits, none refetches early."""
    issuer = serving.issuer
    if cipher is not Cipher.ECDSA_P256:
        issuer.create_key(TransitKey(name="other", cipher=cipher))
        issuer.put_issuer(replace(issuer.state().issuers["jfrog"].issuer, signing_key="other"))
        serving.clock.now += 302
    name = issuer.state().signing_key("jfrog", int(serving.clock.now))
    discovery = json.loads(serving.ask(f"{urlsplit(serving.url).path}/.well-known/openid-configuration")[1])
    tokens: list[MintedToken] = []
    verifiers: list[tuple[jwt.PyJWKClient, KeySet]] = []
    for _ in range(3):
        client = jwt.PyJWKClient(discovery["jwks_uri"], timeout=20)
        client.fetch_data()
        keys = KeySet.import_key_set(json.loads(serving.ask(urlsplit(discovery["jwks_uri"]).path)[1]))
        verifiers.append((client, keys))
        tokens.append(issuer.mint(REQUEST))
        serving.issuer.rotate_key(name)
        tokens.append(issuer.mint(REQUEST))
        for token in tokens[-2:]:
            fetches = len(serving.hits)
            found = client.get_signing_key_from_jwt(token.jwt.reveal())
            assert len(serving.hits) == fetches
            said = jwt.decode(
                token.jwt.reveal(),
                found,
                algorithms=[cipher.algorithm],
                audience="acme.jfrog.io",
                issuer=discovery["issuer"],
                options={"verify_iat": False, "verify_nbf": False, "verify_exp": False},
            )
            assert said == dict(token.claims) == joserfc_says(token, keys, cipher.algorithm)
        serving.clock.now += 302
    latest = KeySet.import_key_set(json.loads(serving.ask(urlsplit(discovery["jwks_uri"]).path)[1]))
    for token in tokens:
        assert joserfc_says(token, latest, cipher.algorithm) == dict(token.claims)
    assert len({token.kid for token in tokens}) == 4


# -- static export -------------------------------------------------------------------------------------


def test_the_export_is_what_is_served(serving: Serving, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    serving.issuer.vault.lock()
    made = publishing.publish(serving.issuer.store, "jfrog", folder, int(serving.clock.now))
    assert [file.url for file in made.files] == [
        f"{serving.url}/jwks",
        f"{serving.url}/.well-known/openid-configuration",
    ]
    for file in made.files:
        answer, body = serving.ask(urlsplit(file.url).path)
        assert file.file.read_bytes() == body
        assert file.content_type == answer.headers["content-type"]
        assert file.cache_control == answer.headers["cache-control"]
        assert file.file.stat().st_mode & 0o777 == 0o644
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == {
        "jwks",
        ".well-known/openid-configuration",
        ".nojekyll",
    }


def test_a_key_that_is_not_exported_does_not_sign(serving: Serving, tmp_path: Path) -> None:
    issuer, clock, folder = serving.issuer, serving.clock, tmp_path / "site"
    publishing.publish(issuer.store, "jfrog", folder, int(clock.now))
    assert publishing.is_current(issuer.state(), "jfrog", int(clock.now))
    issuer.rotate_key("k")
    assert not publishing.is_current(issuer.state(), "jfrog", int(clock.now))
    clock.now += 100_000
    with pytest.raises(Refused, match="is not in what was published"):
        issuer.rotate_key("k")
    publishing.publish(issuer.store, "jfrog", folder, int(clock.now))
    clock.now += 300
    with pytest.raises(Refused, match="ready in 1 s"):
        issuer.rotate_key("k")
    clock.now += 1
    issuer.rotate_key("k")
    assert publishing.forget(issuer.store, "jfrog")
    assert not publishing.forget(issuer.store, "jfrog")


def test_whatever_is_published_may_be_stale(serving: Serving, tmp_path: Path) -> None:
    issuer, now = serving.issuer, int(serving.clock.now)
    own = JwtIssuer(name="jfrog", signing_key="k", issuer="https://own.example/jwt")
    fresher = replace(own, jwks_max_age=240)
    claims = IssuerRole(
        issuer="jfrog", name="more", subject_template="x", require_audience=False, fixed_claims=(("team", "x"),)
    )
    changes: list[tuple[Callable[[], None], bool]] = [
        (lambda: issuer.set_public_base("https://elsewhere.example"), True),
        (lambda: issuer.put_issuer(own), True),
        (lambda: issuer.put_issuer(fresher), True),
        (lambda: issuer.put_issuer(replace(fresher, verbose_logging=True)), False),
        (lambda: issuer.put_role(claims), True),
        (lambda: issuer.create_key(TransitKey(name="other")), False),
    ]
    for change, stale in changes:
        publishing.publish(issuer.store, "jfrog", tmp_path / "site", now)
        assert publishing.is_current(issuer.state(), "jfrog", now)
        change()
        assert publishing.is_current(issuer.state(), "jfrog", now) is not stale


def test_a_switch_waits_for_the_export(serving: Serving, tmp_path: Path) -> None:

    issuer, clock, folder = serving.issuer, serving.clock, tmp_path / "site"
    publishing.publish(issuer.store, "jfrog", folder, int(clock.now))
    issuer.create_key(TransitKey(name="new"))
    old = issuer.mint(REQUEST).kid
    issuer.put_issuer(replace(issuer.state().issuers["jfrog"].issuer, signing_key="new"))
    clock.now += 100_000
    assert issuer.mint(REQUEST).kid == old
    publishing.publish(issuer.store, "jfrog", folder, int(clock.now))
    assert issuer.mint(REQUEST).kid == old
    clock.now += 301
    assert issuer.mint(REQUEST).kid == issuer.state().keys["new"].active.kid
    clock.now += 2
    assert old in folder.joinpath("jwks").read_text()
    assert old in serving.ask(f"{urlsplit(serving.url).path}/jwks")[1].decode()


def test_publishing_an_issuer_that_is_not_there(serving: Serving, tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match="no issuer"):
        publishing.publish(serving.issuer.store, "none", tmp_path / "site", 0)
    serving.issuer.vault.lock()
    serving.issuer.vault.unlock(PASSPHRASE)
