"""Snapshots for a front end that stays open: taken of its platform, kept as files, brought back by a plan."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from jfconsole.domain.plans import Plan
from jfconsole.domain.snapshots import Snapshot
from jfconsole.services.restoring import plan_restore
from jfconsole.services.session import Session
from jfconsole.services.snapshot_files import SnapshotFiles
from jfconsole.services.snapshots import Watch, take_snapshot


class SnapshotService:
    """`files` are the snapshots that are kept, of whatever platform. Everything may raise the ConsoleError family."""

    def __init__(self, folder: Path, session: Callable[[], Awaitable[Session]]) -> None:
        self.files = SnapshotFiles(folder)
        self._session = session

    async def take(self, watch: Watch | None = None) -> Snapshot:
        """Everything about access on this platform as it is now."""
        return await take_snapshot(await self._session(), watch)

    async def plan_restore(self, wanted: Snapshot, watch: Watch | None = None) -> Plan:
        """The plan that makes what a snapshot has and the platform has not, and changes back what differs."""
        return await asyncio.to_thread(plan_restore, wanted, await self.take(watch))
