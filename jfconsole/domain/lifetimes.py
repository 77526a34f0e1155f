"""How long something shall live, asked in a form: a few lengths to choose from, or one that is typed."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.durations import DAY, YEAR, parse_duration
from jfconsole.domain.forms import Answers, FieldKind, FormField
from jfconsole.domain.token_requests import NEVER

FIELD: Final = "expires"
OTHER_FIELD: Final = "expires_other"

QUARTER: Final = "90 days"
OTHER: Final = "another length of time"

_LENGTHS: Final[dict[str, int | None]] = {
    "30 days": 30 * DAY,
    QUARTER: 90 * DAY,
    "1 year": YEAR,
    "as the platform's default says": None,
    "never": NEVER,
}


def lifetime_fields(default: str = QUARTER) -> tuple[FormField, FormField]:
    """The question, and the one that follows from `OTHER`."""
    return (
        FormField(
            id=FIELD,
            label="Expires after",
            help="90 days and a date to replace it are a good measure. What never expires is forgotten.",
            kind=FieldKind.CHOICE,
            choices=(*_LENGTHS, OTHER),
            default=default,
        ),
        FormField(
            id=OTHER_FIELD,
            label="Length",
            help="As 30m, 12h, 7d, 2w or 1y, also together: 1d12h.",
            required=True,
            check=_why_no_length,
            when=lambda answers: answers.get(FIELD) == OTHER,
        ),
    )


def lifetime_of(answers: Answers) -> int | None:
    """Seconds, `NEVER`, or None for the platform's default. Raises ValueError when what was typed is no length."""
    chosen = str(answers.get(FIELD, QUARTER))
    return parse_duration(str(answers.get(OTHER_FIELD, ""))) if chosen == OTHER else _LENGTHS[chosen]


def _why_no_length(text: str) -> str | None:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        return str(error)
    return None if seconds else "Nothing lives for no time at all"
