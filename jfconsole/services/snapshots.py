"""Taking a snapshot of a platform: one call for each object, and a note for what could not be read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias, TypeVar

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError, NotAllowed, Refused
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.snapshots import GROUPS, INTEGRATIONS, MAPPINGS, PERMISSIONS, TOKENS, USERS, Snapshot, kept
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_facts import TokenView
from jfconsole.jfrog import projects
from jfconsole.services.details import Details
from jfconsole.services.directory import Directory
from jfconsole.services.ladder import listed
from jfconsole.services.objects import in_parallel
from jfconsole.services.session import Session, Unknown, open_session
from jfconsole.services.tokens import TokenService

T = TypeVar("T")

Watch: TypeAlias = Callable[[str, int, int], None]
"""Is told of what kind how many of how many objects were read."""

Objects: TypeAlias = Mapping[str, JsonObject]
"""Objects of one kind, by key."""

_TOKEN_FIELDS: Final = ("subject", "scope", "description", "issuer", "issued_at", "expiry", "project", "refreshable")
"""What a snapshot keeps of a token. None of it opens anything."""


async def take_snapshot(session: Session, watch: Watch | None = None) -> Snapshot:
    """Everything about access on a platform as it is now. Raises the ConsoleError family.

    A kind that this platform, or this token, has no access to is left out. That, and objects that could not be read,
    are told in the notes.
    """
    taking, taken = _Taking(session, watch), time.time()
    read = await taking.everything()
    version = (await session.identify()).platform_version
    return Snapshot(
        platform=session.connection.url,
        taken=taken,
        version="" if isinstance(version, Unknown) else str(version),
        objects=await asyncio.to_thread(_all_kept, read),
        notes=tuple(taking.notes),
    )


async def snapshot_of(connection: Connection, watch: Watch | None = None) -> Snapshot:
    """The same over a connection of its own, on which nothing is changed."""
    async with open_session(replace(connection, read_only=True), threaded=True) as session:
        return await take_snapshot(session, watch)


class _Taking:
    """Reads one platform, kind by kind. `notes` are sentences, cleaned."""

    def __init__(self, session: Session, watch: Watch | None) -> None:
        self.notes: list[str] = []
        self._session = session
        self._directory = Directory(session)
        self._watch = watch

    async def everything(self) -> Mapping[str, Objects]:
        """All kinds that can be read. Raises what the last one raised when none can."""
        kinds: Mapping[str, Callable[[], Awaitable[Objects]]] = {
            GROUPS: self._groups,
            USERS: self._users,
            PERMISSIONS: self._permissions,
            INTEGRATIONS: self._integrations,
            MAPPINGS: self._mappings,
            TOKENS: self._tokens,
        }
        found: dict[str, Objects] = {}
        refusal: ConsoleError | None = None
        for kind, read in kinds.items():
            try:
                found[kind] = await read()
            except (NotAllowed, Refused) as error:
                refusal = error
                self.notes.append(f"The {kind} are not in it: {visible(error.message)}")
        if refusal is not None and not found:
            raise refusal
        return found

    async def _groups(self) -> Objects:
        service = self._directory.groups
        names = [view.name for view in (await service.list()).views]
        return {name: one.as_object() for name, one in (await self._details(GROUPS, names, service.details)).items()}

    async def _users(self) -> Objects:
        service = self._directory.users
        names = [view.username for view in (await service.list()).views]
        return {name: one.as_object() for name, one in (await self._details(USERS, names, service.details)).items()}

    async def _permissions(self) -> Objects:
        service = self._directory.permissions
        names = [view.name for view in (await service.list()).views]
        found = await self._details(PERMISSIONS, names, service.details)
        return {name: one.as_object() for name, one in found.items()}

    async def _integrations(self) -> Objects:
        return {str(found.name): found.as_object() for found in (await self._directory.integrations.list()).views}

    async def _mappings(self) -> Objects:
        """Those of every integration, global ones and those of projects."""
        owners = {str(one.name): one.project_key for one in (await self._directory.integrations.list()).views}
        keys, done = await self._projects(), 0

        async def read(name: str) -> dict[str, JsonObject]:
            nonlocal done
            found = await self._directory.mappings.list(name, [*keys, owners[name] or ""])
            done += 1
            self._tell(MAPPINGS, done, len(owners))
            return {mapping.key: mapping.as_object() for mapping in found}

        return {key: one for found in await in_parallel([*owners], read) for key, one in found.items()}

    async def _projects(self) -> tuple[Untrusted, ...]:
        """Their keys, to ask for their mappings; nothing else of them is kept."""
        try:
            keys = await projects.fetch_keys(self._session.sender)
        except ConsoleError as error:
            self.notes.append(
                f"Mappings of projects may be missing, as projects are not listed: {visible(error.message)}"
            )
            return ()
        if keys:
            self.notes.append(f"Projects, their members and their roles are not in it: {listed(keys)}")
        return keys

    async def _tokens(self) -> Objects:
        views = (await TokenService(self._session).list()).views
        return {view.token_id: _token(view) for view in views}

    async def _details(self, kind: str, names: Sequence[str], details: Details[T]) -> Mapping[str, T]:
        await details.load(names, lambda done, total: self._tell(kind, done, total))
        known = {name: details.known[name] for name in names if name in details.known}
        if missing := [name for name in names if name not in known]:
            self.notes.append(f"These {kind} could not be read: {listed(missing)}")
        return known

    def _tell(self, kind: str, done: int, total: int) -> None:
        if self._watch is not None:
            self._watch(kind, done, total)


def _all_kept(read: Mapping[str, Objects]) -> dict[str, Objects]:
    return {kind: {key: kept(kind, found) for key, found in those.items()} for kind, those in read.items()}


def _token(view: TokenView) -> JsonObject:
    return {name: getattr(view.token, name) for name in _TOKEN_FIELDS}
