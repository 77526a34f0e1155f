"""The exchange on real sockets: whose token is believed, and how one is refused. Issuer and signatures are not ours."""

import base64
import hmac
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support import certificates
from tests.support.identity import make_user, message
from tests.support.oidc_issuer import DISCOVERY, JWKS, OidcIssuer, new_key
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trust import EXCHANGE, GRANT, ID_TOKEN, OIDC, exchange, make_integration, make_mapping

NO_KEY = (400, "Failed to get public key")
NO_AUDIENCE = (400, "Invalid audience")
REFUSED = (401, "Bad Credentials")


@pytest.fixture(scope="module")
def trusting() -> Iterator[RunningSandbox]:
    """A fresh platform that takes tokens of issuers on loopback without TLS."""
    with RunningSandbox(arguments=["--allow-http-issuers"]) as running:
        yield running


@pytest.fixture
def client(trusting: RunningSandbox) -> Iterator[httpx.Client]:
    trusting.reset()
    with trusting.http() as client:
        yield client


@pytest.fixture
def nobody(trusting: RunningSandbox) -> Iterator[httpx.Client]:
    with trusting.http(token="") as client:
        yield client


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    with OidcIssuer() as issuer:
        yield issuer


def trust(client: httpx.Client, issuer: OidcIssuer, **fields: object) -> None:
    make_integration(client, "ci", issuer.url, **fields)
    make_mapping(client, "ci", "any")


def test_the_answer_is_a_token_that_works(
    client: httpx.Client, nobody: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer
) -> None:
    make_user(client, "puller")
    make_integration(client, "strongbox", issuer.url, audience="registry.example.test:5000")
    spec: Json = {"username": "puller", "scope": "applied-permissions/user", "audience": "jfrt@*", "expires_in": 600}
    make_mapping(client, "strongbox", "pull", {"sub": "registry-pull"}, **spec)
    answer = exchange(nobody, "strongbox", issuer.token(sub="registry-pull", aud="registry.example.test:5000"))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    token = body.pop("access_token")
    assert body == {
        "token_type": "Bearer",
        "expires_in": 600,
        "scope": "applied-permissions/user",
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "username": "puller",
    }
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["sub"] == f"{claims['iss']}/users/puller"
    assert (claims["aud"], claims["scp"], claims["exp"] - claims["iat"]) == ("jfrt@*", "applied-permissions/user", 600)
    with trusting.http(token=token) as bearer, trusting.http(token="") as basic:
        assert bearer.get("/artifactory/api/system/version").status_code == 200
        assert basic.get("/artifactory/api/system/version", auth=("puller", token)).status_code == 200
        wrong = basic.get("/artifactory/api/system/version", auth=("other", token))
        assert message(wrong) == (401, "Wrong username was used")
        assert bearer.get(f"{OIDC}").status_code == 401
    listed = client.get("/access/api/v1/tokens").json()["tokens"]
    assert claims["jti"] not in {row["token_id"] for row in listed}


