"""Answers survive a file: what was written is read back, and what somebody wrote wrongly is told with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.errors import UsageError
from jfconsole.domain.forms import Answer, Answers, FieldKind, Form, FormField
from jfconsole.domain.secret import Secret
from jfconsole.wizards.answers import BrokenAnswers, read_answers, write_answers
from jfconsole.wizards.engine import WizardStep
from jfconsole.wizards.onboarding_forms import pages
from tests.unit.wizards.written_recipes import BUILT_IN, consumer

RECIPES = {file.removesuffix(".toml"): consumer(text, file) for file, text in BUILT_IN.items()}


FIELDS = (
    FormField(
        id="name", label="Name", help="A name.", required=True, check=lambda text: "no x" if "x" in text else None
    ),
    FormField(id="on", label="On", help="A flag.", kind=FieldKind.FLAG, default=True),
    FormField(id="one", label="One", help="A choice.", kind=FieldKind.CHOICE, choices=("a", "b, c"), default="a"),
    FormField(id="some", label="Some", help="Choices.", kind=FieldKind.SOME, choices=("a", "b"), default=()),
    FormField(id="names", label="Names", help="Names.", kind=FieldKind.NAMES, source="groups", default=()),
    FormField(id="password", label="Password", help="Secret.", kind=FieldKind.SECRET, required=True),
    FormField(id="fixed", label="Fixed", help="Not to be changed.", fixed=True, default="as it is"),
    FormField(id="extra", label="Extra", help="Only when on.", when=lambda answers: answers.get("on") is True),
)


def _steps(_: Answers) -> Sequence[WizardStep]:
    return (
        WizardStep("first", "First", Form(title="First", fields=FIELDS)),
        WizardStep(
            "second", "Second", Form(title="Second", fields=(FormField(id="last", label="Last", help="Last."),))
        ),
    )


WRITTEN = """\
# jfconsole wizard run test --answers FILE
recipe = "test"

[first]
# Name: A name.
name = "acme"
# On: A flag.
on = true
# One: A choice.
# Possible: "a", "b, c"
one = "b, c"
# Some: Choices.
# Possible: "a", "b"
some = []
# Names: Names.
names = ["readers", "r&d"]
# Password: Secret.
# It is a secret, and not kept here: give it with --secret password=FILE.

# Fixed: Not to be changed.
# fixed = "as it is"

# Extra: Only when on.
extra = ""

[second]
# Last: Last.
last = "\\"\\\\\\n\\u007f"
"""
ANSWERS: dict[str, Answer] = {
    "name": "acme",
    "on": True,
    "one": "b, c",
    "some": (),
    "names": ("readers", "r&d"),
    "fixed": "as it is",
    "extra": "",
    "last": '"\\\n\x7f',
}


def _problems(text: str) -> list[str]:
    with pytest.raises(BrokenAnswers) as caught:
        read_answers(text, "a.toml", "test", _steps)
    return [str(problem) for problem in caught.value.problems]


def test_a_file_explains_itself() -> None:
    written = write_answers("test", _steps, {**ANSWERS, "password": Secret("hunter2")})
    assert written.replace("\n\n", "\n") == WRITTEN.replace("\n\n", "\n")
    assert read_answers(written, "a.toml", "test", _steps) == ANSWERS


def test_a_secret_is_never_written_whatever_it_answers() -> None:
    written = write_answers(
        "test", _steps, {"name": Secret("hunter2"), "password": "hunter2", "last": Secret("hunter2")}
    )
    assert "hunter2" not in written


def test_what_is_not_asked_is_not_written() -> None:
    written = write_answers("test", _steps, {**ANSWERS, "on": False, "extra": "something"})
    assert "extra" not in tomllib.loads(written)["first"]


def test_what_is_left_out_is_as_proposed() -> None:
    found = read_answers('recipe = "test"\n[first]\nname = "acme"\n', "a.toml", "test", _steps)
    assert found == {**ANSWERS, "one": "a", "names": (), "last": ""}


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ('recipe = "test"', 'recipe = "other"', "recipe", "these are answers for 'other', not for 'test'"),
        ("[second]", "[secnd]", "secnd", "there is no such page; did you mean second?"),
        ("name = ", "nmae = ", "[first] nmae", "there is no such question; did you mean name?"),
        ('name = "acme"', "name = 3", "[first] name", "this must be a text in quotes"),
        ('name = "acme"', 'name = "ax"', "[first] name", "no x"),
        ('name = "acme"', 'name = ""', "[first] name", "Name is needed"),
        ('name = "acme"', 'name = "acme"\nlast = "x"', "[first] last", "this belongs into [second]"),
        ("on = true", 'on = "yes"', "[first] on", "this must be true or false"),
        ("on = true", "on = false", "[first] extra", "this is not asked, given the other answers; leave it out"),
        ('one = "b, c"', 'one = "d"', "[first] one", "'d' cannot be chosen; there are a, b, c"),
        ("some = []", 'some = ["a", "aa"]', "[first] some", "'aa' cannot be chosen; did you mean a?"),
        ("some = []", 'some = "a"', "[first] some", "this must be a list of texts in brackets"),
        ('"r&d"]', "7]", "[first] names", "this must be a list of texts in brackets"),
        ("# Fixed:", 'password = "hunter2"\n#', "[first] password", "secrets do not belong into a file"),
        ("# fixed = ", "fixed = 'not' #", "[first] fixed", "this cannot be chosen; leave it out"),
        ('last = "', "last = x", "", "this is no TOML: invalid value"),
    ],
)
def test_one_mistake(old: str, new: str, where: str, sentence: str) -> None:
    text = WRITTEN.replace(old, new, 1)
    key = where.rsplit(" ")[-1] or "last"
    number = next(n for n, line in enumerate(text.splitlines(), 1) if line.lstrip("[").startswith(key))
    place = f"{where}: " if where else ""
    assert any(found.startswith(f"a.toml:{number}: {place}{sentence}") for found in _problems(text)), _problems(text)


def test_a_file_without_a_recipe_or_pages() -> None:
    assert _problems("first = 1\n") == [
        "a.toml:1: first: this must be a table: write [first] on a line of its own",
        'a.toml:1: recipe: it is missing: write recipe = "test" at the top',
    ]


def test_several_mistakes_are_told_at_once_and_cleaned() -> None:
    text = WRITTEN.replace("on = true", "on = 1").replace('last = "', 'zzz = 1\n"\\u001b[31m" = "')
    with pytest.raises(BrokenAnswers) as caught:
        read_answers(text, "a.toml", "test", _steps)
    assert len(caught.value.problems) == 3
    assert "\x1b" not in caught.value.message


def test_a_text_that_no_file_can_hold() -> None:
    with pytest.raises(UsageError, match="no text that a file can hold"):
        write_answers("test", _steps, {**ANSWERS, "last": "\udcff"})


def test_later_defaults_follow_from_what_the_file_says() -> None:
    text = """\
