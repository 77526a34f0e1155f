"""Differences told to a person: one line for each piece, long runs of like lines as one.

Every text here is cleaned and can be shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from jfconsole.domain.certificates import certificate_fingerprint, is_certificate
from jfconsole.domain.diffs import Change, Conflict, Place, changes
from jfconsole.domain.durations import format_duration
from jfconsole.domain.fields import as_names, as_object
from jfconsole.domain.permissions import EVERY_PATH
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible

SHOWN: Final = 8
"""Lines of one sort that are shown one by one; of more, the first few are named in one line."""

NOTE: Final = "_"
"""How the name of what a plan notes for itself begins, in the object of a step: nobody is told of it."""

_LIFETIME: Final = "expires_in"
"""Where a token's lifetime stands, in seconds; one of none never ends."""

_NAMED: Final = 3
_PATTERNS: Final = {"include_patterns", "exclude_patterns"}


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One difference. `sign` is `+`, `-` or `~`; `text` says what and, for `~`, from what to what."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class _Told:
    sign: str
    sort: str
    what: str
    value: str

    @property
    def text(self) -> str:
        return f"{self.sort} {self.what}{self.value}".strip()


def diff_lines(before: Json, after: Json, covered: Mapping[str, str] | None = None) -> tuple[DiffLine, ...]:
    """What differs, line by line.

    `covered` maps targets that are named one by one to the catch-all that covers them alike: such targets, which
    some platforms add by themselves, are only counted.
    """
    told = [_told(change, covered or {}) for change in changes(before, after) if _worth_telling(change)]
    lines: list[DiffLine] = []
    for _, run in groupby(told, lambda line: (line.sign, line.sort, line.value)):
        lines += _lines(list(run))
    return tuple(lines)


def conflict_words(conflict: Conflict) -> str:
    """A conflict as a sentence: what it was, what it is now, what is wanted."""
    what = " ".join(_name(conflict.place))
    states = (_value(conflict.place, value) for value in (conflict.base, conflict.theirs, conflict.ours))
    was, now, wanted = states
    return f"{what}: it was {was} when it was read, is {now} now, and was to become {wanted}"


def conflict_summary(conflicts: Sequence[Conflict]) -> str:
    """The first few conflicts, as one text."""
    shown = "; ".join(conflict_words(conflict) for conflict in conflicts[:_NAMED])
    more = len(conflicts) - _NAMED
    return f"{shown}; and {more} more" if more > 0 else shown


def summary_words(lines: Iterable[DiffLine], limit: int = _NAMED) -> str:
    """The first few lines as one text: `+ member bob; ~ description: old → new; and 4 more`."""
    listed = [f"{line.sign} {line.text}" for line in lines]
    more = len(listed) - limit
    return "; ".join(listed[:limit]) + (f"; and {more} more" if more > 0 else "")


def _worth_telling(change: Change) -> bool:
    """Notes are for the plan alone; containers say nothing, but for a whole section that comes or goes."""
    if change.place[0].startswith(NOTE):
        return False
    return not change.container or (len(change.place) == 2 and change.place[0] == "resources")


def _told(change: Change, covered: Mapping[str, str]) -> _Told:
    sort, what = _name(change.place)
    if len(change.place) > 1 and change.place[-2] == "targets" and change.place[-1] in covered:
        return _Told(change.sign, sort, "", f" that {covered[change.place[-1]]} covers as well")
    if change.container:
        return _Told(change.sign, sort, what, "")
    old, new = (_value(change.place, value) for value in (change.before, change.after))
    if change.sign == "~":
        return _Told("~", sort, what, f": {old} → {new}")
    only = new if change.sign == "+" else old
    return _Told(change.sign, sort, what, "" if _says_itself(change) else f": {only}")


def _says_itself(change: Change) -> bool:
    """Whether the name of a piece is all there is to say, as with a member."""
    value = change.before if change.after is None else change.after
    return bool(change.place) and value == change.place[-1]


def _lines(run: list[_Told]) -> list[DiffLine]:
    first = run[0]
    counted = not first.what and len(run) > 1
    if len(run) <= SHOWN and not counted:
        return [DiffLine(line.sign, line.text) for line in run]
    if counted:
        return [DiffLine(first.sign, f"{len(run)} {first.sort}s{first.value}")]
    named = ", ".join(line.what for line in run[:_NAMED])
    return [DiffLine(first.sign, f"{len(run)} {first.sort}s ({named} and {len(run) - _NAMED} more){first.value}")]


def _name(place: Place) -> tuple[str, str]:
    """What sort of piece it is, and its name: `artifact: group`, `readers`."""
    prefix = ""
    if place[0] == "resources" and len(place) > 1:
        if len(place) == 2:
            return "section", visible(place[1])
        prefix, place = f"{visible(place[1])}: ", place[2:]
    match place:
        case ("actions", "users" | "groups" as kind, name):
            return f"{prefix}{kind[:-1]}", visible(name)
        case ("targets" | "members" | "groups" as kind, name):
            return f"{prefix}{kind[:-1]}", visible(name)
        case _:
            return prefix.strip(), " / ".join(map(_spaced, place))


def _spaced(name: str) -> str:
    return visible(name).replace("_", " ")


def _value(place: Place, value: Json) -> str:
    if value is None:
        return "not there"
    if len(place) > 1 and place[-2] == "targets":
        return target_words(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and place and place[-1] == _LIFETIME:
        return format_duration(value) if value > 0 else "never"
    if isinstance(value, list):
        return ("; " if as_names(value) is None else ", ").join(_value((), part) for part in value) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{_spaced(name)} {_value((name,), part)}" for name, part in value.items()) or "there"
    return _text(str(value))


def _text(text: str) -> str:
    return f"a certificate, SHA-256 {certificate_fingerprint(text)}" if is_certificate(text) else visible(text)


def target_words(target: Json) -> str:
    """Where a target's patterns reach: `everywhere`, `org/** without org/secret/**`."""
    held = as_object(target)
    include = as_names(held.get("include_patterns")) or ()
    exclude = as_names(held.get("exclude_patterns")) or ()
    reach = "everywhere" if EVERY_PATH in include or not include else ", ".join(map(visible, include))
    without = f" without {', '.join(map(visible, exclude))}" if exclude else ""
    more = sorted(name for name in held if name not in _PATTERNS)
    return reach + without + (f" (and {', '.join(map(visible, more))})" if more else "")