def test_what_clients_add_does_not_matter(client: httpx.Client, nobody: httpx.Client, issuer: OidcIssuer) -> None:
    trust(client, issuer)
    fields: dict[str, object] = {
        "provider_type": "GenericOidc",
        "audience": "something else",
        "project_key": "",
        "application_key": "",
        "identity_mapping_name": "",
        "include_reference_token": False,
        "gh_job_id": "a",
        "gh_run_id": "1",
        "repo": "r",
        "issuer_url": 5,
        "never_heard_of": {"x": [1]},
    }
    assert exchange(nobody, "ci", issuer.token(), **fields).status_code == 200
    nobody.headers["Authorization"] = "Bearer rubbish"
    assert exchange(nobody, "ci", issuer.token()).status_code == 200


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"grant_type": None}, "Invalid grant_type"),
        ({"grant_type": "client_credentials"}, "Invalid grant_type"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:jwt"}, "Invalid subject_token_type"),
        ({"subject_token": None}, "subject_token must not be blank"),
        ({"subject_token": 5}, "Invalid subject_token"),
        ({"subject_token": "x" * 70_000}, "subject_token must not exceed 65536 characters"),
        ({"provider_name": ""}, "provider_name must not be blank"),
    ],
)
def test_requests_that_are_none(
    client: httpx.Client, nobody: httpx.Client, fields: dict[str, object], refusal: str
) -> None:
    body = {"grant_type": GRANT, "subject_token_type": ID_TOKEN, "subject_token": "a.b.c", "provider_name": "ci"}
    assert message(nobody.post(EXCHANGE, json=body | fields)) == (400, refusal)
    assert nobody.post(EXCHANGE, content=b"{").status_code == 415
    assert nobody.post(EXCHANGE, content=b"{", headers={"content-type": "application/json"}).status_code == 400


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA"])
def test_algorithms(client: httpx.Client, nobody: httpx.Client, algorithm: str) -> None:
    with OidcIssuer(algorithm) as issuer:
        trust(client, issuer)
        assert exchange(nobody, "ci", issuer.token()).status_code == 200
        assert message(exchange(nobody, "ci", issuer.token(key=new_key(algorithm)))) == REFUSED


def confused(issuer: OidcIssuer) -> dict[str, str]:
    """Tokens whose header would have a verifier take what everybody knows, or what the attacker has, for the key."""
    public, mine = issuer.key.public_key(), new_key("ES256")
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = {"iss": issuer.url, "sub": "job", "exp": int(time.time()) + 300}
    own = jwt.get_algorithm_by_name("ES256").to_jwk(mine.public_key(), as_dict=True)
    secrets = {"as PEM": pem, "as JWKS": issuer.documents[JWKS], "its name": issuer.kid.encode(), "empty": b""}
    symmetric = {
        f"a secret that is the public key, {name}": hs256(
            {"alg": "HS256", "typ": "JWT", "kid": issuer.kid}, claims, secret
        )
        for name, secret in secrets.items()
    }
    headers: dict[str, dict[str, object]] = {
        "the key in the header": {"jwk": own},
        "the keys elsewhere": {"jku": f"{issuer.url}/mine"},
        "another kid": {"kid": "other"},
        "a kid that is an address": {"kid": f"{issuer.url}/mine"},
        "no kid": {"kid": None},
    }
    bearing = {name: issuer.token(header=header, key=mine) for name, header in headers.items()}
    cases = {f"alg {alg}": unsigned({"alg": alg, "kid": issuer.kid}, claims) for alg in ("None", "nOnE", "NONE", "")}
    return {**symmetric, **bearing, **cases}


def unsigned(header: dict[str, str], claims: dict[str, object]) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
    return f"{'.'.join(parts)}."


def hs256(header: dict[str, str], claims: dict[str, object], secret: bytes) -> str:
    text = unsigned(header, claims)
    mac = hmac.digest(secret, text[:-1].encode(), "sha256")
    return f"{text}{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def test_signatures_that_are_none(client: httpx.Client, nobody: httpx.Client, issuer: OidcIssuer) -> None:
    trust(client, issuer)
    good = issuer.token()
    header, payload, signature = good.split(".")
    bad: dict[str, str] = {
        "none": issuer.token(header={"alg": "none"}),
        "symmetric": issuer.token(header={"alg": "HS256"}, key="x" * 64),
        "cut": good[:-8],
        "no signature": f"{header}.{payload}.",
        "other claims": f"{header}.{payload[:-4]}AAAA.{signature}",
        "zeros": f"{header}.{payload}.{'A' * len(signature)}",
        "not ours": issuer.token(key=new_key("ES256")),
        "another algorithm": issuer.token(header={"alg": "RS256"}, key=new_key("RS256")),
        "two parts": f"{header}.{payload}",
        "no JSON": f"{payload[:8]}.{payload}.{signature}",
        "no token": "hello",
        "a list": f"W10.{payload}.{signature}",
        "deep": f"{base64.urlsafe_b64encode(b'[' * 20_000).decode().rstrip('=')}.{payload}.{signature}",
    }
    for name, token in bad.items():
        assert message(exchange(nobody, "ci", token)) == REFUSED, name
    for name, token in confused(issuer).items():
        assert message(exchange(nobody, "ci", token)) in {REFUSED, NO_KEY}, name
    assert not {path for path in issuer.asked if path not in {DISCOVERY, JWKS}}
    assert exchange(nobody, "ci", good).status_code == 200


