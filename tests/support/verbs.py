"""What tests of the verbs for groups, users and permissions share."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.support.sandbox import Json, RunningSandbox

HOSTILE: Final = "a\x1b[31mred\u202egnp\x07\x9b"
"""A name that no API would accept, as it comes out of a directory."""

RAW_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]")

Words = tuple[str, ...]


def forget(sandbox: RunningSandbox) -> None:
    """From now on only new requests are seen."""
    sandbox.control("DELETE", "/requests")


def writes(sandbox: RunningSandbox) -> list[tuple[str, str]]:
    """Method and path of the calls that change something, in the order of their arrival."""
    sent = [(request["method"], request["path"]) for request in sandbox.requests()]
    return [(method, path) for method, path in sent if method not in ("GET", "HEAD")]


def plant(sandbox: RunningSandbox, **objects: list[dict[str, Any]]) -> None:
    """Put in objects past every check of the platform, by kind."""
    sandbox.control("POST", "/state", objects)


def held(sandbox: RunningSandbox, path: str) -> Json:
    """What the platform has under a path below `/access/api/v2`."""
    with sandbox.http() as client:
        answer = client.get(f"/access/api/v2/{path}")
        answer.raise_for_status()
        found: Json = answer.json()
        return found
