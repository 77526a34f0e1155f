"""The Artifactory Query Language: as much of it as finds items by where they are, how old they are and what they carry.

Help pages "AQL Entities and Fields", "Usage", "Specifying Output Fields", "Sorting" and "Relative Time Operators".
"""

import json
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from jfconsole.sandbox.errors import Message, Refusal, bad_request
from jfconsole.sandbox.item_bodies import moment

_FIND = re.compile(r"\s*items\s*\.\s*find\s*\(")
_STEP = re.compile(r"\s*\.\s*(include|limit|offset|sort)\s*\(([^()]*)\)")
_AGE = re.compile(r"(\d+)\s*([a-z]+)")
_UNITS = {
    **dict.fromkeys(("mills", "ms"), 0.001),
    **dict.fromkeys(("seconds", "s"), 1.0),
    "minutes": 60.0,
    **dict.fromkeys(("days", "d"), 86_400.0),
    **dict.fromkeys(("weeks", "w"), 604_800.0),
    **dict.fromkeys(("months", "mo"), 2_592_000.0),
    **dict.fromkeys(("years", "y"), 31_536_000.0),
}
"""Seconds in each unit. Inferred: months of 30 days, years of 365."""
_USUAL = ("repo", "path", "name", "type", "size", "created", "created_by", "modified", "modified_by", "updated")
_BUILDS = "artifact."
"""Fields of the domain of builds, of which there are none: nothing fulfils a criterion about them."""
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """An item to be searched: its own fields, those of its statistics, and its properties."""

    fields: Row
    statistics: Row
    properties: Mapping[str, Sequence[str]]

    def value(self, name: str) -> object:
        """A field, which may be of the statistics. None if the item has no such thing."""
        return self.statistics.get(name.removeprefix("stat.")) if name.startswith("stat.") else self.fields.get(name)


def _ordered(compare: Callable[..., bool]) -> Callable[[object, str], bool]:
    """`compare` for numbers as numbers, and for all else as text."""

    def holds(value: object, wanted: str) -> bool:
        if isinstance(value, int) and wanted.isdigit():
            return compare(value, int(wanted))
        return compare(str(value), wanted)

    return holds


_COMPARISONS: Mapping[str, Callable[[object, str], bool]] = {
    "$eq": lambda value, wanted: str(value) == wanted,
    "$match": lambda value, wanted: fnmatchcase(str(value), wanted.replace("[", "[[]")),
    "$gt": _ordered(operator.gt),
    "$gte": _ordered(operator.ge),
    "$lt": _ordered(operator.lt),
    "$lte": _ordered(operator.le),
}
_NEGATIONS = {"$ne": "$eq", "$nmatch": "$match"}
_RELATIVE = {"$before": "$lt", "$last": "$gt"}


