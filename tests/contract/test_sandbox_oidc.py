"""OIDC integrations on a real socket: bodies, refusals, types, organisations, projects, licences and releases."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.identity import as_user, make_user, message
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trust import GENERIC, OIDC, make_integration, make_mapping

URL = "https://issuer.example.com"
PROJECTS = "/access/api/v1/projects"


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        yield client


def test_create_read_replace_and_delete(client: httpx.Client) -> None:
    assert client.get(OIDC).json() == []
    created = make_integration(client, "ci-one", URL, audience="aud", description="d", use_default_proxy=True)
    assert created == {
        "name": "ci-one",
        "issuer_url": URL,
        "provider_type": GENERIC,
        "audience": "aud",
        "description": "d",
        "token_issuer": URL,
        "use_default_proxy": True,
    }
    assert client.get(OIDC).json() == [created]
    assert client.get(f"{OIDC}/ci-one").json() == created
    replaced = client.put(f"{OIDC}/ci-one", json={"name": "ci-one", "issuer_url": f"{URL}/2", "token_issuer": URL})
    assert (replaced.status_code, replaced.json()) == (
        200,
        created | {"issuer_url": f"{URL}/2", "audience": "", "description": "", "use_default_proxy": False},
    )
    gone = client.delete(f"{OIDC}/ci-one")
    assert (gone.status_code, gone.content) == (204, b"")
    for method in ("GET", "DELETE"):
        assert message(client.request(method, f"{OIDC}/ci-one")) == (404, "OIDC configuration 'ci-one' was not found")
    assert client.put(f"{OIDC}/ci-one", json=created).status_code == 404


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": None}, (400, "name must not be blank")),
        ({"name": "Upper"}, (400, "Invalid name")),
        ({"name": "a"}, (400, "Invalid name")),
        ({"name": "1a"}, (400, "Invalid name")),
        ({"name": "a" * 256}, (400, "name must not exceed 255 characters")),
        ({"issuer_url": None}, (400, "issuer_url must not be blank")),
        ({"issuer_url": " "}, (400, "issuer_url must not be blank")),
        ({"issuer_url": "issuer.example.com"}, (400, "Invalid issuer_url")),
        ({"issuer_url": "https://[broken"}, (400, "Invalid issuer_url")),
        ({"issuer_url": "ftp://x"}, (400, "Invalid issuer_url")),
        ({"provider_type": "SAML"}, (400, "Invalid provider_type")),
        ({"provider_type": "GitHub"}, (400, "oidc_setting Organization is not valid")),
        ({"provider_type": "GitHub Enterprise", "organization": " "}, (400, "oidc_setting Organization is not valid")),
        ({"project_key": "nothing"}, (404, "Could not find project ``nothing``")),
        ({"name": "taken"}, (409, "OIDC configuration 'taken' already exists")),
    ],
)
def test_what_is_refused(client: httpx.Client, fields: Json, refusal: tuple[int, str]) -> None:
    make_integration(client, "taken", URL)
    body = {"name": "ci-one", "issuer_url": URL, "provider_type": GENERIC} | fields
    assert message(client.post(OIDC, json=body)) == refusal
    assert [row["name"] for row in client.get(OIDC).json()] == ["taken"]


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        (None, GENERIC),
        ("generic", GENERIC),
        ("Generic", GENERIC),
        ("GenericOidc", GENERIC),
        ("GENERIC OPENID CONNECT", GENERIC),
        ("github", "GitHub"),
        ("Github", "GitHub"),
        ("GitHubEnterprise", "GitHub Enterprise"),
        ("github_enterprise", "GitHub Enterprise"),
        ("azure", "Azure"),
    ],
)
def test_types_in_every_spelling_that_clients_use(client: httpx.Client, spelling: str | None, kind: str) -> None:
    created = make_integration(client, "ci-one", URL, provider_type=spelling, organization="acme", azure_app_id="app")
    assert created["provider_type"] == kind
    assert ("organization" in created) == kind.startswith("GitHub")
    assert ("token_issuer" in created) == (not kind.startswith("GitHub"))
    assert ("azure_app_id" in created) == (kind == "Azure")
    assert client.get(f"{OIDC}/ci-one").json() == created


def test_an_organisation_or_everyone(client: httpx.Client) -> None:
    named = make_integration(client, "one", URL, provider_type="GitHub", organization="acme")
    assert (named["organization"], named["enable_permissive_configuration"]) == ("acme", False)
    everyone = make_integration(client, "all", URL, provider_type="GitHub", enable_permissive_configuration=True)
    assert (everyone["organization"], everyone["enable_permissive_configuration"]) == ("", True)
    refused = client.put(f"{OIDC}/one", json=named | {"organization": ""})
    assert message(refused) == (400, "oidc_setting Organization is not valid")
    assert client.get(f"{OIDC}/one").json() == named


def test_name_and_project_stay(client: httpx.Client) -> None:
    client.post(PROJECTS, json={"project_key": "teama", "display_name": "A"}).raise_for_status()
    created = make_integration(client, "ci-one", URL, project_key="teama")
    assert created["project_key"] == "teama"
    assert message(client.put(f"{OIDC}/ci-one", json=created | {"name": "other"})) == (400, "Invalid name")
    assert client.put(f"{OIDC}/ci-one", json=created | {"project_key": "other"}).json() == created


def test_deleting_one_takes_its_mappings_along(client: httpx.Client, sandbox: RunningSandbox) -> None:
    for name in ("one", "other"):
        make_integration(client, name, URL)
        make_mapping(client, name, "a")
        make_mapping(client, name, "b")
    assert client.delete(f"{OIDC}/one").status_code == 204
    assert {row["provider_name"] for row in sandbox.state()["mappings"]} == {"other"}
    make_integration(client, "one", URL)
    assert client.get(f"{OIDC}/one/identity_mappings").json() == []


def test_only_administrators(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    make_integration(client, "ci-one", URL)
    body = {"name": "ci-two", "issuer_url": URL}
    calls = (("GET", ""), ("POST", ""), ("GET", "/ci-one"), ("PUT", "/ci-one"), ("DELETE", "/ci-one"), ("GET", "/none"))
    with as_user(sandbox, "alice") as alice, sandbox.http(token="") as nobody:
        for method, path in calls:
            assert alice.request(method, f"{OIDC}{path}", json=body).status_code == 403, (method, path)
            assert nobody.request(method, f"{OIDC}{path}", json=body).status_code == 401, (method, path)
        assert alice.get(f"{OIDC}/ci-one/identity_mappings").status_code == 403


def test_administrators_of_a_project_have_their_own(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "ines")
    for key in ("teama", "teamb"):
        client.post(PROJECTS, json={"project_key": key, "display_name": key}).raise_for_status()
    client.put(f"{PROJECTS}/teama/users/ines", json={"name": "ines", "roles": ["Project Admin"]}).raise_for_status()
    make_integration(client, "global", URL)
    make_integration(client, "of-b", URL, project_key="teamb")
    with as_user(sandbox, "ines") as ines:
        assert ines.get(OIDC).json() == []
        own = make_integration(ines, "of-a", URL, project_key="teama")
        assert ines.get(OIDC).json() == [own]
        assert ines.put(f"{OIDC}/of-a", json=own | {"description": "x"}).json()["description"] == "x"
        for name in ("global", "of-b"):
            assert ines.get(f"{OIDC}/{name}").status_code == 403
            assert ines.delete(f"{OIDC}/{name}").status_code == 403
        for project in (None, "teamb"):
            body = {"name": "more", "issuer_url": URL, "project_key": project}
            assert ines.post(OIDC, json=body).status_code == 403
        mappings = f"{OIDC}/global/identity_mappings"
        assert ines.get(mappings).status_code == 403
        make_mapping(ines, "global", "mine", project_key="teama")
        assert ines.get(mappings, params={"project_key": "teama"}).json()[0]["name"] == "mine"
        assert ines.get(mappings, params={"project_key": "teamb"}).status_code == 403
        elsewhere = {"name": "x", "claims": {}, "token_spec": {"scope": "applied-permissions/user"}}
        stolen = ines.post(f"{OIDC}/of-b/identity_mappings", params={"project_key": "teama"}, json=elsewhere)
        assert stolen.status_code == 403
    names = {row["name"] for row in client.get(OIDC, params={"project_key": "teama"}).json()}
    assert names == {"of-a"}


def test_without_the_licence_there_is_nothing(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_integration(client, "ci-one", URL)
    for subscription, status in (("enterprise", 403), ("pro", 403), ("enterprise_xray_cloud", 200)):
        sandbox.settings(subscription=subscription)
        licence = client.get("/artifactory/api/system/license").json()
        assert licence["subscriptionType"] == subscription
        assert client.get(OIDC).status_code == status
        assert client.get(f"{OIDC}/ci-one/identity_mappings").status_code == status
        assert client.post(f"{OIDC}/token", json={}).status_code == (403 if status == 403 else 400)


def test_the_future_takes_back_what_it_gave(client: httpx.Client, sandbox: RunningSandbox) -> None:
    for number in range(3):
        make_integration(client, f"ci-{number}", URL, provider_type="Azure")
    sandbox.future()
    row = client.get(OIDC).json()[2]
    assert (row["provider_type"], "x_added_in_2031" in row) == ("Quantum Trust", True)
    assert client.put(f"{OIDC}/ci-2", json=row | {"description": "d"}).status_code == 200
    sandbox.future(False)
    assert client.get(f"{OIDC}/ci-2").json()["provider_type"] == "Azure"


@pytest.fixture(scope="module", params=["7.77", "7.117"])
def older(request: pytest.FixtureRequest) -> Iterator[tuple[str, RunningSandbox]]:
    with RunningSandbox(arguments=["--emulate", request.param]) as running:
        yield request.param, running


def test_older_releases_know_less(older: tuple[str, RunningSandbox]) -> None:
    release, sandbox = older
    sandbox.reset()
    with sandbox.http() as client:
        client.post(PROJECTS, json={"project_key": "teama", "display_name": "A"}).raise_for_status()
        of_github = make_integration(client, "github", URL, provider_type="GitHub", project_key="teama")
        assert "organization" not in of_github
        assert ("project_key" in of_github) == ("use_default_proxy" in of_github) == (release == "7.117")
        body = {"name": "ghe", "issuer_url": URL, "provider_type": "GitHub Enterprise", "organization": "a"}
        assert message(client.post(OIDC, json=body)) == (400, "Invalid provider_type")
        spec = {"username": "admin", "username_pattern": "{{actor}}", "self_revocable": True}
        posted = {"name": "m", "claims": {}, "token_spec": spec}
        answer = client.post(f"{OIDC}/github/identity_mappings", params={"project_key": "teama"}, json=posted)
        if release == "7.117":
            assert message(answer) == (400, "Invalid token_spec username_pattern")
        else:
            assert answer.json()["token_spec"] == {
                "username": "admin",
                "scope": "",
                "audience": "*@*",
                "expires_in": 3600,
            }
            assert "project_key" not in answer.json()
