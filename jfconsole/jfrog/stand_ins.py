"""A sandbox's stand-ins for token services of CI platforms: tokens to try a trust with, where no platform is at hand.

They answer below `/_sandbox/idp`, which only a sandbox of jfconsole has.
"""

from __future__ import annotations

from typing import Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import Fields, JsonObject
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.secret import Secret
from jfconsole.jfrog.answers import json_object
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Sender

_PATH: Final = "/_sandbox/idp"


async def stand_in_for(sender: Sender, issuer: str) -> str | None:
    """The name of the stand-in that issues tokens of this issuer; None when there is none, or no sandbox."""
    try:
        listed = await sender.send(_get(_PATH), json_object)
    except ConsoleError:
        return None
    names = listed.get("idps")
    for name in names if isinstance(names, list) else []:
        shown = Fields(await sender.send(_get(f"{_PATH}/{segment(str(name))}"), json_object))
        if shown.text("issuer") == issuer:
            return str(name)
    return None


async def stand_in_token(sender: Sender, name: str, audience: str | None, claims: JsonObject) -> Secret:
    """A token of a stand-in that says what it is told to. Raises the ConsoleError family."""
    request = Request(
        method="POST",
        path=f"{_PATH}/{segment(name)}/token",
        call_class=CallClass.IDEMPOTENT,
        body={"audience": audience, "claims": claims},
    )
    return Secret(Fields(await sender.send(request, json_object)).text("value") or "")


def _get(path: str) -> Request:
    return Request(method="GET", path=path, call_class=CallClass.SAFE)
