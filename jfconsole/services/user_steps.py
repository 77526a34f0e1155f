"""Steps on users: made, changed, put into groups, given a password, unlocked, deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from jfconsole.domain.diffs import merge, same
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.passwords import generated_password
from jfconsole.domain.plans import Outcome, Step
from jfconsole.domain.requests import Json, Request
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.users import User, UserStatus
from jfconsole.jfrog import users as wire
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.handlers import Rebased, StepHandler, Verdict
from jfconsole.services.objects import (
    Create,
    Delete,
    ObjectKind,
    ObjectSteps,
    Update,
    changed_fields,
    set_delta,
)

CREATE: Final = "user.create"
UPDATE: Final = "user.update"
GROUPS: Final = "user.groups"
PASSWORD: Final = "user.password"  # noqa: S105 (a name)
EXPIRE: Final = "user.expire"
UNLOCK: Final = "user.unlock"
DELETE: Final = "user.delete"

PASSWORD_GIVEN: Final = "password"  # noqa: S105 (what a step gives, in a word)

_NOT_BACK: Final = (
    "The password does not come back: the user is made again without one, "
    "and joins the groups that every new user joins"
)


def create_step(user: User, password: Secret | None = None, *, shown: bool = False) -> Step:
    """Make a user, without a password where none is given. The groups that join by themselves come on top.

    `shown`: the password was generated, and a person gets to see it when the user is there.
    """
    wanted = user if password is not None else replace(user, internal_password_disabled=True)
    after = _writable(wanted)
    return Step(
        kind=CREATE,
        key=user.username,
        title=f"Create user {visible(user.username)}",
        before=None,
        after=after,
        requests=(wire.create_request(wanted, password),),
        inverse=_delete(user.username, after),
        unique=True,
        gives=PASSWORD_GIVEN if shown else "",
    )


def update_step(before: User, after: User, password: Secret | None = None) -> Step | None:
    """Change the fields that differ; groups are no part of it. None when no field differs.

    A password is wanted when `internal_password_disabled` goes from true to false.
    """
    step = _update(before.username, _fields(before), _fields(after), password)
    if step is None:
        return None
    if after.internal_password_disabled and not before.internal_password_disabled:
        return replace(step, loses="The password is cleared, and does not come back: set a new one")
    back = _update(before.username, _fields(after), _fields(before))
    return replace(step, inverse=back)


def groups_step(username: str, before: Collection[str], after: Collection[str]) -> Step | None:
    """Add the user to groups and remove him from others. None when nothing differs."""
    step, back = _groups(username, before, after), _groups(username, after, before)
    return None if step is None else replace(step, inverse=back)


def password_step(username: str, password: Secret) -> Step:
    """Set a password. Nothing shows it afterwards, and the old one is gone."""
    return Step(
        kind=PASSWORD,
        key=username,
        title=f"Set the password of {visible(username)}",
        before=None,
        after={"password": "set"},
        requests=(wire.password_request(username, password),),
        loses="The old password does not come back",
    )


def expire_step(username: str) -> Step:
    """Make the user choose a new password at the next login."""
    return Step(
        kind=EXPIRE,
        key=username,
        title=f"Expire the password of {visible(username)}",
        before=None,
        after={"password": "expired"},
        requests=(wire.expire_request(username),),
        loses="The user has to choose a new password",
    )


def unlock_step(username: str) -> Step:
    """Let a locked user in again."""
    return Step(
        kind=UNLOCK,
        key=username,
        title=f"Unlock {visible(username)}",
        before={"status": UserStatus.LOCKED.value},
        after={"status": UserStatus.ENABLED.value},
        requests=(wire.unlock_request(username),),
        loses="Only failed logins lock a user again",
    )


def delete_step(user: User) -> Step:
    """Delete a user. Made again, the user has the same fields, the same groups at least, and no password."""
    again = create_step(user)
    return replace(_delete(user.username, user.as_object()), inverse=replace(again, inverse=None), loses=_NOT_BACK)


class CreateUser(Create):
    """Handles `user.create`."""

    def renewed(self, step: Step) -> Step:
        """With a new generated password: the old one was not kept, and the user is not there yet."""
        (call,) = step.requests
        again = {name: generated_password() for name in call.secrets}
        return replace(step, requests=(replace(call, secrets=again),))


class UserGroups(Update):
    """Handles `user.groups`: only the groups that are added and removed count."""

    def rebased(self, step: Step, current: Json) -> Rebased | None:
        """The call for the groups as they are now: the platform may refuse to remove from a group nobody is in."""
        now: JsonObject = {"groups": as_object(current).get("groups") or []}
        if current is None or same(now, step.before):
            return None
        wanted = merge(step.before, now, step.after).merged
        carried = groups_step(step.key, _names(now), _names(wanted))
        return None if carried is None else Rebased(carried, "Groups changed meanwhile, and were left so")


class Unseen(ObjectSteps):
    """Handles changes that the platform shows nowhere: its answer is the proof."""

    def moved(self, step: Step, current: Json) -> str | None:
        """The user has to be there."""
        return self.gone(step) if current is None else None

    def reached(self, step: Step, current: Json) -> bool:
        """Nobody can see it."""
        return False

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        """A good answer is final."""
        verdict = super().interpret(step, request, result)
        return replace(verdict, proved=True) if verdict.outcome is Outcome.DONE else verdict


class Unlock(ObjectSteps):
    """Handles `user.unlock`: the state of the user is another one afterwards."""

    def __init__(self, kind: ObjectKind) -> None:
        super().__init__(kind)
        self.reached_words = "the user is not locked"
        self.unreached_words = "the user is still locked"

    def moved(self, step: Step, current: Json) -> str | None:
        """The user has to be there."""
        return self.gone(step) if current is None else None

    def reached(self, step: Step, current: Json) -> bool:
        """Whether the user is in any other state."""
        return current is not None and as_object(current).get("status") != UserStatus.LOCKED.value


async def _fetch(sender: Sender, username: str) -> JsonObject:
    return (await wire.fetch(sender, username)).as_object()


async def _all_names(sender: Sender) -> Collection[str]:
    return [row.username for row in await wire.fetch_all(sender)]


USER: Final = ObjectKind("user", _fetch, _all_names, wire.READ_ONLY | {"groups"})

_UNSEEN: Final = Unseen(USER)
_UNSEEN.reached_words = "the platform agreed"
_UNSEEN.unreached_words = "the platform does not show whether it happened"

HANDLERS: Final[Mapping[str, StepHandler]] = {
    CREATE: CreateUser(USER),
    UPDATE: Update(USER),
    GROUPS: UserGroups(USER),
    PASSWORD: _UNSEEN,
    EXPIRE: _UNSEEN,
    UNLOCK: Unlock(USER),
    DELETE: Delete(USER),
}


def _writable(user: User) -> JsonObject:
    return {name: value for name, value in user.as_object().items() if name not in wire.READ_ONLY}


def _fields(user: User) -> JsonObject:
    return {name: value for name, value in _writable(user).items() if name != "groups"}


def _update(username: str, before: JsonObject, after: JsonObject, password: Secret | None = None) -> Step | None:
    patch = changed_fields(before, after, {"username"})
    if not patch:
        return None
    return Step(
        kind=UPDATE,
        key=username,
        title=f"Change user {visible(username)}",
        before=before,
        after=after,
        requests=(wire.update_request(username, patch, password),),
    )


def _groups(username: str, before: Collection[str], after: Collection[str]) -> Step | None:
    old: JsonObject = {"groups": [*before]}
    new: JsonObject = {"groups": [*after]}
    add, remove = set_delta(old, new, "groups")
    if not add and not remove:
        return None
    return Step(
        kind=GROUPS,
        key=username,
        title=f"Change groups of {visible(username)}",
        before=old,
        after=new,
        requests=(wire.groups_request(username, add, remove),),
    )


def _delete(username: str, before: JsonObject) -> Step:
    return Step(
        kind=DELETE,
        key=username,
        title=f"Delete user {visible(username)}",
        before=before,
        after=None,
        requests=(wire.delete_request(username),),
    )


def _names(value: Json) -> list[str]:
    groups = as_object(value).get("groups")
    return [name for name in groups if isinstance(name, str)] if isinstance(groups, list) else []
