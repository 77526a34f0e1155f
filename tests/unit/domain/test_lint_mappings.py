from __future__ import annotations

from dataclasses import replace

import pytest

from jfconsole.domain.claims import evaluate
from jfconsole.domain.integrations import Integration
from jfconsole.domain.lint_mappings import (
    Finding,
    Rule,
    Severity,
    blocking,
    dry_run,
    finding_record,
    lint_mapping,
    passes,
)
from jfconsole.domain.mappings import IdentityMapping, TokenSpec, mapping_from
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted

GITHUB = "https://token.actions.githubusercontent.com"
GITLAB = "https://gitlab.com"
BUILDKITE = "https://agent.buildkite.com"
CIRCLE_ROOT = "https://oidc.circleci.com"
CIRCLE_ORG = "https://oidc.circleci.com/org/1f2e3d4c-0000-4000-8000-000000000000"
HCP = "https://app.terraform.io"
GOOGLE = "https://accounts.google.com"
CODEFRESH = "https://oidc.codefresh.io"
BUDDY = "https://eu-oidc.buddyusercontent.com"
EKS = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123"
ADO = "https://vstoken.dev.azure.com/1f2e3d4c-0000-4000-8000-000000000000"
ENTRA = "https://login.microsoftonline.com/acme-tenant/v2.0"
BITBUCKET = "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"
COGNITO = "https://cognito-idp.eu-west-1.amazonaws.com/pool_1"
UNKNOWN = "https://issuer.acme.test/jwt"

BLOCKED = "blocks"

