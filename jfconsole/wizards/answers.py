"""A wizard's answers as a file: written with the help of every question, read back against the questions.

A table stands for a page, a key for a question. Secrets are never written, and refused when they are there.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from jfconsole.domain.errors import UsageError
from jfconsole.domain.forms import Answer, Answers, FieldKind, FormField, asked, problems
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.toml_source import Malformed, Path, Problem, TomlSource
from jfconsole.wizards.engine import WizardStep
from jfconsole.wizards.templates import advice

RECIPE: Final = "recipe"
"""The key at the top that says whose answers these are."""

Steps: TypeAlias = Callable[[Answers], Sequence[WizardStep]]
"""The pages of a wizard for the answers so far: `Wizard.steps`."""

_WIDTH: Final = 100
_ROUNDS: Final = 10
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_LISTS: Final = frozenset({FieldKind.NAMES, FieldKind.SOME})


class BrokenAnswers(UsageError):
    """A file of answers that cannot be used; `problems` are all that is wrong, in the order of their lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(visible(str(problem)) for problem in self.problems), "Correct the file")


def write_answers(recipe_id: str, steps: Steps, answers: Answers) -> str:
    """The answers to every question that is asked, in order, as TOML.

    What was not answered stands there with its default; a secret is left out. Raises UsageError for a text that no
    file can hold.
    """
    blocks = [f"# jfconsole wizard run {recipe_id} --answers FILE\n{RECIPE} = {_text(recipe_id)}\n"]
    for step in steps(answers):
        entries = [_entry(field, answers.get(field.id, field.default)) for field in asked(step.form, answers)]
        if entries:
            blocks.append(f"[{_key(step.id)}]\n" + "\n".join(entries))
    return "\n".join(blocks)


def read_answers(text: str, file: str, recipe_id: str, steps: Steps) -> dict[str, Answer]:
    """The answers in a file, with defaults for what it leaves out. Nothing is checked against the platform.

    Raises BrokenAnswers when the file is not one for this recipe, or an answer cannot be used.
    """
    try:
        source = TomlSource(text, file)
    except Malformed as error:
        raise BrokenAnswers([error.problem]) from None
    reading = _Reading(source, steps)
    wrong = [*_recipe_problems(source, recipe_id), *reading.shape_problems()]
    if wrong or (wrong := [*reading.answer_problems()]):
        raise BrokenAnswers(wrong)
    return reading.answers


class _Reading:
    """One file against the questions, which depend on the answers: both are settled in a few rounds."""

    def __init__(self, source: TomlSource, steps: Steps) -> None:
        self._source = source
        given = _given(source.values)
        self.answers: dict[str, Answer] = {}
        self._pages: Sequence[WizardStep] = ()
        for _ in range(_ROUNDS):
            pages = steps(self.answers)
            answers = {field.id: _answer(field, given) for page in pages for field in page.form.fields if _kept(field)}
            settled = answers == self.answers
            self._pages, self.answers = pages, answers
            if settled:
                break

    def shape_problems(self) -> Iterator[Problem]:
        """What is no answer to any question, or one of another type."""
        pages = {page.id: page for page in self._pages}
        for name, table in self._source.values.items():
            if name == RECIPE:
                continue
            if name not in pages:
                yield self._problem((name,), f"there is no such page; {advice(name, [*pages])}")
            elif not isinstance(table, dict):
                yield self._problem((name,), f"this must be a table: write [{name}] on a line of its own")
            else:
                yield from self._table_problems(pages[name], table)

    def answer_problems(self) -> Iterator[Problem]:
        """What the questions themselves have against the answers."""
        for page in self._pages:
            secrets = {field.id for field in page.form.fields if not _kept(field)}
            for field_id, sentence in problems(page.form, self.answers).items():
                if field_id not in secrets:
                    yield self._problem((page.id, field_id), sentence)

    def _table_problems(self, page: WizardStep, table: Mapping[str, object]) -> Iterator[Problem]:
        fields = {field.id: field for field in page.form.fields}
        wanted = {field.id for field in asked(page.form, self.answers)}
        for key, value in table.items():
            place = (page.id, key)
            if key not in fields:
                yield self._problem(place, self._stray(key, [*fields]))
            elif wrong := _type_problem(fields[key], value):
                yield self._problem(place, wrong)
            elif key not in wanted:
                yield self._problem(place, "this is not asked, given the other answers; leave it out")

    def _stray(self, key: str, known: Sequence[str]) -> str:
        for page in self._pages:
            if key in {field.id for field in page.form.fields}:
                return f"this belongs into [{page.id}]"
        return f"there is no such question; {advice(key, known)}"

    def _problem(self, path: Path, sentence: str) -> Problem:
        return self._source.problem(path, sentence)


