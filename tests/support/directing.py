"""What tests of groups, users and permissions share: the services on a sandbox, and plans run to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from jfconsole.domain.groups import Group
from jfconsole.domain.permissions import Permission, Section, Target, ordered
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.domain.text import Untrusted
from jfconsole.domain.users import User
from jfconsole.services.directory import Directory
from jfconsole.services.session import open_session
from jfconsole.services.undo import plan_undo
from tests.support.revoking import Desk

T = TypeVar("T")
Json = dict[str, Any]


class Office(Desk):
    """A desk whose administrator looks after people: plans are made by the services and run by the runner."""

    def ask(self, question: Callable[[Directory], Awaitable[T]]) -> T:
        """Ask the services something."""

        async def asked() -> T:
            async with open_session(self.connection) as session:
                return await question(Directory(session))

        return asyncio.run(asked())

    def do(self, planning: Callable[[Directory], Awaitable[Plan]]) -> Report:
        """Plan and run."""
        return self.runner.run(self.ask(planning))

    def undo(self, plan_id: str) -> Plan:
        """The plan that takes another one back."""

        async def planned() -> Plan:
            async with open_session(self.connection) as session:
                return await plan_undo(self.journal, plan_id, session.sender)

        return asyncio.run(planned())

    def get(self, path: str) -> Json | None:
        """What the platform has under a path below `/access/api/v2`; None when there is nothing."""
        with self.sandbox.http() as client:
            answer = client.get(f"/access/api/v2/{path}")
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def put(self, method: str, path: str, body: object = None) -> None:
        """Somebody else changes something behind our back."""
        with self.sandbox.http() as client:
            client.request(method, f"/access/api/v2/{path}", json=body).raise_for_status()


def done(report: Report) -> None:
    """The report is one of complete success."""
    assert set(report.counts) <= {Outcome.DONE}, [
        (result.title, result.outcome, result.message) for result in report.results
    ]
    assert not report.stopped


def a_group(name: str = "scanners", **fields: Any) -> Group:
    """A group as somebody would describe it."""
    return Group(**({"name": Untrusted(name), "description": Untrusted("read only")} | fields))


def a_user(username: str = "ox-scanner", **fields: Any) -> User:
    """A user as somebody would describe it."""
    return User(**({"username": Untrusted(username), "email": Untrusted(f"{username}@example.com")} | fields))


def a_section(**grants: str) -> Section:
    """A section on `libs` where groups have these actions: `a_section(readers="READ")`."""
    held = {Untrusted(name): ordered(actions.split()) for name, actions in grants.items()}
    return Section(targets={Untrusted("ANY LOCAL"): Target()}, groups=held)


def a_permission(name: str = "ox-permissions", **grants: str) -> Permission:
    """A permission on all local repositories."""
    return Permission(
        name=Untrusted(name), sections={Untrusted("artifact"): a_section(**(grants or {"readers": "READ"}))}
    )
