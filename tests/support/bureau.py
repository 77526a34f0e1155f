"""An administrator's desk with the platform and a local issuer: plans that change both, run, continued, taken back."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from unittest import mock

from jfconsole.domain.plans import Plan
from jfconsole.jfrog.transport import Transport
from jfconsole.services.directory import Directory
from jfconsole.services.issuer import IssuerService
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import Moment
from jfconsole.services.routes import Routed, routed
from jfconsole.services.runner import Runner
from jfconsole.services.session import open_session
from jfconsole.services.undo import plan_undo
from jfconsole.services.wizard_runs import WizardTools
from tests.support.directing import Office
from tests.support.issuing import local_issuer
from tests.support.sandbox import Json, RunningSandbox

T = TypeVar("T")

_KINDS = ("integrations", "mappings", "groups", "permissions")


def make_vault(home: Path) -> Path:
    """A home with an empty local issuer that a key file opens; to be copied with `move_in`."""
    with local_issuer(home) as issuer:
        issuer.vault.add_key_file(home / "key")
    return home


def move_in(empty: Path, home: Path) -> Path:
    """The same again, in a home of its own."""
    shutil.copytree(empty / "state", home / "state")
    return home


class Bureau(Office):
    """Its local issuer, in `home`, is there already, and unlocked here."""

    def __init__(
        self, sandbox: RunningSandbox, home: Path, *, listener: Callable[[Moment], None] | None = None
    ) -> None:
        super().__init__(sandbox, home, listener=listener)
        self._reports = home / "reports"
        self._clients = home / "docker"
        self.issuer = IssuerService(home / "state")
        self.issuer.local.vault.unlock_unattended()
        self._platform = Transport(self.connection).sibling
        self.runner = self.runner_with(self.journal)

    @contextmanager
    def clients_files(self) -> Iterator[None]:
        """Within, plans that let container clients pull are for files of this home."""
        with mock.patch.dict(os.environ, DOCKER_CONFIG=str(self._clients)):
            yield

    def runner_with(self, journal: Journal) -> Runner:
        """A runner that writes to another journal: of somebody else, or of an earlier time."""
        return Runner(journal, self._reports, routed(self._platform, self.issuer.sender))

    def close(self) -> None:
        """Let go of all files, which another process may be about to use."""
        self.issuer.close()
        self.journal.close()

    def consult(self, question: Callable[[WizardTools], Awaitable[T]]) -> T:
        """Ask what wizards ask."""

        async def asked() -> T:
            async with open_session(self.connection) as session:
                tools = WizardTools(session, Directory(session), self.journal, (), lambda: self.issuer)
                return await question(tools)

        return asyncio.run(asked())

    def undo(self, plan_id: str) -> Plan:
        """The plan that takes another one back, here and there."""

        async def planned() -> Plan:
            async with open_session(self.connection) as session:
                return await plan_undo(self.journal, plan_id, Routed(session.sender, self.issuer.sender))

        return asyncio.run(planned())

    def everything(self) -> Json:
        """What both hold, without what is another one each time: the keys themselves."""
        platform, local = self.sandbox.state(), self.issuer.local.state()
        config = self._clients / "config.json"
        return {
            **{kind: platform[kind] for kind in _KINDS},
            "keys": {
                name: (found.key.document(), [version.state.value for version in found.versions])
                for name, found in local.keys.items()
            },
            "issuers": {name: found.issuer.document() for name, found in local.issuers.items()},
            "roles": {name: role.document() for name, role in local.roles.items()},
            "registries": {name: registry.document() for name, registry in local.registries.items()},
            "vaults": dict(local.vaults),
            "clients": json.loads(config.read_text()) if config.exists() else {},
        }

    def written(self, event: str) -> list[str]:
        """The names of what an event of the issuer's audit trail was about, oldest first."""
        rows = [row.row for row in reversed(self.issuer.local.audit_rows(10_000))]
        return [str(row["name"]) for row in rows if row["event"] == event]
