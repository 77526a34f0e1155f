"""Calls that try what a token may do, without changing anything."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.errors import NotAllowed, NotAuthenticated, NotFound
from jfconsole.domain.requests import CallClass, Request
from jfconsole.jfrog.answers import nothing
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Sender

_NO_SUCH_FILE: Final = ".jfconsole-probe"


async def can_read(sender: Sender, repository: str) -> bool:
    """Whether the root of a repository can be looked at. Source: JFrog REST API "Folder Info".

    Raises NotAuthenticated when the token is not accepted at all.
    """
    request = Request(method="GET", path=f"/artifactory/api/storage/{segment(repository)}", call_class=CallClass.SAFE)
    try:
        await sender.send(request, nothing)
    except (NotAllowed, NotFound):
        return False
    return True


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
