"""From what a consumer needs, and what is there already, to the steps that bring the platform there.

Nothing that is there is replaced: a group is joined, a permission is widened by what is missing, a user is put into
the group. Only what an earlier run of the same account put into a permission is taken out again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from jfconsole.domain.errors import UsageError
from jfconsole.domain.groups import Group
from jfconsole.domain.passwords import generated_password
from jfconsole.domain.permissions import Permission, ResourceType, Section, Target, ordered
from jfconsole.domain.plans import Step
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_requests import TokenRequest
from jfconsole.domain.tokens import Token
from jfconsole.domain.users import User
from jfconsole.services import group_steps, permission_steps, token_create, user_steps
from jfconsole.services.ladder import listed

ARTIFACT: Final = Untrusted(ResourceType.ARTIFACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one consumer needs. No `user`: it works with a token for groups. `token` is None where nothing is made.

    `group` None: an existing group named in the token's scope is enough. `actions` hold on `repositories`.
    """

    group: Group | None
    permission_name: Untrusted
    repositories: tuple[Untrusted, ...]
    actions: tuple[Untrusted, ...]
    user: User | None
    with_password: bool
    token: TokenRequest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is there under the wanted names. `joined` are groups that new users join by themselves.

    `earlier` are the repositories that an earlier run of the same account chose, `tokens` its live tokens.
    """

    group: Group | None = None
    permission: Permission | None = None
    user: User | None = None
    tokens: tuple[Token, ...] = ()
    joined: tuple[Untrusted, ...] = ()
    earlier: Collection[str] = field(default=())


def steps(wanted: Wanted, found: Found, operation: str, now: float) -> list[Step]:
    """The steps that are missing, each building on those before; none when everything is as wanted."""
    refuse_powerful(wanted, found)
    return [
        *_group_steps(wanted, found),
        *_permission_steps(wanted, found),
        *_user_steps(wanted, found),
        *_token_steps(wanted, found, operation, now),
    ]


def effects(wanted: Wanted, found: Found) -> tuple[str, ...]:
    """What a person should know beside the steps, in sentences; cleaned."""
    return tuple(_effects(wanted, found))


def wanted_permission(wanted: Wanted, found: Found) -> Permission:
    """The permission as it will be."""
    held = found.permission or Permission(name=wanted.permission_name)
    section = held.sections.get(ARTIFACT, Section())
    for name in found.earlier:
        if name not in wanted.repositories:
            section = section.targeting(name, None)
    for name in wanted.repositories:
        if name not in section.targets:
            section = section.targeting(name, Target())
    group = _group_name(wanted)
    if group is not None:
        have = section.groups.get(group, ())
        section = section.granting("groups", group, ordered((*have, *wanted.actions)))
    return held.with_section(ARTIFACT, section)


def wanted_groups(wanted: Wanted, found: Found) -> tuple[Untrusted, ...]:
    """The groups of the user as they will be: a new user is in its own group alone."""
    group = _group_name(wanted)
    own = () if group is None else (group,)
    before = found.user.groups or () if found.user else ()
    return tuple(dict.fromkeys((*before, *own)))


def refuse_powerful(wanted: Wanted, found: Found) -> None:
    """Raise UsageError when something that is there would give the consumer far more than it needs."""
    if found.group is not None and found.group.admin_privileges:
        raise UsageError(
            f"The group {visible(found.group.name)} makes its members administrators", "Choose another name"
        )
    if found.user is not None and (found.user.admin or found.user.effective_admin):
        raise UsageError(f"The user {visible(found.user.username)} is an administrator", "Choose another name")
    if found.user is not None and found.user.is_external:
        raise UsageError(
            f"The user {visible(found.user.username)} comes from {visible(found.user.realm or '')}",
            "Its groups are managed there: choose another name",
        )


def _group_steps(wanted: Wanted, found: Found) -> Iterator[Step]:
    if wanted.group is not None and found.group is None:
        yield group_steps.create_step(wanted.group)


def _permission_steps(wanted: Wanted, found: Found) -> Iterator[Step]:
    if not wanted.repositories:
        return
    permission = wanted_permission(wanted, found)
    if found.permission is None:
        yield permission_steps.create_step(permission)
    else:
        yield from permission_steps.section_steps(found.permission, permission)


def _user_steps(wanted: Wanted, found: Found) -> Iterator[Step]:
    if wanted.user is None:
        return
    groups = wanted_groups(wanted, found)
    if found.user is not None:
        moves = user_steps.groups_step(found.user.username, found.user.groups or (), groups)
    else:
        password = generated_password() if wanted.with_password else None
        yield user_steps.create_step(replace(wanted.user, groups=groups), password, shown=password is not None)
        joined = tuple(name for name in found.joined if name not in groups)
        moves = user_steps.groups_step(wanted.user.username, (*groups, *joined), groups)
    if moves is not None:
        yield moves


def _token_steps(wanted: Wanted, found: Found, operation: str, now: float) -> Iterator[Step]:
    if wanted.token is not None and not found.tokens:
        token_create.refuse_impossible(wanted.token)
        yield token_create.create_step(wanted.token, operation, now)


def _effects(wanted: Wanted, found: Found) -> Iterator[str]:
    group, user = _group_name(wanted), wanted.user
    if found.group is not None:
        yield f"The group {visible(found.group.name)} is there and is used as it is"
    if found.permission is not None and group is not None:
        beside = _beside(wanted, found.permission)
        if beside:
            yield f"The permission {visible(wanted.permission_name)} also covers {listed(beside)}: it gives that, too"
    if user is not None and found.user is not None:
        beside = [name for name in found.user.groups or () if name != group]
        also = f", and stays in {listed(beside)}" if beside else ""
        yield f"The user {visible(user.username)} is there and is used as it is{also}"
    if user is not None and found.user is None and found.joined:
        yield f"New users join {listed(found.joined)} by themselves: {visible(user.username)} is taken out again"
    if wanted.token is not None and found.tokens:
        token = found.tokens[0]
        yield f"The token {visible(token.token_id)} is there and is kept; rotate it to get another one"


def _beside(wanted: Wanted, permission: Permission) -> Sequence[Untrusted]:
    section = permission.sections.get(ARTIFACT, Section())
    return [name for name in section.targets if name not in wanted.repositories]


def _group_name(wanted: Wanted) -> Untrusted | None:
    return None if wanted.group is None else wanted.group.name
