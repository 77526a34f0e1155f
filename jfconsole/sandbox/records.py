"""What the platform keeps. Each record knows its key; times are epoch seconds unless a field says otherwise."""

from typing import Any

from msgspec import Struct, field

USER_INTERFACE = "jffe@000"
"""Issuer of tokens made in the web interface of this installation (JWTs in fixtures of JFrog's clients)."""


class TokenItem(Struct, omit_defaults=True):
    """An access token as `GET /access/api/v1/tokens` shows it (help page "Get Tokens")."""

    token_id: str
    subject: str
    issued_at: int
    issuer: str
    refreshable: bool
    expiry: int | None = None
    description: str | None = None
    scope: str | None = None
    last_used: int | None = None
    project: str | None = None


class TokenRecord(Struct):
    """A stored access token. Its value is not kept: it is signed again when needed, always the same."""

    item: TokenItem
    scope: str
    audience: str
    expires_in: int
    """Seconds asked for at creation; 0 is never."""
    revocable: bool = True
    reference: bool = False
    """Whether a reference token was made for it."""

    @property
    def key(self) -> str:
        """The token id."""
        return self.item.token_id

    @property
    def username(self) -> str:
        """Who the token speaks for."""
        return subject_user(self.item.subject)


class RefreshGrant(Struct):
    """The right to exchange one refresh token for a new pair. Also exists for tokens too short to be stored."""

    token: TokenRecord

    @property
    def key(self) -> str:
        """The id of the access token it belongs to."""
        return self.token.key


class RevokedToken(Struct):
    """A token id that is no longer accepted although no record says so (refreshed before it was ever stored)."""

    token_id: str
    expiry: int | None

    @property
    def key(self) -> str:
        """The token id."""
        return self.token_id


class UserRecord(Struct):
    """A user; group membership is kept here and nowhere else."""

    username: str
    email: str | None = None
    admin: bool = False
    profile_updatable: bool = True
    internal_password_disabled: bool = False
    disable_ui_access: bool = False
    realm: str = "internal"
    status: str = "enabled"
    groups: list[str] = field(default_factory=list)
    last_logged_in: float | None = None
    password: str | None = None
    """Salted digest, see `passwords`."""
    password_expired: bool = False
    failed_logins: int = 0
    """Wrong passwords in a row."""
    watch_manager: bool = False
    policy_viewer: bool = False
    policy_manager: bool = False
    reports_manager: bool = False
    resources_manager: bool = False
    manage_webhook: bool = False
    platform_auditor: bool = False

    @property
    def key(self) -> str:
        """The user name."""
        return self.username


class GroupRecord(Struct):
    """A group."""

    name: str
    description: str | None = None
    auto_join: bool = False
    admin_privileges: bool = False
    external_id: str | None = None
    realm: str = "internal"
    realm_attributes: str | None = None
    reports_manager: bool = False
    watch_manager: bool = False
    policy_manager: bool = False
    policy_viewer: bool = False
    manage_resources: bool = False
    manage_webhook: bool = False

    @property
    def key(self) -> str:
        """The group name."""
        return self.name


class Patterns(Struct):
    """Which paths of one target a permission covers."""

    include_patterns: list[str] = field(default_factory=lambda: ["**"])
    exclude_patterns: list[str] = field(default_factory=list)


class Grants(Struct):
    """Who may do what: actions by user name and by group name."""

    users: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)


class Resource(Struct):
    """One resource type of a permission."""

    actions: Grants = field(default_factory=Grants)
    targets: dict[str, Patterns] = field(default_factory=dict)


class PermissionRecord(Struct):
    """A permission: resource types (`artifact`, `build`, `release_bundle`, ...) with targets and grants."""

    name: str
    resources: dict[str, Resource]
    created_by: str = "admin"
    modified_by: str = "admin"

    @property
    def key(self) -> str:
        """The permission name."""
        return self.name


class RepositoryRecord(Struct):
    """A repository; `rclass` is local, remote, virtual or federated and `package_type` is lower-case."""

    repo_key: str
    rclass: str
    package_type: str
    description: str = ""
    url: str | None = None
    """Upstream of a remote repository."""
    repositories: list[str] = field(default_factory=list)
    """Members of a virtual repository."""
    project_key: str | None = None
    environments: list[str] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    """All other fields of the configuration, as they were sent."""

    @property
    def key(self) -> str:
        """The repository key."""
        return self.repo_key


class ArtifactRecord(Struct):
    """A file in a local repository, or in the cache of a remote one."""

    repository: str
    path: str
    """Without a slash at the start."""
    content: bytes
    created: float
    created_by: str
    modified: float
    modified_by: str
    media_type: str = "application/octet-stream"

    @property
    def key(self) -> str:
        """Repository and path."""
        return f"{self.repository}/{self.path}"


class ProjectRecord(Struct):
    """A project with the roles of its members."""

    project_key: str
    display_name: str
    description: str = ""
    users: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    """All other fields, such as quotas and what project administrators may do, as they were sent."""

    @property
    def key(self) -> str:
        """The project key."""
        return self.project_key


def subject_user(subject: str) -> str:
    """The user name in a token's subject: what follows `<service>/users/`, else the whole subject.

    The name may itself contain slashes (jfrog/vault-plugin-secrets-artifactory artifactory.go); subjects without
    `/users/` come from OIDC mappings (jfrog/jfrog-client-go auth/authutils.go).
    """
    _, marker, name = subject.partition("/users/")
    return name if marker else subject
