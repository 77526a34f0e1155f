"""What answers of a form change, and the questions after global roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from jfconsole.domain.answers import flag
from jfconsole.domain.forms import Answer, Answers, FieldKind, Form, FormField
from jfconsole.domain.groups import ROLE_WORDS

T = TypeVar("T")

_ROLE: Final = "role-"


def differing(form: Form, answers: Answers) -> dict[str, Answer]:
    """The answers that differ from what stood there; secrets are no part of it."""
    return {
        field.id: answers[field.id]
        for field in form.fields
        if field.kind is not FieldKind.SECRET and field.id in answers and answers[field.id] != field.default
    }


def taken(answers: Answers, field: str, read: Callable[[Answers, str], T], otherwise: T | None) -> T | None:
    """What the answer to this field means; where there is none, what was before."""
    return read(answers, field) if field in answers else otherwise


def role_fields(held: Mapping[str, bool]) -> tuple[FormField, ...]:
    """A question for each global role that the platform speaks of; none where it speaks of none."""
    return tuple(
        FormField(
            id=f"{_ROLE}{role}",
            label=ROLE_WORDS.get(role, role).capitalize(),
            help=f"The global role {role}.",
            kind=FieldKind.FLAG,
            default=has,
        )
        for role, has in held.items()
    )


def with_roles(held: Mapping[str, bool], answers: Answers) -> dict[str, bool]:
    """The roles with what the answers say of them."""
    return {role: flag(answers, f"{_ROLE}{role}") if f"{_ROLE}{role}" in answers else has for role, has in held.items()}


def chosen_roles(answers: Answers) -> dict[str, bool]:
    """The roles that something new shall have; the others are left to the platform, as one may bring another."""
    asked = [field for field in answers if field.startswith(_ROLE)]
    return {field.removeprefix(_ROLE): True for field in asked if flag(answers, field)}
