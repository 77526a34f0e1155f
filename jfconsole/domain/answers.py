"""Answers of a form as what they mean: texts, names, flags, secrets."""

from __future__ import annotations

from jfconsole.domain.forms import Answers
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted


def text(answers: Answers, field: str) -> str:
    """A text, or a choice."""
    return str(answers.get(field, ""))


def untrusted(answers: Answers, field: str) -> Untrusted:
    """A text that goes to the platform."""
    return Untrusted(text(answers, field))


def flag(answers: Answers, field: str) -> bool:
    """A yes or no."""
    return answers.get(field) is True


def names(answers: Answers, field: str) -> tuple[Untrusted, ...]:
    """Names that were picked."""
    found = answers.get(field, ())
    return tuple(Untrusted(name) for name in found) if isinstance(found, tuple) else ()


def secret(answers: Answers, field: str) -> Secret:
    """What was typed without being shown; empty when the form does not ask."""
    found = answers.get(field)
    return found if isinstance(found, Secret) else Secret("")


def listed(answers: Answers, field: str) -> tuple[str, ...]:
    """The parts of a text like `READ, WRITE`."""
    return tuple(word.strip() for word in text(answers, field).split(",") if word.strip())
