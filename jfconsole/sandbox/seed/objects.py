"""The parts that seeds are made of."""

import mimetypes
from dataclasses import dataclass, field

from jfconsole.sandbox import passwords, scopes
from jfconsole.sandbox.identity import Identity
from jfconsole.sandbox.platform import Strongbox
from jfconsole.sandbox.records import (
    ArtifactRecord,
    Grants,
    GroupRecord,
    IntegrationRecord,
    MappingRecord,
    Patterns,
    PermissionRecord,
    ProjectRecord,
    RefreshGrant,
    RepositoryRecord,
    Resource,
    StandInRecord,
    TokenItem,
    TokenRecord,
    UserRecord,
)

ADMIN = "admin"
PASSWORD = "password"  # noqa: S105 - the well-known password of a fresh JFrog
BOOTSTRAP_TOKEN_ID = "5a4d0b0c-0000-4000-8000-5a4db0c50001"  # noqa: S105 - an id, not a secret
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where seeds are planted."""

    now: int
    """Epoch seconds, by the sandbox's clock."""
    identity: Identity
    strongbox: Strongbox | None = None


@dataclass(slots=True)
class Objects:
    """A seed's objects."""

    tokens: list[TokenRecord] = field(default_factory=list)
    refreshes: list[RefreshGrant] = field(default_factory=list)
    users: list[UserRecord] = field(default_factory=list)
    groups: list[GroupRecord] = field(default_factory=list)
    permissions: list[PermissionRecord] = field(default_factory=list)
    repositories: list[RepositoryRecord] = field(default_factory=list)
    artifacts: list[ArtifactRecord] = field(default_factory=list)
    projects: list[ProjectRecord] = field(default_factory=list)
    integrations: list[IntegrationRecord] = field(default_factory=list)
    mappings: list[MappingRecord] = field(default_factory=list)
    stand_ins: list[StandInRecord] = field(default_factory=list)


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, for tables of many short names."""
    return tuple(text.split())


def bootstrap_token(moment: Moment) -> TokenRecord:
    """The administrator's token that a sandbox announces when it starts."""
    item = TokenItem(
        token_id=BOOTSTRAP_TOKEN_ID,
        subject=moment.identity.subject(ADMIN),
        issued_at=moment.now,
        issuer=moment.identity.access_id,
        refreshable=False,
        description="announced by the sandbox at start",
        scope=scopes.ADMIN,
    )
    return TokenRecord(item, scope=scopes.ADMIN, audience="*@*", expires_in=0)


def administrator(moment: Moment) -> UserRecord:
    """`admin`, with the well-known password."""
    return UserRecord(
        ADMIN,
        email="admin@acme.test",
        admin=True,
        password=passwords.digest(PASSWORD),
        last_logged_in=moment.now - 600,
    )


def anonymous() -> UserRecord:
    """The built-in user of those who do not log in."""
    return UserRecord("anonymous", profile_updatable=False, internal_password_disabled=True)


def permission(
    name: str,
    targets: list[str],
    *,
    users: dict[str, list[str]] | None = None,
    groups: dict[str, list[str]] | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    kind: str = "artifact",
) -> PermissionRecord:
    """A permission over one resource type."""
    patterns = Patterns(include or ["**"], exclude or [])
    resource = Resource(Grants(users or {}, groups or {}), {target: patterns for target in targets})
    return PermissionRecord(name, {kind: resource})


def artifact(moment: Moment, repository: str, path: str, content: str, *, by: str, days_ago: float) -> ArtifactRecord:
    """A small text file, deployed some days ago."""
    when = moment.now - days_ago * DAY
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return ArtifactRecord(repository, path, content.encode(), when, by, when, by, media_type=kind)
