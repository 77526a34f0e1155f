"""What differs between two states of an object, and how changes by two people come together.

An object is taken apart into the smallest pieces that mean something by themselves: a field, a member, a target with
its patterns, the actions of one principal. Differences are told piece by piece. Two people's changes merge when no
piece was changed by both in different ways; what both changed is a conflict that is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from jfconsole.domain.fields import JsonObject, as_names
from jfconsole.domain.permissions import ACTIONS
from jfconsole.domain.requests import Json

Place: TypeAlias = tuple[str, ...]
"""Where a piece is: field names from the outside in, ending with a name where the piece is one of many."""

_Pieces: TypeAlias = dict[Place, Json]

_SETS: Final = frozenset({"members", "groups"})
"""Lists of names whose elements are pieces by themselves."""

_WHOLE: Final = frozenset({"targets"})
"""Objects whose members are one piece each, whatever they are made of."""


@dataclass(frozen=True, slots=True)
class Change:
    """One piece that differs; None means that it is not there. `container`: it only holds other pieces."""

    place: Place
    before: Json
    after: Json
    container: bool = False

    @property
    def sign(self) -> str:
        """`+` for what is new, `-` for what is gone, `~` for what is another."""
        if self.before is None:
            return "+"
        return "-" if self.after is None else "~"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A piece that two people changed in different ways; None means that it is not there."""

    place: Place
    base: Json
    theirs: Json
    ours: Json


@dataclass(frozen=True, slots=True)
class Merge:
    """Two people's changes on one object. Where they conflict, `merged` has theirs."""

    merged: JsonObject
    conflicts: tuple[Conflict, ...]

    @property
    def clean(self) -> bool:
        """Whether there is no conflict."""
        return not self.conflicts


def changes(before: Json, after: Json) -> tuple[Change, ...]:
    """Every piece that differs, in the order of the objects; absent objects count as empty."""
    old, new = _take_apart(before), _take_apart(after)
    places = [*old, *(place for place in new if place not in old)]
    return tuple(
        Change(
            place,
            old.get(place),
            new.get(place),
            all(_is_container(side[place]) for side in (old, new) if place in side),
        )
        for place in places
        if not _same(old.get(place), new.get(place))
    )


def same(one: Json, other: Json) -> bool:
    """Whether two objects mean the same: order of names and actions, nulls and empty texts do not count."""
    return not changes(one, other)


def merge(base: Json, theirs: Json, ours: Json) -> Merge:
    """What comes of `base` when both sets of changes are applied."""
    old, left, right = _take_apart(base), _take_apart(theirs), _take_apart(ours)
    merged: _Pieces = {}
    conflicts: list[Conflict] = []
    for place in [*left, *(place for place in right if place not in left)]:
        was, is_now, wanted = old.get(place), left.get(place), right.get(place)
        keep_theirs = _same(is_now, wanted) or _same(was, wanted)
        if not keep_theirs and not _same(was, is_now):
            conflicts.append(Conflict(place, was, is_now, wanted))
            keep_theirs = True
        chosen = is_now if keep_theirs else wanted
        if chosen is not None:
            merged[place] = chosen
    conflicts += _settle_homes(merged, old, left, right)
    return Merge(_put_together(merged), tuple(conflicts))


def holds(change_from: Json, change_to: Json, current: Json) -> bool:
    """Whether everything that differs between the first two is in `current` as it is in the second.

    What a newer platform adds by itself (fields of a target, actions that we do not know) does not count against it.
    """
    pieces = _take_apart(current)
    wanted = (change for change in changes(change_from, change_to) if not change.container)
    return all(_met(change.place, pieces.get(change.place), change.after, change.before) for change in wanted)


def includes(current: Json, wanted: Json) -> bool:
    """Whether every piece that `wanted` has is in `current` alike; `current` may have more, as in `holds`."""
    pieces = _take_apart(current)
    asked = ((place, value) for place, value in _take_apart(wanted).items() if not _is_container(value))
    return all(_met(place, pieces.get(place), value, None) for place, value in asked)


def _met(place: Place, value: Json, wanted: Json, before: Json) -> bool:
    if _same(value, wanted):
        return True
    if isinstance(value, dict) and isinstance(wanted, dict):
        return all(_same(value.get(name), member) for name, member in wanted.items())
    if len(place) > 2 and place[-3] == "actions":
        given, asked = set(as_names(value) or ()), set(as_names(wanted) or ())
        added = given - asked
        return bool(asked) and asked <= given and added.isdisjoint({*ACTIONS, *(as_names(before) or ())})
    return False


def _settle_homes(merged: _Pieces, old: _Pieces, left: _Pieces, right: _Pieces) -> Iterator[Conflict]:
    """Pieces that one side put into something that the other side took away: theirs stay, ours go."""
    reported: set[Place] = set()
    for place in [*merged]:
        homes = [place[:length] for length in range(1, len(place))]
        for home in homes:
            if home in merged and _is_container(merged[home]):
                continue
            if home not in reported:
                reported.add(home)
                yield Conflict(home, old.get(home), left.get(home), right.get(home))
            if home in left and _is_container(left[home]):
                merged[home] = left[home]
            else:
                merged.pop(place, None)


def _take_apart(value: Json) -> _Pieces:
    pieces: _Pieces = {}
    if isinstance(value, dict):
        _collect((), value, pieces)
    return pieces


def _collect(place: Place, value: JsonObject, pieces: _Pieces) -> None:
    whole = bool(place) and place[-1] in _WHOLE
    for name, member in value.items():
        here = (*place, name)
        if isinstance(member, dict) and not whole:
            pieces[here] = {}
            _collect(here, member, pieces)
        elif name in _SETS and (names := as_names(member)) is not None:
            pieces[here] = []
            pieces.update({(*here, element): element for element in names})
        elif member is not None and member != "":
            pieces[here] = member


def _put_together(pieces: Mapping[Place, Json]) -> JsonObject:
    """The object of these pieces; an outer one is made before what it holds."""
    top: JsonObject = {}
    for place in sorted(pieces, key=len):
        value = pieces[place]
        home = _home(top, place[:-1])
        if isinstance(home, list):
            home.append(value)
        elif isinstance(home, dict):
            home[place[-1]] = _copy(value)
    return top


def _home(top: JsonObject, place: Iterable[str]) -> Json:
    home: Json = top
    for name in place:
        home = home[name] if isinstance(home, dict) else None
    return home


def _copy(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _copy(member) for name, member in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _is_container(value: Json) -> bool:
    return value in ({}, [])


def _same(one: Json, other: Json) -> bool:
    return one is other or _comparable(one) == _comparable(other)


def _comparable(value: Json) -> object:
    """Equal for values that mean the same. A flag is no number: 1 and true are different."""
    if isinstance(value, dict):
        return {name: _comparable(member) for name, member in value.items() if member not in (None, "")}
    if isinstance(value, list):
        names = as_names(value)
        return [_comparable(item) for item in value] if names is None else sorted(set(names))
    return (type(value).__name__, value)
