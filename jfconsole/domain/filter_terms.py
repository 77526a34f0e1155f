"""What one word of a filter means: the fields that can be asked about, and the terms that ask.

A term knows how to be written (`text`) and how to be asked (`matcher`). `jfconsole.domain.filters` reads and
combines them.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Generic, Literal, TypeVar

from jfconsole.domain.durations import format_duration

Row = TypeVar("Row")

Kind = Literal["text", "choice", "flag", "number", "duration_until", "duration_since"]
"""How a field is asked about: `text` and `choice` by `name:part`, a `flag` by its bare name, a `number` by
comparison, a time ahead (`duration_until`) or behind (`duration_since`) by `expires<7d` or `created>=2026-01-31`."""

FieldValue = str | float | bool | Sequence[str] | None
"""What a getter returns. Text and choice: a string or several. Times: epoch seconds, None for never (as far away as
can be), nan for not known (no comparison holds). Number: None or nan when there is none."""

Getter = Callable[[Row], FieldValue]
Predicate = Callable[[Row], bool]
Operator = Literal["<", "<=", ">", ">=", "="]

TIME_KINDS: Final[frozenset[Kind]] = frozenset({"duration_until", "duration_since"})


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field that filters may name, with the other names it goes by and a sentence of help."""

    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    help: str = ""
    choices: tuple[str, ...] = ()


class Schema(Generic[Row]):
    """What can be asked about rows of one type.

    `haystack` returns the text that plain words search, already in lower case; it is called once per row and word,
    so it should be an attribute, not a computation.
    """

    def __init__(self, haystack: Callable[[Row], str], fields: Mapping[FieldSpec, Getter[Row]]) -> None:
        self.haystack = haystack
        self.fields: tuple[FieldSpec, ...] = tuple(fields)
        self._getters = {spec.name: getter for spec, getter in fields.items()}
        self._specs = {name.lower(): spec for spec in fields for name in (spec.name, *spec.aliases)}

    def find(self, name: str) -> FieldSpec | None:
        """The field called so, by its name or an alias, in any case."""
        return self._specs.get(name.lower())

    def getter(self, name: str) -> Getter[Row]:
        """How to read a field, by its own name. Raises KeyError when there is none."""
        return self._getters[name]

    def spec(self, name: str) -> FieldSpec:
        """The field with this very name. Raises KeyError when there is none."""
        return self._specs[name.lower()]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name and alias."""
        return tuple(self._specs)


@dataclass(frozen=True, slots=True)
class Age:
    """A distance in time from now, in seconds."""

    seconds: int


Operand = Age | date | float | None
"""What a field is compared with; None is `never`."""


@dataclass(frozen=True, slots=True)
class Word:
    """Plain text, looked for in the row's haystack."""

    word: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no field, by its bare name."""

    field: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """`field:part`, `field:glob*` or `field:=whole`, in any case; a whole match of "" means nothing is there."""

    field: str
    value: str
    mode: Literal["part", "glob", "whole"] = "part"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """`field<operand`."""

    field: str
    operator: Operator
    operand: Operand
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something that was not understood. It matches no row: a typing error must never widen what is selected."""

    raw: str


Term = Word | Flag | Match | Compare | Unclear

FIELD_HEAD: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)(:=|<=|>=|[:<>=])")
"""A field name and its operator, at the start of a term."""

