"""Users: the thin rows that the platform lists, and one user in detail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from jfconsole.domain.fields import Fields, JsonObject, said
from jfconsole.domain.groups import INTERNAL_REALM
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted

ANONYMOUS: Final = "anonymous"
"""The built-in user for calls without credentials: it can be read and given permissions, not made or deleted.
Source: terraform-provider-artifactory pkg/artifactory/resource/user/user.go."""

USER_ROLES: Final = (
    "watch_manager",
    "policy_viewer",
    "policy_manager",
    "reports_manager",
    "resources_manager",
    "manage_resources",
    "manage_webhook",
    "platform_auditor",
)
"""Global roles as booleans (7.128.0 and newer; `platform_auditor` 7.141.0). Source: JFrog reference "createUser"."""

NEW_USER_ROLES: Final = tuple(role for role in USER_ROLES if role != "manage_resources")
"""The roles that a new user is asked about, by the names that user bodies have."""

_USERNAME: Final = re.compile(r"[a-z0-9.\-_@+]+")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")


class UserStatus(StrEnum):
    """The documented states of a user; a newer platform may know others. Source: JFrog REST API "Get User List"."""

    INVITED = "invited"
    ENABLED = "enabled"
    DISABLED = "disabled"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class UserRow:
    """One row of the list, which says no more than this. Empty `realm` or `status`: the server does not say.

    `status` is a UserStatus where it is a documented one, else the platform's own word.
    """

    username: Untrusted
    realm: Untrusted
    status: UserStatus | Untrusted


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user in detail; None means that the server does not say. `extra` holds fields that we do not know.

    `last_logged_in` is ISO 8601 text. `effective_admin` counts groups with admin privileges too; it, `realm`,
    `status` and `last_logged_in` can only be read. Source: JFrog REST API "Create User", "Get User Details".
    """

    username: Untrusted
    email: Untrusted | None = None
    admin: bool | None = None
    effective_admin: bool | None = None
    profile_updatable: bool | None = None
    internal_password_disabled: bool | None = None
    disable_ui_access: bool | None = None
    groups: tuple[Untrusted, ...] | None = None
    realm: Untrusted | None = None
    status: Untrusted | None = None
    last_logged_in: Untrusted | None = None
    roles: Mapping[str, bool] = field(default_factory=dict)
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_external(self) -> bool:
        """Whether the user comes from elsewhere (LDAP, SAML, OAuth, SCIM, Crowd)."""
        return bool(self.realm) and self.realm != INTERNAL_REALM

    @property
    def last_login(self) -> float | None:
        """The last login in epoch seconds; None when there was none, or when it cannot be read."""
        try:
            return datetime.fromisoformat(self.last_logged_in).timestamp() if self.last_logged_in else None
        except (ValueError, OverflowError, OSError):
            return None

    def as_object(self) -> JsonObject:
        """The user as the wire has it; fields that are not said are left out."""
        known = said(
            username=self.username,
            email=self.email,
            admin=self.admin,
            effective_admin=self.effective_admin,
            profile_updatable=self.profile_updatable,
            internal_password_disabled=self.internal_password_disabled,
            disable_ui_access=self.disable_ui_access,
            groups=self.groups,
            realm=self.realm,
            status=self.status,
            last_logged_in=self.last_logged_in,
        )
        return {**known, **self.roles, **self.extra}


def user_from(source: Mapping[str, Json], username: str = "") -> User:
    """The user in a wire object; `username` stands in where the object has none."""
    fields = Fields(source)
    return User(
        username=fields.text("username") or Untrusted(username),
        email=fields.text("email"),
        admin=fields.flag("admin"),
        effective_admin=fields.flag("effective_admin"),
        profile_updatable=fields.flag("profile_updatable"),
        internal_password_disabled=fields.flag("internal_password_disabled"),
        disable_ui_access=fields.flag("disable_ui_access"),
        groups=fields.names("groups"),
        realm=fields.text("realm"),
        status=fields.text("status"),
        last_logged_in=fields.text("last_logged_in"),
        roles=fields.flags(USER_ROLES),
        extra=fields.rest,
    )


def status_of(word: str) -> UserStatus | Untrusted:
    """A documented state, else the platform's own word."""
    return UserStatus(word) if word in _STATUSES else Untrusted(word)


_STATUSES: Final = frozenset(UserStatus)


def username_problems(username: str) -> tuple[str, ...]:
    """What a platform might object to in a new user name, in sentences. The platform has the last word.

    Source: terraform-provider-artifactory pkg/artifactory/resource/user/user.go (lower-case letters, digits, `. - _
    @`, and `+` on JFrog's cloud).
    """
    if not username:
        return ("The user name is empty",)
    if username == ANONYMOUS:
        return ("anonymous is built in and cannot be created",)
    found = []
    if username != username.lower():
        found.append("User names are lower-case")
    if not _USERNAME.fullmatch(username.lower()):
        found.append("A user name has letters, digits and . - _ @ only")
    if "+" in username:
        found.append("A + in a user name works on JFrog's cloud only")
    return tuple(found)


def why_read_only(realm: str | None) -> str | None:
    """Why not everything of a user of that realm can be changed here, as a sentence; None when it can."""
    if not realm or realm == INTERNAL_REALM:
        return None
    return f"The user comes from the realm {realm}: password and groups of that realm are kept there"


def email_problem(email: str) -> str | None:
    """Why this cannot be an e-mail address, as a sentence; None when it may be one."""
    return None if _EMAIL.fullmatch(email) else f"{email!r} is no e-mail address"
