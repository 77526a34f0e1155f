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


class ApiKeyRecord(Struct):
    """The API key of a user, which is as good as the password."""

    username: str
    api_key: str

    @property
    def key(self) -> str:
        """The user name: nobody has two."""
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
    properties: dict[str, list[str]] = field(default_factory=dict)
    downloads: int = 0
    last_downloaded: float | None = None
    """Epoch seconds; None if it never was."""
    last_downloaded_by: str = ""

    @property
    def key(self) -> str:
        """Repository and path."""
        return f"{self.repository}/{self.path}"


class FolderRecord(Struct):
    """A folder that was made, or that carries properties; others exist while there is a file below them."""

    repository: str
    path: str
    created: float
    created_by: str
    properties: dict[str, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Repository and path."""
        return f"{self.repository}/{self.path}"


class RoleRecord(Struct):
    """A role that an administrator made, for all projects or for one."""

    name: str
    project_key: str = ""
    """Empty for a global role."""
    description: str = ""
    environments: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    """As they are on the wire, such as `READ_REPOSITORY`."""

    @property
    def key(self) -> str:
        """Project and name: each project has names of its own."""
        return f"{self.project_key}/{self.name}"


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


class IntegrationRecord(Struct):
    """An OIDC integration: an issuer whose tokens may be exchanged."""

    name: str
    issuer_url: str
    provider_type: str
    audience: str = ""
    description: str = ""
    token_issuer: str = ""
    """The `iss` of its tokens, where it is not the issuer URL."""
    organization: str = ""
    enable_permissive_configuration: bool = False
    use_default_proxy: bool = False
    azure_app_id: str = ""
    project_key: str | None = None

    @property
    def key(self) -> str:
        """The name."""
        return self.name

    @property
    def issuer(self) -> str:
        """What the `iss` of a token must be, to the letter."""
        return self.token_issuer or self.issuer_url


class TokenSpec(Struct):
    """The access token that an identity mapping gives."""

    username: str = ""
    username_pattern: str = ""
    groups_pattern: str = ""
    scope: str = ""
    audience: str = "*@*"
    expires_in: int = 3600
    """Seconds."""
    self_revocable: bool = False


class MappingRecord(Struct):
    """An identity mapping: which claims give which token."""

    name: str
    provider_name: str
    claims: dict[str, Any]
    token_spec: TokenSpec
    description: str = ""
    priority: int | None = None
    """Lower ones are tried first; None is tried last."""
    project_key: str | None = None

    @property
    def key(self) -> str:
        """Integration, project (empty for a global one) and name: each scope has names of its own."""
        return mapping_key(self.provider_name, self.project_key, self.name)


class SelfRevocable(Struct):
    """An exchanged token that its bearer may revoke, though no administrator can."""

    token_id: str

    @property
    def key(self) -> str:
        """The token id."""
        return self.token_id


class StandInRecord(Struct):
    """A stand-in for the token service of a CI platform, which exists in a sandbox only."""

    name: str
    claims: dict[str, Any] = field(default_factory=dict)
    """What its tokens say unless a token is asked to say something else."""
    algorithm: str = "RS256"
    lifetime: int = 300
    """Seconds."""
    clock_offset: float = 0.0
    """Seconds by which its clock is ahead of the platform's."""
    private_keys: list[str] = field(default_factory=list)
    """PEM, all of them published; the first one signs."""

    @property
    def key(self) -> str:
        """The name."""
        return self.name


def mapping_key(provider: str, project: str | None, name: str) -> str:
    """The key of an identity mapping."""
    return f"{provider}/{project or ''}/{name}"


def subject_user(subject: str) -> str:
    """The user name in a token's subject: what follows `<service>/users/`, else the whole subject.

    The name may itself contain slashes (jfrog/vault-plugin-secrets-artifactory artifactory.go); subjects without
    `/users/` come from OIDC mappings (jfrog/jfrog-client-go auth/authutils.go).
    """
    _, marker, name = subject.partition("/users/")
    return name if marker else subject
