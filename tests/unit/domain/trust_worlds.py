"""Tokens of two tenants on every issuer that several share, and mappings that somebody might write for the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from jfconsole.domain.requests import Json

Claims = dict[str, Json]
Tenancy = Callable[[Random, "Tenant"], Claims]


@dataclass(frozen=True)
class Tenant:
    """Somebody's names and ids. What else a token says, a stranger can arrange to be the same."""

    name: str
    id: str
    project: str
    project_id: str

    def stranger(self, random: Random) -> Tenant:
        """Somebody else, with names as near as one can register them."""
        name = random.choice(
            [f"{self.name}-evil", f"x{self.name}", self.name[:-1], self.name.upper(), "evil", f"{self.name}{self.name}"]
        )
        return Tenant(name, f"{self.id}9", random.choice([self.project, "app"]), f"{self.project_id}9")


def a_tenant(random: Random) -> Tenant:
    """Somebody."""
    number = str(random.randint(100, 999))
    name = random.choice(["octo-org", "acme", "a", "jfrog-ci"])
    return Tenant(name if len(name) > 1 else f"{name}b", number, random.choice(["app", "shop"]), f"{number}5")


def _github(random: Random, of: Tenant) -> Claims:
    repository = f"{of.name}/{of.project}"
    subject = random.choice([f"repo:{repository}", f"repo:{of.name}@{of.id}/{of.project}@{of.project_id}"])
    ref = "refs/heads/main"
    return {
        "sub": subject + random.choice([f":ref:{ref}", ":environment:production", ":pull_request"]),
        "repository": repository,
        "repository_id": of.project_id,
        "repository_owner": of.name,
        "repository_owner_id": of.id,
        "workflow_ref": f"{repository}/.github/workflows/release.yml@{ref}",
        "job_workflow_ref": f"octo-org/workflows/.github/workflows/build.yml@{ref}",
        "ref": ref,
        "environment": "production",
        "actor": "octocat",
    }


def _gitlab(random: Random, of: Tenant) -> Claims:
    return {
        "sub": f"project_path:{of.name}/{of.project}:ref_type:branch:ref:main",
        "project_path": f"{of.name}/{of.project}",
        "project_id": of.project_id,
        "namespace_path": of.name,
        "namespace_id": of.id,
        "ref": "main",
        "ref_protected": "true",
        "user_login": "alice",
    }


def _buildkite(random: Random, of: Tenant) -> Claims:
    return {
        "sub": f"organization:{of.name}:pipeline:{of.project}:ref:refs/heads/main:commit:7e4f:step:build",
        "organization_slug": of.name,
        "organization_id": of.id,
        "pipeline_slug": of.project,
        "build_branch": "main",
    }


def _circle(random: Random, of: Tenant) -> Claims:
    return {
        "sub": f"org/{of.id}/project/{of.project_id}/user/77cc",
        "oidc.circleci.com/project-id": of.project_id,
        "oidc.circleci.com/org-id": of.id,
        "oidc.circleci.com/vcs-ref": "refs/heads/main",
        "oidc.circleci.com/context-ids": ["c1", "c2"],
    }


def _terraform(random: Random, of: Tenant) -> Claims:
    full = f"organization:{of.name}:project:net:workspace:{of.project}"
    return {
        "sub": f"{full}:run_phase:apply",
        "terraform_organization_id": f"org-{of.id}",
        "terraform_organization_name": of.name,
        "terraform_workspace_id": f"ws-{of.project_id}",
        "terraform_workspace_name": of.project,
        "terraform_full_workspace": full,
        "terraform_run_phase": "apply",
    }


def _google(random: Random, of: Tenant) -> Claims:
    email = f"ci@{of.name}.iam.gserviceaccount.com"
    return {"sub": f"1137{of.id}", "email": email, "email_verified": True, "azp": "1137"}


def _codefresh(random: Random, of: Tenant) -> Claims:
    return {
        "sub": f"account:{of.id}:pipeline:{of.project_id}:scm_ref:main",
        "account_id": of.id,
        "pipeline_id": "61",
        "scm_ref": "main",
    }


def _buddy(random: Random, of: Tenant) -> Claims:
    return {"sub": "run", "workspace_domain": of.name, "project_name": of.project, "pipeline_id": "501"}


def _unknown(random: Random, of: Tenant) -> Claims:
    return {"sub": f"{of.name}/{of.project}", "repository": "octo-org/app", "team": "core", "group": {"name": "ci"}}


SHARED: Mapping[str, Tenancy] = {
    "https://token.actions.githubusercontent.com": _github,
    "https://gitlab.com": _gitlab,
    "https://agent.buildkite.com": _buildkite,
    "https://oidc.circleci.com": _circle,
    "https://app.terraform.io": _terraform,
    "https://accounts.google.com": _google,
    "https://oidc.codefresh.io": _codefresh,
    "https://oidc.buddyusercontent.com": _buddy,
    "https://issuer.acme.test": _unknown,
}


def claims_for(random: Random, token: Claims) -> Claims:
    """Claims that admit this token: some of its own, as they are, with wildcards or among other choices."""
    names = random.sample(sorted(token), random.randint(0, min(4, len(token))))
    return {name: _admitting(random, token[name]) for name in names}


def _admitting(random: Random, value: Json) -> Json:
    if isinstance(value, list):
        return random.choice([value, [random.choice(value)], random.choice(value)])
    if not isinstance(value, str):
        return value
    match random.randint(0, 7):
        case 0:
            return [value, random.choice(["of somebody nobody is", f"*{value[-2:]}"])]
        case 1:
            return f"{value[: random.randint(0, len(value))]}*"
        case 2:
            start, end = sorted(random.randint(0, len(value)) for _ in range(2))
            return f"{value[:start]}*{value[end:]}"
        case 3:
            return f"*{value[random.randint(0, len(value)) :]}"
        case _:
            return value
