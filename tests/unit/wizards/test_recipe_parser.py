"""Recipes are read whole or refused with everything that is wrong in them, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.permissions import ANY_LOCAL, ANY_REMOTE
from jfconsole.domain.repositories import RepositoryKind
from jfconsole.domain.token_requests import NEVER
from jfconsole.wizards.recipe import Flavour, Password, Topic, audience_of
from jfconsole.wizards.recipe_parser import BrokenRecipe, parse_recipe
from tests.unit.wizards.written_recipes import ALL, FULL, consumer

_ENTRY = re.compile(r"(?P<key>[a-z_]+) = (?P<value>.*)")


def _problems(text: str, file: str = "full.toml") -> list[str]:
    with pytest.raises(BrokenRecipe) as caught:
        parse_recipe(text, file)
    return [str(problem) for problem in caught.value.problems]


def test_everything_that_a_recipe_can_say() -> None:
    recipe = consumer(FULL, "full.toml")
    assert recipe.group
    assert recipe.permission
    assert recipe.repositories
    assert recipe.user
    assert recipe.group.name == "{account}"
    assert recipe.permission.actions == ("READ", "ANNOTATE")
    assert recipe.repositories.kinds == (RepositoryKind.LOCAL, RepositoryKind.REMOTE)
    assert recipe.repositories.catch_alls == (ANY_LOCAL, ANY_REMOTE)
    assert recipe.user.password is Password.GENERATED
    assert recipe.token.flavours == (Flavour.USER, Flavour.GROUPS, Flavour.SCOPES)
    assert recipe.token.expires_in == 30 * 86_400
    assert audience_of(recipe.token.services) == "jfrt@* jfxr@*"
    values = {wish.about: wish.value for wish in recipe.wishes}
    assert values[Topic.EXPIRES_IN] == NEVER
    assert values[Topic.ACTIONS] == ("READ", "MANAGE")
    assert recipe.wish(Topic.REFERENCE) is None
    assert [field.repeated for field in recipe.card] == [False, True, False]


def test_every_service_can_be_wished_for() -> None:
    assert audience_of(("all",)) == "*@*"


def test_what_is_left_out_is_the_least() -> None:
    small = """\
