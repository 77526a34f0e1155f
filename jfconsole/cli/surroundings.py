"""What verbs look up before something is deleted, and while effective access is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jfconsole.cli.output import progress_line
from jfconsole.domain.errors import ConsoleError
from jfconsole.services.access import Watch
from jfconsole.services.directory import Directory
from jfconsole.services.ladder import Surroundings
from jfconsole.services.session import Session, Unknown
from jfconsole.services.tokens import TokenListing, TokenService


async def look_around(session: Session, directory: Directory, own: str | None = None) -> Surroundings:
    """Who is named where, and which tokens go on living. `own` is our own user name."""
    listing = await _tokens(session)
    with loading() as watch:
        return await directory.surroundings(own=own, tokens=listing.views if listing else None, watch=watch)


async def own_name(session: Session) -> str | None:
    """Whose token is in use; None when the platform does not say."""
    username = (await session.identify()).username
    return None if isinstance(username, Unknown) else username


@contextmanager
def loading() -> Iterator[Watch | None]:
    """A line on stderr that tells how far loading has got, where that is a terminal."""
    with progress_line() as show:
        yield None if show is None else lambda at: show(f"Reading {at.what}: {at.done:,} of {at.total:,}")


async def _tokens(session: Session) -> TokenListing | None:
    """The tokens; None where we may not list them, which the plan then says."""
    try:
        return await TokenService(session).list()
    except ConsoleError:
        return None
