"""What is wrong with one field of an object that somebody edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A sentence about one field. `certain`: the platform, or JFrog's own client, is known to refuse it."""

    field: str
    sentence: str
    certain: bool = True


def by_field(problems: Iterable[FieldProblem]) -> dict[str, str]:
    """The first problem of each field, for a form; those that are certain go before others."""
    ordered = sorted(problems, key=lambda problem: not problem.certain)
    return {problem.field: problem.sentence for problem in reversed(ordered)}