recipe = "ox-security"
[account]
account = "ox-eu"
[access]
repositories = ["libs"]
[user]
email = "a@b.c"
"""
    found = read_answers(text, "a.toml", "ox-security", lambda answers: pages(RECIPES["ox-security"], answers))
    assert found["group"] == "ox-eu"
    assert found["user"] == "ox-eu"
    assert found["repositories"] == ("libs",)


@pytest.mark.parametrize("recipe_id", RECIPES)
def test_the_answers_to_every_recipe_survive(recipe_id: str) -> None:
    recipe = RECIPES[recipe_id]
    filled: dict[str, Answer] = {"account": "acme-eu", "email": "a@b.c", "repositories": ("libs-local", "libs-remote")}
    asked = {field.id for page in pages(recipe, {}) for field in page.form.fields}
    given_answers = {name: answer for name, answer in filled.items() if name in asked}
    written = write_answers(recipe_id, lambda answers: pages(recipe, answers), given_answers)
    found = read_answers(written, "a.toml", recipe_id, lambda answers: pages(recipe, answers))
    assert given_answers.items() <= found.items()
    assert found.keys() == asked
    assert write_answers(recipe_id, lambda answers: pages(recipe, answers), found) == written


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def _forms(draw: st.DrawFn) -> tuple[list[WizardStep], dict[str, Answer]]:
    """Pages of questions of every kind, and fitting answers."""
    steps: list[WizardStep] = []
    answers: dict[str, Answer] = {}
    ids = draw(st.lists(_TEXTS.filter(bool), min_size=1, max_size=6, unique=True))
    names = draw(st.lists(_TEXTS.filter(lambda name: name != "recipe"), min_size=1, max_size=2, unique=True))
    for number, name in enumerate(names):
        fields = []
        for field_id in ids[number :: len(names)]:
            kind = draw(st.sampled_from([kind for kind in FieldKind if kind is not FieldKind.SECRET]))
            choices = tuple(draw(st.lists(_TEXTS, min_size=1, max_size=3, unique=True)))
            answers[field_id] = draw(_answers(kind, choices))
            picks = kind in (FieldKind.CHOICE, FieldKind.SOME)
            help_text = draw(_TEXTS)
            fields.append(
                FormField(id=field_id, label="L", help=help_text, kind=kind, choices=choices if picks else ())
            )
        steps.append(WizardStep(name, "Title", Form(title="Form", fields=tuple(fields))))
    return steps, answers


def _answers(kind: FieldKind, choices: tuple[str, ...]) -> st.SearchStrategy[Answer]:
    match kind:
        case FieldKind.FLAG:
            return st.booleans()
        case FieldKind.CHOICE:
            return st.sampled_from(choices)
        case FieldKind.SOME:
            return st.lists(st.sampled_from(choices), unique=True).map(tuple)
        case FieldKind.NAMES:
            return st.lists(_TEXTS, max_size=3).map(tuple)
        case _:
            return _TEXTS


@given(_forms())
def test_what_is_written_is_read_back(case: tuple[list[WizardStep], dict[str, Answer]]) -> None:
    steps, answers = case
    written = write_answers("any", lambda _: steps, answers)
    assert read_answers(written, "a.toml", "any", lambda _: steps) == answers