def _given(values: Mapping[str, object]) -> dict[str, object]:
    """Every key of every table; where two tables have the same, one of them is told to be in the wrong place."""
    return {key: value for table in values.values() if isinstance(table, dict) for key, value in table.items()}


def _kept(field: FormField) -> bool:
    """Whether a file may hold the answer."""
    return field.kind is not FieldKind.SECRET and not isinstance(field.default, Secret)


def _answer(field: FormField, given: Mapping[str, object]) -> Answer:
    value = given.get(field.id)
    if value is None or _type_problem(field, value):
        return field.default
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return value if isinstance(value, bool) else str(value)


def _recipe_problems(source: TomlSource, recipe_id: str) -> Iterator[Problem]:
    said = source.values.get(RECIPE)
    if said is None:
        yield source.problem((RECIPE,), f"it is missing: write {RECIPE} = {_text(recipe_id)} at the top")
    elif said != recipe_id:
        yield source.problem((RECIPE,), f"these are answers for {said!r}, not for {recipe_id!r}")


def _type_problem(field: FormField, value: object) -> str | None:
    """Why a value is no answer to a question, as a sentence."""
    if not _kept(field):
        return f"secrets do not belong into a file of answers; leave it out, and give --secret {field.id}=FILE"
    if field.fixed and value != _plain(field.default):
        return "this cannot be chosen; leave it out"
    if field.kind is FieldKind.FLAG:
        return None if isinstance(value, bool) else "this must be true or false"
    if field.kind in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return "this must be a list of texts in brackets"
        return _choice_problem(field, [item for item in value if isinstance(item, str)])
    if not isinstance(value, str):
        return "this must be a text in quotes"
    return _choice_problem(field, [value]) if field.kind is FieldKind.CHOICE else None


def _choice_problem(field: FormField, words: Sequence[str]) -> str | None:
    if not field.choices:
        return None
    return next(
        (f"{word!r} cannot be chosen; {advice(word, field.choices)}" for word in words if word not in field.choices),
        None,
    )


def _plain(answer: Answer) -> object:
    return [*answer] if isinstance(answer, tuple) else answer


def _entry(field: FormField, answer: Answer) -> str:
    comment = "".join(f"# {line}\n" for line in _comment(field))
    if isinstance(answer, Secret) or not _kept(field):
        return f"{comment}# It is a secret, and not kept here: give it with --secret {field.id}=FILE.\n"
    assignment = f"{_key(field.id)} = {_value(field, answer)}\n"
    return comment + (textwrap.indent(assignment, "# ") if field.fixed else assignment)


def _comment(field: FormField) -> Iterator[str]:
    yield from textwrap.wrap(visible(f"{field.label}: {field.help}"), _WIDTH - 2)
    if field.choices:
        yield from textwrap.wrap(visible("Possible: " + ", ".join(map(_text, field.choices))), _WIDTH - 2)


def _value(field: FormField, answer: str | bool | tuple[str, ...]) -> str:
    if field.kind is FieldKind.FLAG:
        return "true" if answer is True else "false"
    if field.kind in _LISTS:
        return _list(answer if isinstance(answer, tuple) else ())
    return _text(str(answer))


def _list(items: Sequence[str]) -> str:
    texts = [_text(item) for item in items]
    line = f"[{', '.join(texts)}]"
    return line if len(line) <= _WIDTH else "[\n" + "".join(f"  {text},\n" for text in texts) + "]"


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    """A string in TOML. JSON's escapes are among TOML's; one control character is left as it is by JSON."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{visible(text)} is no text that a file can hold", "Type it again") from None
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
