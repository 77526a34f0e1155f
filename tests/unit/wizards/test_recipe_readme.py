"""The page about recipes explains every key, word and place holder that the parser knows, and none that it does not."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files

import pytest

from jfconsole.domain.durations import format_duration
from jfconsole.domain.permissions import ACTIONS_OF, ResourceType
from jfconsole.domain.provider_catalog import PROVIDERS
from jfconsole.domain.users import USER_ROLES
from jfconsole.wizards.ci_recipe import (
    SNIPPET_PLACES,
    CiRecipe,
    Dialect,
    ExchangePart,
    MappingPart,
    Question,
    Shape,
    Snippet,
    Way,
)
from jfconsole.wizards.recipe import (
    SCOPED_KINDS,
    SERVICES,
    CardField,
    Flavour,
    GroupPart,
    Password,
    PermissionPart,
    Probe,
    Recipe,
    RecipeKind,
    RepositoriesPart,
    TokenPart,
    Topic,
    UrlForm,
    UserPart,
    Wish,
)
from jfconsole.wizards.recipe_parser import parse_recipe
from jfconsole.wizards.templates import CARD_PLACES, TEXT_PLACES
from tests.unit.wizards.written_recipes import EVERY_BUILT_IN, consumer

PAGE = files("jfconsole.wizards").joinpath("recipes", "README.md").read_text(encoding="utf-8")
PARTS = {"group", "permission", "repositories", "user", "token", "wishes", "card"}
CI_PARTS = {"repositories", "token", "questions", "ways", "mappings", "snippets", "sample"}
SECTIONS: dict[str, type] = {
    "Keys at the top": Recipe,
    "`[group]`": GroupPart,
    "`[permission]`": PermissionPart,
    "`[repositories]`": RepositoriesPart,
    "`[user]`": UserPart,
    "`[token]`": TokenPart,
    "`[[wish]]`": Wish,
    "`[[card]]`": CardField,
    "Recipes of the kind `ci`": CiRecipe,
    "`[token]` of the kind `ci`": ExchangePart,
    "`[[question]]`": Question,
    "`[[way]]`": Way,
    "`[[mapping]]`": MappingPart,
    "`[[snippet]]`": Snippet,
}


def _section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """The code word that a row of a table begins with, and the rest of the row."""
    for line in text.splitlines():
        if found := re.match(r"\| `([^`]+)` \|(.*)", line):
            yield found[1], found[2]


def _words(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


@pytest.mark.parametrize("title", SECTIONS)
def test_every_key_has_a_row(title: str) -> None:
    parts = {Recipe: PARTS, CiRecipe: CI_PARTS}.get(SECTIONS[title], set())
    fields = {field.name for field in dataclasses.fields(SECTIONS[title])} - parts
    first_table = _section(title).split("\n| About |")[0]
    assert [key for key, _ in _rows(first_table)] == [
        field.name for field in dataclasses.fields(SECTIONS[title]) if field.name in fields
    ]


@pytest.mark.parametrize(
    ("title", "key", "words"),
    [
        ("Keys at the top", "url_form", UrlForm),
        ("Keys at the top", "kind", RecipeKind),
        ("`[permission]`", "actions", ACTIONS_OF[ResourceType.ARTIFACT]),
        ("`[repositories]`", "kinds", SCOPED_KINDS),
        ("`[user]`", "password", Password),
        ("`[token]`", "flavours", Flavour),
        ("`[token]`", "services", SERVICES),
        ("`[[wish]]`", "user.roles", USER_ROLES),
        ("`[[question]]`", "shape", Shape),
        ("`[[snippet]]`", "dialect", Dialect),
    ],
)
def test_every_possible_word_is_named(title: str, key: str, words: Iterable[str]) -> None:
    row = dict(_rows(_section(title)))[key]
    assert {str(word) for word in words} <= _words(row)


def test_every_provider_and_place_holder_of_a_snippet_is_named() -> None:
    assert {provider.id for provider in PROVIDERS} <= _words(_section("Recipes of the kind `ci`"))
    assert {f"«{name}»" for name in SNIPPET_PLACES} <= _words(_section("`[[snippet]]`"))


def test_what_a_mapping_and_a_token_are_proposed_is_told() -> None:
    recipe = parse_recipe(EVERY_BUILT_IN["github.toml"], "github.toml")
    assert isinstance(recipe, CiRecipe)
    told = {"`[[mapping]]`": recipe.mappings[0], "`[token]` of the kind `ci`": recipe.token}
    for title, part in told.items():
        for key, row in _rows(_section(title)):
            said = row.split("|")[0].strip()
            if said.startswith("`"):
                assert said.strip("`") == _written(getattr(part, key)), key


def test_every_topic_of_a_wish_has_a_row() -> None:
    assert [key for key, _ in _rows(_section("`[[wish]]`").split("| About |")[1])] == [*Topic]


def test_every_probe_has_a_row() -> None:
    assert [key for key, _ in _rows(_section("Probes"))] == [*Probe]


def test_every_place_holder_is_explained() -> None:
    section = _section("Place holders")
    assert {key.strip("{}") for key, _ in _rows(section)} == CARD_PLACES.keys()
    assert {f"{{{name}}}" for name in TEXT_PLACES} <= _words(section.split("\n|")[0])


def test_the_example_is_a_recipe_and_shows_what_is_proposed() -> None:
    example = PAGE.partition("```toml\n")[2].partition("```")[0]
    recipe = consumer(example, "acme-scanner.toml")
    proposed = {
        "`[group]`": recipe.group,
        "`[permission]`": recipe.permission,
        "`[user]`": recipe.user,
        "`[token]`": recipe.token,
    }
    for title, part in proposed.items():
        for key, row in _rows(_section(title)):
            said = row.split("|")[0].strip()
            if said.startswith("`"):
                assert said.strip("`") == _written(getattr(part, key)), key


def _written(value: object) -> str:
    """A value as the page writes it."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return format_duration(value)
        case tuple():
            return str(list(value)).replace("'", '"')
        case _:
            return str(value)
