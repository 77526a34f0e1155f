"""Integrations, mappings and issuers: read from the wire and written back, and what is wrong with them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.field_problems import FieldProblem, by_field
from jfconsole.domain.integrations import (
    Integration,
    ProviderType,
    integration_from,
    integration_problems,
    provider_type,
)
from jfconsole.domain.issuers import (
    Discovery,
    PublishedKey,
    discovery_problems,
    discovery_url,
    is_public_address,
    issuer_difference,
    key_problems,
    same_origin,
    why_not_address,
)
from jfconsole.domain.lint_integrations import lint_integration
from jfconsole.domain.lint_mappings import Rule, Severity
from jfconsole.domain.mapping_facts import view_mappings
from jfconsole.domain.mappings import (
    IdentityMapping,
    MappingRef,
    TokenSpec,
    mapping_from,
    mapping_key,
    mapping_problems,
    mapping_ref,
)
from jfconsole.domain.provider_catalog import PROVIDERS, provider_named, provider_of
from jfconsole.domain.providers import Provider
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted
from tests.unit.domain.test_lint_mappings import a_mapping, an_integration

GITHUB = "https://token.actions.githubusercontent.com"

WIRE_INTEGRATION = {
    "name": "strongbox",
    "issuer_url": "https://ct.example.test/7d1f/jwt/jfrog",
    "provider_type": "Generic OpenID Connect",
    "audience": "",
    "description": "local issuer",
    "token_issuer": "https://ct.example.test/7d1f/jwt/jfrog",
    "use_default_proxy": False,
    "enable_permissive_configuration": None,
    "organization": ["of", "a", "later", "release"],
    "trust_level": {"of": ["a", "later", "release"]},
}

WIRE_MAPPING = {
    "name": "registry-pull",
    "provider_name": "strongbox",
    "priority": 1,
    "claims": {"sub": "registry-pull", "nested": {"a": [1, None]}},
    "token_spec": {
        "username": "image-puller",
        "scope": "applied-permissions/user",
        "audience": ["of", "an", "older", "page"],
        "expires_in": 600,
        "self_revocable": False,
        "later": 1,
    },
    "later": {"a": 1},
}


def without_nulls(value: dict[str, object]) -> dict[str, object]:
    return {name: member for name, member in value.items() if member is not None}


def test_unknown_fields_go_back_as_they_came() -> None:
    integration = integration_from(WIRE_INTEGRATION)  # type: ignore[arg-type]
    assert integration.as_object() == without_nulls(WIRE_INTEGRATION)
    assert integration.extra == {name: WIRE_INTEGRATION[name] for name in ("organization", "trust_level")}
    mapping = mapping_from(WIRE_MAPPING)  # type: ignore[arg-type]
    assert mapping.as_object() == WIRE_MAPPING
    assert mapping.token_spec.audience is None
    assert not mapping.opaque


@pytest.mark.parametrize("field", ["claims", "token_spec"])
def test_parts_in_another_form_are_kept_and_not_judged(field: str) -> None:
    wire = WIRE_MAPPING | {field: "text"}
    mapping = mapping_from(wire)  # type: ignore[arg-type]
    assert mapping.opaque
    assert mapping.as_object() == wire


@pytest.mark.parametrize("priority", [True, 1.5, "1"])
def test_a_priority_that_is_no_number_is_kept(priority: object) -> None:
    mapping = mapping_from({"name": "a", "priority": priority})  # type: ignore[dict-item]
    assert (mapping.priority, mapping.extra) == (None, {"priority": priority})


names = st.text(min_size=1, max_size=8)


@given(names, names, st.none() | names)
def test_keys_tell_mappings_apart(provider: str, name: str, project: str | None) -> None:
    if any("\ud800" <= char <= "\udfff" for char in provider + name + (project or "")):
        return
    assert mapping_ref(mapping_key(provider, name, project)) == MappingRef(provider, name, project)


def test_keys_are_readable() -> None:
    assert mapping_key("github", "build") == "github/build"
    assert mapping_key("github", "build", "acme") == "github/build@acme"
    assert MappingRef("github", "build", "acme").words == "build of project acme in github"


@pytest.mark.parametrize(
    ("spelling", "known"),
    [
        ("GitHub", ProviderType.GITHUB),
        ("Github", ProviderType.GITHUB),
        ("GitHub Enterprise", ProviderType.GITHUB_ENTERPRISE),
        ("GitHubEnterprise", ProviderType.GITHUB_ENTERPRISE),
        ("azure", ProviderType.AZURE),
        ("generic", ProviderType.GENERIC),
        ("GenericOidc", ProviderType.GENERIC),
        ("Generic OpenID Connect", ProviderType.GENERIC),
        ("Teapot", None),
        ("", None),
    ],
)
def test_provider_types_are_read_leniently(spelling: str, known: ProviderType | None) -> None:
    assert provider_type(spelling) is known


def integration(**fields: object) -> Integration:
    texts = {"name": "ci", "issuer_url": GITHUB, "provider_type": "GitHub", "organization": "octo-org"} | fields
    return Integration(**texts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, set()),
        ({"name": ""}, {"name"}),
        ({"name": "CI"}, {"name"}),
        ({"name": "a"}, {"name"}),
        ({"name": "1a"}, {"name"}),
        ({"name": "a b"}, {"name"}),
        ({"name": "a" * 256}, {"name"}),
        ({"issuer_url": ""}, {"issuer_url"}),
        ({"issuer_url": "gitlab.com"}, {"issuer_url"}),
        ({"issuer_url": f"{GITHUB}/"}, {"issuer_url"}),
        ({"issuer_url": "https://gitlab.com"}, {"issuer_url"}),
        ({"issuer_url": "https://token.actions.githubusercontent.com.evil.test"}, {"issuer_url"}),
        ({"organization": None}, {"organization"}),
        ({"organization": " "}, {"organization"}),
        ({"organization": None, "enable_permissive_configuration": True}, set()),
        ({"token_issuer": GITHUB}, {"token_issuer"}),
        ({"azure_app_id": "x"}, {"azure_app_id"}),
        ({"provider_type": "Teapot"}, {"provider_type"}),
        ({"provider_type": None}, {"provider_type"}),
        ({"provider_type": "generic"}, {"organization"}),
        ({"provider_type": "generic", "organization": None, "token_issuer": "https://x.test"}, set()),
        ({"provider_type": "Azure", "organization": None, "azure_app_id": "x"}, set()),
        (
            {"provider_type": "generic", "organization": None, "enable_permissive_configuration": True},
            {"enable_permissive_configuration"},
        ),
        ({"provider_type": "generic", "organization": None, "issuer_url": "http://x.test"}, {"issuer_url"}),
        ({"provider_type": "generic", "organization": None, "issuer_url": "https://x.test/?a=1"}, {"issuer_url"}),
    ],
)
def test_problems_of_integrations(fields: dict[str, object], expected: set[str]) -> None:
    assert {problem.field for problem in integration_problems(integration(**fields))} == expected


def test_http_on_loopback_is_only_doubted() -> None:
    local = integration(provider_type="generic", organization=None, issuer_url="http://127.0.0.1:8080/jwt")
    (problem,) = integration_problems(local)
    assert (problem.field, problem.certain) == ("issuer_url", False)


def test_forms_show_what_is_certain_first() -> None:
    assert by_field([FieldProblem("a", "maybe", False), FieldProblem("a", "surely"), FieldProblem("b", "x")]) == {
        "a": "surely",
        "b": "x",
    }


def spec(**fields: object) -> TokenSpec:
    wanted = {"username": "ci", "scope": "applied-permissions/user", "expires_in": 60} | fields
    return TokenSpec(**wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, set()),
        ({"name": "a_b-C1"}, set()),
        ({"name": ""}, {"name"}),
        ({"name": "a b"}, {"name"}),
        ({"name": "a/b"}, {"name"}),
        ({"name": "a" * 256}, {"name"}),
        ({"priority": 0}, {"priority"}),
        ({"priority": None}, set()),
        ({"claims": None}, {"claims"}),
        ({"project_key": "Acme"}, {"project_key"}),
        ({"token_spec": spec(expires_in=None)}, {"expires_in"}),
        ({"token_spec": spec(expires_in=0)}, {"expires_in"}),
        ({"token_spec": spec(scope=None, username=None)}, {"scope"}),
        ({"token_spec": spec(username=None)}, {"username"}),
        ({"token_spec": spec(username_pattern="{{actor}}")}, {"username_pattern"}),
        ({"token_spec": spec(username=None, username_pattern="{{actor}}")}, set()),
        ({"token_spec": spec(username=None, username_pattern="actor")}, {"username_pattern"}),
        ({"token_spec": spec(scope=None, groups_pattern="{{groups}}")}, set()),
        ({"token_spec": spec(scope=None, username_pattern=None, groups_pattern="x")}, {"groups_pattern"}),
        ({"token_spec": spec(scope="applied-permissions/group:a")}, {"scope"}),
        ({"token_spec": spec(scope='applied-permissions/roles:acme:"Developer"')}, {"scope"}),
        (
            {"token_spec": spec(scope="applied-permissions/roles:acme:Developer"), "project_key": "acme"},
            set(),
        ),
        ({"token_spec": spec(scope="applied-permissions/groups:a applied-permissions/groups:b")}, {"scope"}),
    ],
)
def test_problems_of_mappings(fields: dict[str, object], expected: set[str]) -> None:
    wanted = {"name": "build", "provider_name": "ci", "claims": {"sub": "x"}, "token_spec": spec()} | fields
    mapping = IdentityMapping(**wanted)  # type: ignore[arg-type]
    assert {problem.field for problem in mapping_problems(mapping)} == expected


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        (GITHUB, "github"),
        (f"{GITHUB}/", "github"),
        (f"{GITHUB.upper().replace('HTTPS', 'https')}", "github"),
        (f"{GITHUB}/octo-enterprise", "github-enterprise-slug"),
        ("https://token.actions.octo.ghe.com", "github-residency"),
        ("https://gitlab.com", "gitlab"),
        ("https://agent.buildkite.com", "buildkite"),
        ("https://oidc.circleci.com", "circleci-shared"),
        ("https://oidc.circleci.com/org/1f2e3d4c-0000-4000-8000-000000000000", "circleci"),
        ("https://app.terraform.io", "hcp-terraform"),
        ("https://westeurope.oic.prod-aks.azure.com/t/i/", "aks"),
        ("https://container.googleapis.com/v1/projects/p/locations/l/clusters/c", "gke"),
        ("https://sts.windows.net/acme/", "entra"),
        ("https://login.microsoftonline.com/common/v2.0", None),
        ("https://gitlab.com.evil.test", None),
        ("https://evil.test/gitlab.com", None),
        ("https://evil.test#@gitlab.com", None),
        ("https://gitlab.com?x=y", None),
        ("https://issuer.acme.test", None),
        ("", None),
    ],
)
def test_issuers_are_recognised_by_their_whole_host(url: str, provider: str | None) -> None:
    found = provider_of(url)
    assert (found.id if found else None) == provider


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_presets_are_complete(provider: Provider) -> None:
    assert provider_named(provider.id) is provider
    assert provider.title
    assert provider.issuer
    assert all(claim.meaning and claim.example for claim in provider.claims)
    assert len({claim.place for claim in provider.claims}) == len(provider.claims)
    if "<" not in provider.issuer:
        assert provider_of(provider.issuer) is provider
    if provider.shared:
        assert any(claim.binds for claim in provider.claims), "a shared issuer whose claims bind nobody"


def test_every_platform_has_a_preset() -> None:
    wanted = (
        "github github-enterprise-slug github-residency github-server gitlab gitlab-self-managed azure-devops entra "
        "circleci circleci-shared buildkite bitbucket hcp-terraform terraform-enterprise eks aks gke openshift google "
        "cognito codefresh buddy jenkins local-issuer generic"
    )
    assert {provider.id for provider in PROVIDERS} == set(wanted.split())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, set()),
        ({"audience": Untrusted("")}, {Rule.AUDIENCE}),
        ({"audience": Untrusted("https://github.com/octo-org")}, {Rule.AUDIENCE}),
        ({"enable_permissive_configuration": True, "provider_type": Untrusted("GitHub")}, {Rule.PERMISSIVE}),
        ({"enable_permissive_configuration": True, "provider_type": Untrusted("Azure")}, set()),
        ({"issuer_url": Untrusted("http://127.0.0.1/jwt")}, {Rule.ISSUER}),
        ({"issuer_url": Untrusted(f"{GITHUB}/")}, {Rule.ISSUER}),
        ({"issuer_url": Untrusted(f"{GITHUB}.evil.test")}, {Rule.ISSUER}),
        ({"issuer_url": Untrusted("https://evilgitlab.com")}, {Rule.ISSUER}),
        ({"issuer_url": Untrusted("https://agent-buildkite.com")}, {Rule.ISSUER}),
        ({"issuer_url": Untrusted("https://gitlab.company.test")}, set()),
        ({"issuer_url": Untrusted("https://gitlab.com")}, set()),
    ],
)
def test_the_linter_on_integrations(fields: dict[str, object], expected: set[Rule]) -> None:
    found = lint_integration(replace(an_integration(), **fields))  # type: ignore[arg-type]
    assert {finding.rule for finding in found} == expected
    assert all((finding.severity is Severity.BLOCKS) is (finding.rule is Rule.PERMISSIVE) for finding in found)


@pytest.mark.parametrize(
    ("expected", "found", "words"),
    [
        ("https://a.test", "https://a.test", None),
        ("https://a.test", "https://a.test/", "slash at the end"),
        ("https://a.test/X", "https://a.test/x", "Capital letters"),
        ("https://login.microsoftonline.com/t/v2.0", "https://sts.windows.net/t/", "version 1"),
        ("https://a.test", "https://b.test", "They differ"),
    ],
)
def test_issuers_are_compared_byte_for_byte(expected: str, found: str, words: str | None) -> None:
    difference = issuer_difference(expected, found)
    assert difference is None if words is None else words in (difference or "")
    discovery = Discovery(url=discovery_url(expected), issuer=Untrusted(found), jwks_uri=Untrusted("https://a.test/k"))
    assert list(discovery_problems(discovery, expected)) == ([difference] if difference else [])
    assert (lint_integration(an_integration(expected), discovery) == ()) is (difference is None)


def test_what_is_wrong_with_a_discovery_and_its_keys() -> None:
    bare = Discovery(url="u", issuer=None, jwks_uri=None, algorithms=(Untrusted("ES384"), Untrusted("EdDSA")))
    assert [problem.partition(":")[0] for problem in discovery_problems(bare, "u")] == [
        "The discovery document names no issuer",
        "The discovery document does not say where the keys are (jwks_uri)",
        "Tokens are signed with ES384, EdDSA only; JFrog is known to check RS256 and ES256",
    ]
    good = PublishedKey(key_id=Untrusted("a"), kind=Untrusted("EC"), algorithm=Untrusted("ES256"))
    bad = PublishedKey(key_id=None, kind=Untrusted("EC"), algorithm=Untrusted("ES384"), private=("d",))
    assert list(key_problems([good])) == []
    assert len(list(key_problems([good, good, bad]))) == 4
    assert len(list(key_problems([]))) == 1


def test_where_a_discovery_is() -> None:
    assert discovery_url("https://a.test/x/") == "https://a.test/x/.well-known/openid-configuration"
    assert discovery_url("https://a.test", "app").endswith("/.well-known/openid-configuration?appid=app")


def test_addresses_and_origins() -> None:
    assert why_not_address("10.0.0.5", "issuer.test") is None
    assert why_not_address("93.184.216.34", "issuer.test") is None
    assert why_not_address("127.0.0.1", "localhost") is None
    assert is_public_address("93.184.216.34")
    assert not is_public_address("::ffff:10.0.0.5")
    assert not is_public_address("x")
    assert same_origin("https://a.test/x", "https://a.test:443/y")
    assert not same_origin("https://a.test", "https://a.test:444")
    assert not same_origin("x", "x")


def test_views_are_in_evaluation_order() -> None:
    bound: dict[str, Json] = {"repository_id": "1", "ref": "refs/heads/main"}
    mappings = [
        a_mapping({"repository_id": "1"}, "late"),
        a_mapping(bound, "second", priority=2),
        a_mapping({"repository_id": "2"}, "also-second", priority=2),
        a_mapping({}, "of-project", priority=1, project_key=Untrusted("acme")),
        a_mapping({"repository_id": "1", "ref": "refs/*"}, "first", priority=1),
    ]
    views = view_mappings(mappings, an_integration())
    assert [(view.mapping.name, view.place, view.tied) for view in views] == [
        ("first", 1, False),
        ("second", 2, True),
        ("also-second", 3, True),
        ("late", 4, False),
        ("of-project", 1, False),
    ]
    shadows = [(view.shadow.by.name, view.shadow.project) if view.shadow else None for view in views]
    assert shadows == [("of-project", "acme"), ("first", None), ("of-project", "acme"), ("of-project", "acme"), None]
    assert [view.admits_strangers for view in views] == [False, False, False, False, True]
