"""Groups on the wire: `/access/api/v2/groups` (Artifactory 7.49.3 and newer).

There is no PUT and no rename. Source: terraform-provider-platform pkg/platform/resource_group.go,
resource_group_members.go; JFrog REST API "Create a Group", "Update a Group", "Add or Remove a Group Member".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.groups import Group, group_from
from jfconsole.domain.requests import WRITE_DEADLINE, CallClass, Json, Request
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog import paging
from jfconsole.jfrog.answers import json_object, typed
from jfconsole.jfrog.paging import Listed, Page, Pages
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Answer, Sender

PAGE: Final = 1000
"""Rows asked for at a time; the platform's own default. Source: JFrog REST API "Get a List of Groups"."""

READ_ONLY: Final = frozenset({"realm", "realm_attributes"})
"""Fields that the platform sets by itself. Source: JFrog REST API "Update a Group"."""

_PATH: Final = "/access/api/v2/groups"


class _Row(msgspec.Struct, frozen=True):
    group_name: str


class _Page(msgspec.Struct, frozen=True):
    groups: tuple[_Row, ...]
    cursor: str | None = None


def page_request(cursor: str | None = None, limit: int = PAGE, containing: str = "") -> Request:
    """The groups after `cursor` whose name contains a text."""
    return paging.page_request(_PATH, cursor, limit, (("groupName", containing),) if containing else ())


def pages(sender: Sender, containing: str = "", limit: int = PAGE) -> Pages[Untrusted]:
    """The names of all groups, page by page. Admins only."""
    return Pages(sender, lambda cursor: page_request(cursor, limit, containing), _decode_page, str, limit)


async def fetch_names(sender: Sender, containing: str = "") -> Listed[Untrusted]:
    """The names of all groups."""
    return await pages(sender, containing).all()


def group_request(name: str) -> Request:
    """The call that reads one group with its members."""
    return Request(method="GET", path=_path(name), call_class=CallClass.SAFE)


async def fetch(sender: Sender, name: str) -> Group:
    """One group with its members. Raises NotFound."""
    return await sender.send(group_request(name), lambda answer: group_from(json_object(answer), name))


def create_request(group: Group) -> Request:
    """Make a group with its members; 201, or 409 when there is one of that name."""
    body: JsonObject = {name: value for name, value in group.as_object().items() if name not in READ_ONLY}
    return Request(method="POST", path=_PATH, call_class=CallClass.CREATE, body=body, deadline=WRITE_DEADLINE)


def update_request(name: str, fields: Mapping[str, Json]) -> Request:
    """Change these fields and leave the others; members are changed by `members_request`."""
    return _write("PATCH", _path(name), dict(fields))


def members_request(name: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Request:
    """Add and remove members by user name. The platform refuses unknown users, and a call that does neither."""
    return _write("PATCH", f"{_path(name)}/members", delta(add, remove))


def delete_request(name: str) -> Request:
    """Delete a group; 204."""
    return _write("DELETE", _path(name), None)


def delta(add: Iterable[str], remove: Iterable[str]) -> JsonObject:
    """The body of membership calls; a side with nothing in it is left out."""
    sides: dict[str, list[Json]] = {"add": [*add], "remove": [*remove]}
    return {name: names for name, names in sides.items() if names}


def _path(name: str) -> str:
    return f"{_PATH}/{segment(name)}"


def _write(method: str, path: str, body: Json) -> Request:
    return Request(method=method, path=path, call_class=CallClass.IDEMPOTENT, body=body, deadline=WRITE_DEADLINE)


def _decode_page(answer: Answer) -> Page[Untrusted]:
    page = typed(answer, _Page)
    return Page([Untrusted(row.group_name) for row in page.groups], page.cursor)
