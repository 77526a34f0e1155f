"""Reading a recipe of the kind `ci` from its tables: `[[question]]`, `[[way]]`, `[[mapping]]` and `[[snippet]]`."""

from __future__ import annotations

import re
from typing import Final

from jfconsole.domain.durations import MINUTE
from jfconsole.domain.permissions import ACTIONS_OF, ResourceType, ordered
from jfconsole.domain.provider_catalog import GENERIC, PROVIDERS, provider_named
from jfconsole.wizards.ci_recipe import (
    CiRecipe,
    Dialect,
    ExchangePart,
    MappingPart,
    Question,
    Shape,
    Snippet,
    Way,
    known_places,
)
from jfconsole.wizards.recipe import SCOPED_KINDS, SERVICES, RecipeKind, RepositoriesPart
from jfconsole.wizards.recipe_parts import id_problem, read_repositories
from jfconsole.wizards.table_reader import TableReader
from jfconsole.wizards.templates import ACCOUNT, NAME_PLACES, TEXT_PLACES

PROPOSED_LIFETIME: Final = 15 * MINUTE
"""Seconds that an exchanged token lives when the recipe does not say: as long as most jobs need it."""

_ACTIONS: Final = ACTIONS_OF[ResourceType.ARTIFACT]
_OWN_NAME: Final = f"{{{ACCOUNT}}}"
_QUESTION: Final = re.compile(r"[a-z][a-z0-9_]*")


def read_ci_recipe(table: TableReader) -> CiRecipe:
    """The recipe in the whole document; what is wrong is noted with the reader."""
    recipe_id, title = table.text("id", check=id_problem), table.text("title")
    questions = tuple(_question(part) for part in table.tables("question"))
    known = known_places(questions)
    recipe = CiRecipe(
        id=recipe_id,
        title=title,
        vendor=table.text("vendor", title),
        kind=table.choice("kind", RecipeKind),
        summary=table.text("summary"),
        source=table.text("source"),
        account=table.text("account", recipe_id, check=id_problem),
        provider=provider_named(table.word("provider", [one.id for one in PROVIDERS])) or GENERIC,
        integration=table.template("integration", NAME_PLACES, "{recipe}"),
        issuer=table.template("issuer", known),
        token_issuer=table.template("token_issuer", known, ""),
        audience=table.template("audience", known),
        audience_fixed=table.flag("audience_fixed", False),
        organization=table.template("organization", known, ""),
        azure_app_id=table.template("azure_app_id", known, ""),
        warnings=table.texts("warnings", ()),
        repositories=_repositories(table.table("repositories")),
        token=_token(table.table("token")),
        questions=questions,
        ways=tuple(_way(part, known) for part in table.tables("way")),
        mappings=tuple(_mapping(part, known) for part in table.tables("mapping") or [table.empty("mapping")]),
        snippets=tuple(_snippet(part) for part in table.tables("snippet")),
        sample=table.claims("sample", known),
    )
    table.close()
    return recipe


def _repositories(table: TableReader | None) -> RepositoriesPart:
    return RepositoriesPart(kinds=SCOPED_KINDS, package_types=()) if table is None else read_repositories(table)


def _token(table: TableReader | None) -> ExchangePart:
    if table is None:
        return ExchangePart(services=("artifactory",), expires_in=PROPOSED_LIFETIME)
    part = ExchangePart(
        services=table.words("services", SERVICES, ("artifactory",)),
        expires_in=table.duration("expires_in", PROPOSED_LIFETIME),
    )
    table.close()
    return part


def _question(table: TableReader) -> Question:
    question = Question(
        id=table.text("id", check=_question_problem),
        label=table.text("label"),
        help=table.text("help"),
        example=table.text("example"),
        shape=table.choice("shape", Shape, Shape.NAME),
        needed=table.flag("needed", True),
        wildcard=table.flag("wildcard", False),
        default=table.text("default", ""),
    )
    table.close()
    return question


def _way(table: TableReader, known: frozenset[str]) -> Way:
    way = Way(
        id=table.text("id", check=id_problem),
        title=table.text("title"),
        needs=table.words("needs", known, ()),
        claims=table.claims("claims", known),
    )
    table.close()
    return way


def _mapping(table: TableReader, known: frozenset[str]) -> MappingPart:
    part = MappingPart(
        id=table.text("id", "job", check=id_problem),
        name=table.template("name", NAME_PLACES, _OWN_NAME),
        description=table.template("description", TEXT_PLACES, "{title} ({account})"),
        group=table.template("group", NAME_PLACES, _OWN_NAME),
        permission=table.template("permission", NAME_PLACES, f"{_OWN_NAME}-read"),
        actions=ordered(table.words("actions", _ACTIONS, ("READ",))),
        claims=table.claims("claims", known, needed=False),
    )
    table.close()
    return part


def _snippet(table: TableReader) -> Snippet:
    snippet = Snippet(
        title=table.text("title"),
        file=table.text("file"),
        dialect=table.choice("dialect", Dialect),
        text=table.text("text"),
    )
    table.close()
    return snippet


def _question_problem(text: str) -> str | None:
    if text in TEXT_PLACES:
        return f"{text!r} is a place holder of its own"
    return None if _QUESTION.fullmatch(text) else f"{text!r} must be of lower-case letters, digits and _"
