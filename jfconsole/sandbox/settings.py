"""What an administrator of a real platform would set in the Access YAML, and the sandbox's own switches."""

import msgspec


class PasswordPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least number of each kind of character.

    Defaults as jfrog/terraform-provider-artifactory user.go assumes them; JFrog's own pages disagree.
    """

    length: int = 8
    uppercase: int = 1
    lowercase: int = 1
    digit: int = 1
    special_char: int = 0
    not_match_old: bool = False


class LockPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether wrong passwords lock a user, and how many do."""

    enabled: bool = False
    login_attempts: int = 5


class ExpirationPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether passwords expire at all, and after how many days."""

    enabled: bool = False
    max_age: int = 60
    notify_by_email: bool = True


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Defaults are those of a fresh installation; all times are seconds.

    Sources: help pages "Recommended Configurations", "Security Restrictions" and "Generate Expirable Tokens".
    """

    default_expiry: int = 31_536_000
    """Used when a token is asked for without `expires_in`; 0 forces none."""
    max_expiry: int = 0
    """Above 0, the longest that anyone but an administrator may ask for."""
    allow_refreshable: bool = True
    revocable_threshold: int = 21_600
    """Expiring tokens below it cannot be revoked; -1 makes every expiring token so."""
    persistency_threshold: int = 10_800
    """Expiring tokens below it are not stored."""
    refresh_grace: int = 86_400
    """How long after its end a token can still be refreshed."""
    last_used_enabled: bool = False
    last_used_threshold: int = 900
    basic_token_creation: bool = False
    """The switch "Enable Token Generation via API": lets a password create tokens."""
    basic_authentication_enabled: bool = True
    """Whether passwords are accepted at all."""
    anonymous_access: bool = False
    """Whether those who do not log in get the permissions of `anonymous`."""
    known_targets_only: bool = False
    """Whether Access v2 refuses permissions on repositories that do not exist. Inferred: it takes any name, as
    misspelt ones have silently selected nothing (jfrog/terraform-provider-platform#48)."""
    password_policy: PasswordPolicy = PasswordPolicy()
    lock_policy: LockPolicy = LockPolicy()
    password_expiration: ExpirationPolicy = ExpirationPolicy()
    subscription: str = "enterprise_plus"
    """What the licence entitles to. OIDC needs `enterprise_xray` or `enterprise_plus` (JFrog documentation "OpenID
    Connect Integration", agent skills in jfrog/ai-agent-examples)."""
    audience_enforced: bool = True
    """Whether an exchange refuses tokens without the audience of the integration. JFrog's own pages disagree; so do
    jfrog/setup-jfrog-cli#270 and its README."""
    scope_in_list: bool = True
    """Whether listed tokens carry their scope. Inferred: public samples disagree."""
    base_url: str | None = None
    """What `PUT /artifactory/api/system/configuration/baseUrl` set; None means: as the caller addressed us."""
