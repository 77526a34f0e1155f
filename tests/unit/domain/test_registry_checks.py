"""What stands between a registry and a pull: each finding when it is due, none where all is well, repairs that help."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jfconsole.domain.integrations import Integration
from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.issuer_state import IssuerRecord, IssuerState, Switch
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.registries import RegistryCredential, RemoteRegistry
from jfconsole.domain.registry_checks import ChangeIntegration, ChangeRole, Code, PlatformTrust, registry_findings
from jfconsole.domain.text import Untrusted

ADDRESS = "acme.jfrog.io"
ISSUER_URL = "https://id.acme.example/t1/jwt/jfrog"
ROLE = IssuerRole(issuer="jfrog", name="pulls", allowed_audiences=(ADDRESS,), subject_template="${SYS_TENANT}/pulls")
ENTRY = RegistryCredential(repository="*", jwt_issuer="jfrog", jwt_role="pulls")
REGISTRY = RemoteRegistry(address=ADDRESS, credentials=(ENTRY,))
INTEGRATION = Integration(name=Untrusted("strongbox"), issuer_url=Untrusted(ISSUER_URL), audience=Untrusted(ADDRESS))
MAPPING = IdentityMapping(name=Untrusted("m"), provider_name=Untrusted("strongbox"), claims={"sub": "t1/pulls"})
TRUST = PlatformTrust(INTEGRATION, (MAPPING,))


def state(*roles: IssuerRole) -> IssuerState:
    issuer = IssuerRecord(issuer=JwtIssuer(name="jfrog", signing_key="k"), switches=(Switch("k", 0, 0),))
    other = replace(issuer, issuer=JwtIssuer(name="other", signing_key="k"))
    return IssuerState(
        tenant="t1",
        public_base="https://id.acme.example",
        issuers={"jfrog": issuer, "other": other},
        roles={role.key: role for role in roles},
        secrets={"v/s": ("token",)},
    )


def codes(registry: RemoteRegistry, there: IssuerState, trust: PlatformTrust | None = TRUST) -> list[Code]:
    return [finding.code for finding in registry_findings(registry, there, trust)]


def test_where_all_is_well_nothing_is_found() -> None:
    assert codes(REGISTRY, state(ROLE)) == []
    stored = RegistryCredential(repository="team", vault="v", secret="s")
    assert codes(replace(REGISTRY, credentials=(ENTRY, stored)), state(ROLE)) == []
    assert codes(replace(REGISTRY, credentials=(replace(stored, repository="*"),)), state(), PlatformTrust(None)) == []


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (replace(ROLE, allowed_audiences=("acme.jfrog.io:443",)), Code.AUDIENCE_NOT_ALLOWED),
        (replace(ROLE, allowed_audiences=("Acme.jfrog.io",)), Code.AUDIENCE_NOT_ALLOWED),
        (replace(ROLE, allowed_audiences=("https://acme.jfrog.io",)), Code.AUDIENCE_NOT_ALLOWED),
        (replace(ROLE, allowed_audiences=()), Code.AUDIENCE_NOT_ALLOWED),
        (replace(ROLE, allowed_audiences=("*.jfrog.io",)), Code.AUDIENCE_BY_PATTERN),
        (replace(ROLE, allowed_audiences=(), default_audiences=(ADDRESS,)), Code.AUDIENCE_BY_PATTERN),
        (replace(ROLE, max_ttl=299, default_ttl=60), Code.TTL_TOO_SHORT),
        (replace(ROLE, subject_template="", allowed_subject_patterns=("*",)), Code.SUBJECT_OPEN),
        (replace(ROLE, subject_template="${SYS_USERNAME}/pulls"), Code.SUBJECT_VARIES),
        (replace(ROLE, name="other"), Code.ROLE_MISSING),
        (replace(ROLE, subject_template="other"), Code.NO_MAPPING_MATCHES),
    ],
)
def test_a_role_that_does_not_fit(role: IssuerRole, code: Code) -> None:
    assert codes(REGISTRY, state(role)) == [code]


@pytest.mark.parametrize(
    ("trust", "code"),
    [
        (PlatformTrust(None), Code.INTEGRATION_MISSING),
        (
            PlatformTrust(replace(INTEGRATION, issuer_url=Untrusted(f"{ISSUER_URL}/")), (MAPPING,)),
            Code.PROVIDER_URL_DIFFERS,
        ),
        (
            PlatformTrust(replace(INTEGRATION, token_issuer=Untrusted("https://x.example")), (MAPPING,)),
            Code.PROVIDER_URL_DIFFERS,
        ),
        (PlatformTrust(replace(INTEGRATION, audience=None), (MAPPING,)), Code.INTEGRATION_AUDIENCE),
        (PlatformTrust(replace(INTEGRATION, audience=Untrusted("acme")), (MAPPING,)), Code.INTEGRATION_AUDIENCE),
        (PlatformTrust(INTEGRATION), Code.NO_MAPPING_MATCHES),
        (PlatformTrust(INTEGRATION, (replace(MAPPING, claims={"sub": "pulls"}),)), Code.NO_MAPPING_MATCHES),
    ],
)
def test_a_platform_that_does_not_fit(trust: PlatformTrust, code: Code) -> None:
    assert codes(REGISTRY, state(ROLE), trust) == [code]
    assert codes(REGISTRY, state(ROLE), None) == []


def test_entries_that_do_not_fit() -> None:
    assert codes(replace(REGISTRY, credentials=()), state(ROLE)) == [Code.NO_ENTRY]
    team = replace(ENTRY, repository="team")
    assert codes(replace(REGISTRY, credentials=(team,)), state(ROLE)) == [Code.NO_LOGIN_ENTRY]
    assert codes(replace(REGISTRY, credentials=(team,), login_repository="team/app"), state(ROLE)) == []
    gone = RegistryCredential(repository="team", vault="v", secret="gone")
    assert codes(replace(REGISTRY, credentials=(ENTRY, gone)), state(ROLE)) == [Code.SECRET_MISSING]
    elsewhere = replace(ROLE, issuer="other")
    two = replace(REGISTRY, credentials=(ENTRY, replace(team, jwt_issuer="other")))
    assert codes(two, state(ROLE, elsewhere)) == [Code.TWO_ISSUERS]


@pytest.mark.parametrize(
    "role",
    [
        replace(ROLE, allowed_audiences=("other.example",)),
        replace(ROLE, allowed_audiences=("*.jfrog.io",)),
        replace(ROLE, max_ttl=60, default_ttl=60),
    ],
)
def test_a_repaired_role_fits(role: IssuerRole) -> None:
    (finding,) = registry_findings(REGISTRY, state(role), TRUST)
    assert isinstance(finding.repair, ChangeRole)
    assert codes(REGISTRY, state(finding.repair.after)) == []


@pytest.mark.parametrize(
    "integration",
    [
        None,
        replace(INTEGRATION, issuer_url=Untrusted("https://x.example")),
        replace(INTEGRATION, token_issuer=Untrusted("https://x.example")),
        replace(INTEGRATION, audience=None),
    ],
)
def test_a_repaired_integration_fits(integration: Integration | None) -> None:
    (finding,) = registry_findings(REGISTRY, state(ROLE), PlatformTrust(integration, (MAPPING,) if integration else ()))
    assert isinstance(finding.repair, ChangeIntegration)
    assert finding.repair.before == integration
    assert codes(REGISTRY, state(ROLE), PlatformTrust(finding.repair.after, (MAPPING,))) == []