def test_times(client: httpx.Client, nobody: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer) -> None:
    trust(client, issuer)
    now = int(trusting.clock(now=1_800_000_000, frozen=True))
    for claims, good in (
        ({"exp": now + 1, "nbf": now}, True),
        ({"exp": now, "nbf": now}, False),
        ({"exp": now + 9, "nbf": now + 1}, False),
        ({"exp": None, "nbf": now}, False),
        ({"exp": now + 9, "nbf": None}, True),
        ({"exp": str(now + 9), "nbf": None}, False),
        ({"exp": True, "nbf": None}, False),
        ({"exp": now + 9.5, "nbf": None, "iat": None}, True),
    ):
        answer = exchange(nobody, "ci", issuer.token(**claims))
        assert answer.status_code == (200 if good else 401), claims


def test_the_issuer_is_compared_to_the_letter(client: httpx.Client, nobody: httpx.Client, issuer: OidcIssuer) -> None:
    trust(client, issuer)
    for iss in (f"{issuer.url}/", issuer.url.upper(), issuer.url.replace("127.0.0.1", "localhost"), None, [issuer.url]):
        assert message(exchange(nobody, "ci", issuer.token(iss=iss))) == REFUSED, iss
    make_integration(client, "other", issuer.url, token_issuer="https://sts.example.com/")
    make_mapping(client, "other", "any")
    assert exchange(nobody, "other", issuer.token(iss="https://sts.example.com/")).status_code == 200
    assert message(exchange(nobody, "other", issuer.token())) == REFUSED


def test_a_slash_too_many_hides_the_keys(client: httpx.Client, nobody: httpx.Client, issuer: OidcIssuer) -> None:
    make_integration(client, "ci", f"{issuer.url}/")
    assert message(exchange(nobody, "ci", issuer.token())) == NO_KEY
    assert issuer.asked == [f"/{DISCOVERY}"]


def test_audiences(client: httpx.Client, nobody: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer) -> None:
    trust(client, issuer, audience="https://github.com/acme")
    for audience, good in (
        ("https://github.com/acme", True),
        (["x", "https://github.com/acme"], True),
        ("https://github.com/acme/", False),
        (["x"], False),
        ([], False),
        (None, False),
    ):
        answer = exchange(nobody, "ci", issuer.token(aud=audience), audience="https://github.com/acme")
        assert answer.status_code == 200 if good else message(answer) == NO_AUDIENCE, audience
    trusting.settings(audience_enforced=False)
    assert exchange(nobody, "ci", issuer.token(aud="x")).status_code == 200
    trusting.settings(audience_enforced=True)
    make_integration(client, "open", issuer.url)
    make_mapping(client, "open", "any")
    assert exchange(nobody, "open", issuer.token(aud="x")).status_code == 200


def test_an_unknown_provider(client: httpx.Client, nobody: httpx.Client, issuer: OidcIssuer) -> None:
    trust(client, issuer)
    assert message(exchange(nobody, "CI", issuer.token())) == REFUSED
    assert issuer.asked == []


def test_the_log_says_what_the_caller_does_not_learn(
    client: httpx.Client, nobody: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer
) -> None:
    make_integration(client, "ci", issuer.url, provider_type="GitHub", organization="acme")
    make_mapping(client, "ci", "m", {"sub": "x"})
    mine: Json = {"repository_owner": "acme"}
    for provider, token, reason in (
        ("none", issuer.token(**mine), "no such integration"),
        ("ci", "x", "bad token: malformed"),
        ("ci", issuer.token(key=new_key("ES256")), "bad token: signature"),
        ("ci", issuer.token(iss="x"), "the issuer is another"),
        ("ci", issuer.token(exp=1), "expired, or never does"),
        ("ci", issuer.token(nbf=4_000_000_000), "not yet valid"),
        ("ci", issuer.token(), "another organisation"),
        ("ci", issuer.token(**mine), "no mapping fits"),
        ("ci", issuer.token(header={"kid": "y"}), "no public key: unknown kid"),
    ):
        before = trusting.stderr()
        assert exchange(nobody, provider, token).status_code in (400, 401)
        assert trusting.stderr().removeprefix(before) == f"exchange with '{provider}' refused: {reason}\n"


