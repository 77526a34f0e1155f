"""Names of images, taken apart as container clients do: `registry.example.com:6000/team/app:1.0`.

Source: distribution/reference, regexp.go and normalize.go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

DOCKER_HUB: Final = "docker.io"
_OFFICIAL: Final = "library/"

_HOST: Final = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])"
_ADDRESS: Final = re.compile(rf"{_HOST}(?::([1-9][0-9]{{0,4}}))?")
_SEGMENT: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH: Final = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")
_TAG: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")

_LIMIT: Final = 255
"""Characters of a repository's name. Source: distribution/reference, `RepositoryNameTotalLengthMax`."""

_HIGHEST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class ImageName:
    """An image: the registry's address as `host[:port]`, the repository within it, a tag or a digest."""

    registry: str
    repository: str
    reference: str


def parse_image(text: str) -> ImageName:
    """The parts of an image's name; without a registry it is one of Docker Hub. Raises ValueError with a sentence."""
    name, at, digest = text.strip().partition("@")
    if at and not _DIGEST.fullmatch(digest):
        raise ValueError(f"{digest[:80]!r} is no digest: it is sha256: and 64 hexadecimal digits")
    first, slash, rest = name.partition("/")
    if not slash or not ({".", ":"} & set(first) or first == "localhost"):
        first, rest = DOCKER_HUB, name if slash else f"{_OFFICIAL}{name}"
    path, colon, tag = rest.partition(":")
    if problem := address_problem(first) or path_problem(path):
        raise ValueError(problem)
    if colon and not _TAG.fullmatch(tag):
        raise ValueError(f"{tag[:80]!r} is no tag")
    return ImageName(first, path, digest or tag or "latest")


def address_problem(text: str) -> str | None:
    """Why a text is no address of a registry, as a sentence; None for `host` and `host:port`."""
    found = _ADDRESS.fullmatch(text)
    if "://" in text or "/" in text:
        return "An address has no scheme and no path: registry.example.com, or registry.example.com:6000"
    if found is None and _ADDRESS.fullmatch(text.lower()):
        return "An address is written in small letters: it stands in tokens, which are compared letter by letter"
    if found is None or (found[1] and int(found[1]) > _HIGHEST_PORT) or len(text) > _LIMIT:
        return f"{text[:80]!r} is no address: write registry.example.com, or registry.example.com:6000"
    return None


def path_problem(text: str) -> str | None:
    """Why a text is no repository's name or the beginning of one, as a sentence; None for `team/app`."""
    if not _PATH.fullmatch(text) or len(text) > _LIMIT:
        return f"{text[:80]!r} is no repository: small letters, digits, dots and dashes, with / between the parts"
    return None


def covers(prefix: str, path: str) -> bool:
    """Whether a repository is this one or lies below it; whole parts are compared: `app` does not cover `apple`."""
    return path == prefix or path.startswith(f"{prefix}/")
