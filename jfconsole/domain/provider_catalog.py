"""The platforms that are known: issuer URLs, types, audiences, and what their tokens say.

Sources: github/docs content/actions/reference/security/oidc.md; GitLab, CircleCI, Buildkite, HCP Terraform and
Bitbucket documentation of their ID tokens; sigstore/fulcio config (issuers); jfrog-credentials-provider AWS.md,
AZURE.md, GCP.md, OpenShift.md; terraform-provider-platform docs (types). Inferred: the types of GitHub Enterprise
Server and of GitHub with data residency, and what Jenkins puts into `sub`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from jfconsole.domain.integrations import ProviderType
from jfconsole.domain.provider_ci import BUILD_SERVICES
from jfconsole.domain.provider_clouds import CLOUDS
from jfconsole.domain.provider_github import GITHUBS
from jfconsole.domain.providers import EXACT, KnownClaim, Provider, is_issuer_of

LOCAL_ISSUER: Final = Provider(
    id="local-issuer",
    title="JWT issuer of one's own",
    issuer="<discovery-url of the issuer>",
    provider_type=ProviderType.GENERIC,
    subjects=("<what the role's subject template gives>",),
    claims=(KnownClaim(place=("sub",), example="registry-pull", meaning="Who the token is for", pins=EXACT),),
    notes=(
        "The audience is the registry's address, with its port where that is not the usual one",
        "What asks for the exchange sends the integration's name: Strongbox sends “strongbox”",
    ),
)

GENERIC: Final = Provider(
    id="generic",
    title="Another OpenID Connect provider",
    issuer="https://<host>",
    provider_type=ProviderType.GENERIC,
    claims=(KnownClaim(place=("sub",), example="build-agent-7", meaning="Who the token is for", pins=EXACT),),
    notes=("Decode a token first: the issuer must be written as in its iss, slash for slash",),
)

PROVIDERS: Final[tuple[Provider, ...]] = (*GITHUBS, *BUILD_SERVICES, *CLOUDS, LOCAL_ISSUER, GENERIC)
"""In the order in which they are offered."""


@lru_cache(maxsize=256)
def provider_of(issuer_url: str) -> Provider | None:
    """The platform whose issuer this is; None for a host that is not known."""
    return next((provider for provider in PROVIDERS if is_issuer_of(provider, issuer_url)), None)


def provider_named(provider_id: str) -> Provider | None:
    """The platform of that id."""
    return next((provider for provider in PROVIDERS if provider.id == provider_id), None)
