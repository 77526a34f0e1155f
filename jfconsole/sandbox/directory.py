"""Users and groups together: who is in what, who administers, and what goes when somebody goes."""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from jfconsole.sandbox.auth import ANONYMOUS, Caller
from jfconsole.sandbox.errors import Message, bad_request, forbidden, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import Grants, GroupRecord, PermissionRecord, Resource, UserRecord


class Directory:
    """The rules that users and groups share, whichever API changes them."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._members: tuple[int, dict[str, list[str]]] | None = None

    def user(self, name: str) -> UserRecord:
        """The user called `name`.

        Raises:
            Refusal: 404.
        """
        user = self._platform.state.users.get(name)
        if user is None:
            raise not_found(Message.USER_NOT_FOUND.format(name=name))
        return user

    def group(self, name: str) -> GroupRecord:
        """The group called `name`.

        Raises:
            Refusal: 404.
        """
        group = self._platform.state.groups.get(name)
        if group is None:
            raise not_found(Message.GROUP_NOT_FOUND.format(name=name))
        return group

    def group_like(self, name: str) -> GroupRecord | None:
        """The group whose name differs from `name` in case at most. Inferred: there cannot be two."""
        groups = self._platform.state.groups
        return groups.get(name) or next((group for group in groups if group.name.lower() == name.lower()), None)

    def members(self, group: str) -> list[str]:
        """The names of all members, sorted."""
        users = self._platform.state.users
        if self._members is None or self._members[0] != users.version:
            found: dict[str, list[str]] = {}
            for user in users:
                for name in user.groups:
                    found.setdefault(name, []).append(user.username)
            self._members = users.version, found
        return sorted(self._members[1].get(group, ()))

    def known_users(self, names: Iterable[str]) -> bool:
        """Whether all of `names` are users."""
        return all(name in self._platform.state.users for name in names)

    def known_groups(self, names: Iterable[str]) -> bool:
        """Whether all of `names` are groups."""
        return all(name in self._platform.state.groups for name in names)

    def auto_joined(self) -> list[str]:
        """The groups that every new user joins."""
        return [group.name for group in self._platform.state.groups if group.auto_join]

    def is_effective_admin(self, user: UserRecord) -> bool:
        """Whether `user` administers the platform, by itself or by a group."""
        groups = (self._platform.state.groups.get(name) for name in user.groups)
        return user.admin or any(group is not None and group.admin_privileges for group in groups)

    def save_user(self, user: UserRecord) -> None:
        """Create or update a user.

        Raises:
            Refusal: 400, nobody would administer the platform any more.
        """
        self._require_an_admin(users={user.username: user})
        self._platform.state.users.put(user)

    def save_group(self, group: GroupRecord) -> None:
        """Create or update a group.

        Raises:
            Refusal: 400, nobody would administer the platform any more.
        """
        self._require_an_admin(groups={group.name: group})
        self._platform.state.groups.put(group)

    def change_members(self, group: str, *, add: Iterable[str], remove: Iterable[str]) -> None:
        """Let users join and leave a group; those already in or out are left as they are.

        Raises:
            Refusal: 400, nobody would administer the platform any more.
        """
        changed = [self._joined(name, group) for name in add] + [self._left(name, group) for name in remove]
        users = {user.username: user for user in changed}
        self._require_an_admin(users=users)
        for user in users.values():
            if user != self._platform.state.users.get(user.username):
                self._platform.state.users.put(user)

    def _joined(self, name: str, group: str) -> UserRecord:
        user = self.user(name)
        return user if group in user.groups else replace(user, groups=[*user.groups, group])

    def _left(self, name: str, group: str) -> UserRecord:
        user = self.user(name)
        return replace(user, groups=[held for held in user.groups if held != group])

    def unlock(self, user: UserRecord) -> None:
        """Let `user` in again, if locked."""
        if user.status == "locked" or user.failed_logins:
            status = "enabled" if user.status == "locked" else user.status
            self._platform.state.users.put(replace(user, status=status, failed_logins=0))

    def delete_user(self, caller: Caller, name: str) -> None:
        """Remove a user, and the user from permissions and projects; tokens stay.

        Inferred: the refusals, and that tokens outlive their user.

        Raises:
            Refusal: 403 for the caller itself, 404, 400 for the last administrator and built-in users.
        """
        self.user(name)
        if name == caller.username:
            raise forbidden(Message.CANNOT_DELETE_YOURSELF.format(name=name))
        if name == ANONYMOUS:
            raise bad_request(Message.CANNOT_DELETE_BUILT_IN.format(name=name))
        self._require_an_admin(users={name: None})
        self._platform.state.users.delete(name)
        self._platform.state.api_keys.delete(name)
        self._forget(lambda grants: grants.users, name)
        for project in self._platform.state.projects:
            if name in project.users:
                self._platform.state.projects.put(replace(project, users=_without(project.users, name)))

    def delete_group(self, name: str) -> None:
        """Remove a group, and the group from users, permissions and projects.

        Raises:
            Refusal: 404, or 400 if nobody would administer the platform any more.
        """
        self.group(name)
        self._require_an_admin(groups={name: None})
        for user in [self.user(member) for member in self.members(name)]:
            self._platform.state.users.put(self._left(user.username, name))
        self._platform.state.groups.delete(name)
        self._forget(lambda grants: grants.groups, name)
        for project in self._platform.state.projects:
            if name in project.groups:
                self._platform.state.projects.put(replace(project, groups=_without(project.groups, name)))

    def _forget(self, part: Callable[[Grants], Mapping[str, list[str]]], name: str) -> None:
        for permission in list(self._platform.state.permissions):
            if any(name in part(resource.actions) for resource in permission.resources.values()):
                self._platform.state.permissions.put(_without_principal(permission, part, name))

    def _require_an_admin(
        self,
        *,
        users: Mapping[str, UserRecord | None] | None = None,
        groups: Mapping[str, GroupRecord | None] | None = None,
    ) -> None:
        """Inferred: a change after which no enabled user is an administrator is refused; None is a deletion."""
        state = self._platform.state
        all_groups = {group.name: group for group in state.groups} | dict(groups or {})
        privileged = {name for name, group in all_groups.items() if group is not None and group.admin_privileges}
        changed = dict(users or {})
        later = [*(changed.get(user.username, user) for user in state.users), *changed.values()]
        for user in later:
            if user is not None and user.status != "disabled" and (user.admin or privileged.intersection(user.groups)):
                return
        raise bad_request(Message.LAST_ADMIN)


def _without(mapping: Mapping[str, list[str]], name: str) -> dict[str, list[str]]:
    return {key: value for key, value in mapping.items() if key != name}


def _without_principal(
    permission: PermissionRecord, part: Callable[[Grants], Mapping[str, list[str]]], name: str
) -> PermissionRecord:
    def cleaned(resource: Resource) -> Resource:
        users, groups = resource.actions.users, resource.actions.groups
        if part(resource.actions) is users:
            return replace(resource, actions=Grants(_without(users, name), groups))
        return replace(resource, actions=Grants(users, _without(groups, name)))

    return replace(permission, resources={kind: cleaned(resource) for kind, resource in permission.resources.items()})
