"""Whom Acme trusts: OIDC integrations, what their tokens are good for, and stand-ins that make such tokens."""

from msgspec.structs import replace

from jfconsole.sandbox.options import DEMO_ALIASES
from jfconsole.sandbox.platform import Strongbox
from jfconsole.sandbox.records import IntegrationRecord, MappingRecord, StandInRecord, TokenSpec
from jfconsole.sandbox.stand_ins import CLAIMS

_GITHUB, _GITLAB, _STRONGBOX = DEMO_ALIASES
_OLD_PLANT = "https://teamcity.oldplant.acme.test"


_INTEGRATIONS: tuple[IntegrationRecord, ...] = (
    IntegrationRecord(
        "github-acme",
        _GITHUB,
        "GitHub",
        audience="jfrog-acme",
        description="All pipelines on GitHub",
        # The finding: any organisation may, so that the mappings alone keep strangers out.
        enable_permissive_configuration=True,
    ),
    IntegrationRecord(
        "gitlab-acme",
        _GITLAB,
        "Generic OpenID Connect",
        audience="https://acme.test",
        description="Data science",
        token_issuer=_GITLAB,
    ),
    IntegrationRecord(
        "strongbox",
        _STRONGBOX,
        "Generic OpenID Connect",
        audience="registry.acme.test",
        description="Minted tokens that pull images at the edge",
        token_issuer=_STRONGBOX,
    ),
    IntegrationRecord(
        "teamcity-oldplant",
        _OLD_PLANT,
        "Generic OpenID Connect",
        description="Builds of the old plant in Győr",
        token_issuer=_OLD_PLANT,
    ),
)

_MAPPINGS: tuple[MappingRecord, ...] = (
    MappingRecord(
        "shop-release",
        "github-acme",
        {"repository_id": "74", "repository_owner_id": "65", "ref": "refs/heads/main"},
        TokenSpec(username="ci-shop", scope="applied-permissions/user", audience="jfrt@*", expires_in=600),
        description="Releases of the shop, from its main branch",
        priority=1,
    ),
    # The finding: everyone on GitHub has this issuer.
    MappingRecord(
        "quick-start",
        "github-acme",
        {"iss": _GITHUB},
        TokenSpec(scope='applied-permissions/groups:"readers","ci-runners"', expires_in=86_400),
        description="To get going, Tomasz",
        priority=5,
    ),
    # The finding: quick-start comes first, whatever the branch.
    MappingRecord(
        "shop-branches",
        "github-acme",
        {"repository": "acme/shop", "ref": "refs/heads/*"},
        TokenSpec(scope='applied-permissions/groups:"deployers"', audience="jfrt@*", expires_in=900),
        description="All branches of the shop",
        priority=10,
    ),
    MappingRecord(
        "mobile-apps",
        "github-acme",
        {"repository": ["acme/ios", "acme/android"], "repository_owner": "acme"},
        TokenSpec(scope='applied-permissions/roles:mobile:"Developer"', audience="jfrt@*", expires_in=1800),
        priority=1,
        project_key="mobile",
    ),
    MappingRecord(
        "people",
        "gitlab-acme",
        {"namespace_path": "acme", "ref_protected": "true"},
        TokenSpec(username_pattern="{{user_login}}", scope="applied-permissions/user", expires_in=900),
        description="Everyone as who they are",
    ),
    MappingRecord(
        "registry-pull",
        "strongbox",
        {"sub": "registry-pull"},
        TokenSpec(username="k8s-prod", scope="applied-permissions/user", audience="jfrt@*", expires_in=600),
        priority=1,
    ),
    # The finding: an administrator, for whoever takes over that address.
    MappingRecord(
        "nightly",
        "teamcity-oldplant",
        {"sub": "nightly"},
        TokenSpec(username="marta.keller", scope="applied-permissions/admin", expires_in=43_200),
    ),
)


def integrations(strongbox: Strongbox | None) -> list[IntegrationRecord]:
    """Four issuers; one has been taken down, and nobody told the platform. `strongbox`: instead of a stand-in."""
    return [
        replace(row, issuer_url=strongbox.issuer_url, token_issuer=strongbox.issuer_url, audience=strongbox.audience)
        if strongbox is not None and row.issuer_url == _STRONGBOX
        else row
        for row in _INTEGRATIONS
    ]


def mappings() -> list[MappingRecord]:
    """Some that are right, one that lets everyone in, one that never gets its turn, and one of great power."""
    return list(_MAPPINGS)


def stand_ins() -> list[StandInRecord]:
    """What answers for these issuers, but for the one that is gone."""
    return [
        *(StandInRecord(name, claims=dict(claims)) for name, claims in CLAIMS.items()),
        StandInRecord("strongbox", claims={"sub": "registry-pull"}, algorithm="ES256"),
    ]
