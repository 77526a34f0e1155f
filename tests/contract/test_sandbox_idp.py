"""Stand-ins for CI token services: what jobs and verifiers get, what can be set, and real URLs without a network."""

from collections.abc import Iterator

import httpx
import jwt
import pytest

from tests.support.identity import as_user, make_user, message
from tests.support.sandbox import Json, RunningSandbox, SandboxFailed
from tests.support.trust import OIDC, exchange, make_integration, make_mapping

GITHUB = "https://token.actions.githubusercontent.com"
OTHER = "https://ci.example.com/a=b"


@pytest.fixture(scope="module")
def aliased() -> Iterator[RunningSandbox]:
    arguments = ["--allow-http-issuers", "--idp-alias", f"{GITHUB}=github", "--idp-alias", f"{OTHER}=other"]
    with RunningSandbox(arguments=arguments) as running:
        yield running


@pytest.fixture
def client(aliased: RunningSandbox) -> Iterator[httpx.Client]:
    aliased.reset()
    with aliased.http() as client:
        yield client


def token_of(sandbox: RunningSandbox, name: str, audience: str | None = None) -> str:
    """A token in the way of a job."""
    job = sandbox.control("GET", f"/idp/{name}")
    url = job["request_url"] + (f"&audience={audience}" if audience else "")
    answer = httpx.get(url, headers={"Authorization": f"Bearer {job['request_token']}"}, trust_env=False)
    answer.raise_for_status()
    value: str = answer.json()["value"]
    return value


def checked(sandbox: RunningSandbox, name: str, token: str, algorithm: str = "RS256") -> Json:
    """The claims of a token as PyJWT believes them, with the keys that are published."""
    job = sandbox.control("GET", f"/idp/{name}")
    discovery = httpx.get(job["discovery_url"], trust_env=False).json()
    assert discovery["issuer"] == job["issuer"]
    keys = httpx.get(job["discovery_url"].replace("openid-configuration", "jwks"), trust_env=False).json()
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    claims: Json = jwt.decode(token, key.key, algorithms=[algorithm], options={"verify_aud": False})
    return claims


def test_a_job_on_github(client: httpx.Client, aliased: RunningSandbox) -> None:
    claims = checked(aliased, "github", token_of(aliased, "github"))
    assert claims["iss"] == GITHUB
    assert claims["aud"] == "https://github.com/acme"
    assert (claims["repository"], claims["sub"]) == ("acme/shop", "repo:acme/shop:ref:refs/heads/main")
    assert claims["exp"] - claims["iat"] == 300
    assert checked(aliased, "github", token_of(aliased, "github", "jfrog"))["aud"] == "jfrog"
    url = aliased.control("GET", "/idp/github")["request_url"]
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Bearer {aliased.token}"}):
        assert httpx.get(url, headers=headers, trust_env=False).status_code == 401
    other = aliased.control("GET", "/idp/gitlab")["request_token"]
    assert httpx.get(url, headers={"Authorization": f"Bearer {other}"}, trust_env=False).status_code == 401


def test_production_urls_work_without_a_network(client: httpx.Client, aliased: RunningSandbox) -> None:
    make_user(client, "ci-shop")
    make_integration(client, "github", GITHUB, provider_type="GitHub", organization="acme", audience="jfrog")
    make_mapping(client, "github", "shop", {"repository": "acme/shop"}, username="ci-shop")
    answer = exchange(client, "github", token_of(aliased, "github", "jfrog"))
    assert answer.json()["username"] == "ci-shop"
    assert message(exchange(client, "github", token_of(aliased, "github"))) == (400, "Invalid audience")
    make_integration(client, "slash", f"{GITHUB}/", provider_type="GitHub", organization="acme")
    wrong = exchange(client, "slash", token_of(aliased, "github"))
    assert message(wrong) == (400, "Failed to get public key")


@pytest.mark.parametrize("audience", ["", "custom", "https://github.com/acme"])
def test_the_workflow_that_jfrog_tries_its_action_with(
    client: httpx.Client, aliased: RunningSandbox, audience: str
) -> None:
    """jfrog/setup-jfrog-cli .github/workflows/oidc-integration-test.yml, call by call.

    For the last audience the action asks for none, and gets GitHub's.
    """
    fields = {"issuer_url": GITHUB, "provider_type": "GitHub", "enable_permissive_configuration": True}
    body = {"name": "setup-jfrog-cli-test", "description": "d", "audience": audience, **fields}
    assert client.post(OIDC, json=body).is_success
    spec = {"scope": "applied-permissions/groups:readers", "expires_in": 30}
    mapping = {"name": "test-mapping", "priority": 1, "claims": {"repository": "acme/shop"}, "token_spec": spec}
    assert client.post(f"{OIDC}/setup-jfrog-cli-test/identity_mappings", json=mapping).is_success
    token = token_of(aliased, "github", "custom" if audience == "custom" else None)
    extra = {"gh_job_id": "j", "gh_run_id": "1", "gh_repo": "acme/shop", "gh_branch": "", "project_key": ""}
    with aliased.http(token="") as nobody:
        got = exchange(nobody, "setup-jfrog-cli-test", token, **extra).json()
    assert (got["expires_in"], got["username"]) == (30, "setup-jfrog-cli-test/test-mapping")
    with aliased.http(token=got["access_token"]) as job:
        assert job.get("/artifactory/api/system/ping").text == "OK"
    assert client.delete(f"{OIDC}/setup-jfrog-cli-test").is_success


