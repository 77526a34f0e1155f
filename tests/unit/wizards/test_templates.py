"""Templates have place holders from a closed set, and values cannot become place holders."""

from __future__ import annotations

import pytest

from jfconsole.wizards.templates import CARD_PLACES, NAME_PLACES, SECRET_PLACES, fill, places, template_problem


def test_a_template_is_filled_once() -> None:
    assert places("{account}-{recipe}") == ("account", "recipe")
    assert fill("{account}-{recipe}", {"account": "{recipe}", "recipe": "{x}"}) == "{recipe}-{x}"


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{acount}", "{acount} is no place holder here; did you mean account?"),
        ("{zzz}", "{zzz} is no place holder here; there are account, recipe"),
        ("{}", "{} is no place holder here; there are account, recipe"),
        ("{account", "a brace stands alone in '{account'"),
        ("{{account}}", "a brace stands alone in '{{account}}'"),
        ("}{", "a brace stands alone in '}{'"),
    ],
)
def test_what_is_no_template(template: str, sentence: str) -> None:
    assert template_problem(template, NAME_PLACES) == sentence


@pytest.mark.parametrize("template", ["", "plain", "{account}", "a{recipe}b{account}"])
def test_what_is_a_template(template: str) -> None:
    assert template_problem(template, NAME_PLACES) is None


def test_no_secret_may_stand_in_a_name() -> None:
    assert SECRET_PLACES.keys() <= CARD_PLACES.keys()
    assert SECRET_PLACES.keys().isdisjoint(NAME_PLACES)