TABLE: list[tuple[str, dict[str, Json], set[str]]] = [
    # nobody is kept out: M01
    (GITHUB, {}, {"M01!"}),
    (GITHUB, {"iss": GITHUB}, {"M01!"}),
    (GITHUB, {"aud": "jfrog"}, {"M01!"}),
    (GITHUB, {"iss": GITHUB, "aud": "jfrog", "exp": 1, "iat": 1, "nbf": 1, "jti": "x"}, {"M01!"}),
    (GITHUB, {"sub": "*"}, {"M01!", "M11"}),
    (GITHUB, {"repository": "**"}, {"M01!", "M11"}),
    (GITHUB, {"repository": ["octo-org/app", "*"]}, {"M01!", "M11"}),
    (UNKNOWN, {}, {"M01!"}),
    (UNKNOWN, {"iss": UNKNOWN}, {"M01!"}),
    (GITLAB, {"iss": GITLAB, "aud": "jfrog"}, {"M01!"}),
    (EKS, {"aud": "sts.amazonaws.com"}, {"M01!"}),
    # no claim says whose: M02
    (GITHUB, {"ref": "refs/heads/main"}, {"M02!"}),
    (GITHUB, {"environment": "production"}, {"M02!"}),
    (GITHUB, {"actor": "octocat"}, {"M02!"}),
    (GITHUB, {"workflow": "release"}, {"M02!"}),
    (GITHUB, {"job_workflow_ref": "octo-org/workflows/.github/workflows/build.yml@refs/heads/main"}, {"M02!"}),
    (GITHUB, {"repository": "octo-app"}, {"M02!"}),
    (GITHUB, {"sub": "octo-org"}, {"M02!"}),
    (GITHUB, {"sub": "environment:production"}, {"M02!"}),
    (GITHUB, {"ref": "refs/heads/main", "repository": "*"}, {"M02!", "M11"}),
    (GITLAB, {"ref": "main", "ref_protected": "true"}, {"M02!"}),
    (GITLAB, {"user_login": "alice"}, {"M02!"}),
    (GITLAB, {"ci_config_ref_uri": "gitlab.com/acme/app//.gitlab-ci.yml@refs/heads/main"}, {"M02!"}),
    (BUILDKITE, {"pipeline_slug": "app"}, {"M02!"}),
    (BUILDKITE, {"build_branch": "main", "pipeline_slug": "app"}, {"M02!"}),
    (CIRCLE_ROOT, {"oidc.circleci.com/vcs-ref": "refs/heads/main"}, {"M02!"}),
    (HCP, {"terraform_workspace_name": "prod"}, {"M02!"}),
    (HCP, {"terraform_run_phase": "apply"}, {"M02!"}),
    (GOOGLE, {"email_verified": True}, {"M02!"}),
    (CODEFRESH, {"pipeline_name": "shop/build"}, {"M02!"}),
    (BUDDY, {"project_name": "shop", "pipeline_id": "501"}, {"M02!"}),
    (UNKNOWN, {"repository": "octo-org/app"}, {"M02!"}),
    (UNKNOWN, {"sub": "build-*"}, {"M02!"}),
    (UNKNOWN, {"sub": ["build-7", "build-*"]}, {"M02!"}),
    ("https://ghes.acme.test/_services/token", {"repository": "octo-org/app"}, {"M02!"}),
    ("https://token.actions.githubusercontent.com.evil.test", {"repository": "octo-org/app"}, {"M02!"}),
    ("https://gitlab.com:8443", {"project_path": "acme/app"}, {"M02!"}),
    ("not a url", {"repository": "octo-org/app"}, {"M02!"}),
    # a wildcard in what says whose: M03
    (GITHUB, {"sub": "repo:*"}, {"M03!"}),
    (GITHUB, {"sub": "repo:octo*"}, {"M03!"}),
    (GITHUB, {"sub": "repo:octo-org*/app:ref:refs/heads/main"}, {"M03!"}),
    (GITHUB, {"sub": "*:octo-org/app:ref:refs/heads/main"}, {"M03!"}),
    (GITHUB, {"repository": "*/app"}, {"M03!"}),
    (GITHUB, {"repository": "octo-org*"}, {"M03!"}),
    (GITHUB, {"repository": ["octo-org/app", "*/app"]}, {"M03!"}),
    (GITHUB, {"repository_owner": "octo*"}, {"M03!"}),
    (GITHUB, {"repository_id": "56*"}, {"M03!"}),
    (GITLAB, {"project_path": "acme*/app"}, {"M03!"}),
    (GITLAB, {"sub": "project_path:*/app:ref_type:branch:ref:main"}, {"M03!"}),
    (BUILDKITE, {"sub": "organization:acme*:pipeline:app:*"}, {"M03!"}),
    (HCP, {"sub": "organization:*:project:net:workspace:prod:run_phase:apply"}, {"M03!"}),
    (CIRCLE_ROOT, {"sub": "org/*/project/9a8b/user/*"}, {"M03!"}),
    (EKS, {"sub": "system:serviceaccount:*:builder"}, {"M03!"}),
    (GITHUB, {"repository": "*/app", "repository_owner_id": "1234", "ref": "refs/heads/main"}, {"M03", "M05"}),
    # one owner, any repository or any branch: M05; names only: M06
    (GITHUB, {"repository_owner": "octo-org"}, {"M05", "M06"}),
    (GITHUB, {"repository_owner_id": "1234"}, {"M05"}),
    (GITHUB, {"repository": "octo-org/*"}, {"M05", "M06"}),
    (GITHUB, {"repository": "octo-org/app"}, {"M05", "M06"}),
    (GITHUB, {"repository_id": "5678"}, {"M05"}),
    (GITHUB, {"repository_id": "5678", "ref": "refs/heads/*"}, {"M05"}),
    (GITHUB, {"sub": "repo:octo-org/app:*"}, {"M05", "M06"}),
    (GITHUB, {"sub": "repo:octo-org@1234/app@5678:*"}, {"M05"}),
    (GITHUB, {"repository_id": "5678", "sub": "repo:octo-org/app:pull_request"}, {"M05"}),
    (GITHUB, {"repository_id": "5678", "ref": "refs/heads/main", "event_name": "pull_request_target"}, {"M05"}),
    (GITLAB, {"project_id": "22"}, {"M05"}),
    (GITLAB, {"namespace_path": "acme"}, {"M05", "M06"}),
    (GITLAB, {"project_path": "acme/app", "ref": "main"}, {"M06"}),
    (BUILDKITE, {"organization_slug": "acme", "pipeline_slug": "app", "build_branch": "main"}, {"M06"}),
    (HCP, {"terraform_organization_name": "acme"}, {"M05", "M06"}),
    # as it should be
    (GITHUB, {"repository_id": "5678", "ref": "refs/heads/main"}, set()),
    (GITHUB, {"repository_id": "5678", "environment": "production"}, set()),
    (GITHUB, {"sub": "repo:octo-org@1234/app@5678:environment:production"}, set()),
    (GITHUB, {"repository": "octo-org/app", "repository_owner_id": "1234", "ref": "refs/heads/main"}, set()),
    (f"{GITHUB}/octo-enterprise", {"repository_id": "5678", "ref": "refs/heads/main"}, set()),
    (GITLAB, {"project_id": "22", "ref": "main", "ref_protected": "true"}, set()),
    (BUILDKITE, {"organization_id": "0184", "pipeline_slug": "app", "build_branch": "main"}, set()),
    (HCP, {"terraform_workspace_id": "ws-1", "terraform_run_phase": "apply"}, set()),
    (CIRCLE_ORG, {"oidc.circleci.com/project-id": "9a8b", "oidc.circleci.com/vcs-ref": "refs/heads/main"}, set()),
    (ADO, {"sub": "sc://acme/shop/jfrog"}, set()),
    (ENTRA, {"oid": "0185"}, set()),
    (GOOGLE, {"sub": "113772345678901234567"}, set()),
    (BITBUCKET, {"repositoryUuid": "{1f2e}", "branchName": "main"}, set()),
    (COGNITO, {"client_id": "3n4b"}, set()),
    (EKS, {"sub": "system:serviceaccount:ci:builder"}, {"M06"}),
    (EKS, {"kubernetes.io": {"namespace": "ci", "serviceaccount": {"uid": "0184"}}}, set()),
    (UNKNOWN, {"sub": "registry-pull"}, set()),
    (UNKNOWN, {"sub": ["registry-pull", "registry-push"]}, set()),
    # values that can hardly be meant: M11
    (GITHUB, {"repository_id": 5678, "ref": "refs/heads/main"}, {"M11"}),
    (GITHUB, {"repositroy": "octo-org/app"}, {"M02!", "M11"}),
    (GITHUB, {"repository_id": "5678", "ref": "refs/heads/main "}, {"M11"}),
    (GITHUB, {"repository_id": "5678", "ref": "refs/heads/?"}, {"M11"}),
    (GITHUB, {"repository_id": "5678", "environment": []}, {"M11"}),
    (GITHUB, {"repository": "оcto-org/app", "repository_id": "5678", "ref": "refs/heads/main"}, {"M11"}),
    (GITHUB, {"repository_id": "5678", "ref": "refs/heads/main", "repo_property_team": "core"}, set()),
    (GITLAB, {"project_id": "22", "ref": "main", "ref_protected": True}, {"M11"}),
    (GOOGLE, {"sub": "1137", "email_verified": "true"}, {"M11"}),
]


