"""Repositories as front ends use them: the list and one in detail. They are read, not changed."""

from __future__ import annotations

from jfconsole.domain.repositories import Repository, RepositoryRow
from jfconsole.jfrog import repositories as wire
from jfconsole.services.details import Listing
from jfconsole.services.session import Session


class RepositoryService:
    """Repositories of one platform. Everything may raise the ConsoleError family."""

    def __init__(self, session: Session) -> None:
        self._sender = session.sender

    async def list(self, previous: Listing[RepositoryRow] | None = None) -> Listing[RepositoryRow]:
        """All repositories that we may see. `previous` comes back as it is when nothing has changed since."""
        rows = await wire.fetch_all(self._sender)
        return previous if previous is not None and previous.basis == rows else Listing(rows, False, rows)

    async def get(self, key: str) -> Repository:
        """One repository. Raises NotFound."""
        return await wire.fetch(self._sender, key)
