"""Permissions on the wire: `/access/api/v2/permissions` (Artifactory 7.72.0 and newer).

A permission is changed by resource type only; there is no change of a whole one, and no rename. What a PATCH of a type
merges is not documented, hence a type is read and PUT. Source: terraform-provider-platform
pkg/platform/resource_permission.go; JFrog REST API "Get All Permissions", "Create Permission".
"""

from __future__ import annotations

from typing import Final

import msgspec

from jfconsole.domain.permissions import Permission, Section, permission_from
from jfconsole.domain.requests import WRITE_DEADLINE, CallClass, Json, Request
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog import paging
from jfconsole.jfrog.answers import json_object, typed
from jfconsole.jfrog.paging import Listed, Page, Pages
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Answer, Sender

PAGE: Final = 1000
"""Rows asked for at a time. The platform takes up to 99,998. Source: JFrog REST API "Get All Permissions"."""

READ_ONLY: Final = frozenset({"created_by", "modified_by"})
"""Fields that the platform sets by itself."""

_PATH: Final = "/access/api/v2/permissions"


class _Row(msgspec.Struct, frozen=True):
    name: str


class _Page(msgspec.Struct, frozen=True):
    permissions: tuple[_Row, ...]
    cursor: str | None = None


def page_request(cursor: str | None = None, limit: int = PAGE) -> Request:
    """The permissions after `cursor`. The platform has no filter by name."""
    return paging.page_request(_PATH, cursor, limit)


def pages(sender: Sender, limit: int = PAGE) -> Pages[Untrusted]:
    """The names of all permissions, page by page. Admins only."""
    return Pages(sender, lambda cursor: page_request(cursor, limit), _decode_page, str, limit)


async def fetch_names(sender: Sender) -> Listed[Untrusted]:
    """The names of all permissions."""
    return await pages(sender).all()


def permission_request(name: str) -> Request:
    """The call that reads one permission."""
    return Request(method="GET", path=_path(name), call_class=CallClass.SAFE)


async def fetch(sender: Sender, name: str) -> Permission:
    """One permission with all its sections. Raises NotFound."""
    return await sender.send(permission_request(name), lambda answer: permission_from(json_object(answer), name))


def create_request(permission: Permission) -> Request:
    """Make a permission; 201, or 409 when there is one of that name. It needs a section at least."""
    body = {name: value for name, value in permission.as_object().items() if name not in READ_ONLY}
    return Request(method="POST", path=_PATH, call_class=CallClass.CREATE, body=body, deadline=WRITE_DEADLINE)


def put_section_request(name: str, resource_type: str, section: Section) -> Request:
    """Replace the section of one resource type, or add it; 200."""
    return _write("PUT", f"{_path(name)}/{segment(resource_type)}", section.as_object())


def delete_section_request(name: str, resource_type: str) -> Request:
    """Remove the section of one resource type; 204."""
    return _write("DELETE", f"{_path(name)}/{segment(resource_type)}")


def delete_request(name: str) -> Request:
    """Delete a permission; 204."""
    return _write("DELETE", _path(name))


def _path(name: str) -> str:
    return f"{_PATH}/{segment(name)}"


def _write(method: str, path: str, body: Json = None) -> Request:
    return Request(method=method, path=path, call_class=CallClass.IDEMPOTENT, body=body, deadline=WRITE_DEADLINE)


def _decode_page(answer: Answer) -> Page[Untrusted]:
    page = typed(answer, _Page)
    return Page([Untrusted(row.name) for row in page.permissions], page.cursor)
