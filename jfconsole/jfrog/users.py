"""Users on the wire: `/access/api/v2/users` (Artifactory 7.49.3 and newer).

Source: JFrog REST API "Create User", "Update User", "Add or Remove User from Groups", "Change a User Password";
terraform-provider-artifactory pkg/artifactory/resource/user/user.go.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

import msgspec

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.requests import WRITE_DEADLINE, CallClass, Json, Request
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.users import User, UserRow, status_of, user_from
from jfconsole.jfrog import paging
from jfconsole.jfrog.answers import json_object, typed
from jfconsole.jfrog.groups import delta
from jfconsole.jfrog.paging import Listed, Page, Pages
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Answer, Sender

PAGE: Final = 1000
"""Rows asked for at a time; the platform's own default. Source: JFrog REST API "Get User List"."""

READ_ONLY: Final = frozenset({"effective_admin", "realm", "status", "last_logged_in"})
"""Fields that the platform sets by itself."""

_PATH: Final = "/access/api/v2/users"
_PASSWORD: Final = "password"  # noqa: S105 (a name)


class _Row(msgspec.Struct, frozen=True):
    username: str
    realm: str = ""
    status: str = ""


class _Page(msgspec.Struct, frozen=True):
    users: tuple[_Row, ...]
    cursor: str | None = None


def page_request(
    cursor: str | None = None,
    limit: int = PAGE,
    *,
    containing: str = "",
    status: str = "",
    only_admins: bool = False,
) -> Request:
    """The users after `cursor` whose name contains a text, that are in a state, that are administrators.

    `only_admins` needs 7.117.0. Source: JFrog REST API "Get User List".
    """
    asked = (("username", containing), ("status", status), ("onlyAdmins", "true" if only_admins else ""))
    return paging.page_request(_PATH, cursor, limit, [(name, value) for name, value in asked if value])


async def pages(sender: Sender, limit: int = PAGE) -> AsyncIterator[tuple[UserRow, ...]]:
    """All users, page by page, each once. Admins only."""
    async for page in _pages(sender, limit):
        yield page


async def fetch_all(sender: Sender) -> tuple[UserRow, ...]:
    """Every user, in the platform's order."""
    return (await list_all(sender)).rows


async def list_all(
    sender: Sender, *, containing: str = "", status: str = "", only_admins: bool = False
) -> Listed[UserRow]:
    """Every user that fits, and whether the list changed while it was read; see `page_request`."""
    return await _pages(sender, PAGE, containing=containing, status=status, only_admins=only_admins).all()


def user_request(username: str) -> Request:
    """The call that reads one user."""
    return Request(method="GET", path=_path(username), call_class=CallClass.SAFE)


async def fetch(sender: Sender, username: str) -> User:
    """One user with the groups. Raises NotFound."""
    return await sender.send(user_request(username), lambda answer: user_from(json_object(answer), username))


def create_request(user: User, password: Secret | None = None) -> Request:
    """Make a user; 201, or 409 when there is one of that name.

    Without a password `internal_password_disabled` must be true. The platform adds every group that joins by itself.
    """
    body: JsonObject = {name: value for name, value in user.as_object().items() if name not in READ_ONLY}
    return Request(
        method="POST",
        path=_PATH,
        call_class=CallClass.CREATE,
        body=body | _placeholder(password),
        secrets=_secrets(password),
        deadline=WRITE_DEADLINE,
    )


def update_request(username: str, fields: Mapping[str, Json], password: Secret | None = None) -> Request:
    """Change these fields and leave the others; a password is needed to give one to a user who had none."""
    body: JsonObject = dict(fields)
    return _write("PATCH", _path(username), body | _placeholder(password), password)


def groups_request(username: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Request:
    """Add the user to groups and remove him from others. The platform refuses unknown groups."""
    return _write("PATCH", f"{_path(username)}/groups", delta(add, remove))


def password_request(username: str, password: Secret) -> Request:
    """Set a password; 204, or 400 with the reason when the policy objects or the user may have none."""
    return _write("PUT", f"{_path(username)}/password", _placeholder(password), password)


def expire_request(username: str) -> Request:
    """Make the user choose a new password at the next login; 204."""
    return _write("POST", f"{_path(username)}/password/expire")


def unlock_request(username: str) -> Request:
    """Let a locked user in again; 204."""
    return _write("POST", f"{_path(username)}/unlock")


def delete_request(username: str) -> Request:
    """Delete a user; 204."""
    return _write("DELETE", _path(username))


def _pages(
    sender: Sender, limit: int, *, containing: str = "", status: str = "", only_admins: bool = False
) -> Pages[UserRow]:
    def request(cursor: str | None) -> Request:
        return page_request(cursor, limit, containing=containing, status=status, only_admins=only_admins)

    return Pages(sender, request, _decode_page, lambda row: row.username, limit)


def _path(username: str) -> str:
    return f"{_PATH}/{segment(username)}"


def _write(method: str, path: str, body: Json = None, password: Secret | None = None) -> Request:
    return Request(
        method=method,
        path=path,
        call_class=CallClass.IDEMPOTENT,
        body=body,
        secrets=_secrets(password),
        deadline=WRITE_DEADLINE,
    )


def _placeholder(password: Secret | None) -> JsonObject:
    return {_PASSWORD: "{{password}}"} if password is not None else {}


def _secrets(password: Secret | None) -> dict[str, Secret]:
    return {_PASSWORD: password} if password is not None else {}


def _decode_page(answer: Answer) -> Page[UserRow]:
    page = typed(answer, _Page)
    return Page([_row(row) for row in page.users], page.cursor)


def _row(row: _Row) -> UserRow:
    return UserRow(Untrusted(row.username), Untrusted(row.realm), status_of(row.status))
