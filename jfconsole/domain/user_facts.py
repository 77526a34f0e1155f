"""What can be said about a user: as a row, as JSON, line by line, and what a filter may ask.

The list has name, realm and state only. Everything else is known for users that were read one by one; the groups of
all users are known once all groups were read.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.filters import FieldSpec, FieldValue, Getter, Schema
from jfconsole.domain.group_facts import role_words, unknown_fields
from jfconsole.domain.text import Untrusted, concerns, visible
from jfconsole.domain.token_words import NOT_SAID, Fact, when
from jfconsole.domain.users import ANONYMOUS, User, UserRow, UserStatus, status_of, why_read_only

_STATUS_WORDS: Final = {
    UserStatus.ENABLED: "enabled",
    UserStatus.INVITED: "invited, and has not come yet",
    UserStatus.DISABLED: "disabled: cannot log in",
    UserStatus.LOCKED: "locked after failed logins: unlock it",
}


@dataclass(frozen=True, slots=True)
class UserView:
    """A user as a list shows it. `detail` is None until it was read, `groups` while they are not known.

    Plain filter words search `haystack`.
    """

    row: UserRow
    detail: User | None
    groups: tuple[Untrusted, ...] | None
    haystack: str

    @property
    def username(self) -> Untrusted:
        """The key of the row."""
        return self.row.username


def view_users(
    rows: Iterable[UserRow],
    details: Mapping[str, User] | None = None,
    groups: Mapping[str, Sequence[Untrusted]] | None = None,
) -> list[UserView]:
    """Views of listed users in the same order. `groups` are by user name in lower case, None when not known."""
    known = details or {}
    return [
        view_user(
            row, known.get(row.username), None if groups is None else tuple(groups.get(row.username.casefold(), ()))
        )
        for row in rows
    ]


def view_user(row: UserRow, detail: User | None = None, groups: tuple[Untrusted, ...] | None = None) -> UserView:
    """One view."""
    held = detail.groups if detail and detail.groups is not None else groups
    email = detail.email if detail and detail.email else ""
    return UserView(row, detail, held, f"{row.username}\n{email}\n{row.realm}\n{row.status}".lower())


def row_of(user: User) -> UserRow:
    """The row that the list would have for this user."""
    return UserRow(user.username, user.realm or Untrusted(""), status_of(user.status or ""))


def user_record(user: User) -> JsonObject:
    """The user as `--json` prints it and `apply -f` reads it: as the platform has it, unknown fields included."""
    return user.as_object()


def row_record(row: UserRow) -> JsonObject:
    """A listed user as `--json` prints it; keys are stable. Empty texts: the server does not say."""
    return {"username": row.username, "realm": row.realm, "status": str(row.status)}


def flags(view: UserView) -> tuple[str, ...]:
    """What a person should see about the user at once."""
    user = view.detail
    checks = (
        (visible(str(view.row.status)), view.row.status not in (UserStatus.ENABLED, "")),
        ("admin", bool(user and (user.admin or user.effective_admin))),
        ("built in", view.username == ANONYMOUS),
        ("no password", bool(user and user.internal_password_disabled)),
        ("never logged in", bool(user and user.last_logged_in is None and view.username != ANONYMOUS)),
    )
    return tuple(word for word, holds in checks if holds)


def describe_user(user: User, now: float) -> tuple[Fact, ...]:
    """Everything that the platform tells about a user; cleaned text. `now` is in epoch seconds."""
    status = row_of(user).status
    lines = [
        Fact("name", visible(user.username)),
        Fact("e-mail", visible(user.email) if user.email else "none"),
        Fact("state", _STATUS_WORDS[status] if isinstance(status, UserStatus) else visible(status) or NOT_SAID),
        Fact("admin", _admin(user)),
        Fact("groups", _groups(user.groups)),
        Fact("roles", role_words(user.roles) if user.roles else NOT_SAID),
        Fact("last login", when(user.last_login, now) if user.last_login is not None else "never, or not said"),
        Fact("password", _password(user.internal_password_disabled)),
        Fact("profile", _flag(user.profile_updatable, "may change it", "may not change it")),
        Fact("web UI", _flag(user.disable_ui_access, "closed to this user", "open")),
        Fact("realm", visible(user.realm) if user.realm else NOT_SAID),
    ]
    if reason := why_read_only(user.realm and visible(user.realm)):
        lines.append(Fact("beware", reason))
    lines += [Fact("beware", f"the name has {concern}") for concern in concerns(user.username)]
    return (*lines, *unknown_fields(user.extra))


def user_schema(admins: Collection[str] = frozenset()) -> Schema[UserView]:
    """The filter schema of user lists. `admins` are user names known as administrators from elsewhere."""

    def admin(row: UserView) -> bool:
        user = row.detail
        return row.username in admins or bool(user and (user.admin or user.effective_admin))

    return Schema(
        lambda row: row.haystack,
        {
            **_text_fields(),
            **_state_flags(),
            FieldSpec("admin", "flag", (), "an administrator"): admin,
            FieldSpec("external", "flag", (), "comes from another realm than internal"): lambda row: (
                row.row.realm not in ("", "internal")
            ),
            FieldSpec("nogroup", "flag", ("orphan",), "in no group"): lambda row: row.groups == (),
            FieldSpec("login", "duration_since", ("last_login",), "the last login: login>90d"): _last_login,
        },
    )


def _text_fields() -> dict[FieldSpec, Getter[UserView]]:
    return {
        FieldSpec("name", "text", ("user", "username"), "the user name"): lambda row: row.username,
        FieldSpec("email", "text", ("mail",), "the e-mail address"): lambda row: row.detail and row.detail.email,
        FieldSpec("group", "text", ("groups",), "a group of the user"): lambda row: row.groups,
        FieldSpec("realm", "text", (), "where the user comes from"): lambda row: row.row.realm,
        FieldSpec("status", "choice", ("state",), "the state", tuple(UserStatus)): lambda row: str(row.row.status),
    }


def _state_flags() -> dict[FieldSpec, Getter[UserView]]:
    return {
        FieldSpec("locked", "flag", (), "locked after failed logins"): lambda row: row.row.status == UserStatus.LOCKED,
        FieldSpec("disabled", "flag", (), "disabled"): lambda row: row.row.status == UserStatus.DISABLED,
        FieldSpec("invited", "flag", (), "invited only"): lambda row: row.row.status == UserStatus.INVITED,
    }


def _last_login(row: UserView) -> FieldValue:
    return math.nan if row.detail is None else row.detail.last_login


def _admin(user: User) -> str:
    if user.admin:
        return "yes"
    if user.effective_admin:
        return "yes, through a group"
    return NOT_SAID if user.admin is None else "no"


def _groups(groups: Sequence[str] | None) -> str:
    return NOT_SAID if groups is None else ", ".join(map(visible, groups)) or "none"


def _password(disabled: bool | None) -> str:
    return _flag(disabled, "none: logs in elsewhere, or uses tokens", "has one on this platform")


def _flag(value: bool | None, yes: str, no: str) -> str:
    return NOT_SAID if value is None else yes if value else no
