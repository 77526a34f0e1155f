"""What it takes to let a platform's workloads in with their own tokens: a recipe of the kind `ci`.

Everything is a template over the answers to the recipe's questions; a claim whose questions are not answered is left
out, so that an optional question narrows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.providers import Provider
from jfconsole.domain.requests import Json
from jfconsole.wizards.recipe import RecipeKind, RepositoriesPart
from jfconsole.wizards.templates import NAME_PLACES, fill, places


class Shape(StrEnum):
    """What an answer looks like."""

    TEXT = "text"
    """Anything without a blank at its ends."""
    NAME = "name"
    """A part of a path: neither blank, nor slash, nor colon."""
    NUMBER = "number"
    UUID = "uuid"
    BRACED_UUID = "braced-uuid"
    """Bitbucket's: with its braces."""
    HOST = "host"
    URL = "url"
    """An address that begins with https://."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the whole answer must match; a `*` in it counts as a character."""
        return _PATTERNS[self]

    @property
    def words(self) -> str:
        """What is asked for, to follow "Write"."""
        return _WORDS[self]


_UUID: Final = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PATTERNS: Final = {
    Shape.TEXT: re.compile(r"\S(?:.*\S)?"),
    Shape.NAME: re.compile(r"[^\s/:]+"),
    Shape.NUMBER: re.compile(r"[0-9]+"),
    Shape.UUID: re.compile(_UUID),
    Shape.BRACED_UUID: re.compile(rf"\{{{_UUID}\}}"),
    Shape.HOST: re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?"),
    Shape.URL: re.compile(r"https?://[^\s?#]+"),
}
_WORDS: Final = {
    Shape.TEXT: "a text without blanks at its ends",
    Shape.NAME: "a name without blanks, slashes and colons",
    Shape.NUMBER: "a number",
    Shape.UUID: "an id such as 1f2e3d4c-0000-4000-8000-000000000000",
    Shape.BRACED_UUID: "an id with its braces, such as {1f2e3d4c-0000-4000-8000-000000000000}",
    Shape.HOST: "a host, without https://",
    Shape.URL: "an address that begins with https://",
}