def an_integration(issuer: str = GITHUB, **fields: object) -> Integration:
    return Integration(name=Untrusted("ci"), issuer_url=Untrusted(issuer), audience=Untrusted("jfrog"), **fields)  # type: ignore[arg-type]


def a_mapping(claims: dict[str, Json], name: str = "build", **fields: object) -> IdentityMapping:
    spec = TokenSpec(username=Untrusted("ci"), scope=Untrusted("applied-permissions/user"), expires_in=600)
    made = IdentityMapping(name=Untrusted(name), provider_name=Untrusted("ci"), claims=claims, token_spec=spec)
    return replace(made, **fields)  # type: ignore[arg-type]


def told(findings: tuple[Finding, ...]) -> set[str]:
    """Rules by id, those that block with an exclamation mark."""
    return {f"{finding.rule.value}{'!' * (finding.severity is Severity.BLOCKS)}" for finding in findings}


@pytest.mark.parametrize(("issuer", "claims", "expected"), TABLE)
def test_the_table(issuer: str, claims: dict[str, Json], expected: set[str]) -> None:
    findings = lint_mapping(a_mapping(claims), an_integration(issuer))
    assert told(findings) == expected, [finding.sentence for finding in findings]
    assert passes(findings) is not any(mark.endswith("!") for mark in expected)


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 60
    seen = {rule.rstrip("!") for _, _, expected in TABLE for rule in expected}
    assert seen >= {"M01", "M02", "M03", "M05", "M06", "M11"}


