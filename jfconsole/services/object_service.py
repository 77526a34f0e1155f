"""What services of named objects share: one session, what the platform can do, and details kept by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from jfconsole.services.capabilities import Capabilities
from jfconsole.services.details import Details
from jfconsole.services.session import Session

T = TypeVar("T")


class ObjectService(ABC, Generic[T]):
    """Objects of one kind on one platform. Everything may raise the ConsoleError family.

    Plans are built on what the platform says now, and are only executed by the runner.
    """

    def __init__(self, session: Session, capabilities: Capabilities | None = None) -> None:
        self._sender = session.sender
        self._origin = session.connection.url
        self._capabilities = capabilities or Capabilities(session.sender)
        self.details: Details[T] = Details(self.fetch)

    @abstractmethod
    async def fetch(self, name: str) -> T:
        """One from the platform; `get` also keeps it. Raises NotFound."""

    async def get(self, name: str) -> T:
        """One as it is now. Raises NotFound."""
        return await self.details.fresh(name)