id = "small"
title = "Small"
summary = "Nothing but what is needed."
source = "Nobody's page"
url_form = "platform"
probes = ["ping"]
[group]
[permission]
[repositories]
kinds = ["local"]
[user]
[token]
flavours = ["user"]
services = ["artifactory"]
[[card]]
label = "URL"
value = "{platform_url} {token}"
"""
    recipe = consumer(small, "small.toml")
    assert recipe.user
    assert recipe.permission
    assert recipe.permission.actions == ("READ",)
    assert recipe.user.password is Password.NONE
    assert not recipe.user.profile_updatable
    assert recipe.user.only_this_group
    assert recipe.token.expires_in == 90 * 86_400
    assert not recipe.token.refreshable
    assert recipe.account == "small"


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ('id = "full"', 'id = "Full"', "id", "must be of lower-case letters and digits"),
        ('id = "full"', 'id = "other"', "id", "the file of this recipe must be called other.toml"),
        ('title = "Full"', 'title = " "', "title", "it is empty"),
        ('title = "Full"', "title = 7", "title", "this must be a text in quotes, and is a number"),
        ('"Two."', "2026-11-22", "warnings 2", "this must be a text in quotes, and is a date or time"),
        ('"Two."', '"One.", ""', "warnings 2", "'One.' is there twice"),
        ('"Two."', '""', "warnings 2", "it is empty"),
        ('["ping"', '["pong", "ping"', "probes 1", "did you mean ping?"),
        ('name = "{account}-read', 'name = "{reicpe}', "[permission] name", "{reicpe} is no place holder here"),
        ('["ANNOTATE", "READ"]', '["READ", "EXECUTE"]', "[permission] actions 2", "there are READ, ANNOTATE, WRITE"),
        ('["ANNOTATE", "READ"]', '["ANNOTATE"]', "[permission] actions", "READ is missing"),
        ('["ANNOTATE", "READ"]', "[]", "[permission] actions", "the list is empty"),
        ('["ANNOTATE", "READ"]', '"READ"', "[permission] actions", "a list of texts in brackets, and is a text"),
        ('["local", "remote"]', '["distribution"]', "[repositories] kinds 1", "there are local, remote, virtual"),
        ("profile_updatable = true", "profile_updatable = 1", "[user] profile_updatable", "true or false, and is a n"),
        ('password = "generated"', 'password = "secret"', "[user] password", "'secret' is not possible here"),
        ('"30d"', '"never"', "[token] expires_in", "'never' is no length of time"),
        ('"30d"', '"0s"', "[token] expires_in", "it must be longer than nothing"),
        ('["user", "groups", "scopes"]', '["admin", "user", "scopes"]', "[token] flavours", "is never proposed"),
        ('["user", "groups", "scopes"]', '["user"]', "[token] scopes", "go together"),
        ('scopes = ["system:metrics:r"]', "", "[token] flavours", "go together"),
        ("system:metrics:r", "applied-permissions/admin", "[token] scopes 1", 'write flavours = ["admin"]'),
        ("system:metrics:r", "metrics", "[token] scopes 1", "no scope token that the console knows"),
        ('value = "never"', 'value = "evermore"', "[[wish]] 1, value", "or never"),
        ('value = "never"', 'value = "30d"', "[[wish]] 1, value", "this is what the recipe proposes"),
        ('["MANAGE", "READ"]', '["READ", "ANNOTATE"]', "[[wish]] 2, value", "this is what the recipe proposes"),
        ('about = "user.admin"', 'about = "user.amdin"', "[[wish]] 3, about", "did you mean user.admin?"),
        ('about = "user.admin"', 'about = "token.expires_in"', "[[wish]] 3, value", "this must be a text in quotes"),
        ('password = "generated"', 'password = "none"', "[[card]] 3, value", "there is no {password}"),
    ],
)
def test_one_mistake(old: str, new: str, place: str, sentence: str) -> None:
    text = FULL.replace("{user_name}:{token}", "{password}:{token}").replace(old, new, 1)
    found = [problem for problem in _problems(text) if f": {place}: " in problem]
    assert [problem for problem in found if sentence in problem], _problems(text)


@pytest.mark.parametrize(
    ("gone", "places"),
    [
        ("group", ["permission", "[token] flavours"]),
        ("permission", ["repositories"]),
        ("repositories", ["permission", "[[card]] 2, value", "probes 2"]),
        ("user", ["[token] flavours", "[[wish]] 3, about"]),
        ("token", ["token"]),
    ],
)
def test_a_part_that_others_need(gone: str, places: list[str]) -> None:
    text = re.sub(rf"\[{gone}\]\n(?:.+\n)+", "", FULL)
    found = {problem.split(": ")[1] for problem in _problems(text)}
    assert found >= {*places}


def test_a_card_that_lets_nobody_in() -> None:
    text = FULL.replace("{user_name}:{token}", "{user_name}").replace("{docker_api_url}", "{repository}")
    assert _problems(text) == [
        "full.toml:7: url_form: no line of the card holds {docker_api_url}",
        f"full.toml:{FULL[: FULL.index('[[card]]')].count(chr(10)) + 1}: card: "
        "no line holds {token} or {password}: the consumer could not log in",
    ]


def test_two_wishes_about_one_thing() -> None:
    text = FULL.replace('about = "user.admin"\nvalue = true', 'about = "token.expires_in"\nvalue = "1y"')
    assert [line.split(": ")[-1] for line in _problems(text)] == ["there is a wish about token.expires_in already"]


def test_a_wish_for_a_flavour_that_cannot_be_chosen() -> None:
    text = FULL.replace('about = "user.admin"\nvalue = true', 'about = "token.flavour"\nvalue = "admin"')
    assert "it cannot be chosen: [token] flavours does not have admin" in _problems(text)[0]


def test_tables_that_are_none() -> None:
    found = _problems("group = 1\nwish = 2\ncard = [3]\ntoken = []\n")
    assert "full.toml:1: group: this must be a table: write [group] on a line of its own, and is a number" in found
    assert any("2: wish: this must be tables: write [[wish]]" in problem for problem in found)
    assert any("3: card: this must be tables: write [[card]]" in problem for problem in found)
    assert any("4: token: this must be a table" in problem for problem in found)


def test_no_toml_at_all() -> None:
    assert _problems("id = \n") == ["full.toml:1: this is no TOML: invalid value"]


def _entries() -> Iterator[tuple[str, int]]:
    """Every line with a key in every recipe: file and number."""
    for file, text in ALL.items():
        for number, line in enumerate(text.splitlines(), 1):
            if _ENTRY.fullmatch(line):
                yield file, number


ENTRIES = list(_entries())


def _changed(file: str, number: int, change: str) -> str:
    """A recipe with one line replaced; a value that goes on in other lines stays with its key."""
    lines = ALL[file].splitlines()
    found = _ENTRY.fullmatch(lines[number - 1])
    assert found
    key, value = found["key"], found["value"]
    lines[number - 1] = {"misspelt": f"{key}_ = {value}", "of another type": f"{key} = {{ x = 1 }}"}[change]
    if change == "of another type" and value == "[":
        del lines[number : lines.index("]", number) + 1]
    if change == "of another type" and value == "'''":
        del lines[number : lines.index("'''", number) + 1]
    return "\n".join(lines)


@pytest.mark.parametrize("change", ["misspelt", "of another type"])
@given(entry=st.sampled_from(ENTRIES))
def test_one_wrong_line_is_named(change: str, entry: tuple[str, int]) -> None:
    file, number = entry
    with pytest.raises(BrokenRecipe) as caught:
        parse_recipe(_changed(file, number, change), file)
    assert number in {problem.line for problem in caught.value.problems}
    assert {problem.file for problem in caught.value.problems} == {file}


def test_misspelt_keys_are_told_with_the_right_one() -> None:
    for file, number in ENTRIES:
        key = ALL[file].splitlines()[number - 1].split(" = ")[0]
        text = _changed(file, number, "misspelt")
        problems = "\n".join(map(str, _broken(text, file)))
        assert re.search(rf"{key}_: there is no such (?:key|claim); did you mean {key}\?", problems), problems


def _broken(text: str, file: str) -> tuple[object, ...]:
    with pytest.raises(BrokenRecipe) as caught:
        parse_recipe(text, file)
    return caught.value.problems


def test_several_mistakes_are_told_at_once() -> None:
    text = FULL.replace('"30d"', '"x"').replace('"ping"', '"pong"').replace("[group]", "[gruop]")
    assert len(_problems(text)) == 3