@pytest.mark.parametrize("provider_type", ["GitHub", "Generic OpenID Connect", "Azure", "generic", "", "Teapot"])
def test_the_host_decides_and_not_the_provider_type(provider_type: str) -> None:
    integration = an_integration(GITHUB, provider_type=Untrusted(provider_type))
    assert told(lint_mapping(a_mapping({"ref": "refs/heads/main"}), integration)) == {"M02!"}
    assert passes(lint_mapping(a_mapping({"repository": "octo-org/app"}), integration))


BOUND: dict[str, Json] = {"repository_id": "5678", "ref": "refs/heads/main"}


@pytest.mark.parametrize(
    ("scope", "expires_in", "expected"),
    [
        ("applied-permissions/user", 600, set()),
        ("applied-permissions/user", 3600, set()),
        ("applied-permissions/user", 3601, {"M04"}),
        ('applied-permissions/groups:"ci"', 18_000, {"M04"}),
        ("applied-permissions/admin", 60, {"M04!"}),
        ("applied-permissions/admin", 86_400, {"M04!", "M04"}),
        ("applied-permissions/user applied-permissions/admin", 60, {"M04!"}),
        ("jfrt@01h0:admin", 60, {"M04!"}),
        ("", None, set()),
    ],
)
def test_powerful_tokens(scope: str, expires_in: int | None, expected: set[str]) -> None:
    spec = TokenSpec(username=Untrusted("ci"), scope=Untrusted(scope), expires_in=expires_in)
    assert told(lint_mapping(a_mapping(BOUND, token_spec=spec), an_integration())) == expected


def test_what_stands_in_whose_way_is_told_to_both() -> None:
    wide = a_mapping({"repository_id": "5678", "ref": "refs/heads/*"}, "wide", priority=1)
    narrow = a_mapping(BOUND, "narrow", priority=2)
    integration = an_integration()
    (to_narrow,) = lint_mapping(narrow, integration, [wide])
    assert to_narrow.rule is Rule.SHADOWS
    assert to_narrow.sentence == "narrow never wins: wide comes first and admits the same"
    assert to_narrow.fix == "Give narrow a lower number than wide"
    assert Rule.SHADOWS in {finding.rule for finding in lint_mapping(wide, integration, [narrow])}
    assert lint_mapping(narrow, integration, [replace(wide, priority=3)]) == ()
    assert lint_mapping(narrow, integration, [narrow]) == ()


def test_claims_that_cannot_be_read_block() -> None:
    mapping = mapping_from({"name": "build", "claims": '{"repository_id":"5678"}'})
    (finding,) = blocking(lint_mapping(mapping, an_integration()))
    assert finding.rule is Rule.ANYONE
    assert "cannot read" in finding.sentence


def test_hostile_names_are_shown_cleaned() -> None:
    claims: dict[str, Json] = {"re\x1bf": "\x1b]0;x\x07", "repository": "\u202e*/x"}
    for finding in lint_mapping(a_mapping(claims), an_integration()):
        assert (finding.sentence + finding.fix + finding.claim).isprintable()


def test_a_dry_run_says_why_each_one_wins_or_fails() -> None:
    first = a_mapping({"repository_id": "1"}, "first", priority=1)
    second = a_mapping(BOUND, "second", priority=2)
    third = a_mapping({"repository_id": "5678"}, "third", priority=3)
    found = dry_run(evaluate([third, second, first], {"repository_id": "5678", "ref": "refs/heads/main"}))
    assert [finding.sentence for finding in found] == [
        'first does not: repository_id is "5678"; "1" is wanted',
        "second lets the token in",
        "third would let it in too, and comes later",
    ]
    assert {finding.rule for finding in found} == {Rule.DRY_RUN}
    assert passes(found)


def test_the_record_has_stable_keys() -> None:
    (finding,) = lint_mapping(a_mapping({}), an_integration())
    assert finding_record(finding) | {"sentence": "", "fix": ""} == {
        "rule": "M01",
        "severity": BLOCKED,
        "mapping": "build",
        "claim": None,
        "sentence": "",
        "fix": "",
    }
