"""Repositories on the wire: `/artifactory/api/repositories`, reading only.

Source: JFrog REST API "Get Repositories", "Get Repository Configuration".
"""

from __future__ import annotations

from typing import Final

import msgspec

from jfconsole.domain.errors import NotFound, Rejected
from jfconsole.domain.repositories import Repository, RepositoryRow, repository_from
from jfconsole.domain.requests import LIST_DEADLINE, LIST_LIMIT, CallClass, Request
from jfconsole.domain.text import Untrusted, visible
from jfconsole.jfrog.answers import json_object, typed
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Answer, Sender

_PATH: Final = "/artifactory/api/repositories"


class _Row(msgspec.Struct, frozen=True, rename="camel"):
    key: str
    type: str = ""
    package_type: str = ""
    url: str | None = None
    description: str | None = None


def list_request() -> Request:
    """All repositories that we may see; the platform does not page this list."""
    return Request(method="GET", path=_PATH, call_class=CallClass.SAFE, limit=LIST_LIMIT, deadline=LIST_DEADLINE)


async def fetch_all(sender: Sender) -> tuple[RepositoryRow, ...]:
    """Every repository, in the platform's order."""
    return await sender.send(list_request(), _decode_list)


def repository_request(key: str) -> Request:
    """The call that reads one repository."""
    return Request(method="GET", path=f"{_PATH}/{segment(key)}", call_class=CallClass.SAFE)


async def fetch(sender: Sender, key: str) -> Repository:
    """One repository. Raises NotFound: for an unknown key Artifactory answers 400.

    Source: terraform-provider-artifactory CHANGELOG (#1018).
    """
    try:
        return await sender.send(repository_request(key), lambda answer: _repository(answer, key))
    except Rejected as error:
        if error.detail.status == 400:
            raise NotFound(
                f"There is no repository {visible(key)}, or this token may not see it", "", error.detail
            ) from error
        raise


def _repository(answer: Answer, key: str) -> Repository:
    return repository_from(json_object(answer), key)


def _decode_list(answer: Answer) -> tuple[RepositoryRow, ...]:
    return tuple(_row(row) for row in typed(answer, tuple[_Row, ...]))


def _row(row: _Row) -> RepositoryRow:
    """The list says `LOCAL` and `Docker`, the detail `local` and `docker`."""
    return RepositoryRow(
        key=Untrusted(row.key),
        kind=Untrusted(row.type.lower()),
        package_type=Untrusted(row.package_type.lower()),
        url=Untrusted(row.url) if row.url else None,
        description=Untrusted(row.description) if row.description else None,
    )
