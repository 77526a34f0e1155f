"""Answers in the forms that every area uses."""

from collections.abc import Iterable, Sequence
from typing import TypeVar
from urllib.parse import quote, unquote_plus

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from jfconsole.sandbox.platform import Platform

_JSON = "application/json"
T = TypeVar("T")


def json_reply(value: object, status: int = 200, *, media_type: str = _JSON) -> Response:
    """`value` as JSON."""
    return Response(msgspec.json.encode(value), status, media_type=media_type)


def no_content() -> Response:
    """204: done, and nothing to say."""
    return Response(status_code=204)


def base_url(platform: Platform, request: Request) -> str:
    """The address the platform gives for itself, without a slash at the end."""
    return platform.settings.base_url or str(request.base_url).rstrip("/")


def page_reply(kind: str, rows: Iterable[object], names: Sequence[str]) -> Response:
    """A page of an Access v2 list; `names` are those on the page, the last of which is the cursor.

    The cursor is there on the last page too, and absent from an empty one (see `paging.Page`).
    """
    cursor = {"cursor": names[-1]} if names else {}
    return json_reply({kind: list(rows)} | cursor)


def legacy_name(request: Request) -> str:
    """The last segment of a deprecated URL, in which a bare `+` is a space.

    `artifactory.security.api.plus.insteadof.space`, on unless switched off (help page "Artifactory System Properties").
    """
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return unquote_plus(raw.partition(b"?")[0].rpartition(b"/")[2].decode("ascii", "replace"))


def segment(name: str) -> str:
    """`name` as one segment of a path. `@` stays as it is (recordings in JupiterOne/graph-artifactory)."""
    return quote(name, safe="@")
