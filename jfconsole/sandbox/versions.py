"""Which release of the platform is imitated, and what that release does differently from others."""

import functools
from dataclasses import dataclass


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A three-part release number, ordered as numbers."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def __lt__(self, other: "Version") -> bool:
        return (self.major, self.minor, self.patch) < (other.major, other.minor, other.patch)

    @property
    def revision(self) -> str:
        """The build number Artifactory reports beside its version.

        Inferred: the formula fits every public sample (7.19.10 is 71910900, 7.111.4 is 81104900).
        """
        return str(self.major * 10_000_000 + self.minor * 100_000 + self.patch * 1_000 + 900)


@dataclass(frozen=True, slots=True)
class Emulation:
    """The imitated platform. Artifactory and Access number their releases separately.

    Clients gate features on both: jfrog/terraform-provider-platform reads the Access version for the GitHub
    organisation rules (>= 7.138.0) and GitHub Enterprise (>= 7.144.0).
    """

    artifactory: Version = Version(7, 146, 10)
    access: Version = Version(7, 151, 3)

    @property
    def access_ping_is_json(self) -> bool:
        """Whether Access answers a ping with `{"status":"UP"}` rather than the plain text `OK`.

        jfrog/jfrog-client-go tests/accessping_test.go wants `OK`, jfrog/jfrog-cli's newer `jf api` test wants JSON.
        Inferred: the release at which it changed.
        """
        return self.access >= Version(7, 140, 0)

    @property
    def revoked_id_key(self) -> str:
        """The key under which revoking by value names the token.

        Hyphens in the help page "Revoke Token by Value", underscores in the newer reference mirrored by
        ruizink/py-jfrog-client. Inferred: the release at which it changed.
        """
        return "revoked_token_id" if self.access >= Version(7, 140, 0) else "revoked-token-id"

    @property
    def has_role_flags(self) -> bool:
        """Whether users and groups have `policy_manager` and the like (reference page "Create User")."""
        return self.artifactory >= Version(7, 128, 0)

    @property
    def has_platform_auditor(self) -> bool:
        """Whether users have `platform_auditor` (reference page "Create User")."""
        return self.artifactory >= Version(7, 141, 0)

    @property
    def has_only_admins_filter(self) -> bool:
        """Whether the user list takes `onlyAdmins` (help page "Get a List of Users")."""
        return self.artifactory >= Version(7, 117, 0)

    @property
    def has_role_filters(self) -> bool:
        """Whether the lists of users and groups take `role` and `projectKey` (same page)."""
        return self.artifactory >= Version(7, 117, 1)

    @property
    def has_password_policy_api(self) -> bool:
        """Whether the password policy can be set (help page "Create Password Policy")."""
        return self.artifactory >= Version(7, 125, 3)

    @property
    def updates_users_without_password(self) -> bool:
        """Whether a user who has a password can be changed without sending one.

        CHANGELOG of jfrog/terraform-provider-artifactory: the fault was fixed in 7.84.3.
        """
        return self.artifactory >= Version(7, 84, 3)

    @property
    def has_repository_batch(self) -> bool:
        """Whether many repositories can be read at once (help page "Get Repositories Batch")."""
        return self.artifactory >= Version(7, 84, 3)

    @property
    def has_projects_v2(self) -> bool:
        """Whether `/access/api/v2/projects` exists (reference page "Get Projects")."""
        return self.artifactory >= Version(7, 117, 0)

    @property
    def has_oidc_projects(self) -> bool:
        """Whether integrations and identity mappings can belong to a project (help page "Get OIDC Configuration").

        The integrations themselves are in every release that can be imitated: since 7.77.3 outside the cloud.
        """
        return self.artifactory >= Version(7, 94, 0)

    @property
    def has_claim_patterns(self) -> bool:
        """Whether claims of mappings have wildcards and alternatives (help page "Multiple Values in JSON Claims")."""
        return self.artifactory >= Version(7, 94, 1)

    @property
    def has_dynamic_mapping(self) -> bool:
        """Whether mappings take names from claims (help page "Dynamic Mapping")."""
        return self.artifactory >= Version(7, 95, 0)

    @property
    def makes_api_keys(self) -> bool:
        """Whether users can still have API keys (JFrog documentation "JFrog Platform Deprecations": disabled in 7.98).

        Inferred: keys are used as long as they are made.
        """
        return self.artifactory < Version(7, 98, 0)

    @property
    def has_default_proxy(self) -> bool:
        """Whether integrations have `use_default_proxy`.

        Inferred from the release that jfrog/terraform-provider-platform 1.20 was tested with.
        """
        return self.artifactory >= Version(7, 98, 0)

    @property
    def has_self_revocable(self) -> bool:
        """Whether the token of a mapping can be revocable by its bearer (jfrog/terraform-provider-platform#328).

        Inferred: the release; the cloud has it.
        """
        return self.artifactory >= Version(7, 141, 0)

    @property
    def has_organizations(self) -> bool:
        """Whether integrations with GitHub name an organisation, or allow any
        (jfrog/terraform-provider-platform resource_oidc_configuration.go)."""
        return self.access >= Version(7, 138, 0)

    @property
    def has_github_enterprise(self) -> bool:
        """Whether `GitHub Enterprise` is a type of provider (same source)."""
        return self.access >= Version(7, 144, 0)


EMULATIONS = {
    "7.77": Emulation(Version(7, 77, 7), Version(7, 82, 2)),
    "7.117": Emulation(Version(7, 117, 8), Version(7, 122, 4)),
    "7.146": Emulation(),
}
"""Releases to choose from. Inferred: which release of Access came with which of Artifactory."""
