"""The filter line: words that are ANDed, `!` to negate one, `field:value`, `expires<7d`, quotes.

`parse` never fails, since it reads a line while it is being typed. What it cannot understand is reported as a
`Problem` and matches no row, so that a typing error can narrow a list but never widen it: what a filter shows may be
marked as a whole and revoked. What is merely not finished yet (`scope:`) is left out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Final, Generic, cast

from jfconsole.domain.durations import parse_duration
from jfconsole.domain.filter_terms import (
    FIELD_HEAD,
    TIME_KINDS,
    Age,
    Compare,
    FieldSpec,
    FieldValue,
    Flag,
    Getter,
    Kind,
    Match,
    Operand,
    Operator,
    Predicate,
    Row,
    Schema,
    Term,
    Unclear,
    Word,
    matcher,
    term_text,
)

__all__ = [
    "FieldSpec",
    "FieldValue",
    "Filter",
    "Getter",
    "Kind",
    "Predicate",
    "Problem",
    "Schema",
    "complete",
    "parse",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the filter line that has no effect as written; positions count characters."""

    position: int
    length: int
    sentence: str
    incomplete: bool = False
    """True when the term only waits for its rest, as every term does while it is typed."""


@dataclass(frozen=True)  # with slots, Filter[...](...) fails on Python 3.11
class Filter(Generic[Row]):
    """Terms that must all hold. Two filters are equal when their terms are."""

    schema: Schema[Row] = field(compare=False, repr=False)
    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        """Whether it asks anything."""
        return bool(self.terms)

    def compile(self, now: float) -> Predicate[Row]:
        """The filter as a function of a row, with `7d` counted from `now` (epoch seconds)."""
        tests = [matcher(term, self.schema, now) for term in self.terms]
        return reduce(_both, reversed(tests)) if tests else lambda row: True

    def format(self) -> str:
        """The filter line, tidied: `parse` of it gives an equal filter."""
        return " ".join(term_text(term, self.schema) for term in self.terms)


def _both(later: Predicate[Row], first: Predicate[Row]) -> Predicate[Row]:
    return lambda row: first(row) and later(row)


@dataclass(frozen=True, slots=True)
class _Token:
    """One term as typed: what stands before the value, the value, and where."""

    position: int
    raw: str
    negated: bool
    name: str
    sign: str
    value: str
    quoted: bool
    closed: bool


class _Misread(Exception):
    """A term that makes no sense, with the sentence that says why."""


_TOKEN: Final = re.compile(
    rf'(?P<not>!?)(?:{FIELD_HEAD.pattern})?(?:"(?P<quoted>(?:[^"\\]|\\.|\\\Z)*)(?P<close>"?)|(?P<bare>\S*))',
    re.DOTALL,
)
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES: Final = frozenset({"yes", "true", "y", "1"})
_NO: Final = frozenset({"no", "false", "n", "0"})


def parse(text: str, schema: Schema[Row]) -> Filter[Row]:
    """Read a filter line, finished or not. Never raises; see `Filter.problems`."""
    terms: list[Term] = []
    problems: list[Problem] = []
    for token in _tokens(text):
        try:
            term, remark = _read(token, schema)
        except _Misread as misread:
            term, remark = Unclear(token.raw), str(misread)
        if term is not None:
            terms.append(term)
        if not token.closed:
            remark = remark or "the quote is not closed"
        if remark:
            unfinished = term is None or not token.closed
            problems.append(Problem(token.position, len(token.raw), remark, incomplete=unfinished))
    return Filter(schema, tuple(terms), tuple(problems))


def complete(text: str, cursor: int, schema: Schema[Row]) -> list[str]:
    """Ways to go on at the cursor: each is the whole line with the word before the cursor completed.

    Offers field names (with what usually follows them), and the values of a choice. Empty inside quotes.
    """
    head, tail = text[:cursor], text[cursor:]
    started = re.search(r"(?:^|\s)!?([^\s\"!]*)$", head)
    if started is None:
        return []
    word, before = started.group(1), head[: started.start(1)]
    return [f"{before}{candidate}{tail}" for candidate in _candidates(word, schema) if candidate != word]


def _candidates(word: str, schema: Schema[Row]) -> Iterator[str]:
    with_head = FIELD_HEAD.match(word)
    if with_head is None:
        wanted = word.lower()
        for spec in schema.fields:
            if any(name.lower().startswith(wanted) for name in (spec.name, *spec.aliases)):
                yield spec.name + _usual_sign(spec.kind)
        return
    named = schema.find(with_head.group(1))
    if named is not None and with_head.group(2) in (":", ":=", "="):
        choices = ("never",) if named.kind in TIME_KINDS else named.choices
        value = word[with_head.end() :].lower()
        yield from (with_head.group() + choice for choice in choices if choice.lower().startswith(value))


