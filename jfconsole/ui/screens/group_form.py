"""What is asked about a group, and the group that the answers describe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from jfconsole.domain.answers import flag, names, untrusted
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.groups import Group, why_read_only
from jfconsole.domain.text import visible
from jfconsole.ui.screens.answers import chosen_roles, differing, role_fields, taken, with_roles

_DESCRIPTION: Final = FormField(id="description", label="Description", help="What the group is for.")
_MEMBERS: Final = FormField(
    id="members",
    label="Members",
    help="Enter chooses among all users.",
    kind=FieldKind.NAMES,
    source="members",
    default=(),
)
_AUTO_JOIN: Final = FormField(
    id="auto_join",
    label="Joins by itself",
    help="Every user who is made from now on becomes a member. Not for a group of administrators.",
    kind=FieldKind.FLAG,
    default=False,
)
_ADMIN: Final = FormField(
    id="admin_privileges",
    label="Administrators",
    help="Every member may do everything on the whole platform.",
    kind=FieldKind.FLAG,
    default=False,
)
_EXTERNAL: Final = FormField(
    id="external_id",
    label="External id",
    help="The id of the group in the directory that it comes from, where there is one.",
)
_FIELDS: Final = (_DESCRIPTION, _MEMBERS, _AUTO_JOIN, _ADMIN, _EXTERNAL)


def new_group_form(roles: Iterable[str] = ()) -> Form:
    """A group that does not exist yet. `roles` are the global roles that the platform knows."""
    named = FormField(
        id="name",
        label="Name",
        help='Up to 64 characters, none of / \\ : | ? * " < >. The platform stores it in lower case.',
        required=True,
    )
    return Form(title="New group", fields=(named, *_FIELDS, *role_fields(dict.fromkeys(roles, False))))


def new_group(answers: Answers) -> Group:
    """The group that the answers describe."""
    return Group(
        name=untrusted(answers, "name"),
        description=untrusted(answers, "description"),
        members=names(answers, "members"),
        auto_join=flag(answers, "auto_join"),
        admin_privileges=flag(answers, "admin_privileges"),
        external_id=untrusted(answers, "external_id") or None,
        roles=chosen_roles(answers),
    )


def edit_group_form(group: Group) -> Form:
    """A group as it is. What the platform does not say is not asked."""
    reason = why_read_only(group.realm and visible(group.realm))
    members = replace(_MEMBERS, default=group.members or (), fixed=bool(reason))
    flags = ((_AUTO_JOIN, group.auto_join), (_ADMIN, group.admin_privileges))
    return Form(
        title=f"Edit group {visible(group.name)}",
        fields=(
            FormField(id="name", label="Name", help="f2 in the list renames.", default=group.name, fixed=True),
            replace(_DESCRIPTION, default=group.description or ""),
            replace(members, help=f"{reason}.") if reason else members,
            *(replace(field, default=held) for field, held in flags if held is not None),
            replace(_EXTERNAL, default=group.external_id or ""),
            *role_fields(group.roles),
        ),
    )


def changed_group(group: Group, form: Form, answers: Answers) -> Group:
    """The group with what the answers change; everything else as it was."""
    wanted = differing(form, answers)
    return replace(
        group,
        description=taken(wanted, "description", untrusted, group.description),
        members=taken(wanted, "members", names, group.members),
        auto_join=taken(wanted, "auto_join", flag, group.auto_join),
        admin_privileges=taken(wanted, "admin_privileges", flag, group.admin_privileges),
        external_id=taken(wanted, "external_id", untrusted, group.external_id),
        roles=with_roles(group.roles, wanted),
    )
