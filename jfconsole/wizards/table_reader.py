"""Reading the keys of one table of a TOML document, noting every problem with its line.

A method that notes a problem returns something of its type, so that reading can go on; what was read counts only when
nothing was noted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from jfconsole.domain.durations import parse_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.requests import Json
from jfconsole.domain.toml_source import Path, Problem, TomlSource
from jfconsole.wizards.templates import advice, template_problem

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class TableReader:
    """One table. Whoever reads it names every key once; `close` complains about the others."""

    def __init__(self, source: TomlSource, path: Path, values: Mapping[str, object], problems: list[Problem]) -> None:
        self._source = source
        self._path = path
        self._values = values
        self._problems = problems
        self._known: list[str] = []

    def text(self, key: str, default: str | None = None, check: Callable[[str], str | None] | None = None) -> str:
        """A text that is not blank; needed unless there is a default. `check` says what is wrong with it, or None."""
        value = self._get(key, needed=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str):
            return self._expected(key, "a text in quotes", value, "")
        if not value.strip():
            self.problem("it is empty; leave the key out instead" if default is not None else "it is empty", key)
        elif check is not None and (wrong := check(value)):
            self.problem(wrong, key)
        return value

    def template(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """A template over these place holders."""
        return self.text(key, default, check=lambda text: template_problem(text, known))

    def flag(self, key: str, default: bool | None = None) -> bool:
        """A flag; needed unless there is a default."""
        value = self._get(key, needed=default is None)
        if value is None:
            return bool(default)
        return value if isinstance(value, bool) else self._expected(key, "true or false", value, False)

    def duration(self, key: str, default: int) -> int:
        """Seconds in a length of time such as `90d`."""
        text = self.text(key, "", check=_duration_problem)
        return parse_duration(text) if text and not _duration_problem(text) else default

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        """One word of an enumeration; needed unless there is a default."""
        proposed = None if default is None else default.value
        text = self.text(key, proposed, check=lambda word: word_problem(word, [*kind]))
        return kind(text) if text in [*kind] else next(iter(kind))

    def word(self, key: str, known: Collection[str]) -> str:
        """One word out of a collection; needed."""
        return self.text(key, check=lambda word: word_problem(word, known))

    def claims(self, key: str, known: Collection[str], *, needed: bool = True) -> JsonObject:
        """A table of claims, nested as tokens have them: texts are templates, the rest is itself."""
        value = self._get(key, needed=needed)
        if value is None:
            return {}
        if not isinstance(value, dict):
            return self._expected(key, "a table of claims", value, {})
        return self._claims((key,), value, known)

    def choices(self, key: str, kind: type[E], default: tuple[E, ...] | None = None) -> tuple[E, ...]:
        """A list of different words of an enumeration, at least one; needed unless there is a default."""
        return tuple(kind(word) for word in self.words(key, [*kind], default) if word in [*kind])

    def words(self, key: str, known: Collection[str], default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of different words out of a collection, at least one; needed unless there is a default."""
        return self.texts(key, default, check=lambda word: word_problem(word, known))

    def texts(
        self, key: str, default: tuple[str, ...] | None = None, check: Callable[[str], str | None] | None = None
    ) -> tuple[str, ...]:
        """A list of different texts, at least one; needed unless there is a default."""
        value = self._get(key, needed=default is None)
        if value is None:
            return default or ()
        if not isinstance(value, list):
            return self._expected(key, "a list of texts in brackets", value, ())
        if not value:
            self.problem("the list is empty; leave the key out instead", key)
        return tuple(self._members(key, value, check))

    def skip(self, *keys: str) -> None:
        """Keys that are known, and that nobody can read for want of another."""
        self._known.extend(keys)

    def table(self, key: str) -> TableReader | None:
        """A table within, or None when it is not there."""
        value = self._get(key, needed=False)
        if value is None:
            return None
        if isinstance(value, dict):
            return self._within((key,), value)
        return self._expected(key, f"a table: write [{key}] on a line of its own", value, None)

    def needed_table(self, key: str) -> TableReader:
        """A table within; when it is not there that is noted, and nothing more about it."""
        table = self.table(key)
        if table is not None:
            return table
        if key not in self._values:
            self.problem("it is missing", key)
        return TableReader(self._source, self._path, {}, [])

    def empty(self, key: str) -> TableReader:
        """What stands for a table that is not there: every key has its default."""
        return TableReader(self._source, (*self._path, key), {}, self._problems)

    def tables(self, key: str) -> tuple[TableReader, ...]:
        """A list of tables within, in order."""
        value = self._get(key, needed=False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            return self._expected(key, f"tables: write [[{key}]] on a line of its own for each", value, ())
        return tuple(self._within((key, index), item) for index, item in enumerate(value))

    def problem(self, sentence: str, *place: str | int) -> None:
        """Note a problem with this table, or with something in it."""
        self._problems.append(self._source.problem((*self._path, *place), sentence))

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                self.problem(f"there is no such key; {advice(key, self._known)}", key)

    def _within(self, path: Path, values: Mapping[str, object]) -> TableReader:
        return TableReader(self._source, (*self._path, *path), values, self._problems)

    def _claims(self, path: Path, values: Mapping[str, object], known: Collection[str]) -> JsonObject:
        return {name: self._claim((*path, name), value, known) for name, value in values.items()}

    def _claim(self, path: Path, value: object, known: Collection[str]) -> Json:
        match value:
            case dict():
                return self._claims(path, value, known)
            case list():
                return [self._claim((*path, index), member, known) for index, member in enumerate(value)]
            case bool() | int():
                return value
            case str():
                if wrong := template_problem(value, known):
                    self.problem(wrong, *path)
                return value
        return self._expected(path, "a text, a whole number, a flag, a list or a table", value, None)

    def _get(self, key: str, *, needed: bool) -> object:
        self._known.append(key)
        if needed and key not in self._values:
            self.problem("it is missing", key)
        return self._values.get(key)

    def _members(self, key: str, items: list[object], check: Callable[[str], str | None] | None) -> Iterator[str]:
        seen: set[str] = set()
        for index, item in enumerate(items):
            if not isinstance(item, str):
                self._expected((key, index), "a text in quotes", item, None)
            elif not item.strip():
                self.problem("it is empty", key, index)
            elif item in seen:
                self.problem(f"{item!r} is there twice", key, index)
            elif check is not None and (wrong := check(item)):
                self.problem(wrong, key, index)
            else:
                seen.add(item)
                yield item

    def _expected(self, place: str | Path, form: str, found: object, instead: T) -> T:
        self.problem(f"this must be {form}, and is {_kind_of(found)}", *((place,) if isinstance(place, str) else place))
        return instead


def _duration_problem(text: str) -> str | None:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        return str(error)
    return None if seconds else "it must be longer than nothing"


def word_problem(word: str, known: Collection[str]) -> str | None:
    """Why this word is none of those, as a sentence; None when it is one."""
    return None if word in known else f"{word!r} is not possible here; {advice(word, known)}"


def _kind_of(value: object) -> str:
    match value:
        case bool():
            return "a flag"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"
