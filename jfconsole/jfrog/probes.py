"""Calls that try what a token may do, without changing anything."""

from __future__ import annotations

import json
from typing import Final

from jfconsole.domain.errors import NotAllowed, NotAuthenticated, NotFound
from jfconsole.domain.requests import CallClass, Request
from jfconsole.jfrog.answers import nothing
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Sender

_NO_SUCH_FILE: Final = ".jfconsole-probe"


async def can_read(sender: Sender, repository: str) -> bool:
    """Whether the root of a repository can be looked at. Source: JFrog REST API "Folder Info".

    This and the others raise NotAuthenticated when the token is not accepted at all.
    """
    return await _allowed(sender, _get(f"/artifactory/api/storage/{segment(repository)}"))


async def can_pull(sender: Sender, repository: str) -> bool:
    """Whether a container registry client gets in and may ask what there is.

    Source: JFrog REST API "List Docker Repositories".
    """
    return await _allowed(sender, _get(f"/artifactory/api/docker/{segment(repository)}/v2/_catalog"))


async def can_search(sender: Sender, repository: str) -> bool:
    """Whether artifacts of a repository are found with AQL.

    Whoever is no administrator has to ask for repo, path and name. Source: JFrog help "Artifactory Query Language".
    """
    query = f'items.find({{"repo": {json.dumps(repository)}}}).include("repo", "path", "name").limit(1)'
    request = Request(method="POST", path="/artifactory/api/search/aql", call_class=CallClass.SAFE, text=query)
    return await _allowed(sender, request)


async def can_list_users(sender: Sender) -> bool:
    """Whether users are listed. Source: JFrog REST API "Get User List"."""
    return await _allowed(sender, _get("/access/api/v2/users", (("limit", "1"),)))


async def can_deploy(sender: Sender, repository: str, sha1: str) -> bool:
    """Whether a file could be put into a repository; none is.

    A deployment by checksum carries no content, and for a checksum that the platform does not have it answers 404 to
    whoever may deploy, 403 to whoever may not. `sha1` must be one that no file has: forty random hexadecimal digits.
    Source: JFrog REST API "Deploy Artifact by Checksum". Inferred: that permissions are looked at first.
    """
    request = Request(
        method="PUT",
        path=f"/artifactory/{segment(repository)}/{_NO_SUCH_FILE}/{sha1}",
        call_class=CallClass.IDEMPOTENT,
        headers=(("X-Checksum-Deploy", "true"), ("X-Checksum-Sha1", sha1)),
    )
    try:
        await sender.send(request, nothing)
    except (NotAllowed, NotAuthenticated):
        return False
    except NotFound:
        pass
    return True


def _get(path: str, query: tuple[tuple[str, str], ...] = ()) -> Request:
    return Request(method="GET", path=path, query=query, call_class=CallClass.SAFE)


async def _allowed(sender: Sender, request: Request) -> bool:
    try:
        await sender.send(request, nothing)
    except (NotAllowed, NotFound):
        return False
    return True
