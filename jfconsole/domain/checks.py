"""Something that was looked at or tried, and how it came out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check came out, in a word that stands on the screen beside its glyph."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Check:
    """What was checked, how it came out, and what to do about it. Cleaned text."""

    what: str
    verdict: Verdict
    detail: str = ""
