"""Lengths of time as people write them (`7d`, `1h30m`) and points in time as people read them (`in 61 d`).

Lengths are whole seconds, points in time are epoch seconds.
"""

from __future__ import annotations

import re
from typing import Final

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
WEEK: Final = 7 * DAY
YEAR: Final = 365 * DAY

_UNITS: Final = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY, "w": WEEK, "y": YEAR}
_WRITTEN: Final = (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", 1))
_PARTS: Final = re.compile(r"(?:[0-9]{1,9}[smhdwy])+")
_PART: Final = re.compile(r"([0-9]+)([smhdwy])")


def parse_duration(text: str) -> int:
    """Seconds in `30s`, `30m`, `12h`, `7d`, `2w`, `1y` (365 days) or a chain such as `1d12h`.

    Raises ValueError with a sentence for people when the text is none of these.
    """
    wanted = text.strip().lower()
    if not _PARTS.fullmatch(wanted):
        raise ValueError(f"{text!r} is no length of time: write 30m, 12h, 7d, 2w or 1y")
    return sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(wanted))


def format_duration(seconds: int) -> str:
    """The exact length, short: `90d`, `1h30m`, `0s`. `parse_duration` reads it back.

    Raises ValueError for a negative length.
    """
    if seconds < 0:
        raise ValueError("a length of time cannot be negative")
    parts: list[str] = []
    rest = seconds
    for unit, size in _WRITTEN:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def format_relative(when: float | None, now: float) -> str:
    """A point in time as seen from `now`: `in 61 d`, `29 d ago`, `now`; `never` when there is none.

    Rounded down to one unit, so that an expiry is never told later than it is.
    """
    if when is None:
        return "never"
    distance = int(abs(when - now))
    if distance == 0:
        return "now"
    return f"in {_one_unit(distance)}" if when > now else f"{_one_unit(distance)} ago"


def _one_unit(seconds: int) -> str:
    """The length in the unit that keeps it readable and still says enough: two of a unit before the next."""
    if seconds < 2 * MINUTE:
        return f"{seconds} s"
    if seconds < 2 * HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h"
    if seconds < 2 * YEAR:
        return f"{seconds // DAY} d"
    return f"{seconds // YEAR} y"
