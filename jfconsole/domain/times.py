"""Points in time as text, from epoch seconds. A server may send any number: what no calendar holds becomes None."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_text(when: float | None) -> str | None:
    """ISO 8601 in UTC to the second, `2027-01-21T08:14:00Z`; None for none and for what no calendar holds."""
    moment = _moment(when)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def local_text(when: float | None) -> str | None:
    """Date and time to the minute where the reader is, `2027-01-21 09:14`; None as in `utc_text`."""
    moment = _moment(when)
    try:
        return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else None
    except (OverflowError, ValueError):
        return None


def _moment(when: float | None) -> datetime | None:
    if when is None:
        return None
    try:
        return datetime.fromtimestamp(when, UTC)
    except (OverflowError, ValueError, OSError):
        return None
