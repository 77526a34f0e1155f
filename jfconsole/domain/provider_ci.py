"""Build services: GitLab, Azure DevOps, CircleCI, Buildkite, Bitbucket, HCP Terraform, Codefresh, Buddy, Jenkins."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from jfconsole.domain.integrations import ProviderType
from jfconsole.domain.providers import EXACT, ClaimType, KnownClaim, Provider

_UUID: Final = "[0-9a-f-]{36}"

_GITLAB: Final = Provider(
    id="gitlab",
    title="GitLab.com",
    issuer="https://gitlab.com",
    issuers=r"gitlab\.com",
    provider_type=ProviderType.GENERIC,
    shared=True,
    subjects=("project_path:<group>/<project>:ref_type:branch:ref:<branch>",),
    claims=(
        KnownClaim(
            place=("sub",),
            example="project_path:acme/app:ref_type:branch:ref:main",
            meaning="Project and branch or tag",
            binds=r"project_path:[^/:*]+/",
            pins=r"project_path:[^:*]+:",
            narrows=r"project_path:[^:*]+:ref_type:[^:*]+:ref:[^*]+",
        ),
        KnownClaim(
            place=("project_path",),
            example="acme/app",
            meaning="The project with its groups",
            binds=r"[^/*]+/",
            pins=EXACT,
        ),
        KnownClaim(
            place=("project_id",),
            example="22",
            meaning="The project's number, which stays when it moves",
            binds=EXACT,
            pins=EXACT,
            immutable=True,
        ),
        KnownClaim(place=("namespace_path",), example="acme", meaning="The group or user", binds=r"[^/*]+(?:/|$)"),
        KnownClaim(place=("namespace_id",), example="72", meaning="The group's number", binds=EXACT, immutable=True),
        KnownClaim(place=("ref",), example="main", meaning="The branch or tag, without refs/heads/", narrows=r"[^*]+"),
        KnownClaim(place=("ref_path",), example="refs/heads/main", meaning="The whole ref", narrows=r"refs/\w+/[^*]+"),
        KnownClaim(place=("ref_type",), example="branch", meaning="branch or tag"),
        KnownClaim(
            place=("ref_protected",),
            example="true",
            meaning="Whether branch or tag is protected",
            type=ClaimType.FLAG_TEXT,
            narrows=r"true$",
        ),
        KnownClaim(place=("environment",), example="production", meaning="The job's environment", narrows=EXACT),
        KnownClaim(
            place=("environment_protected",),
            example="true",
            meaning="Whether the environment is protected",
            type=ClaimType.FLAG_TEXT,
        ),
        KnownClaim(place=("deployment_tier",), example="production", meaning="The environment's tier"),
        KnownClaim(place=("pipeline_source",), example="push", meaning="What started the pipeline"),
        KnownClaim(place=("pipeline_id",), example="574", meaning="The pipeline's number"),
        KnownClaim(place=("job_id",), example="302", meaning="The job's number"),
        KnownClaim(place=("user_login",), example="alice", meaning="Who started it: in any project"),
        KnownClaim(place=("user_id",), example="1", meaning="The number of who started it"),
        KnownClaim(place=("user_email",), example="alice@acme.test", meaning="The address of who started it"),
        KnownClaim(place=("runner_environment",), example="gitlab-hosted", meaning="gitlab-hosted or self-hosted"),
        KnownClaim(place=("runner_id",), example="1", meaning="The runner's number", type=ClaimType.NUMBER),
        KnownClaim(place=("project_visibility",), example="private", meaning="public, private or internal"),
        KnownClaim(place=("sha",), example="7e4f…", meaning="The commit"),
        KnownClaim(
            place=("ci_config_ref_uri",),
            example="gitlab.com/acme/app//.gitlab-ci.yml@refs/heads/main",
            meaning="The pipeline definition; it says nothing about who uses it",
        ),
        KnownClaim(place=("ci_config_sha",), example="7e4f…", meaning="The commit of the pipeline definition"),
    ),
    notes=(
        "The audience is chosen in the job: id_tokens: NAME: aud:",
        "In pipelines of forks the project claims name the fork, not the project it was made from",
    ),
)

_CIRCLE_CLAIMS: Final = (
    KnownClaim(
        place=("sub",),
        example="org/1f2e…/project/9a8b…/user/77cc…",
        meaning="Organisation, project and the user who started it, by their ids",
        binds=r"org/[^/*]+/",
        pins=r"org/[^/*]+/project/[^/*]+/",
        immutable=True,
    ),
    KnownClaim(
        place=("oidc.circleci.com/project-id",),
        example="9a8b7c6d-…",
        meaning="The project's id",
        binds=EXACT,
        pins=EXACT,
        immutable=True,
    ),
    KnownClaim(
        place=("oidc.circleci.com/org-id",),
        example="1f2e3d4c-…",
        meaning="The organisation's id",
        binds=EXACT,
        immutable=True,
    ),
    KnownClaim(
        place=("oidc.circleci.com/pipeline-definition-id",),
        example="5e5e…",
        meaning="The pipeline definition's id",
        binds=EXACT,
        pins=EXACT,
        immutable=True,
    ),
    KnownClaim(
        place=("oidc.circleci.com/vcs-ref",), example="refs/heads/main", meaning="The branch or tag", narrows=r"[^*]+"
    ),
    KnownClaim(place=("oidc.circleci.com/vcs-origin",), example="github.com/acme/app", meaning="The repository"),
    KnownClaim(place=("oidc.circleci.com/context-ids",), example='["…"]', meaning="Contexts", type=ClaimType.LIST),
    KnownClaim(
        place=("oidc.circleci.com/ssh-rerun",),
        example="false",
        meaning="Whether the job was run again with SSH",
        type=ClaimType.FLAG,
    ),
)

_CIRCLE: Final = Provider(
    id="circleci",
    title="CircleCI",
    issuer="https://oidc.circleci.com/org/<organisation id>",
    issuers=rf"oidc\.circleci\.com/org/{_UUID}",
    provider_type=ProviderType.GENERIC,
    audience="<organisation id>",
    subjects=("org/<organisation id>/project/<project id>/user/<user id>",),
    claims=_CIRCLE_CLAIMS,
    notes=("The user at the end of sub varies: match the project's id, or end with user/*",),
)

_AZURE_DEVOPS: Final = Provider(
    id="azure-devops",
    title="Azure DevOps",
    issuer="https://vstoken.dev.azure.com/<organisation id>",
    issuers=rf"vstoken\.dev\.azure\.com/{_UUID}",
    provider_type=ProviderType.AZURE,
    audience="api://AzureADTokenExchange",
    subjects=("sc://<organisation>/<project>/<service connection>",),
    claims=(
        KnownClaim(
            place=("sub",),
            example="sc://acme/shop/jfrog",
            meaning="Organisation, project and service connection",
            binds=r"sc://[^/*]+/[^/*]+/",
            pins=r"sc://[^/*]+/[^/*]+/[^*]+$",
        ),
    ),
    notes=("The values stand in the log of a pipeline only: decode a token of one",),
)

_BUILDKITE: Final = Provider(
    id="buildkite",
    title="Buildkite",
    issuer="https://agent.buildkite.com",
    issuers=r"agent\.buildkite\.com",
    provider_type=ProviderType.GENERIC,
    shared=True,
    subjects=("organization:<org>:pipeline:<pipeline>:ref:<ref>:commit:<sha>:step:<key>",),
    claims=(
        KnownClaim(
            place=("sub",),
            example="organization:acme:pipeline:app:ref:refs/heads/main:commit:7e4f:step:build",
            meaning="Organisation, pipeline, branch, commit and step",
            binds=r"organization:[^:*]+:",
            pins=r"organization:[^:*]+:pipeline:[^:*]+:",
            narrows=r"organization:[^:*]+:pipeline:[^:*]+:ref:refs/\w+/[^*]+",
        ),
        KnownClaim(place=("organization_slug",), example="acme", meaning="The organisation", binds=EXACT),
        KnownClaim(
            place=("organization_id",), example="0184…", meaning="The organisation's id", binds=EXACT, immutable=True
        ),
        KnownClaim(place=("pipeline_slug",), example="app", meaning="The pipeline", pins=EXACT),
        KnownClaim(place=("pipeline_id",), example="0185…", meaning="The pipeline's id", pins=EXACT),
        KnownClaim(place=("build_branch",), example="main", meaning="The branch", narrows=r"[^*]+"),
        KnownClaim(place=("build_tag",), example="v1", meaning="The tag", narrows=r"[^*]+"),
        KnownClaim(place=("build_source",), example="webhook", meaning="What started the build"),
        KnownClaim(place=("build_number",), example="7", meaning="The build's number", type=ClaimType.NUMBER),
        KnownClaim(place=("build_commit",), example="7e4f…", meaning="The commit"),
        KnownClaim(place=("step_key",), example="build", meaning="The step"),
        KnownClaim(place=("cluster_id",), example="0186…", meaning="The cluster's id"),
        KnownClaim(place=("agent_id",), example="0187…", meaning="The agent's id"),
        KnownClaim(place=("runner_environment",), example="self-hosted", meaning="Where the agent runs"),
    ),
    notes=("One issuer for every organisation: always match organization_id or organization_slug",),
)

_BITBUCKET: Final = Provider(
    id="bitbucket",
    title="Bitbucket Pipelines",
    issuer="https://api.bitbucket.org/2.0/workspaces/<workspace>/pipelines-config/identity/oidc",
    issuers=r"api\.bitbucket\.org/2\.0/workspaces/[^/]+/pipelines-config/identity/oidc",
    provider_type=ProviderType.GENERIC,
    audience="ari:cloud:bitbucket::workspace/<workspace uuid>",
    claims=(
        KnownClaim(place=("sub",), example="{…}:{…}", meaning="Repository and step: another one in every run"),
        KnownClaim(
            place=("repositoryUuid",),
            example="{1f2e3d4c-…}",
            meaning="The repository's id, in braces",
            binds=EXACT,
            pins=EXACT,
            immutable=True,
        ),
        KnownClaim(place=("workspaceUuid",), example="{9a8b…}", meaning="The workspace's id", binds=EXACT),
        KnownClaim(place=("pipelineUuid",), example="{77cc…}", meaning="The pipeline's id"),
        KnownClaim(place=("stepUuid",), example="{5e5e…}", meaning="The step's id"),
        KnownClaim(place=("branchName",), example="main", meaning="The branch", narrows=r"[^*]+"),
        KnownClaim(
            place=("deploymentEnvironmentUuid",), example="{0184…}", meaning="The environment's id", narrows=EXACT
        ),
    ),
    notes=("The discovery document is there only after the first pipeline with oidc: true ran",),
)

_TERRAFORM: Final = Provider(
    id="hcp-terraform",
    title="HCP Terraform",
    issuer="https://app.terraform.io",
    issuers=r"app(?:\.eu)?\.terraform\.io",
    provider_type=ProviderType.GENERIC,
    shared=True,
    subjects=("organization:<org>:project:<project>:workspace:<workspace>:run_phase:<plan or apply>",),
    claims=(
        KnownClaim(
            place=("sub",),
            example="organization:acme:project:net:workspace:prod:run_phase:apply",
            meaning="Organisation, project, workspace and phase",
            binds=r"organization:[^:*]+:",
            pins=r"organization:[^:*]+:project:[^:*]+:workspace:[^:*]+:",
            narrows=r"[^*]+:run_phase:[^*]+$",
        ),
        KnownClaim(
            place=("terraform_organization_id",),
            example="org-GRNbCjYNpBB6NEBH",
            meaning="The organisation's id",
            binds=EXACT,
            immutable=True,
        ),
        KnownClaim(place=("terraform_organization_name",), example="acme", meaning="The organisation", binds=EXACT),
        KnownClaim(
            place=("terraform_workspace_id",),
            example="ws-mbsd5E3Ktt5Rg2Xm",
            meaning="The workspace's id",
            binds=EXACT,
            pins=EXACT,
            immutable=True,
        ),
        KnownClaim(
            place=("terraform_full_workspace",),
            example="organization:acme:project:net:workspace:prod",
            meaning="Organisation, project and workspace",
            binds=r"organization:[^:*]+:",
            pins=r"organization:[^:*]+:project:[^:*]+:workspace:[^*]+$",
        ),
        KnownClaim(place=("terraform_workspace_name",), example="prod", meaning="The workspace"),
        KnownClaim(place=("terraform_project_id",), example="prj-…", meaning="The project's id", binds=EXACT),
        KnownClaim(place=("terraform_project_name",), example="net", meaning="The project"),
        KnownClaim(place=("terraform_run_phase",), example="apply", meaning="plan or apply", narrows=EXACT),
        KnownClaim(place=("terraform_run_id",), example="run-…", meaning="The run"),
    ),
    notes=(
        "Give plan a mapping that reads and apply one that writes: terraform_run_phase tells them apart",
        "The audience is the value of TFC_WORKLOAD_IDENTITY_AUDIENCE",
    ),
)

_CODEFRESH: Final = Provider(
    id="codefresh",
    title="Codefresh",
    issuer="https://oidc.codefresh.io",
    issuers=r"oidc\.codefresh\.io",
    provider_type=ProviderType.GENERIC,
    shared=True,
    claims=(
        KnownClaim(
            place=("sub",),
            example="account:5f…:pipeline:61…:scm_repo_url:…",
            meaning="Account, pipeline and what started it",
            binds=r"account:[^:*]+:",
            pins=r"account:[^:*]+:pipeline:[^:*]+:",
        ),
        KnownClaim(place=("account_id",), example="5f…", meaning="The account's id", binds=EXACT, immutable=True),
        KnownClaim(place=("account_name",), example="acme", meaning="The account"),
        KnownClaim(place=("pipeline_id",), example="61…", meaning="The pipeline's id", pins=EXACT),
        KnownClaim(place=("pipeline_name",), example="shop/build", meaning="The pipeline"),
        KnownClaim(place=("scm_ref",), example="main", meaning="The branch", narrows=r"[^*]+"),
        KnownClaim(place=("workflow_id",), example="65…", meaning="The run"),
    ),
)

_BUDDY: Final = Provider(
    id="buddy",
    title="Buddy",
    issuer="https://<region, or nothing>oidc.buddyusercontent.com",
    issuers=r"(?:eu-|asia-)?oidc\.buddyusercontent\.com",
    provider_type=ProviderType.GENERIC,
    shared=True,
    claims=(
        KnownClaim(place=("sub",), example="…", meaning="What the run is"),
        KnownClaim(place=("workspace_domain",), example="acme", meaning="The workspace", binds=EXACT),
        KnownClaim(place=("project_name",), example="shop", meaning="The project"),
        KnownClaim(place=("pipeline_id",), example="501", meaning="The pipeline's number", pins=EXACT),
        KnownClaim(place=("pipeline_name",), example="build", meaning="The pipeline"),
    ),
)

_JENKINS: Final = Provider(
    id="jenkins",
    title="Jenkins",
    issuer="https://<controller>/oidc",
    provider_type=ProviderType.GENERIC,
    subjects=("<the job's URL>",),
    claims=(
        KnownClaim(place=("sub",), example="https://jenkins.acme.test/job/app/", meaning="The job's URL", pins=EXACT),
        KnownClaim(place=("build_number",), example="7", meaning="The build's number", type=ClaimType.NUMBER),
    ),
    notes=("Issuer and audience are those of the credential in the controller",),
)

BUILD_SERVICES: Final = (
    _GITLAB,
    replace(
        _GITLAB,
        id="gitlab-self-managed",
        title="GitLab of one's own",
        issuer="https://<gitlab host>",
        issuers="",
        shared=False,
        notes=(*_GITLAB.notes, "The JFrog Platform must be able to reach the server"),
    ),
    _AZURE_DEVOPS,
    _CIRCLE,
    replace(
        _CIRCLE,
        id="circleci-shared",
        title="CircleCI, one issuer for everyone",
        issuer="https://oidc.circleci.com",
        issuers=r"oidc\.circleci\.com",
        shared=True,
    ),
    _BUILDKITE,
    _BITBUCKET,
    _TERRAFORM,
    replace(
        _TERRAFORM,
        id="terraform-enterprise",
        title="Terraform Enterprise",
        issuer="https://<host>",
        issuers="",
        shared=False,
    ),
    _CODEFRESH,
    _BUDDY,
    _JENKINS,
)
