"""System endpoints, errors and headers: the first calls of every client."""

import base64
import re
from datetime import datetime

import httpx
import pytest
from cryptography import x509

from tests.support.sandbox import RunningSandbox

ADMIN, USER, NOBODY, GARBAGE = "admin", "user", "nobody", "garbage"


def client_for(sandbox: RunningSandbox, who: str) -> httpx.Client:
    """A client as the administrator, as an ordinary user, as nobody, or with a token that is none."""
    if who == USER:
        return sandbox.http(token=sandbox.create_token(username="alice")["access_token"])
    return sandbox.http(token={ADMIN: None, NOBODY: "", GARBAGE: "garbage"}[who])


BASIC = "/access/api/v1/config/security/authentication/basic_authentication_enabled"


@pytest.mark.parametrize(
    ("method", "path", "admin", "user", "nobody", "garbage"),
    [
        ("GET", "/artifactory/api/system/ping", 200, 200, 200, 401),
        ("GET", "/artifactory/api/v1/system/readiness", 200, 200, 200, 401),
        ("GET", "/artifactory/api/v1/system/liveness", 200, 200, 200, 401),
        ("GET", "/artifactory/api/system/version", 200, 200, 401, 401),
        ("GET", "/artifactory/api/system/service_id", 200, 403, 401, 401),
        ("GET", "/artifactory/api/system/license", 200, 403, 401, 401),
        ("GET", "/artifactory/api/system/licenses", 200, 403, 401, 401),
        ("POST", "/artifactory/api/system/usage", 200, 200, 401, 401),
        ("GET", "/artifactory/api/security/encryptedPassword", 200, 200, 401, 401),
        ("GET", "/access/api/v1/system/ping", 200, 200, 200, 200),
        ("GET", "/access/api/v1/system/version", 200, 200, 401, 401),
        ("GET", "/access/api/v1/cert/root", 200, 403, 401, 401),
        ("GET", BASIC, 200, 403, 401, 401),
        ("GET", "/access/api/v1/tokens", 200, 200, 401, 401),
        ("GET", "/access/api/v2/users", 200, 403, 401, 401),
        ("GET", "/router/api/v1/system/ping", 200, 200, 200, 200),
        ("GET", "/router/api/v1/system/health", 200, 200, 200, 200),
        ("GET", "/access/api/v1/nothing", 404, 404, 404, 404),
        ("GET", "/artifactory/api/nothing", 404, 404, 404, 404),
        ("PUT", "/access/api/v1/tokens", 405, 405, 405, 405),
        ("PATCH", "/artifactory/api/system/version", 405, 405, 405, 405),
        ("GET", "/nothing", 404, 404, 404, 404),
        ("GET", "/", 404, 404, 404, 404),
    ],
)
def test_who_may_ask_what(
    sandbox: RunningSandbox, method: str, path: str, admin: int, user: int, nobody: int, garbage: int
) -> None:
    found = {}
    for who in (ADMIN, USER, NOBODY, GARBAGE):
        with client_for(sandbox, who) as client:
            found[who] = client.request(method, path).status_code
    assert found == {ADMIN: admin, USER: user, NOBODY: nobody, GARBAGE: garbage}