def test_organisations(client: httpx.Client, nobody: httpx.Client, issuer: OidcIssuer) -> None:
    kind = {"provider_type": "GitHub"}
    trust(client, issuer, organization="acme", **kind)
    for owner, good in (("acme", True), ("ACME", False), ("evil", False), (None, False)):
        answer = exchange(nobody, "ci", issuer.token(repository_owner=owner))
        assert answer.status_code == (200 if good else 401), owner
    make_integration(client, "all", issuer.url, enable_permissive_configuration=True, **kind)
    make_mapping(client, "all", "any")
    assert exchange(nobody, "all", issuer.token(repository_owner="evil")).status_code == 200


def test_keys_are_kept_and_looked_for_once_more(
    client: httpx.Client, nobody: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer
) -> None:
    trust(client, issuer)
    for _ in range(3):
        assert exchange(nobody, "ci", issuer.token()).status_code == 200
    assert issuer.asked == [DISCOVERY, JWKS]
    old = issuer.token()
    issuer.rotate()
    assert exchange(nobody, "ci", issuer.token()).status_code == 200
    assert issuer.asked == [DISCOVERY, JWKS] * 2
    assert message(exchange(nobody, "ci", old)) == NO_KEY
    assert len(issuer.asked) == 6, "one look more, and no second one"
    trusting.clock(advance=601)
    late = issuer.token(exp=4_000_000_000)
    assert exchange(nobody, "ci", late).status_code == 200
    assert len(issuer.asked) == 8
    client.put(f"{OIDC}/ci", json={"issuer_url": issuer.url, "description": "changed"}).raise_for_status()
    assert exchange(nobody, "ci", late).status_code == 200
    assert len(issuer.asked) == 10


def test_a_dead_issuer_is_missed_when_its_keys_are_forgotten(
    client: httpx.Client, nobody: httpx.Client, trusting: RunningSandbox
) -> None:
    with OidcIssuer() as issuer:
        trust(client, issuer)
        token = issuer.token(exp=4_000_000_000)
        assert exchange(nobody, "ci", token).status_code == 200
    assert exchange(nobody, "ci", token).status_code == 200
    trusting.clock(advance=601)
    assert message(exchange(nobody, "ci", token)) == NO_KEY


def test_tokens_that_name_no_key(client: httpx.Client, nobody: httpx.Client, issuer: OidcIssuer) -> None:
    trust(client, issuer)
    plain = issuer.token(header={"kid": None})
    assert exchange(nobody, "ci", plain).status_code == 200
    issuer.publish({"a": issuer.key, "b": new_key("ES256")})
    client.put(f"{OIDC}/ci", json={"issuer_url": issuer.url}).raise_for_status()
    assert message(exchange(nobody, "ci", plain)) == NO_KEY


