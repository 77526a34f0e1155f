"""Effective access: everything it follows from, loaded once, kept with its age, and asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from jfconsole.domain.access import AccessIndex, WhatCan, WhoCan, World
from jfconsole.domain.capabilities import Capability
from jfconsole.domain.permissions import ResourceType
from jfconsole.domain.repositories import RepositoryKind, RepositoryRow
from jfconsole.domain.token_access import what_token_can
from jfconsole.jfrog import groups, permissions, repositories, users
from jfconsole.jfrog.sender import Sender
from jfconsole.services.capabilities import Capabilities
from jfconsole.services.objects import in_parallel, or_none

T = TypeVar("T")

WIDTH: Final = 8
"""Calls side by side while loading."""

FRESH: Final = 300.0
"""Seconds for which what was loaded is taken as current, unless a reader asks for news."""


@dataclass(frozen=True, slots=True)
class Loading:
    """How far loading has got: `done` of `total` objects of a sort (`groups`, `permissions`)."""

    what: str
    done: int
    total: int


Watch = Callable[[Loading], None]


class AccessService:
    """Answers who can do what on one platform. Raises the ConsoleError family."""

    def __init__(
        self, sender: Sender, capabilities: Capabilities | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._sender = sender
        self._capabilities = capabilities or Capabilities(sender)
        self._clock = clock
        self._index: AccessIndex | None = None
        self._loading = asyncio.Lock()

    @property
    def age(self) -> float | None:
        """Seconds since it was loaded; None when it never was."""
        return None if self._index is None else max(0.0, self._clock() - self._index.world.loaded_at)

    @property
    def loaded(self) -> AccessIndex | None:
        """What was loaded last, whatever its age."""
        return self._index

    def forget(self) -> None:
        """Load again at the next question: something was changed."""
        self._index = None

    async def index(self, watch: Watch | None = None, *, refresh: bool = False) -> AccessIndex:
        """The index, loaded when there is none, when it is old, or when it shall be refreshed."""
        async with self._loading:
            age = self.age
            if self._index is None or refresh or age is None or age > FRESH:
                world = await load_world(self._sender, self._capabilities, watch, self._clock)
                self._index = await asyncio.to_thread(AccessIndex, world)
            return self._index

    async def who_can(
        self,
        repository: str,
        path: str | None = None,
        action: str | None = None,
        watch: Watch | None = None,
        *,
        resource_type: str = ResourceType.ARTIFACT,
    ) -> WhoCan:
        """Who may do something in a repository, or with one path (build, release bundle) of it."""
        index = await self.index(watch)
        return await asyncio.to_thread(index.who_can, repository, path, action, resource_type)

    async def what_user_can(self, username: str, watch: Watch | None = None) -> WhatCan:
        """What a user may do."""
        return (await self.index(watch)).what_user_can(username)

    async def what_group_can(self, name: str, watch: Watch | None = None) -> WhatCan:
        """What the members of a group may do."""
        return (await self.index(watch)).what_groups_can([name])

    async def what_token_can(self, scope: str | None, username: str, watch: Watch | None = None) -> WhatCan:
        """What the bearer of a token may do."""
        return what_token_can(await self.index(watch), scope, username)


async def load_world(
    sender: Sender, capabilities: Capabilities, watch: Watch | None = None, clock: Callable[[], float] = time.time
) -> World:
    """Read lists, and groups and permissions in detail; never a call for each user."""
    started = clock()
    notes: list[str] = []
    rows, people, group_names, permission_names = await asyncio.gather(
        repositories.fetch_all(sender),
        users.list_all(sender),
        groups.fetch_names(sender),
        permissions.fetch_names(sender),
    )
    if people.changed or group_names.changed or permission_names.changed:
        notes.append("Something changed while it was loaded: load again for the whole picture")
    held_groups = await _details("groups", group_names.rows, lambda name: groups.fetch(sender, name), watch)
    held = await _details("permissions", permission_names.rows, lambda name: permissions.fetch(sender, name), watch)
    return World(
        users={row.username: row for row in people.rows},
        groups={group.name: group for group in held_groups},
        permissions={permission.name: permission for permission in held},
        repositories={row.key: row for row in rows},
        admins=await _admins(sender, capabilities),
        virtual=await _virtual_members(sender, rows, watch),
        loaded_at=started,
        notes=tuple(notes),
    )


async def _admins(sender: Sender, capabilities: Capabilities) -> frozenset[str] | None:
    """Administrators by themselves, from one list call; None where the platform cannot list them.

    A platform that does not know the parameter would list everybody, so one of unknown version is not asked.
    """
    if not await capabilities.surely(Capability.LIST_ADMINS):
        return None
    return frozenset(row.username for row in (await users.list_all(sender, only_admins=True)).rows)


async def _virtual_members(
    sender: Sender, rows: Sequence[RepositoryRow], watch: Watch | None
) -> dict[str, tuple[str, ...]]:
    keys = [row.key for row in rows if row.kind == RepositoryKind.VIRTUAL.value]
    found = await _details("virtual repositories", keys, lambda key: repositories.fetch(sender, key), watch)
    return {repository.key: repository.members for repository in found if repository.members is not None}


async def _details(
    what: str, names: Collection[str], fetch: Callable[[str], Awaitable[T]], watch: Watch | None
) -> list[T]:
    """Each object in detail; those that vanished since they were listed are left out."""
    done = 0

    async def one(name: str) -> T | None:
        nonlocal done
        found = await or_none(fetch(name))
        done += 1
        if watch is not None:
            watch(Loading(what, done, len(names)))
        return found

    found = await in_parallel(list(names), one, WIDTH)
    return [value for value in found if value is not None]
