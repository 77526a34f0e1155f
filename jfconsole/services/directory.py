"""Everything about people, workloads and what they may do on one platform: groups, users, permissions, OIDC trust."""

from __future__ import annotations

from collections.abc import Sequence

from jfconsole.domain.token_facts import TokenView
from jfconsole.services.access import AccessService, Watch
from jfconsole.services.capabilities import Capabilities
from jfconsole.services.groups import GroupService
from jfconsole.services.integrations import IntegrationService
from jfconsole.services.ladder import Surroundings
from jfconsole.services.mappings import MappingService
from jfconsole.services.permissions import PermissionService
from jfconsole.services.repositories import RepositoryService
from jfconsole.services.session import Session
from jfconsole.services.users import UserService


class Directory:
    """The services of one session, sharing what is known about the platform."""

    def __init__(self, session: Session) -> None:
        self.origin = session.connection.url
        self.capabilities = Capabilities(session.sender)
        self.groups = GroupService(session, self.capabilities)
        self.users = UserService(session, self.capabilities)
        self.permissions = PermissionService(session, self.capabilities)
        self.repositories = RepositoryService(session)
        self.integrations = IntegrationService(session, self.capabilities)
        self.mappings = MappingService(session, self.capabilities)
        self.access = AccessService(session.sender, self.capabilities)

    def forget(self) -> None:
        """Read everything again when it is next needed: something was changed."""
        for details in (self.groups.details, self.users.details, self.permissions.details):
            details.forget()
        self.integrations.mappings.forget()
        self.access.forget()

    async def surroundings(
        self,
        *,
        own: str | None = None,
        tokens: Sequence[TokenView] | None = None,
        watch: Watch | None = None,
        refresh: bool = False,
    ) -> Surroundings:
        """What deletions and renames want to know: who is named where. Loads what effective access loads.

        `own` is our own user name, `tokens` the listed tokens, where they are known. `refresh`: what was loaded for
        another reason is not good enough, because a grant that was missed would be lost.
        """
        return Surroundings(index=await self.access.index(watch, refresh=refresh), tokens=tokens, own=own)
