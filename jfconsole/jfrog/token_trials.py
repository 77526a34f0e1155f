"""Calls that try a token on its platform. It goes to the connection's origin, and to no other."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.errors import NotAllowed, NotAuthenticated, NotFound
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.secret import Secret
from jfconsole.domain.tokens import Token
from jfconsole.jfrog.answers import nothing
from jfconsole.jfrog.sender import Sender
from jfconsole.jfrog.tokens import fetch_by_value

_VERSION: Final = "/artifactory/api/system/version"


async def refusal(sender: Sender, value: Secret, username: str = "") -> NotAuthenticated | None:
    """What Artifactory says to a token as bearer, or as the password of a user; None when it accepts it.

    A 403 means that it accepts the token, which may just not do this.
    Source: JFrog REST API "Get Version and Add-ons Information" (it wants to be logged in).
    """
    request = Request(
        method="GET",
        path=_VERSION,
        call_class=CallClass.SAFE,
        secrets={"token": value},
        as_token="token",  # noqa: S106 (a name)
        as_user=username,
    )
    try:
        await sender.send(request, nothing)
    except NotAuthenticated as error:
        return error
    except NotAllowed:
        return None
    return None


async def introduced(sender: Sender, value: Secret) -> Token | NotAuthenticated | None:
    """What Access says of a token to its bearer; None when it accepts it, and knows nothing of it.

    It does not look at the audience. Source: JFrog REST API "Get Token by ID" (Artifactory 7.68 and newer).
    """
    try:
        return await fetch_by_value(sender, value)
    except NotAuthenticated as error:
        return error
    except (NotAllowed, NotFound):
        return None