@pytest.mark.parametrize(
    ("path", "document"),
    [
        (DISCOVERY, None),
        (DISCOVERY, b"<html>"),
        (DISCOVERY, b"[]"),
        (DISCOVERY, b"{}"),
        (DISCOVERY, b'{"jwks_uri":5}'),
        (DISCOVERY, b'{"jwks_uri":"file:///etc/passwd"}'),
        (DISCOVERY, b'{"jwks_uri":"http://169.254.169.254/latest"}'),
        (DISCOVERY, b'{"x":' + b"[" * 100_000),
        (DISCOVERY, b'{"x":"' + b"x" * 300_000 + b'"}'),
        (JWKS, None),
        (JWKS, b"{}"),
        (JWKS, b'{"keys":{}}'),
        (JWKS, b'{"keys":[5,null,[]]}'),
        (JWKS, b'{"keys":[{"kid":"KID","kty":"oct","k":"AAAA"}]}'),
        (JWKS, b'{"keys":[{"kid":"KID","kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}]}'),
        (JWKS, b'{"keys":[{"kid":"KID","kty":"RSA","n":"AAAA","e":"AQAB"}]}'),
        (JWKS, b'{"keys":[{"kid":"KID","kty":"EC","crv":"P-256","use":"enc"}]}'),
        (JWKS, b'{"keys":[{"kid":"KID","kty":"OKP","crv":"X25519","x":"AAAA"}]}'),
        (JWKS, b'{"keys":[{"kid":"KID"}]}'),
    ],
)
def test_documents_of_no_use(
    client: httpx.Client, nobody: httpx.Client, issuer: OidcIssuer, path: str, document: bytes | None
) -> None:
    trust(client, issuer)
    if document is None:
        del issuer.documents[path]
    else:
        issuer.documents[path] = document.replace(b"KID", issuer.kid.encode())
    assert message(exchange(nobody, "ci", issuer.token())) == NO_KEY


def test_http_needs_the_switch(sandbox: RunningSandbox, issuer: OidcIssuer) -> None:
    with sandbox.http() as client:
        trust(client, issuer)
        assert message(exchange(client, "ci", issuer.token())) == NO_KEY
    assert issuer.asked == []


def test_an_issuer_with_tls_needs_an_authority_that_is_known(tmp_path: Path) -> None:
    vouching = certificates.authority()
    with OidcIssuer() as plain, _tls_front(plain, certificates.served(tmp_path, vouching).context) as url:
        documents = {DISCOVERY: json.dumps({"issuer": url, "jwks_uri": url + JWKS}).encode()}
        plain.documents |= documents
        for authority, expected in ((vouching, 200), (certificates.authority(), 400)):
            with _sandbox_that_knows(authority.save(tmp_path / "ca.pem")) as running, running.http() as client:
                make_integration(client, "ci", url)
                make_mapping(client, "ci", "any")
                assert exchange(client, "ci", plain.token(iss=url)).status_code == expected


class _tls_front:
    """The documents of an issuer, over TLS."""

    def __init__(self, issuer: OidcIssuer, context: Any) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), issuer._handler())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> str:
        self._thread.start()
        return f"https://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _sandbox_that_knows(authority: Path) -> RunningSandbox:
    """A sandbox on a machine with one authority."""
    old = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(authority)
    try:
        return RunningSandbox()
    finally:
        del os.environ["SSL_CERT_FILE"]
        if old is not None:
            os.environ["SSL_CERT_FILE"] = old


def test_others_are_answered_while_an_issuer_keeps_us_waiting(
    client: httpx.Client, nobody: httpx.Client, trusting: RunningSandbox
) -> None:
    """An issuer that accepts and says nothing holds up its own exchange only, and every change has its request."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        make_integration(client, "ci", url)
        answers: list[httpx.Response] = []
        with OidcIssuer() as issuer:
            token = issuer.token(iss=url)
        waiting = threading.Thread(target=lambda: answers.append(exchange(nobody, "ci", token)))
        waiting.start()
        connection, _ = silent.accept()
        with connection:
            make_mapping(client, "ci", "meanwhile")
            assert answers == []
        waiting.join()
    assert message(answers[0]) == NO_KEY
    arrivals = {arrival["seq"]: arrival for arrival in trusting.requests()}
    made_by = {change["key"]: arrivals[change["request"]]["path"] for change in trusting.changes()}
    assert made_by == {"ci": OIDC, "ci//meanwhile": f"{OIDC}/ci/identity_mappings"}


def test_a_token_is_masked_in_the_log_of_requests(
    client: httpx.Client, nobody: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer
) -> None:
    trust(client, issuer)
    token = issuer.token()
    exchange(nobody, "ci", token)
    assert token not in json.dumps(trusting.requests())
