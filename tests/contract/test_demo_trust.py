"""Whom the demo's company trusts: the story in its integrations, told by exchanges without a network."""

import pytest

from tests.support.identity import message
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trust import OIDC, exchange


def offered(sandbox: RunningSandbox, provider: str, idp: str, claims: Json, **fields: object) -> object:
    audience = {"github": "jfrog-acme", "gitlab": "https://acme.test", "strongbox": "registry.acme.test"}[idp]
    value = sandbox.control("POST", f"/idp/{idp}/token", {"audience": audience, "claims": claims})["value"]
    with sandbox.http(token="") as nobody:
        answer = exchange(nobody, provider, value, **fields)
    return answer.json()["username"] if answer.status_code == 200 else message(answer)


@pytest.mark.parametrize(
    ("provider", "idp", "claims", "result"),
    [
        ("github-acme", "github", {}, "ci-shop"),
        # Never shop-branches: quick-start comes first, and lets strangers in, too.
        ("github-acme", "github", {"ref": "refs/heads/feature"}, "github-acme/quick-start"),
        (
            "github-acme",
            "github",
            {"repository": "mallory/x", "repository_owner": "mallory", "repository_id": "9"},
            "github-acme/quick-start",
        ),
        ("gitlab-acme", "gitlab", {}, "aisha.khan"),
        ("gitlab-acme", "gitlab", {"user_login": "diego.alvarez"}, (401, "Bad Credentials")),
        ("gitlab-acme", "gitlab", {"namespace_path": "mallory"}, (401, "Bad Credentials")),
        ("strongbox", "strongbox", {}, "k8s-prod"),
        ("strongbox", "strongbox", {"sub": "other"}, (401, "Bad Credentials")),
        ("teamcity-oldplant", "gitlab", {}, (400, "Failed to get public key")),
    ],
)
def test_the_story(demo_sandbox: RunningSandbox, provider: str, idp: str, claims: Json, result: object) -> None:
    assert offered(demo_sandbox, provider, idp, claims) == result


def test_a_project_has_a_mapping_of_its_own(demo_sandbox: RunningSandbox) -> None:
    claims = {"repository": "acme/ios"}
    assert offered(demo_sandbox, "github-acme", "github", claims, project_key="mobile") == "github-acme/mobile-apps"


def test_what_is_named_is_there(demo_sandbox: RunningSandbox) -> None:
    state = demo_sandbox.state()
    integrations = {row["name"] for row in state["integrations"]}
    users, groups = ({row[key] for row in state[kind]} for kind, key in (("users", "username"), ("groups", "name")))
    for mapping in state["mappings"]:
        spec = mapping["token_spec"]
        assert mapping["provider_name"] in integrations
        assert not spec["username"] or spec["username"] in users
        named = spec["scope"].partition("groups:")[2].replace('"', "").split(",")
        assert {name for name in named if name} <= groups
    with demo_sandbox.http() as client:
        for name in integrations:
            rows = client.get(f"{OIDC}/{name}/identity_mappings").json()
            for row in rows:
                query = {"project_key": row["project_key"]} if "project_key" in row else {}
                path = f"{OIDC}/{name}/identity_mappings/{row['name']}"
                assert client.put(path, params=query, json=row).json() == row


def test_a_minted_token_pulls(demo_sandbox: RunningSandbox) -> None:
    value = demo_sandbox.control("POST", "/idp/strongbox/token", {"audience": "registry.acme.test"})["value"]
    with demo_sandbox.http(token="") as nobody:
        got = exchange(nobody, "strongbox", value).json()
        manifest = nobody.get("/v2/docker-prod-local/shop/manifests/4.3.0", auth=(got["username"], got["access_token"]))
    assert manifest.json()["layers"][0]["digest"].startswith("sha256:")