@dataclass(frozen=True, slots=True)
class Query:
    """A query: criteria, what to show (nothing for the usual fields), the order, and which part of the result."""

    criteria: Mapping[str, object]
    shown: tuple[str, ...] = ()
    sorted_by: tuple[str, ...] = ()
    descending: bool = False
    limit: int | None = None
    offset: int = 0

    @classmethod
    def parse(cls, text: str) -> "Query":
        """Read `items.find({...}).include(...).sort({...}).offset(n).limit(n)`.

        Raises:
            Refusal: 400 for anything else.
        """
        start = _FIND.match(text)
        if start is None:
            raise unreadable(text)
        criteria, position = _criteria(text, start.end())
        steps: dict[str, str] = {}
        while match := _STEP.match(text, position):
            steps[match[1]], position = match[2], match.end()
        if text[position:].strip():
            raise unreadable(text)
        try:
            limit, offset = int(steps["limit"]) if "limit" in steps else None, int(steps.get("offset", "0"))
        except ValueError as error:
            raise unreadable(text) from error
        shown = (field.strip().strip('"') for field in steps.get("include", "").split(","))
        order, names = _order(steps["sort"]) if "sort" in steps else ("$asc", ())
        return cls(criteria, tuple(filter(None, shown)), names, order == "$desc", limit, offset)

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The fields of items to show: the usual ones, unless others are named."""
        named = tuple(name for name in self.shown if not _foreign(name))
        return named or _USUAL

    @property
    def folders(self) -> bool:
        """Whether the query is about folders too: items are files unless their type is asked for."""
        return '"type"' in json.dumps(self.criteria)

    def answer(self, entries: Iterable[Entry], now: float) -> list[dict[str, object]]:
        """What fulfils the criteria, in order, cut to the page and to the fields that are wanted.

        Args:
            now: epoch seconds, from which relative times count.
        """
        found = [entry for entry in entries if _holds(self.criteria, entry, now)]
        for name in reversed(self.sorted_by):
            found.sort(key=lambda entry: _rank(entry.value(name)), reverse=self.descending)
        end = None if self.limit is None else self.offset + self.limit
        return [self._cut(entry) for entry in found[self.offset : end]]

    def _cut(self, entry: Entry) -> dict[str, object]:
        wanted = self.own_fields
        row = {name: value for name, value in entry.fields.items() if name in wanted or "*" in wanted}
        foreign = [name for name in self.shown if _foreign(name)]
        if any(name.startswith("stat") for name in foreign):
            row |= {"stats": [dict(entry.statistics)]} if entry.statistics else {}
        names = [name.removeprefix("@") for name in foreign if name.startswith("@")]
        if names or any(name.startswith("property") for name in foreign):
            chosen = {key: values for key, values in entry.properties.items() if key in names or not names}
            pairs = [{"key": key, "value": value} for key, values in chosen.items() for value in values]
            row |= {"properties": pairs} if pairs else {}
        return row


def _foreign(name: str) -> bool:
    """Whether an output field is of another domain than items."""
    return name.startswith("@") or name.partition(".")[0] in ("property", "stat")


def _rank(value: object) -> tuple[bool, float, str]:
    """Where a value is in an order: what there is none of comes first, numbers count as numbers."""
    return value is not None, value if isinstance(value, int) else 0, str(value)


def _order(text: str) -> tuple[str, tuple[str, ...]]:
    """`{"$asc": ["name"]}`; dohq-artifactory leaves out the brackets where there is one name."""
    match = re.fullmatch(r'\s*\{\s*"(\$asc|\$desc)"\s*:\s*\[?([^\[\]]*)\]?\s*\}\s*', text)
    if match is None:
        raise unreadable(text)
    return match[1], tuple(name.strip().strip('"') for name in match[2].split(","))


def _criteria(text: str, start: int) -> tuple[Mapping[str, object], int]:
    """The criteria and the position after the parenthesis that ends them."""
    empty = re.compile(r"\s*\)").match(text, start)
    if empty:
        return {}, empty.end()
    try:
        value, end = json.JSONDecoder().raw_decode(text, len(text) - len(text[start:].lstrip()))
    except (ValueError, RecursionError) as error:
        raise unreadable(text) from error
    close = re.compile(r"\s*\)").match(text, end)
    if not isinstance(value, dict) or close is None:
        raise unreadable(text)
    return value, close.end()


def _holds(criteria: object, entry: Entry, now: float) -> bool:
    if not isinstance(criteria, dict):
        raise unreadable(str(criteria))
    return all(_one_holds(str(name), wanted, entry, now) for name, wanted in criteria.items())


def _one_holds(name: str, wanted: object, entry: Entry, now: float) -> bool:
    if name in ("$and", "$or") and isinstance(wanted, list):
        return (all if name == "$and" else any)(_holds(part, entry, now) for part in wanted)
    comparisons = wanted if isinstance(wanted, dict) else {"$eq": wanted}
    if name == "type" and comparisons == {"$eq": "any"}:
        return True
    values = _values(name, entry)
    return all(_compares(name, str(test), value, values, now) for test, value in comparisons.items())


def _values(name: str, entry: Entry) -> Sequence[object]:
    """What a criterion is about: one field, or the values of a property."""
    if name.startswith("@"):
        return entry.properties.get(name[1:], ())
    if name.startswith(_BUILDS):
        return ()
    if name not in entry.fields and not name.startswith("stat."):
        raise unreadable(name)
    value = entry.value(name)
    return () if value is None else (value,)


def _compares(name: str, test: str, value: object, values: Sequence[object], now: float) -> bool:
    """Whether any of `values` passes, or for a negation none does what it negates; null is the lack of any."""
    if test in _NEGATIONS:
        return not _compares(name, _NEGATIONS[test], value, values, now)
    if value is None and test == "$eq":
        return not values
    wanted = str(value)
    if test in _RELATIVE:
        test, wanted = _RELATIVE[test], _past(wanted, now)
    if test not in _COMPARISONS:
        raise unreadable(name)
    return any(_COMPARISONS[test](one, wanted) for one in values)


def _past(age: str, now: float) -> str:
    """The time that was `age` (such as `2w`) ago, as items carry it."""
    match = _AGE.fullmatch(age)
    if match is None or match[2] not in _UNITS:
        raise unreadable(age)
    return moment(max(0.0, now - int(match[1]) * _UNITS[match[2]]))


def unreadable(text: str) -> Refusal:
    """The refusal of what is no query."""
    return bad_request(Message.AQL_UNREADABLE.format(text=text[:200]))
