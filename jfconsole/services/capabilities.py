"""What the platform in use can do, asked once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.errors import ConsoleError, Refused
from jfconsole.jfrog import system
from jfconsole.jfrog.sender import Sender

_AUDITOR: Final = "platform_auditor"


class Capabilities:
    """Knows the platform's version from the first time it is needed."""

    def __init__(self, sender: Sender, version: str | None = None) -> None:
        self._sender = sender
        self._version = version

    async def version(self) -> str | None:
        """Artifactory's version; None when it cannot be read, which is asked again next time."""
        if self._version is None:
            try:
                self._version = await system.artifactory_version(self._sender)
            except ConsoleError:
                return None
        return self._version

    async def missing(self, capability: Capability) -> str | None:
        """Why the platform cannot do it, as a sentence; None when it can, or when its version is not known."""
        return capability.missing(await self.version())

    async def require(self, capability: Capability) -> None:
        """Raises Refused when the platform is known to be too old for it."""
        if reason := await self.missing(capability):
            raise Refused(reason, capability.hint)

    async def surely(self, capability: Capability) -> bool:
        """Whether the platform is known to be new enough: for parameters that older ones would silently ignore."""
        version = await self.version()
        return version is not None and capability.missing(version) is None

    async def roles(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Those of the global roles that the platform is known to have."""
        if not await self.surely(Capability.GLOBAL_ROLES):
            return ()
        auditing = await self.surely(Capability.PLATFORM_AUDITOR)
        return tuple(role for role in roles if auditing or role != _AUDITOR)