_NUMBERS: Final = (int, float)
_VERDICTS_KEPT: Final = 4096
_OPERATORS: Final[Mapping[Operator, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_MIRRORED: Final[Mapping[Operator, Operator]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def term_text(term: Term, schema: Schema[Row]) -> str:
    """The term as it is typed; reading it back gives an equal term."""
    match term:
        case Unclear(raw):
            return raw
        case Word(word, negated):
            return _not(negated) + _quoted_word(word, schema)
        case Flag(field, negated):
            return _not(negated) + field
        case Match(field, value, mode, negated):
            head = f"{field}:=" if mode == "whole" else f"{field}:"
            return _not(negated) + head + _quoted_value(value, literal_stars=mode == "part")
        case Compare(field, sign, operand, negated):
            return _not(negated) + field + (":" if sign == "=" else sign) + _operand_text(operand)


def matcher(term: Term, schema: Schema[Row], now: float) -> Predicate[Row]:
    """The question as a function of a row. `now` is in epoch seconds."""
    match term:
        case Unclear():
            return lambda row: False
        case Word(word, negated):
            return _word_matcher(schema.haystack, word.lower(), negated)
        case Flag(field, negated):
            read = schema.getter(field)
            return (lambda row: not read(row)) if negated else (lambda row: bool(read(row)))
        case Match(field, value, mode, negated):
            return _text_matcher(schema.getter(field), value, mode, negated)
        case Compare(field, sign, operand, negated):
            kind = schema.spec(field).kind
            return _unless(negated, _comparison(schema.getter(field), kind, sign, operand, now))


def _word_matcher(haystack: Callable[[Row], str], word: str, negated: bool) -> Predicate[Row]:
    if negated:
        return lambda row: word not in haystack(row)
    return lambda row: word in haystack(row)


def _text_matcher(read: Getter[Row], value: str, mode: str, negated: bool) -> Predicate[Row]:
    """Remembers its verdicts: 100,000 tokens have a few hundred scopes."""
    accepts = _text_test(value.lower(), mode)
    verdicts: dict[FieldValue, bool] = {}

    def matches(row: Row) -> bool:
        found = read(row)
        if isinstance(found, list):
            found = tuple(found)
        verdict = verdicts.get(found)
        if verdict is None:
            verdict = any(map(accepts, _spellings(found))) is not negated
            if len(verdicts) < _VERDICTS_KEPT:
                verdicts[found] = verdict
        return verdict

    return matches


def _spellings(found: FieldValue) -> Iterable[str]:
    """The texts of a field in lower case; nothing at all counts as an empty text."""
    if isinstance(found, str):
        return (found.lower(),)
    return [part.lower() for part in found] if isinstance(found, Sequence) and found else ("",)


def _text_test(wanted: str, mode: str) -> Callable[[str], bool]:
    if mode == "whole":
        return wanted.__eq__
    if mode == "glob":
        return _glob_test(wanted)
    return lambda found: wanted in found


def _glob_test(pattern: str) -> Callable[[str], bool]:
    """`*` stands for any text. By plain searches: a regular expression could be made to backtrack for hours."""
    first, *middle, last = pattern.split("*")

    def accepts(found: str) -> bool:
        if len(found) < len(first) + len(last) or not (found.startswith(first) and found.endswith(last)):
            return False
        at, end = len(first), len(found) - len(last)
        for part in middle:
            at = found.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

    return accepts


def _unless(negated: bool, matches: Predicate[Row]) -> Predicate[Row]:
    return (lambda row: not matches(row)) if negated else matches


def _comparison(read: Getter[Row], kind: Kind, sign: Operator, operand: Operand, now: float) -> Predicate[Row]:
    if operand is None:
        return lambda row: read(row) is None
    if isinstance(operand, date) and sign == "=":
        return _within(read, _day_start(operand), _day_start(operand + timedelta(days=1)))
    sign, limit = _threshold(kind, sign, operand, now)
    compare = _OPERATORS[sign]
    without = kind in TIME_KINDS and compare(math.inf if kind == "duration_until" else -math.inf, limit)

    def matches(row: Row) -> bool:
        found = read(row)
        return compare(found, limit) if isinstance(found, _NUMBERS) else without

    return matches


def _threshold(kind: Kind, sign: Operator, operand: Age | date | float, now: float) -> tuple[Operator, float]:
    """The comparison as one of the field's own value with a number."""
    if isinstance(operand, Age):
        if kind == "duration_since":
            return _MIRRORED[sign], now - operand.seconds
        return sign, now + operand.seconds
    if isinstance(operand, date):
        whole_day = sign in ("<=", ">")
        last_moment: Operator = "<" if sign == "<=" else ">=" if sign == ">" else sign
        return last_moment, _day_start(operand + timedelta(days=whole_day))
    return sign, operand


def _within(read: Getter[Row], start: float, end: float) -> Predicate[Row]:
    def matches(row: Row) -> bool:
        found = read(row)
        return isinstance(found, _NUMBERS) and start <= found < end

    return matches


def _day_start(day: date) -> float:
    """Epoch seconds at which the day begins where the reader is."""
    return datetime(day.year, day.month, day.day).timestamp()


def _not(negated: bool) -> str:
    return "!" if negated else ""


def _quoted_word(word: str, schema: Schema[Row]) -> str:
    spec = schema.find(word)
    reserved = (spec is not None and spec.kind == "flag") or FIELD_HEAD.match(word)
    return _quote(word) if reserved or _needs_quotes(word) else word


def _quoted_value(value: str, *, literal_stars: bool) -> str:
    reserved = value.startswith("=") or (literal_stars and "*" in value)
    return _quote(value) if reserved or _needs_quotes(value) else value


def _needs_quotes(text: str) -> bool:
    return not text or text[0] in '"!' or re.search(r"\s", text) is not None


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _operand_text(operand: Operand) -> str:
    if operand is None:
        return "never"
    if isinstance(operand, Age):
        return format_duration(operand.seconds)
    if isinstance(operand, date):
        return operand.isoformat()
    return str(int(operand)) if operand.is_integer() and abs(operand) < 1e15 else repr(operand)