def _usual_sign(kind: Kind) -> str:
    return {"flag": "", "number": ">", "duration_until": "<", "duration_since": ">"}.get(kind, ":")


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        found = _TOKEN.match(text, position)
        if found is None or found.end() == position:  # pragma: no cover - \S* takes any other character
            return
        quoted = found["quoted"]
        yield _Token(
            position=position,
            raw=found.group(),
            negated=bool(found["not"]),
            name=found.group(2) or "",
            sign=found.group(3) or "",
            value=found["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL),
            quoted=quoted is not None,
            closed=quoted is None or bool(found["close"]),
        )
        position = found.end()


def _read(token: _Token, schema: Schema[Row]) -> tuple[Term | None, str]:
    """The term a token stands for (None when it is not finished) and a remark about it, if any."""
    if not token.name:
        return _read_word(token, schema)
    spec = schema.find(token.name)
    if spec is None:
        return _read_unknown(token, schema)
    if not token.value and not (token.quoted and token.closed):
        return None, f"{token.name}{token.sign} needs a value, such as {_example(spec)}"
    match spec.kind:
        case "flag":
            return _read_flag(token, spec), ""
        case "text" | "choice":
            return _read_text(token, spec)
        case _:
            return _read_comparison(token, spec), ""


def _read_word(token: _Token, schema: Schema[Row]) -> tuple[Term | None, str]:
    if not token.value:
        return None, "" if token.quoted else "! negates the word that follows it"
    spec = None if token.quoted else schema.find(token.value)
    if spec is not None and spec.kind == "flag":
        return Flag(spec.name, token.negated), ""
    return Word(token.value, token.negated), ""


def _read_unknown(token: _Token, schema: Schema[Row]) -> tuple[Term, str]:
    """`https://…` or `host:8082` is text to search for; negated it could widen the list, so it is refused."""
    near = difflib.get_close_matches(token.name.lower(), schema.names, n=1)
    advice = f"did you mean {near[0]}?" if near else "searched as plain text"
    if token.negated:
        advice = advice if near else "put it in quotes to search for it as text"
        raise _Misread(f"unknown field {token.name!r}: {advice}")
    return Word(token.name + token.sign + token.value), f"unknown field {token.name!r}: {advice}"


def _read_flag(token: _Token, spec: FieldSpec) -> Flag:
    value = token.value.lower()
    if token.sign not in (":", ":=", "=") or value not in _YES | _NO:
        raise _Misread(f"{spec.name} is yes or no: write {spec.name} or !{spec.name}")
    return Flag(spec.name, token.negated is (value in _YES))


def _read_text(token: _Token, spec: FieldSpec) -> tuple[Match, str]:
    if token.sign not in (":", ":=", "="):
        raise _Misread(f"{spec.name} is text: write {spec.name}:{token.value}")
    whole = token.sign != ":" or not token.value
    if whole:
        return Match(spec.name, token.value, "whole", token.negated), ""
    glob = "*" in token.value and not token.quoted
    wanted = Match(spec.name, token.value, "glob" if glob else "part", token.negated)
    return wanted, _choice_remark(wanted, spec)


def _choice_remark(wanted: Match, spec: FieldSpec) -> str:
    """A word on a value that no choice contains; a server may know values that we do not, so it is still asked."""
    if spec.kind == "text" or wanted.mode == "glob" or not spec.choices:
        return ""
    known = any(wanted.value.lower() in choice.lower() for choice in spec.choices)
    return "" if known else f"{wanted.value!r} is no {spec.name} we know: {', '.join(spec.choices)}"


def _read_comparison(token: _Token, spec: FieldSpec) -> Compare:
    equal = token.sign in (":", ":=", "=")
    sign: Operator = "=" if equal else cast(Operator, token.sign)
    operand = _read_number(token, spec) if spec.kind == "number" else _read_time(token, spec)
    if isinstance(operand, Age) and equal:
        raise _Misread(f"say before or after: {spec.name}<{token.value} or {spec.name}>{token.value}")
    if operand is None and not equal:
        raise _Misread(f"never is no point in time: write {spec.name}:never")
    return Compare(spec.name, sign, operand, token.negated)


def _read_number(token: _Token, spec: FieldSpec) -> float:
    if not _NUMBER.fullmatch(token.value) or len(token.value) > 40:
        raise _Misread(f"{token.value!r} is no number: write {spec.name}>3")
    number = float(token.value)
    if number in (float("inf"), float("-inf")):
        raise _Misread(f"{token.value!r} is too large")
    return number


def _read_time(token: _Token, spec: FieldSpec) -> Operand:
    if token.value.lower() == "never":
        return None
    if _DATE.fullmatch(token.value):
        return _read_date(token.value)
    try:
        return Age(parse_duration(token.value))
    except ValueError:
        example = _example(spec)
        raise _Misread(f"{token.value!r} is no time: write {example} or {spec.name}<2026-12-01") from None


def _read_date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _Misread(f"{text} is no day of the calendar") from None
    if not 1970 <= day.year <= 9000:
        raise _Misread(f"{text} is too far away")
    return day


def _example(spec: FieldSpec) -> str:
    match spec.kind:
        case "duration_until":
            return f"{spec.name}<7d"
        case "duration_since":
            return f"{spec.name}>30d"
        case "number":
            return f"{spec.name}>3"
        case "flag":
            return spec.name
        case _:
            return f"{spec.name}:{spec.choices[0] if spec.choices else 'word'}"