class Dialect(StrEnum):
    """Whose rules a snippet follows: how values are quoted, and what in them would be taken for an instruction."""

    YAML = "yaml"
    GITHUB = "github"
    GITLAB = "gitlab"
    AZURE = "azure"
    CIRCLECI = "circleci"
    BUILDKITE = "buildkite"
    BITBUCKET = "bitbucket"
    KUBERNETES = "kubernetes"
    CLOUD_BUILD = "cloud-build"
    HCL = "hcl"
    SHELL = "shell"

    @property
    def is_yaml(self) -> bool:
        """Whether the snippet is YAML."""
        return self not in (Dialect.HCL, Dialect.SHELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What only the person knows. `example` is a value that fits; `default` is proposed, empty when nothing is.

    `wildcard`: a `*` may stand at the end of the answer, for any text. `needed`: it cannot be left out where asked.
    """

    id: str
    label: str
    help: str
    example: str
    shape: Shape
    needed: bool
    wildcard: bool
    default: str

    def problem(self, text: str) -> str | None:
        """Why this is no answer, as a sentence; None when it is one."""
        head = text.removesuffix("*") if self.wildcard else text
        if "*" in head:
            where = "can stand at the end only" if self.wildcard else "cannot stand here: strangers might fit it"
            return f"A * {where}"
        if self.wildcard and text.strip("*") == "":
            return "A * alone lets everything in: leave it empty if that is meant"
        if not text.isprintable() or self.shape.pattern.fullmatch(text) is None:
            return f"Write {self.shape.words}, as in {self.example}"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to say which workloads are meant. `claims` may be nested; texts in them are templates.

    `needs` are questions that cannot be left open this way, though they can in others.
    """

    id: str
    title: str
    needs: tuple[str, ...]
    claims: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPart:
    """One identity mapping. `claims` come on top of those of the way that is chosen.

    `group` and `permission` are templates of the names of what is made for it; `actions` wire names.
    """

    id: str
    name: str
    description: str
    group: str
    permission: str
    actions: tuple[str, ...]
    claims: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangePart:
    """The token that an exchange gives: `services` are keys of SERVICES, `expires_in` is in seconds and finite."""

    services: tuple[str, ...]
    expires_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A file for the platform's side. `text` has its place holders in guillemets; see `ci_snippets`."""

    title: str
    file: str
    dialect: Dialect
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CiRecipe:
    """Everything about one platform. Texts from `integration` to `azure_app_id` are templates, empty where not said.

    `provider` is what the console knows about the platform's tokens. `audience_fixed`: its workloads cannot ask for
    another one. `sample` are the claims of a token of such a workload.
    """

    id: str
    title: str
    vendor: str
    kind: RecipeKind
    summary: str
    source: str
    account: str
    provider: Provider
    integration: str
    issuer: str
    token_issuer: str
    audience: str
    audience_fixed: bool
    organization: str
    azure_app_id: str
    warnings: tuple[str, ...]
    repositories: RepositoriesPart
    token: ExchangePart
    questions: tuple[Question, ...]
    ways: tuple[Way, ...]
    mappings: tuple[MappingPart, ...]
    snippets: tuple[Snippet, ...]
    sample: Mapping[str, Json]

    def way(self, title: str) -> Way:
        """The way of that title; the first for any other text."""
        return next((way for way in self.ways if way.title == title), self.ways[0])

    def asked(self, way: Way) -> tuple[Question, ...]:
        """The questions that matter when that way is chosen, in their order."""
        texts = (self.integration, self.issuer, self.token_issuer, self.audience, self.organization, self.azure_app_id)
        used = {name for text in texts for name in places(text)}
        used |= claim_places(way.claims) | {name for part in self.mappings for name in claim_places(part.claims)}
        used |= {name for snippet in self.snippets for name in snippet_places(snippet.text)} - SNIPPET_PLACES.keys()
        return tuple(question for question in self.questions if question.id in used)


PLACE: Final = re.compile(r"«([^«»|]*)(\|shell)?»")
"""A place holder of a snippet: `«name»` as a quoted value, `«name|shell»` as a word of a shell."""

SNIPPET_PLACES: Final[Mapping[str, str]] = {
    "platform_url": "the platform's address",
    "platform_host": "its host, with a port if it is not the usual one",
    "integration": "the name of the integration: what an exchange sends as `provider_name`",
    "audience": "what the workload asks its token for",
    "repository": "the first of the chosen repositories",
}
"""What may stand in a snippet beside the recipe's questions."""


def snippet_places(text: str) -> frozenset[str]:
    """The names of the place holders of a snippet."""
    return frozenset(found[1] for found in PLACE.finditer(text))


def claim_places(value: Json | Mapping[str, Json]) -> frozenset[str]:
    """The names of the place holders in claims, however deep."""
    match value:
        case str():
            return frozenset(places(value))
        case list():
            return frozenset(name for member in value for name in claim_places(member))
        case Mapping():
            return frozenset(name for member in value.values() for name in claim_places(member))
    return frozenset()


def filled_claims(claims: Mapping[str, Json], values: Mapping[str, str]) -> JsonObject:
    """The claims with their place holders filled in; one that needs a value which is not there is left out."""
    found: JsonObject = {}
    for name, value in claims.items():
        if isinstance(value, dict):
            if inner := filled_claims(value, values):
                found[name] = inner
        elif all(values.get(place) for place in claim_places(value)):
            found[name] = fill(value, values) if isinstance(value, str) else value
    return found


def known_places(questions: tuple[Question, ...]) -> frozenset[str]:
    """What may stand in a template of a recipe with these questions."""
    return frozenset({*NAME_PLACES, *(question.id for question in questions)})