def test_an_issuer_with_signs_in_its_url(client: httpx.Client, aliased: RunningSandbox) -> None:
    make_integration(client, "other", OTHER)
    make_mapping(client, "other", "any", {"sub": "other"})
    assert exchange(client, "other", token_of(aliased, "other")).status_code == 200


def test_one_of_its_own_is_reached_over_http(client: httpx.Client, aliased: RunningSandbox) -> None:
    made = aliased.control("PUT", "/idp/plant", {"claims": {"sub": "line-4", "n": 7}, "algorithm": "ES256"})
    assert made["issuer"] == f"{aliased.url}/_sandbox/idp/plant"
    make_integration(client, "plant", made["issuer"])
    make_mapping(client, "plant", "line", {"sub": "line-*", "n": 7})
    token = token_of(aliased, "plant")
    assert checked(aliased, "plant", token, "ES256")["aud"] == made["issuer"]
    assert exchange(client, "plant", token).json()["username"] == "plant/line"


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "ES256", "ES384", "ES512", "EdDSA"])
def test_algorithms(client: httpx.Client, aliased: RunningSandbox, algorithm: str) -> None:
    aliased.control("PUT", "/idp/github", {"algorithm": algorithm})
    assert checked(aliased, "github", token_of(aliased, "github"), algorithm)["iss"] == GITHUB


def test_claims_clock_and_lifetime_can_be_set(client: httpx.Client, aliased: RunningSandbox) -> None:
    now = aliased.clock(now=1_800_000_000, frozen=True)
    aliased.control("PUT", "/idp/github", {"clock_offset": 90, "lifetime": 60})
    aliased.control("PUT", "/idp/github", {"claims": {"sub": "x", "aud": "ignored"}})
    composed = aliased.control("POST", "/idp/github/token", {"audience": "a", "claims": {"jti": None, "deep": [1]}})
    assert composed["claims"] == {
        "sub": "x",
        "iss": GITHUB,
        "aud": "a",
        "iat": now + 90,
        "nbf": now + 90,
        "exp": now + 150,
        "deep": [1],
    }
    make_integration(client, "github", GITHUB, provider_type="GitHub", enable_permissive_configuration=True)
    make_mapping(client, "github", "any")
    assert message(exchange(client, "github", composed["value"])) == (401, "Bad Credentials")
    aliased.clock(advance=90)
    assert exchange(client, "github", composed["value"]).status_code == 200
    lied = aliased.control(
        "POST", "/idp/github/token", {"header": {"kid": "none", "alg": "none"}, "claims": {"iss": 5}}
    )
    assert jwt.get_unverified_header(lied["value"]) == {"typ": "JWT", "kid": "none", "alg": "RS256"}
    aliased.control("DELETE", "/idp/github")
    assert aliased.control("GET", "/idp/github")["claims"]["repository"] == "acme/shop"


def test_rotation(client: httpx.Client, aliased: RunningSandbox) -> None:
    make_integration(client, "github", GITHUB, provider_type="GitHub", enable_permissive_configuration=True)
    make_mapping(client, "github", "any")
    aliased.control("PUT", "/idp/github", {"algorithm": "ES256"})
    first = token_of(aliased, "github")
    assert exchange(client, "github", first).status_code == 200
    assert len(aliased.control("POST", "/idp/github/rotate", {"keep": True})["keys"]) == 2
    second = token_of(aliased, "github")
    assert jwt.get_unverified_header(first)["kid"] != jwt.get_unverified_header(second)["kid"]
    for token in (second, first):
        assert exchange(client, "github", token).status_code == 200
    assert len(aliased.control("POST", "/idp/github/rotate")["keys"]) == 1
    assert exchange(client, "github", token_of(aliased, "github")).status_code == 200
    assert message(exchange(client, "github", second)) == (400, "Failed to get public key")


def test_who_may_pull_the_strings(client: httpx.Client, aliased: RunningSandbox) -> None:
    assert {"github", "gitlab", "other"} <= set(aliased.control("GET", "/idp")["idps"])
    with as_user(aliased, "alice") as alice:
        for method, path in (("GET", ""), ("GET", "/github"), ("PUT", "/github"), ("POST", "/github/token")):
            assert alice.request(method, f"/_sandbox/idp{path}", json={}).status_code == 401
    for path in ("/none", "/none/token", "/none/.well-known/jwks", "/github//.well-known/jwks"):
        assert client.get(f"/_sandbox/idp{path}").status_code == 404
    bad: list[tuple[str, Json]] = [
        ("Name", {}),
        ("x", {"algorithm": "none"}),
        ("x", {"lifetime": "long"}),
        ("x", {"other": 1}),
    ]
    for name, body in bad:
        answer = client.put(f"/_sandbox/idp/{name}", json=body)
        assert (answer.status_code, bool(answer.json()["error"])) == (400, True), body


def test_tls_of_its_own_is_believed() -> None:
    with RunningSandbox(tls=True) as running, running.http() as client:
        issuer = running.control("PUT", "/idp/plant", {"algorithm": "EdDSA"})["issuer"]
        assert issuer.startswith("https://")
        make_integration(client, "plant", issuer)
        make_mapping(client, "plant", "any")
        value = running.control("POST", "/idp/plant/token", {})["value"]
        assert exchange(client, "plant", value).status_code == 200


@pytest.mark.parametrize("alias", ["github", "=github", "token.example.com=github", "https://x="])
def test_aliases_that_are_none(alias: str) -> None:
    with pytest.raises(SandboxFailed, match="idp-alias"):
        RunningSandbox(arguments=["--idp-alias", alias])
