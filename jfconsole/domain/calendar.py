"""Reminders for a calendar, as an iCalendar file. Source: RFC 5545.

Calendars on the way may drop alarms, so that a reminder is a stretch of days that is seen without them: from the day on
which a token should be rotated to the moment at which it expires.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from jfconsole.domain.durations import DAY, MINUTE, WEEK
from jfconsole.domain.text import visible, visible_block

_PRODUCT: Final = "-//jfconsole//reminders//EN"
_LINE_OCTETS: Final = 75
"""A longer line is folded. Source: RFC 5545, section 3.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Something to be done between `start` and `end`; points in time are epoch seconds.

    `uid` stays the same when the file is made again, so that a calendar replaces the event; `made` then tells which is
    newer. Texts may come from a server: they are cleaned when they are written.
    """

    uid: str
    title: str
    description: str
    start: float
    end: float
    made: float
    alarms: tuple[int, ...] = (0,)
    """Seconds before `end` at which the calendar speaks up; those before `start` are left out. 0 means at `start`."""


def rotation_reminder(*, what: str, description: str, expires: float, now: float, identity: Sequence[str]) -> Reminder:
    """Rotate a token in the week before it expires, or in the last quarter of a life shorter than four weeks.

    `identity` is what it is about: the platform's address, the recipe, the account. `expires` and `now` are epoch
    seconds. The calendar speaks up at the start, and a day before the end where that is later.
    """
    lead = min(WEEK, max(0, int(expires - now)) // 4)
    return Reminder(
        uid=f"{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(map(repr, identity)))}@jfconsole",
        title=what,
        description=description,
        start=expires - lead,
        end=expires,
        made=now,
        alarms=(0, DAY) if lead > DAY else (0,),
    )


def calendar_text(reminders: Iterable[Reminder]) -> str:
    """The file, with the line ends and folds that the format wants.

    Raises ValueError for a point in time that no calendar holds.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN"]
    for reminder in reminders:
        lines += _event(reminder)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(reminder: Reminder) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(reminder.uid)}"
    yield f"DTSTAMP:{_moment(reminder.made)}"
    # Grows whenever the file is made again, and stays within the 32 bits of the format.
    yield f"SEQUENCE:{int(reminder.made) // MINUTE}"
    yield f"DTSTART:{_moment(reminder.start)}"
    if reminder.end > reminder.start:
        yield f"DTEND:{_moment(reminder.end)}"
    yield f"SUMMARY:{_escaped(visible(reminder.title))}"
    yield f"DESCRIPTION:{_escaped(visible_block(reminder.description))}"
    yield "TRANSP:TRANSPARENT"
    for before_end in reminder.alarms:
        if not before_end or before_end < reminder.end - reminder.start:
            yield from _alarm(reminder, before_end)
    yield "END:VEVENT"


def _alarm(reminder: Reminder, before_end: int) -> Iterator[str]:
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER;RELATED=END:-PT{before_end}S" if before_end else "TRIGGER:PT0S"
    yield f"DESCRIPTION:{_escaped(visible(reminder.title))}"
    yield "END:VALARM"


def _moment(when: float) -> str:
    try:
        return datetime.fromtimestamp(when, UTC).strftime("%Y%m%dT%H%M%SZ")
    except (OverflowError, OSError):
        raise ValueError(f"no calendar holds {when}") from None


def _escaped(text: str) -> str:
    """Source: RFC 5545, section 3.3.11."""
    for char, escape in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(char, escape)
    return text


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, each but the first after a blank, and no character torn apart."""
    piece, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > _LINE_OCTETS:
            yield piece
            piece, size = " ", 1
        piece += char
        size += octets
    yield piece
