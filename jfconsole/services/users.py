"""Users as front ends use them: the list, one in detail, and the plans that change them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.errors import NotFound, NothingToChange, Refused, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.groups import Group
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.user_facts import UserView, view_users
from jfconsole.domain.users import (
    ANONYMOUS,
    User,
    UserRow,
    UserStatus,
    email_problem,
    user_from,
    username_problems,
    why_read_only,
)
from jfconsole.jfrog import users as wire
from jfconsole.services import renames
from jfconsole.services import user_steps as steps
from jfconsole.services.details import Listing
from jfconsole.services.ladder import (
    Surroundings,
    adoption_plan,
    deletion_plan,
    edit_plan,
    grant_effects,
    last_administrator,
    listed,
    strip_steps,
    token_effects,
)
from jfconsole.services.object_service import ObjectService
from jfconsole.services.objects import in_parallel

_BARE: Final = "The password cannot be carried over: the new user has none, and cannot log in with one until one is set"


class UserService(ObjectService[User]):
    """Users of one platform."""

    # -- reading ---------------------------------------------------------------------------------------

    async def list(
        self,
        previous: Listing[UserView] | None = None,
        groups: Mapping[str, Sequence[Untrusted]] | None = None,
    ) -> Listing[UserView]:
        """All users. `previous` comes back as it is when nothing has changed since.

        `groups` are the memberships by user name in lower case, where they are known from the groups.
        """
        await self._capabilities.require(Capability.ACCESS_USERS)
        rows = await wire.list_all(self._sender)
        basis = (rows.rows, self.details.revision, id(groups))
        if previous is not None and previous.basis == basis:
            return previous
        return Listing(view_users(rows.rows, self.details.known, groups), rows.changed, basis)

    async def administrators(self) -> frozenset[str]:
        """Users who are administrators by themselves, as far as the platform can list them: from 7.117.0 on.

        A platform that does not know the question would list everybody, so one of unknown version is not asked.
        """
        if not await self._capabilities.surely(Capability.LIST_ADMINS):
            return frozenset()
        return frozenset(row.username for row in (await wire.list_all(self._sender, only_admins=True)).rows)

    async def search(self, text: str, status: UserStatus | None = None) -> tuple[UserRow, ...]:
        """All users whose name contains a text, asked of the platform over all pages."""
        return (await wire.list_all(self._sender, containing=text, status=status or "")).rows

    async def fetch(self, name: str) -> User:
        """One user from the platform; `get` also keeps it. Raises NotFound."""
        return await wire.fetch(self._sender, name)

    # -- plans -----------------------------------------------------------------------------------------

    async def plan_create(self, user: User, password: Secret | None = None, *, leave: Collection[str] = ()) -> Plan:
        """Make a user, without a password unless one is given.

        `leave` names groups that new users join by themselves and that this one shall not stay in.
        """
        await self._capabilities.require(Capability.ACCESS_USERS)
        _refuse_impossible(user)
        wanted = [group for group in user.groups or () if group not in leave]
        joined = [*wanted, *(Untrusted(group) for group in leave)]
        effects = [f"{problem}: the platform may refuse it" for problem in username_problems(user.username)]
        effects.append("Groups that new users join by themselves come on top")
        if leave:
            effects.append(f"The user leaves {listed(list(leave))} again")
        return edit_plan(
            f"Create user {visible(user.username)}",
            self._origin,
            [
                steps.create_step(replace(user, groups=tuple(wanted)), password),
                steps.groups_step(user.username, joined, wanted),
            ],
            [*effects, *_admin_effect(user)],
            grave=user.username if user.admin else "",
        )

    async def plan_update(self, before: User, after: User, password: Secret | None = None) -> Plan:
        """Change fields and groups from one state to another. Raises UsageError when nothing differs."""
        await self._require_updates(password)
        if before.internal_password_disabled and not after.internal_password_disabled and password is None:
            raise UsageError("A user who gets a password needs one", "Set it together with the change")
        grave = bool(after.admin) and not before.admin
        moves = steps.groups_step(before.username, before.groups or (), after.groups or ())
        return edit_plan(
            f"Change user {visible(before.username)}",
            self._origin,
            [steps.update_step(before, after, password), moves if after.groups is not None else None],
            _admin_effect(after) if grave else [],
            grave=before.username if grave else "",
        )

    async def plan_groups(self, username: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Plan:
        """Put a user into groups and take him out of others, whatever else he is in."""
        await self._capabilities.require(Capability.ACCESS_USERS)
        user = await self.get(username)
        held = user.groups or ()
        gone = set(remove)
        kept = [group for group in held if group not in gone]
        wanted = [*kept, *(Untrusted(new) for new in dict.fromkeys(add) if new not in kept)]
        step = steps.groups_step(username, held, wanted)
        return edit_plan(f"Change groups of {visible(username)}", self._origin, [step], [])

    async def plan_apply(self, record: JsonObject) -> Plan:
        """Bring a user to the state that a record describes; what the record does not say is left alone.

        A user who does not exist is made, without a password.
        """
        wanted = _named(record)
        try:
            current = await self.get(wanted.username)
        except NotFound:
            return await self.plan_create(wanted)
        return await self.plan_update(current, user_from({**current.as_object(), **record}))

    async def plan_adopt(self, user: User) -> Plan:
        """Take an existing user of that name for the wanted one, and change what differs; groups are only added.

        The effects tell the difference. Raises UsageError when nothing does.
        """
        current = await self.get(user.username)
        groups = dict.fromkeys((*(current.groups or ()), *(user.groups or ())))
        wanted = replace(user_from({**current.as_object(), **user.as_object()}), groups=tuple(groups))
        plan = await self.plan_update(current, wanted)
        return adoption_plan(f"user {visible(user.username)}", plan, current.as_object(), wanted.as_object())

    async def plan_password(self, username: str, password: Secret) -> Plan:
        """Set a password. Raises Refused for a user who may have none."""
        user = await self.get(username)
        if user.internal_password_disabled:
            raise Refused(
                f"{visible(username)} may have no password: the internal password is switched off",
                "Edit the user and switch it on, with a password",
            )
        return self._plain(f"Set the password of {visible(username)}", [steps.password_step(username, password)])

    async def plan_expire(self, *usernames: str) -> Plan:
        """Make users choose a new password at the next login."""
        names = list(dict.fromkeys(usernames))
        await in_parallel(names, self.get)
        whose = f"the password of {visible(names[0])}" if len(names) == 1 else f"{len(names)} passwords"
        return self._plain(f"Expire {whose}", [steps.expire_step(name) for name in names])

    async def plan_unlock(self, usernames: Collection[str]) -> Plan:
        """Let locked users in again. Raises NothingToChange when none of them is locked."""
        found = await in_parallel(list(dict.fromkeys(usernames)), self.get)
        locked = [user.username for user in found if user.status == UserStatus.LOCKED.value]
        title = f"Unlock {visible(locked[0])}" if len(locked) == 1 else f"Unlock {len(locked)} users"
        return self._plain(title, [steps.unlock_step(username) for username in locked])

    async def plan_delete(self, usernames: Collection[str], around: Surroundings | None = None) -> Plan:
        """Delete users; permissions that name them are told, and changed first where they are known."""
        around = around or Surroundings()
        found = await in_parallel(list(dict.fromkeys(usernames)), self.get)
        if not found:
            raise UsageError("There is no user to delete", "Mark some first")
        chosen = [user.username for user in found]
        if ANONYMOUS in chosen:
            raise Refused("anonymous is built in and cannot be deleted", "Leave it out")
        stripped = strip_steps(around.index, "users", chosen) if around.index else []
        effects = [
            *_membership_effects(found),
            *grant_effects(around.index, "users", chosen),
            *token_effects(around.tokens, "users", chosen),
        ]
        deletions = [steps.delete_step(user) for user in found]
        return deletion_plan("user", chosen, self._origin, [*stripped, *deletions], effects, _warning(around, chosen))

    async def plan_rename(self, old: str, new: str, around: Surroundings, password: Secret | None = None) -> Plan:
        """Make a user of the new name with the same fields, groups and grants, then delete the old one.

        The new one has no password unless one is given. Raises UsageError when what names the old one was not looked
        up, Conflict when there is one of the new name, Refused for who is built in or comes from elsewhere.
        """
        index = renames.looked_up(around)
        await self._capabilities.require(Capability.ACCESS_USERS)
        await renames.check_new_name("user", old, new, self.fetch)
        user = await self.get(old)
        _refuse_to_rename(user)
        clone = replace(user, username=Untrusted(new), internal_password_disabled=password is None)
        _refuse_impossible(clone)
        joined = _joined_by_itself(index.world.groups.values(), user)
        held = user.groups or ()
        plan = renames.rename_plan(
            "user",
            (old, new),
            self._origin,
            [
                steps.create_step(clone, password),
                steps.groups_step(new, [*held, *joined], held),
                *renames.move_grants(index, "users", old, new),
                steps.delete_step(user),
            ],
            renames.rename_effects("user", "users", (old, new), around, _clone_effects(user, new, password)),
            grave=bool(user.admin) or _same(around.own, old),
        )
        return renames.not_by_yes(plan, _own_warning(old)) if _same(around.own, old) else plan

    def _plain(self, title: str, wanted: Sequence[Step]) -> Plan:
        if not wanted:
            raise NothingToChange("There is nothing to change: it is as wanted already")
        effects = tuple(dict.fromkeys(step.loses for step in wanted if step.loses))
        many = len(wanted) > 1
        return Plan(
            title=title,
            origin=self._origin,
            steps=tuple(wanted),
            confirmation=Confirmation(verb=title, effects=effects, phrase=title.lower() if many else None),
            stop_on_failure=not many,
        )

    async def _require_updates(self, password: Secret | None) -> None:
        """Older platforms refuse every change without a password. Source: terraform-provider-artifactory#931."""
        needed = Capability.ACCESS_USERS if password is not None else Capability.USER_UPDATES
        await self._capabilities.require(needed)


