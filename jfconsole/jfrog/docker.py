"""Pulling as container clients do: a manifest, and whether the blobs that it names are there.

Source: OCI distribution specification, "Pulling manifests" and "Pulling blobs"; JFrog help "Docker Registry".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jfconsole.domain.errors import NotAllowed, NotFound
from jfconsole.domain.fields import Fields, as_names, as_object
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog.answers import json_object, nothing
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Answer, Sender

_ACCEPTED: Final = ", ".join(
    (
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    )
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an image consists of: the digests of its configuration and its layers; none for a list of platforms."""

    digest: Untrusted
    blobs: tuple[Untrusted, ...]


async def fetch_manifest(sender: Sender, repository: str, reference: str) -> Manifest:
    """The manifest that a tag or a digest names. Raises the ConsoleError family."""
    return await sender.send(_get("GET", repository, f"manifests/{segment(reference)}", _ACCEPTED), _manifest)


async def has_blob(sender: Sender, repository: str, digest: str) -> bool:
    """Whether a blob can be pulled; nothing of it is fetched."""
    try:
        await sender.send(_get("HEAD", repository, f"blobs/{segment(digest)}"), nothing)
    except (NotAllowed, NotFound):
        return False
    return True


async def list_images(sender: Sender, repository: str, limit: int) -> tuple[Untrusted, ...]:
    """The first images of a repository. Raises as `fetch_manifest`.

    Source: JFrog REST API "List Docker Repositories".
    """
    return await sender.send(_listing(repository, "_catalog", limit), lambda answer: _names(answer, "repositories"))


async def list_tags(sender: Sender, repository: str, image: str, limit: int) -> tuple[Untrusted, ...]:
    """The first tags of an image. Raises as `fetch_manifest`. Source: JFrog REST API "List Docker Tags"."""
    path = "/".join(map(segment, image.split("/")))
    return await sender.send(_listing(repository, f"{path}/tags/list", limit), lambda answer: _names(answer, "tags"))


def _listing(repository: str, rest: str, limit: int) -> Request:
    path = f"/artifactory/api/docker/{segment(repository)}/v2/{rest}"
    return Request(method="GET", path=path, call_class=CallClass.SAFE, query=(("n", str(limit)),))


def _names(answer: Answer, member: str) -> tuple[Untrusted, ...]:
    return as_names(json_object(answer).get(member)) or ()


def _get(method: str, repository: str, rest: str, accept: str = "") -> Request:
    path = "/".join(map(segment, repository.split("/")))
    headers = (("Accept", accept),) if accept else ()
    return Request(method=method, path=f"/v2/{path}/{rest}", call_class=CallClass.SAFE, headers=headers)


def _manifest(answer: Answer) -> Manifest:
    content = json_object(answer)
    layers = content.get("layers")
    parts = [content.get("config"), *(layers if isinstance(layers, list) else [])]
    digests = tuple(digest for part in parts if (digest := _digest(part)))
    return Manifest(Untrusted(answer.headers.get("docker-content-digest", "")), digests)


def _digest(part: Json) -> Untrusted | None:
    return Fields(as_object(part)).text("digest")