@pytest.mark.parametrize(
    ("who", "method", "path", "status", "body"),
    [
        (
            GARBAGE,
            "GET",
            "/access/api/v1/tokens",
            401,
            '{\n  "errors" : [ {\n    "code" : "UNAUTHORIZED",\n    "message" : "Invalid token, parse"\n  } ]\n}',
        ),
        (
            NOBODY,
            "GET",
            "/access/api/v1/tokens",
            401,
            '{\n  "errors" : [ {\n    "code" : "UNAUTHORIZED",\n    "message" : "HTTP 401 Unauthorized"\n  } ]\n}',
        ),
        (
            USER,
            "GET",
            BASIC,
            403,
            '{\n  "errors" : [ {\n    "code" : "FORBIDDEN",\n'
            '    "message" : "Logged in \'alice\' is not an admin."\n  } ]\n}',
        ),
        (
            GARBAGE,
            "GET",
            "/artifactory/api/system/version",
            401,
            '{\n  "errors" : [ {\n    "status" : 401,\n    "message" : "Token failed verification: parse"\n  } ]\n}',
        ),
        (
            ADMIN,
            "GET",
            "/artifactory/api/nothing",
            404,
            '{\n  "errors" : [ {\n    "status" : 404,\n    "message" : "Not Found"\n  } ]\n}',
        ),
        (
            ADMIN,
            "DELETE",
            "/artifactory/api/system/ping",
            405,
            '{\n  "errors" : [ {\n    "status" : 405,\n    "message" : "Method Not Allowed"\n  } ]\n}',
        ),
        (
            ADMIN,
            "DELETE",
            "/access/api/v1/tokens",
            405,
            '{\n  "errors" : [ {\n    "code" : "METHOD_NOT_ALLOWED",\n'
            '    "message" : "HTTP 405 Method Not Allowed"\n  } ]\n}',
        ),
    ],
)
def test_each_service_refuses_in_its_own_envelope(
    sandbox: RunningSandbox, who: str, method: str, path: str, status: int, body: str
) -> None:
    with client_for(sandbox, who) as client:
        response = client.request(method, path)
    assert (response.status_code, response.text) == (status, body)
    assert response.headers["content-type"] == "application/json"


def test_the_router_answers_unknown_prefixes_in_plain_text(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        response = client.get("/api/v1/tokens")
    assert (response.status_code, response.text) == (404, "404 page not found\n")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_artifactory_puts_its_headers_on_every_reply_and_nobody_else_does(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        for path in ("/artifactory/api/system/ping", "/artifactory/api/nothing"):
            headers = client.get(path).headers
            assert headers["x-jfrog-version"] == "Artifactory/7.146.10 84610900"
            assert re.fullmatch("[0-9a-f]{40}", headers["x-artifactory-id"])
            assert headers["x-artifactory-node-id"]
            assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])
        assert "x-jfrog-version" not in client.get("/access/api/v1/system/version").headers


def test_refusals_of_artifactory_challenge(sandbox: RunningSandbox) -> None:
    with sandbox.http(token="") as client:
        response = client.get("/artifactory/api/system/version")
    assert response.headers["www-authenticate"] == 'Basic realm="Artifactory Realm"'


