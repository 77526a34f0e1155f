"""The life of a transit key as lines: when each version was published, signs, retires and leaves the JWKS.

A line is drawn in characters that every terminal has, and says the same in words: colour adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.durations import format_relative
from jfconsole.domain.issuer_state import KeyRecord
from jfconsole.domain.times import local_text
from jfconsole.domain.transit_keys import KeyState, KeyVersion

_PUBLISHED: Final = "-"
_SIGNING: Final = "="
_RETIRING: Final = "~"
_NOW: Final = "|"
_NOTHING: Final = "."

LEGEND: Final = "- published  = signs  ~ still verifies  . not there  | now"

_LEAST: Final = 3600
"""Seconds that the drawing covers at least: all versions of a new key lie at one moment."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version: its bar, and its times in words. `bar` has the width that was asked for."""

    version: int
    kid: str
    state: KeyState
    bar: str
    words: str


def timeline(record: KeyRecord, now: float, width: int) -> tuple[VersionLine, ...]:
    """The versions, newest first. Of those that are destroyed for long only the words are left."""
    start, end = _span(record, now)
    return tuple(
        VersionLine(
            version=version.version,
            kid=version.kid,
            state=_state(version, now),
            bar=_bar(version, now, start, end, width),
            words="; ".join(_words(version, record, now)),
        )
        for version in reversed(record.versions)
    )


def _state(version: KeyVersion, now: float) -> KeyState:
    """A retiring version leaves by itself, before anybody writes that down."""
    return version.state if version.is_published(int(now)) else KeyState.DESTROYED


def _span(record: KeyRecord, now: float) -> tuple[float, float]:
    """From the first moment that matters to somewhat after the last one that is known."""
    there = [version for version in record.versions if version.is_published(int(now))]
    starts = [float(version.published) for version in there]
    ends = [float(version.expires) for version in there if version.expires is not None]
    if (due := record.due()) is not None:
        ends.append(float(due))
    start, end = min(starts, default=now), max([now, *ends])
    spare = max(end - start, _LEAST) / 10
    return start, end + spare


def _bar(version: KeyVersion, now: float, start: float, end: float, width: int) -> str:
    cells = [_cell(version, start + (end - start) * (column + 0.5) / width, end) for column in range(width)]
    cells[min(width - 1, max(0, int((now - start) / (end - start) * width)))] = _NOW
    return "".join(cells)


def _cell(version: KeyVersion, at: float, end: float) -> str:
    until = version.destroyed or version.expires or end
    if at < version.published or at > until:
        return _NOTHING
    if version.activated is None or at < version.activated:
        return _PUBLISHED
    return _RETIRING if version.retired is not None and at >= version.retired else _SIGNING


def _words(version: KeyVersion, record: KeyRecord, now: float) -> Iterator[str]:
    yield f"published {_moment(version.published, now)}"
    match _state(version, now):
        case KeyState.NEXT:
            due = record.due()
            yield "signs after the next rotation" + (f", due {format_relative(due, now)}" if due is not None else "")
        case KeyState.ACTIVE:
            yield f"signs since {_moment(version.activated or version.created, now)}"
        case KeyState.RETIRING:
            yield f"retired {_moment(version.retired, now)}"
            yield f"leaves the JWKS {_moment(version.expires, now)}"
        case KeyState.DESTROYED:
            yield f"left the JWKS {_moment(version.destroyed or version.expires, now)}"


def _moment(when: int | None, now: float) -> str:
    return "at an unknown time" if when is None else f"{local_text(when)} ({format_relative(when, now)})"
