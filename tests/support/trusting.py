"""What tests of OIDC trust share: the services on a sandbox, and integrations and mappings to make there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from jfconsole.domain.integrations import Integration
from jfconsole.domain.mappings import IdentityMapping, TokenSpec
from jfconsole.domain.plans import Plan, Report
from jfconsole.domain.text import Untrusted
from jfconsole.services.integrations import IntegrationService
from jfconsole.services.mappings import MappingService
from jfconsole.services.session import Session, open_session
from jfconsole.services.undo import plan_undo
from tests.support.revoking import Desk

T = TypeVar("T")
Json = dict[str, Any]

GITHUB = "https://token.actions.githubusercontent.com"
BOUND: Json = {"repository_id": "5678", "ref": "refs/heads/main"}


@dataclass(frozen=True)
class Trust:
    """The services of one session."""

    session: Session
    integrations: IntegrationService
    mappings: MappingService


class TrustOffice(Desk):
    """A desk whose administrator looks after OIDC trust."""

    def ask(self, question: Callable[[Trust], Awaitable[T]]) -> T:
        """Ask the services something."""

        async def asked() -> T:
            async with open_session(self.connection) as session:
                return await question(Trust(session, IntegrationService(session), MappingService(session)))

        return asyncio.run(asked())

    def do(self, planning: Callable[[Trust], Awaitable[Plan]]) -> Report:
        """Plan and run."""
        return self.runner.run(self.ask(planning))

    def undo(self, plan_id: str) -> Plan:
        """The plan that takes another one back."""
        return self.ask(lambda trust: plan_undo(self.journal, plan_id, trust.session.sender))

    def get(self, path: str = "", **query: str) -> Any:
        """What the platform has below `/access/api/v1/oidc`; None when there is nothing."""
        with self.sandbox.http() as client:
            answer = client.get(f"/access/api/v1/oidc{path}", params=query)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        return answer.json()

    def put(self, method: str, path: str, body: object = None, **query: str) -> None:
        """Somebody else changes something behind our back."""
        with self.sandbox.http() as client:
            client.request(method, f"/access/api/v1/oidc{path}", json=body, params=query).raise_for_status()

    def everything(self) -> Json:
        """All integrations and mappings that the platform has."""
        state = self.sandbox.state()
        return {kind: state[kind] for kind in ("integrations", "mappings")}


def an_integration(name: str = "github", **fields: Any) -> Integration:
    """An integration as somebody would describe it."""
    wanted: Json = {
        "name": Untrusted(name),
        "issuer_url": Untrusted(GITHUB),
        "provider_type": Untrusted("GitHub"),
        "audience": Untrusted("jfrog-ci"),
        "organization": Untrusted("octo-org"),
    }
    return Integration(**(wanted | fields))


def a_mapping(name: str = "build", provider: str = "github", **fields: Any) -> IdentityMapping:
    """A mapping that admits one branch of one repository."""
    spec = TokenSpec(
        username=Untrusted("ci"),
        scope=Untrusted("applied-permissions/user"),
        audience=Untrusted("jfrt@*"),
        expires_in=600,
    )
    wanted: Json = {
        "name": Untrusted(name),
        "provider_name": Untrusted(provider),
        "priority": 1,
        "claims": BOUND,
        "token_spec": spec,
    }
    return IdentityMapping(**(wanted | fields))