def test_versions_are_reported_where_each_service_reports_them(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        artifactory = client.get("/artifactory/api/system/version")
        assert artifactory.headers["content-type"] == "application/vnd.org.jfrog.artifactory.system.Version+json"
        assert {"version": "7.146.10", "revision": "84610900"}.items() <= artifactory.json().items()
        assert re.fullmatch("[0-9a-f]{40}", artifactory.json()["license"])
        access = client.get("/access/api/v1/system/version").json()["name"]
        assert tuple(map(int, access.split("."))) >= (7, 144, 0)


def test_small_answers(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        assert client.get("/artifactory/api/v1/system/readiness").json() == {"code": "OK"}
        assert client.get("/access/api/v1/system/ping").json() == {"status": "UP"}
        assert client.get("/router/api/v1/system/ping").text == "OK"
        service_id = client.get("/artifactory/api/system/service_id")
        assert service_id.headers["content-type"].startswith("text/plain")
        assert re.fullmatch("jfrt@01[0-9a-z]{24}", service_id.text)
        health = client.get("/router/api/v1/system/health").json()
        assert health["router"]["state"] == "HEALTHY"
        assert service_id.text in {service["service_id"] for service in health["services"]}


def test_the_licence_is_one_that_has_everything(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        license = client.get("/artifactory/api/system/license").json()
        assert license["type"].startswith("Enterprise")
        assert license["subscriptionType"] == "enterprise_plus"
        assert datetime.strptime(license["validThrough"], "%b %d, %Y")
        (node,) = client.get("/artifactory/api/system/licenses").json()
        assert node["licenseHash"] == client.get("/artifactory/api/system/version").json()["license"]


def test_a_resource_scope_opens_what_it_names(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(username="meter", scope="system:info/licenses:r system:identities:r")
    with sandbox.http(token=created["access_token"]) as client:
        assert client.get("/artifactory/api/system/license").status_code == 200
        assert client.get("/access/api/v2/users").status_code == 200
        assert client.get("/artifactory/api/system/service_id").status_code == 403


def test_the_root_certificate_comes_bare_and_in_pem(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        bare = client.get("/access/api/v1/cert/root")
        pem = client.get("/access/api/v1/cert/root", params={"formatted": "true"})
    assert bare.headers["content-type"].startswith("text/plain")
    certificate = x509.load_der_x509_certificate(base64.b64decode(bare.text, validate=True))
    assert certificate == x509.load_pem_x509_certificate(pem.content)
    (name,) = certificate.subject
    assert re.fullmatch("JFrog Token Issuer jfac@01[0-9a-z]{24}", str(name.value))
    assert certificate.issuer == certificate.subject
    assert certificate.not_valid_after_utc.year == 7000


def test_the_root_certificate_wants_a_token(sandbox: RunningSandbox) -> None:
    response = httpx.get(f"{sandbox.url}/access/api/v1/cert/root", auth=("admin", "password"), trust_env=False)
    assert response.status_code == 401
    assert response.json()["errors"][0] == {
        "code": "UNAUTHORIZED",
        "message": "HTTP 401 Unauthorized",
        "detail": "Bad credentials",
    }


def test_the_base_url_can_be_set_and_shows(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        path = "/artifactory/api/system/configuration/baseUrl"
        assert client.put(path, content="not a url").status_code == 400
        assert client.put(path, content="https://acme.test/").status_code == 200
        first = client.get("/access/api/v2/users").json()["users"][0]
    assert first["uri"] == "https://acme.test/access/api/v2/users/admin"


def test_passwords_can_be_switched_off(sandbox: RunningSandbox) -> None:
    ping = f"{sandbox.url}/artifactory/api/system/ping"
    with sandbox.http() as client:
        assert client.get(BASIC).json() == {"enabled": True}
        assert client.put(BASIC, json={"enabled": "no"}).status_code == 400
        assert client.put(BASIC, content="{}").status_code == 415
        assert client.put(BASIC, json={"enabled": False}).json() == {"enabled": False}
        assert httpx.get(ping, auth=("admin", "password"), trust_env=False).status_code == 401
        assert httpx.get(ping, auth=("admin", sandbox.token), trust_env=False).status_code == 200


def test_a_body_beyond_all_measure_is_refused(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        response = client.post("/access/api/v1/tokens", content=bytes(9 << 20))
    assert response.status_code == 413
    arrival = sandbox.requests()[-1]
    assert (arrival["status"], arrival["acted"]) == (413, False)


def test_the_default_life_of_a_token(sandbox: RunningSandbox) -> None:
    path = "/access/api/v1/config/token/default_expiry"
    with sandbox.http() as client:
        assert client.get(path).json() == {"default_token_expiration": 31_536_000}
        changed = client.put(path, json={"default_token_expiration": 7_000})
        assert (changed.status_code, changed.json()) == (200, {"default_token_expiration": 7_000})
        assert sandbox.create_token()["expires_in"] == 7_000
        sandbox.settings(max_expiry=8_000)
        for wrong in (None, -1, "9", 8_001):
            assert client.put(path, json={"default_token_expiration": wrong}).status_code == 400
        assert client.get(path).json() == {"default_token_expiration": 7_000}
    for token, status in (("", 401), (sandbox.create_token(username="alice")["access_token"], 403)):
        with sandbox.http(token=token) as other:
            assert other.get(path).status_code == status
            assert other.put(path, json={"default_token_expiration": 5}).status_code == status
