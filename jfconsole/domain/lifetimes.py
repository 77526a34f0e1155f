"""How long a token lives, as a question: usual answers, and room for another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jfconsole.domain.durations import DAY, YEAR, format_duration, parse_duration
from jfconsole.domain.forms import Answers, FieldKind, FormField
from jfconsole.domain.token_requests import NEVER

EXPIRES: Final = "expires"
EXPIRES_OTHER: Final = "expires_other"
"""The ids of the two fields."""

USUAL: Final = 90 * DAY
"""Seconds: what is proposed where nothing speaks for another lifetime."""

_DEFAULT: Final = "the platform's default"
_NEVER: Final = "never"
_OTHER: Final = "other"
_PRESETS: Final[Mapping[str, int | None]] = {
    "1 day": DAY,
    "7 days": 7 * DAY,
    "30 days": 30 * DAY,
    "90 days": 90 * DAY,
    "180 days": 180 * DAY,
    "1 year": YEAR,
    _DEFAULT: None,
    _NEVER: NEVER,
}


def lifetime_fields(
    proposed: int | None = USUAL, help: str = "", *, by_default: bool = True
) -> tuple[FormField, FormField]:
    """The question in two fields. `proposed` is in seconds, `NEVER`, or None for the platform's default.

    `by_default`: whether to leave it to the platform may be chosen.
    """
    choices = [words for words, seconds in _PRESETS.items() if by_default or seconds is not None]
    chosen = next((words for words, seconds in _PRESETS.items() if seconds == proposed), _OTHER)
    return (
        FormField(
            id=EXPIRES,
            label="Expires after",
            help=help or "A token that ends by itself does no harm when it is forgotten.",
            kind=FieldKind.CHOICE,
            choices=(*choices, _OTHER),
            default=chosen,
        ),
        FormField(
            id=EXPIRES_OTHER,
            label="Lifetime",
            help="A length of time such as 12h, 45d, 2w or 1d12h.",
            required=True,
            default=format_duration(proposed) if chosen == _OTHER and proposed else "",
            check=_problem,
            when=lambda answers: answers.get(EXPIRES) == _OTHER,
        ),
    )


def lifetime_of(answers: Answers) -> int | None:
    """Seconds, `NEVER`, or None for the platform's default. Raises ValueError for a length that is none."""
    chosen = str(answers.get(EXPIRES, ""))
    return parse_duration(str(answers.get(EXPIRES_OTHER, ""))) if chosen == _OTHER else _PRESETS[chosen]


def _problem(text: str) -> str | None:
    try:
        return None if parse_duration(text) > 0 else "A lifetime of nothing is of no use"
    except ValueError as error:
        return str(error)
