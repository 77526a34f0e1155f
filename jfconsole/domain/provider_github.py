"""GitHub Actions in its four forms. Source: github/docs content/actions/reference/security/oidc.md."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from jfconsole.domain.integrations import GITHUB_HOST, ProviderType
from jfconsole.domain.providers import EXACT, ClaimType, KnownClaim, Provider

_END: Final = r"(?::|$)"
_SUB_BINDS: Final = rf"repo(?:sitory)?:[^/:*]+/|repository_owner:[^:*]+{_END}|repository_(?:owner_)?id:[^:*]+{_END}"
_SUB_PINS: Final = rf"repo(?:sitory)?:[^/:*]+/[^/:*]+{_END}|repository_id:[^:*]+{_END}"
_SUB_NARROWS: Final = r"[^*]*:(?:ref:refs/(?:heads|tags)/[^*]+|environment:[^*]+)"

CLAIMS: Final = (
    KnownClaim(
        place=("sub",),
        example="repo:octo-org@1234/octo-app@5678:ref:refs/heads/main",
        meaning="What the job is: repository and branch, tag, environment or pull request",
        binds=_SUB_BINDS,
        pins=_SUB_PINS,
        narrows=_SUB_NARROWS,
    ),
    KnownClaim(
        place=("repository",),
        example="octo-org/octo-app",
        meaning="The repository, with its owner",
        binds=r"[^/*]+/",
        pins=r"[^/*]+/[^/*]+$",
    ),
    KnownClaim(
        place=("repository_id",),
        example="5678",
        meaning="The repository's number, which stays when it is renamed",
        binds=EXACT,
        pins=EXACT,
        immutable=True,
    ),
    KnownClaim(place=("repository_owner",), example="octo-org", meaning="The organisation or user", binds=EXACT),
    KnownClaim(
        place=("repository_owner_id",),
        example="1234",
        meaning="The owner's number, which nobody else gets",
        binds=EXACT,
        immutable=True,
    ),
    KnownClaim(
        place=("ref",), example="refs/heads/main", meaning="The branch or tag", narrows=r"refs/(?:heads|tags)/[^*]+"
    ),
    KnownClaim(
        place=("environment",), example="production", meaning="The job's environment, if it has one", narrows=EXACT
    ),
    KnownClaim(
        place=("workflow_ref",),
        example="octo-org/octo-app/.github/workflows/release.yml@refs/heads/main",
        meaning="The workflow file and the branch it was taken from",
        binds=r"[^/*]+/",
        pins=r"[^/*]+/[^/*]+/",
        narrows=r"[^*]+@refs/(?:heads|tags)/[^*]+$",
    ),
    KnownClaim(
        place=("job_workflow_ref",),
        example="octo-org/workflows/.github/workflows/build.yml@refs/heads/main",
        meaning="The workflow that the job is of; anyone may call a public one, so it says nothing about who does",
        narrows=EXACT,
    ),
    KnownClaim(place=("ref_type",), example="branch", meaning="branch or tag"),
    KnownClaim(
        place=("ref_protected",), example="true", meaning="Whether the branch is protected", type=ClaimType.FLAG_TEXT
    ),
    KnownClaim(place=("event_name",), example="push", meaning="What started the workflow"),
    KnownClaim(place=("workflow",), example="release", meaning="The workflow's name, which its authors choose"),
    KnownClaim(place=("actor",), example="octocat", meaning="Who started it: can be anyone's repository"),
    KnownClaim(place=("actor_id",), example="583231", meaning="The number of who started it"),
    KnownClaim(place=("runner_environment",), example="github-hosted", meaning="github-hosted or self-hosted"),
    KnownClaim(place=("repository_visibility",), example="private", meaning="public, private or internal"),
    KnownClaim(place=("base_ref",), example="main", meaning="The branch that a pull request is for"),
    KnownClaim(place=("head_ref",), example="feature", meaning="The branch that a pull request is of"),
    KnownClaim(place=("sha",), example="7e4f…", meaning="The commit"),
    KnownClaim(place=("job_workflow_sha",), example="7e4f…", meaning="The commit of the job's workflow"),
    KnownClaim(place=("workflow_sha",), example="7e4f…", meaning="The commit of the workflow"),
    KnownClaim(place=("run_id",), example="123456", meaning="The run's number"),
    KnownClaim(place=("run_number",), example="10", meaning="How many runs the workflow had"),
    KnownClaim(place=("run_attempt",), example="1", meaning="How often the run was tried"),
    KnownClaim(place=("check_run_id",), example="987", meaning="The job's check"),
)

_ENTERPRISE_CLAIMS: Final = (
    KnownClaim(place=("enterprise",), example="octo-enterprise", meaning="The enterprise's short name", binds=EXACT),
    KnownClaim(place=("enterprise_id",), example="42", meaning="The enterprise's number", binds=EXACT, immutable=True),
)

_SUBJECTS: Final = (
    "repo:<owner>@<owner id>/<repository>@<repository id>:ref:refs/heads/<branch>",
    "repo:<owner>/<repository>:ref:refs/heads/<branch>",
    "repo:<owner>/<repository>:environment:<environment>",
    "repo:<owner>/<repository>:pull_request",
)
_IDS: Final = (
    "Repositories made after 2026-07-15, renamed and transferred ones carry their ids in sub; older ones do not: "
    "repository_id and repository_owner_id are the same in both"
)
_PERMISSION: Final = "The workflow needs the permission id-token: write"

_GITHUB: Final = Provider(
    id="github",
    title="GitHub Actions",
    issuer=f"https://{GITHUB_HOST}",
    issuers=re.escape(GITHUB_HOST),
    provider_type=ProviderType.GITHUB,
    shared=True,
    audience="https://github.com/<owner>",
    subjects=_SUBJECTS,
    claims=(*CLAIMS, *_ENTERPRISE_CLAIMS),
    claim_prefixes=("repo_property_",),
    notes=(_IDS, _PERMISSION, "The URL has no slash at the end", "Ask for an audience of your own in the workflow"),
)

GITHUBS: Final = (
    _GITHUB,
    replace(
        _GITHUB,
        id="github-enterprise-slug",
        title="GitHub Actions of an enterprise with its own issuer",
        issuer=f"https://{GITHUB_HOST}/<enterprise>",
        issuers=f"{re.escape(GITHUB_HOST)}/[^/]+",
        provider_type=ProviderType.GITHUB_ENTERPRISE,
        shared=False,
        notes=(_IDS, _PERMISSION, "Only where the enterprise's owners switched include_enterprise_slug on"),
    ),
    replace(
        _GITHUB,
        id="github-residency",
        title="GitHub Actions with data residency (ghe.com)",
        issuer="https://token.actions.<subdomain>.ghe.com",
        issuers=r"token\.actions\.[a-z0-9-]+\.ghe\.com(?:/[^/]+)?",
        provider_type=ProviderType.GITHUB_ENTERPRISE,
        shared=False,
        audience="",
        notes=(_IDS, _PERMISSION),
    ),
    replace(
        _GITHUB,
        id="github-server",
        title="GitHub Enterprise Server",
        issuer="https://<host>/_services/token",
        issuers="",
        provider_type=ProviderType.GENERIC,
        shared=False,
        audience="",
        subjects=_SUBJECTS[1:],
        notes=(_PERMISSION, "The JFrog Platform must be able to reach the server", "sub carries no ids"),
    ),
)