def _admin_effect(user: User) -> list[str]:
    return [f"{visible(user.username)} is an administrator of the whole platform"] if user.admin else []


def _membership_effects(users: Sequence[User]) -> list[str]:
    groups = list(dict.fromkeys(group for user in users for group in user.groups or ()))
    return [f"Memberships end: {listed(groups)}"] if groups else []


def _warning(around: Surroundings, names: Sequence[str]) -> str:
    if around.own is not None and around.own in names:
        return _own_warning(around.own)
    index = around.index
    left = [admin for admin in index.administrators() if admin.username not in names] if index else []
    return last_administrator(index, left)


def _own_warning(username: str) -> str:
    return f"{visible(username)} is the user of this console: afterwards it can do nothing here"


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.casefold() == other.casefold()


def _refuse_to_rename(user: User) -> None:
    if user.username == ANONYMOUS:
        raise Refused("anonymous is built in and cannot be renamed", "Leave it as it is")
    if reason := why_read_only(user.realm and visible(user.realm)):
        raise Refused(f"{visible(user.username)} cannot be renamed here. {reason}", "Rename it there")
    if email_problem(user.email or ""):
        raise Refused(
            f"{visible(user.username)} has no e-mail address, and a new user needs one", "Give the user one first"
        )


def _joined_by_itself(groups: Iterable[Group], user: User) -> list[Untrusted]:
    """Groups that every new user joins, and that this one is not in."""
    held = {name.casefold() for name in user.groups or ()}
    return [group.name for group in groups if group.auto_join and group.name.casefold() not in held]


def _clone_effects(user: User, new: str, password: Secret | None) -> list[str]:
    """What a new user of another name does not have of the old one."""
    told = [f"{problem}: the platform may refuse it" for problem in username_problems(new)]
    told += [] if password is not None or user.internal_password_disabled else [_BARE]
    if user.status not in (None, UserStatus.ENABLED.value):
        told.append(f"{visible(user.username)} is {visible(user.status)}; the new user is enabled")
    return [*told, *_admin_effect(user)]


def _refuse_impossible(user: User) -> None:
    if user.username == ANONYMOUS:
        raise UsageError("anonymous is built in and cannot be created")
    if problem := email_problem(user.email or ""):
        raise UsageError(problem, "Every user has an e-mail address")


def _named(record: JsonObject) -> User:
    user = user_from(record)
    if not user.username:
        raise UsageError("The user has no name", 'Give one: {"username": …}')
    return user
