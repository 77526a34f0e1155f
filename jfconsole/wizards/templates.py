"""Texts with place holders from a closed set, such as `{account}-read`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Final

ACCOUNT: Final = "account"

NAME_PLACES: Final[Mapping[str, str]] = {
    ACCOUNT: "the short name of this connection, asked first; several of one vendor differ in it",
    "recipe": "the id of the recipe",
}
"""What may stand in the name of a group, a permission or a user."""

TEXT_PLACES: Final[Mapping[str, str]] = {
    **NAME_PLACES,
    "vendor": "the vendor's name",
    "title": "the title of the recipe",
}
"""What may stand in a description."""

SECRET_PLACES: Final[Mapping[str, str]] = {
    "token": "the token, the reference token where one is made; works as a password too",
    "password": "the generated password of the user",
}
"""What on the card is secret: it stands there as `{{token}}` until it is copied or saved."""

REPOSITORY_PLACES: Final[Mapping[str, str]] = {
    "repository": "the key of a chosen repository; the line is repeated for each",
    "docker_api_url": "the same as an address: that of the platform + /artifactory/api/docker/ + the key",
}

CARD_PLACES: Final[Mapping[str, str]] = {
    "platform_url": "the platform's address, nothing behind the host",
    "artifactory_url": "the platform's address + /artifactory",
    "registry_host": "the host, with a port if it is not the usual one: what docker login takes",
    "scim_url": "the platform's address + /access/api/v1/scim/v2",
    "user_name": "whom the token acts as",
    "connection_name": "how the connection is called at the vendor",
    "services": "the services that accept the token, by name",
    "expires": "the day on which the token expires",
    **REPOSITORY_PLACES,
    **SECRET_PLACES,
}
"""What may stand in a value of the hand-off card."""

_PLACE: Final = re.compile(r"\{([^{}]*)\}")


def places(template: str) -> tuple[str, ...]:
    """The place holders of a template, in order, whether or not they are known."""
    return tuple(_PLACE.findall(template))


def template_problem(template: str, known: Collection[str]) -> str | None:
    """Why this is no template over these place holders, as a sentence; None when it is one."""
    rest = _PLACE.sub("", template)
    if "{" in rest or "}" in rest:
        return f"a brace stands alone in {template!r}"
    for name in places(template):
        if name not in known:
            return f"{{{name}}} is no place holder here; {advice(name, known)}"
    return None


def advice(word: str, known: Collection[str]) -> str:
    """What to write instead of an unknown word: the nearest known one, or all of them."""
    near = difflib.get_close_matches(word.lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its place holders filled in. Values are taken as they are: braces in them mean nothing.

    Raises KeyError for a place holder without a value.
    """
    return _PLACE.sub(lambda match: values[match[1]], template)
