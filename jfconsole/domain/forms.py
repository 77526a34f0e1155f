"""Forms as data: what is asked, in which words, with which default, and what an answer must look like.

The console draws them, a headless run reads the answers from a file; both check them here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from jfconsole.domain.secret import Secret


class FieldKind(StrEnum):
    """What kind of answer a field takes."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105  # the name of a kind, no secret
    FLAG = "flag"
    CHOICE = "choice"
    SOME = "some"
    """Any of `choices`, or none."""
    NAMES = "names"
    """Names of existing things, picked from a list; `source` says of what."""
    NAME = "name"
    """One name, typed or picked from what `source` lists; it need not exist. `several`: with commas between them."""


Answer: TypeAlias = str | bool | tuple[str, ...] | Secret
Answers: TypeAlias = Mapping[str, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One question. `label` is one or two words, `help` a sentence that explains it.

    `check` returns what is wrong with a text, as a sentence, or None. `fixed` shows the answer and lets nobody
    change it (the name of something that exists). `when` says for which other answers it is asked at all; None
    means always.
    """

    id: str
    label: str
    help: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    default: Answer = ""
    choices: tuple[str, ...] = ()
    source: str = ""
    several: bool = False
    check: Callable[[str], str | None] | None = None
    fixed: bool = False
    when: Callable[[Answers], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Questions in order. `check` looks at all answers together and returns problems by field id.

    `preview` tells what the answers come to, in sentences; it is asked after every change and must be quick.
    `onward` stands on the button: what comes next.
    """

    title: str
    fields: tuple[FormField, ...]
    check: Callable[[Answers], Mapping[str, str]] | None = field(default=None)
    preview: Callable[[Answers], Sequence[str]] | None = field(default=None)
    onward: str = "Review"

    def defaults(self) -> dict[str, Answer]:
        """The answers when nothing is typed."""
        return {field.id: field.default for field in self.fields}


def asked(form: Form, answers: Answers) -> tuple[FormField, ...]:
    """The questions that are asked, given the answers so far."""
    return tuple(field for field in form.fields if field.when is None or field.when(answers))


def problems(form: Form, answers: Answers) -> dict[str, str]:
    """What is wrong, as a sentence by field id; empty when the form can be used. What is not asked cannot be wrong."""
    wanted = asked(form, answers)
    found = {field.id: problem for field in wanted if (problem := _problem(field, answers.get(field.id)))}
    if not found and form.check is not None:
        found.update(form.check(answers))
    return found


def changed(form: Form, answers: Answers) -> bool:
    """Whether anything differs from the defaults."""
    return any(differs(answers.get(field.id, field.default), field.default) for field in form.fields)


def differs(answer: Answer, other: Answer) -> bool:
    """Whether these are two different answers; a secret that is not given is like a text that is not."""
    if isinstance(answer, Secret) and isinstance(other, Secret):
        return not answer.matches(other)
    if isinstance(answer, Secret) or isinstance(other, Secret):
        return bool(answer) or bool(other)
    return answer != other


def _problem(field: FormField, answer: Answer | None) -> str | None:
    if field.required and (answer is None or (not isinstance(answer, bool) and not answer)):
        return f"{field.label} is needed"
    if field.check is not None and isinstance(answer, str) and answer:
        return field.check(answer)
    return None
