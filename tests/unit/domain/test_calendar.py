"""Reminders are read as they were meant, by a library that is not ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.calendar import Reminder, calendar_text, rotation_reminder
from jfconsole.domain.durations import DAY, HOUR, WEEK
from jfconsole.domain.text import visible, visible_block

NOW = 1_800_000_000
WHO = ("https://acme.jfrog.io", "ox-security", "ox-eu")


def _rotation(lifetime: int, now: int = NOW) -> Reminder:
    return rotation_reminder(
        what="Rotate the token of OX", description="Then: z", expires=now + lifetime, now=now, identity=WHO
    )


def _events(text: str) -> list[Any]:
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_file() -> None:
    assert (
        calendar_text([_rotation(90 * DAY)]).replace("\r\n", "\n")
        == f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//jfconsole//reminders//EN
CALSCALE:GREGORIAN
BEGIN:VEVENT
UID:{_rotation(90 * DAY).uid}
DTSTAMP:20270115T080000Z
SEQUENCE:30000000
DTSTART:20270408T080000Z
DTEND:20270415T080000Z
SUMMARY:Rotate the token of OX
DESCRIPTION:Then: z
TRANSP:TRANSPARENT
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:PT0S
DESCRIPTION:Rotate the token of OX
END:VALARM
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER;RELATED=END:-PT86400S
DESCRIPTION:Rotate the token of OX
END:VALARM
END:VEVENT
END:VCALENDAR
"""
    )


@pytest.mark.parametrize(
    ("lifetime", "lead", "alarms"),
    [
        (90 * DAY, WEEK, (0, DAY)),
        (28 * DAY, WEEK, (0, DAY)),
        (20 * DAY, 5 * DAY, (0, DAY)),
        (4 * DAY, DAY, (0,)),
        (4 * HOUR, HOUR, (0,)),
        (-HOUR, 0, (0,)),
    ],
)
def test_there_is_time_to_rotate(lifetime: int, lead: int, alarms: tuple[int, ...]) -> None:
    reminder = _rotation(lifetime)
    assert reminder.end == NOW + lifetime
    assert reminder.end - reminder.start == lead
    assert reminder.alarms == alarms
    (event,) = _events(calendar_text([reminder]))
    assert event.decoded("DTSTART") == _moment(NOW + lifetime - lead)
    assert ("DTEND" in event) == bool(lead)


def test_a_calendar_replaces_the_older_one() -> None:
    older, newer = _rotation(90 * DAY), _rotation(90 * DAY, now=NOW + HOUR)
    assert older.uid == newer.uid
    (first,), (second,) = _events(calendar_text([older])), _events(calendar_text([newer]))
    assert first["SEQUENCE"] < second["SEQUENCE"] < 2**31
    other = rotation_reminder(what="", description="", expires=NOW, now=NOW, identity=(*WHO[:2], "ox-us"))
    assert other.uid != older.uid


def test_alarms_speak_up_when_they_should() -> None:
    (event,) = _events(calendar_text([_rotation(90 * DAY)]))
    first, second = event.walk("VALARM")
    assert first.decoded("TRIGGER") == timedelta(0)
    assert second.decoded("TRIGGER") == -timedelta(days=1)
    assert second["TRIGGER"].params["RELATED"] == "END"


def test_an_alarm_before_the_start_is_left_out() -> None:
    reminder = Reminder(uid="u", title="t", description="", start=NOW, end=NOW + HOUR, made=NOW, alarms=(0, DAY))
    assert calendar_text([reminder]).count("BEGIN:VALARM") == 1


@pytest.mark.parametrize("when", [1e18, float("inf"), float("nan"), 253_402_300_800])
def test_a_time_that_no_calendar_holds(when: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        calendar_text([Reminder(uid="u", title="t", description="", start=when, end=when, made=NOW)])


_TEXTS = st.text(max_size=120) | st.text('ab;:,\\\n\r\t"é€😀\x1b\x00', max_size=120)


@given(st.lists(st.tuples(_TEXTS, _TEXTS), max_size=3))
def test_any_text_comes_back_cleaned(texts: list[tuple[str, str]]) -> None:
    reminders = [
        Reminder(uid=f"u{number}", title=title, description=description, start=NOW, end=NOW + DAY, made=NOW)
        for number, (title, description) in enumerate(texts)
    ]
    written = calendar_text(reminders)
    events = _events(written)
    assert [str(event["SUMMARY"]) for event in events] == [visible(title) for title, _ in texts]
    assert [str(event["DESCRIPTION"]) for event in events] == [visible_block(text) for _, text in texts]
    lines = written.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any(char in line for line in lines for char in "\r\n")
