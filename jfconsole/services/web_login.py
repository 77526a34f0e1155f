"""Getting a token by signing in with the browser, where the platform offers that."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import DeadlineExceeded, NotFound, Refused
from jfconsole.domain.secret import Secret
from jfconsole.jfrog import web_login
from jfconsole.services.session import open_session

EVERY: Final = 3.0
"""Seconds between two questions. Source: jfrog/jfrog-client-go:access/services/login.go."""

PATIENCE: Final = 300.0
"""Seconds after which nobody is waited for any more. Same source."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person opens, and the code by which the page is known to be about this session."""

    page: str
    code: str


async def sign_in(
    connection: Connection,
    show: Callable[[Invitation], None],
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Secret:
    """The token, once a person has confirmed in the browser. `show` tells where.

    The connection's own token is not sent. Raises ReadOnly on a read-only connection, Refused where the platform has
    no such login, DeadlineExceeded when nobody confirmed, and the ConsoleError family.
    """
    session = str(uuid.uuid4())
    async with open_session(connection) as opened:
        try:
            await web_login.begin(opened.sender, session)
        except NotFound as error:
            raise Refused(
                f"{connection.host} offers no sign-in with the browser", "It comes with 7.64.0; paste a token instead"
            ) from error
        show(Invitation(web_login.page_url(connection.url, session), session[-4:]))
        for _ in range(int(PATIENCE / EVERY)):
            token = await web_login.fetch(opened.sender, session)
            if token is not None:
                return token
            await pause(EVERY)
    raise DeadlineExceeded(f"Nobody signed in within {PATIENCE:g} s", "Begin again")
