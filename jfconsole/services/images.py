"""Images that a platform really has, to be offered where one is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.image_names import parse_image
from jfconsole.domain.repositories import RepositoryKind
from jfconsole.jfrog import docker
from jfconsole.jfrog.sender import Sender
from jfconsole.services.directory import Directory

REPOSITORIES: Final = 8
"""Repositories that are looked into, the first ones."""

IMAGES: Final = 8
"""Images of each that are offered, by one tag of each."""

_PACKAGES: Final = frozenset({"docker", "oci"})


async def some_images(sender: Sender, directory: Directory) -> tuple[str, ...]:
    """Images of local repositories as `repository/image:tag`; what cannot be listed is left out.

    So they are called where the registry's address is followed by the repository. Source: JFrog help "The Repository
    Path Method for Docker". Raises the ConsoleError family when the repositories cannot be listed.
    """
    rows = (await directory.repositories.list()).views
    keys = [row.key for row in rows if str(row.kind) == RepositoryKind.LOCAL and row.package_type in _PACKAGES]
    found = await asyncio.gather(*(_images_in(sender, key) for key in keys[:REPOSITORIES]))
    return tuple(name for names in found for name in names)


async def _images_in(sender: Sender, key: str) -> Sequence[str]:
    try:
        images = await docker.list_images(sender, key, IMAGES)
    except ConsoleError:
        return ()
    found = await asyncio.gather(*(_tagged(sender, key, image) for image in images[:IMAGES]))
    return [name for name in found if name]


async def _tagged(sender: Sender, key: str, image: str) -> str:
    """The image with one of its tags; nothing for one without, or that no client could ask for."""
    try:
        tags = await docker.list_tags(sender, key, image, 1)
        parse_image(f"registry.example/{key}/{image}:{tags[0]}")
    except (ConsoleError, ValueError, IndexError):
        return ""
    return f"{key}/{image}:{tags[0]}"
