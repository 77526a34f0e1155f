"""What can be said about a group: as a row, as JSON, line by line, and what a filter may ask.

The list has names only. Everything else is known for groups that were read one by one, and unknown for the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.filters import FieldSpec, FieldValue, Schema
from jfconsole.domain.groups import ROLE_WORDS, Group, why_read_only
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted, concerns, visible
from jfconsole.domain.token_words import NOT_SAID, Fact

_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as a list shows it. `detail` is None until it was read; plain filter words search `haystack`."""

    name: Untrusted
    detail: Group | None
    haystack: str

    @property
    def member_count(self) -> int | None:
        """How many members it has; None when it is not known."""
        members = self.detail.members if self.detail else None
        return None if members is None else len(members)


def view_groups(names: Iterable[Untrusted], details: Mapping[str, Group] | None = None) -> list[GroupView]:
    """Views of listed groups in the same order."""
    known = details or {}
    return [view_group(name, known.get(name)) for name in names]


def view_group(name: Untrusted, detail: Group | None = None) -> GroupView:
    """One view."""
    words = f"{name}\n{detail.description or ''}\n{detail.external_id or ''}" if detail else name
    return GroupView(name, detail, words.lower())


def group_record(group: Group) -> JsonObject:
    """The group as `--json` prints it and `apply -f` reads it: as the platform has it, unknown fields included."""
    return group.as_object()


def flags(group: Group) -> tuple[str, ...]:
    """What a person should see about the group at once."""
    checks = (
        ("admin", group.admin_privileges),
        ("joins by itself", group.auto_join),
        (visible(group.realm or ""), group.is_external),
        ("no members", group.members == ()),
    )
    return tuple(word for word, holds in checks if holds)


def role_words(roles: Mapping[str, bool]) -> str:
    """The global roles that are held, in words."""
    return ", ".join(ROLE_WORDS.get(name, name) for name, held in roles.items() if held) or "none"


def describe_group(group: Group) -> tuple[Fact, ...]:
    """Everything that the platform tells about a group; cleaned text."""
    lines = [
        Fact("name", visible(group.name)),
        Fact("description", visible(group.description) if group.description else "none"),
        Fact("members", _names(group.members)),
        Fact("admin", _yes(group.admin_privileges, "yes: every member is an administrator")),
        Fact("joins by itself", _yes(group.auto_join, "yes: every new user becomes a member")),
        Fact("roles", role_words(group.roles) if group.roles else NOT_SAID),
        Fact("realm", visible(group.realm) if group.realm else NOT_SAID),
        Fact("external id", visible(group.external_id) if group.external_id else "none"),
    ]
    if reason := why_read_only(group.realm and visible(group.realm)):
        lines.append(Fact("beware", reason))
    lines += [Fact("beware", f"the name has {concern}") for concern in concerns(group.name)]
    return (*lines, *unknown_fields(group.extra))


def unknown_fields(extra: Mapping[str, Json]) -> tuple[Fact, ...]:
    """Fields that this console does not know, as they are."""
    return tuple(Fact(visible(name), visible(str(value))) for name, value in extra.items())


def group_schema() -> Schema[GroupView]:
    """The filter schema of group lists."""
    return Schema(
        lambda row: row.haystack,
        {
            FieldSpec("name", "text", ("group",), "its name"): lambda row: row.name,
            FieldSpec("description", "text", ("desc",), "its description"): lambda row: _said(row, "description"),
            FieldSpec("realm", "text", (), "where it comes from"): lambda row: _said(row, "realm"),
            FieldSpec("external", "text", ("external_id",), "its id elsewhere"): lambda row: _said(row, "external_id"),
            FieldSpec("member", "text", (), "a user in it"): lambda row: row.detail.members if row.detail else None,
            FieldSpec("members", "number", (), "how many users are in it"): _members,
            FieldSpec("admin", "flag", (), "its members are administrators"): lambda row: _is(row, "admin_privileges"),
            FieldSpec("autojoin", "flag", ("auto_join",), "new users join it"): lambda row: _is(row, "auto_join"),
            FieldSpec("empty", "flag", (), "nobody is in it"): lambda row: row.member_count == 0,
        },
    )


def _members(row: GroupView) -> FieldValue:
    return math.nan if row.member_count is None else row.member_count


def _said(row: GroupView, name: str) -> str | None:
    value = getattr(row.detail, name, None)
    return value if isinstance(value, str) else None


def _is(row: GroupView, name: str) -> bool:
    return getattr(row.detail, name, None) is True


def _yes(value: bool | None, yes: str = "yes") -> str:
    return NOT_SAID if value is None else yes if value else "no"


def _names(names: Sequence[str] | None) -> str:
    if names is None:
        return NOT_SAID
    shown = ", ".join(visible(name) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{len(names):,}: {shown}{more}" if names else "nobody"
