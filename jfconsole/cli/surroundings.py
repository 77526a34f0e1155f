"""What verbs look up, telling how far they have got: who is named where, everything in full."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from jfconsole.cli.output import progress_line
from jfconsole.domain.errors import ConsoleError
from jfconsole.services.access import Watch
from jfconsole.services.details import Details
from jfconsole.services.directory import Directory
from jfconsole.services.ladder import Surroundings
from jfconsole.services.session import Session, Unknown
from jfconsole.services.tokens import TokenListing, TokenService

T = TypeVar("T")

_SHOWN_EVERY: Final = 0.1
"""Seconds between two tellings of how far reading has got."""


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


async def load_details(what: str, details: Details[T], keys: Iterable[str]) -> None:
    """Read every one of these in full; a line on stderr tells how far it has got, where that is a terminal."""
    shown = 0.0
    with progress_line() as show:

        def watch(done: int, total: int) -> None:
            nonlocal shown
            if show is not None and time.monotonic() - shown >= _SHOWN_EVERY:
                shown = time.monotonic()
                show(f"Reading {what}: {done:,} of {total:,}")

        await details.load(keys, watch)


async def _tokens(session: Session) -> TokenListing | None:
    """The tokens; None where we may not list them, which the plan then says."""
    try:
        return await TokenService(session).list()
    except ConsoleError:
        return None
