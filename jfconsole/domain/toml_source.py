"""A TOML text with the lines of its keys, so that a problem can be told with its place.

The standard library reads values and forgets where they stood. Readers that remember keep a whole style-preserving
document, which nothing here writes back; where the keys are is found by walking a text that is already known to be
well formed.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions from the top of a document: `("wish", 0, "about")`."""

SIZE_LIMIT: Final = 256 * 1024
"""Characters; files of this kind are written by hand."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a file. `line` counts from 1; `where` names table and key, empty for the file as a whole.

    `where` and `sentence` may quote the file, whose text is shown through `visible` like any other.
    """

    file: str
    line: int
    where: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{self.file}:{self.line}: {where}{self.sentence}"


class Malformed(Exception):
    """A text that is no TOML; `problem` says where it stops being."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class TomlSource:
    """A well formed document: its values, and the line of each of them. `file` is the name that problems carry."""

    def __init__(self, text: str, file: str) -> None:
        """Raises Malformed when the text is no TOML, or longer than `SIZE_LIMIT`."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        if len(text) > SIZE_LIMIT:
            raise Malformed(Problem(file, 1, "", f"the file has {len(text):,} characters, more than {SIZE_LIMIT:,}"))
        self.file = file
        try:
            self.values: Mapping[str, object] = tomllib.loads(text)
            self._lines = _Walk(text).lines()
        except tomllib.TOMLDecodeError as error:
            raise Malformed(_syntax_problem(error, text, file)) from None
        except RecursionError:
            raise Malformed(Problem(file, 1, "", "brackets are nested too deeply")) from None

    def line(self, path: Path) -> int:
        """The line of a value; of what holds it when it is not there; 1 for the top."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def problem(self, path: Path, sentence: str) -> Problem:
        """A problem with the value there, or with its absence."""
        return Problem(self.file, self.line(path), where(path), sentence)


def where(path: Path) -> str:
    """A place as people find it in a file: `[token] expires_in`, `[[wish]] 2, about`, `warnings 3`."""
    return " ".join(_places(path))


def _places(path: Path) -> Iterator[str]:
    match path:
        case (str(table), int(index), *rest) if rest:
            yield f"[[{table}]] {index + 1},"
        case (str(table), *rest) if rest and isinstance(rest[0], str):
            yield f"[{table}]"
        case (str(key), *rest):
            yield key
        case _:
            return
    for part in rest:
        yield str(part + 1) if isinstance(part, int) else part


_PLACE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def _syntax_problem(error: tomllib.TOMLDecodeError, text: str, file: str) -> Problem:
    """The library says the place at the end of its message, and nowhere else before Python 3.14."""
    message = str(error)
    found = _PLACE.search(message)
    last = text.rstrip("\n").count("\n") + 1
    line = int(found[1]) if found and found[1] else last
    said = message[: found.start()] if found else message
    return Problem(file, line, "", f"this is no TOML: {said[:1].lower()}{said[1:]}")


_GAP: Final = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BLANKS: Final = re.compile(r"[ \t]*")
_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' + r"|'''.*?'{3,5}" + r'|"(?:\\.|[^"\\])*"' + r"|'[^']*'", re.DOTALL
)
_KEY: Final = re.compile(r'[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"' + r"|'[^']*'")
_BARE: Final = re.compile(r"[^,\]}#\n]*")


class _Walk:
    """One pass over a text that is known to be TOML, noting the line of every key and every member of a list."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._found: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}

    def lines(self) -> Mapping[Path, int]:
        table: Path = ()
        self._skip(_GAP)
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._entry(table)
            self._skip(_GAP)
        return self._found

    def _header(self) -> Path:
        line = self._line()
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        keys = self._keys()
        self._at += brackets
        path = self._resolved(keys[:-1]) + keys[-1:]
        if brackets == 2:
            count = self._counts.get(path, 0)
            self._counts[path] = count + 1
            self._found.setdefault(path, line)
            path = (*path, count)
        self._note(path, line)
        return path

    def _entry(self, table: Path) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, line)
        self._at += 1  # the equals sign
        self._skip(_BLANKS)
        self._value(path)

    def _value(self, path: Path) -> None:
        self._note(path, self._line())
        opening = self._text[self._at]
        if opening in "\"'":
            self._skip(_STRING)
        elif opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline(path)
        else:
            self._skip(_BARE)

    def _list(self, path: Path) -> None:
        index = 0
        while not self._closes("]"):
            self._value((*path, index))
            index += 1

    def _inline(self, path: Path) -> None:
        while not self._closes("}"):
            self._entry(path)

    def _closes(self, bracket: str) -> bool:
        """Step over the opening bracket or the comma; whether the closing one follows, which is stepped over too."""
        if self._text[self._at] in "[{,":
            self._at += 1
        self._skip(_GAP)
        if self._text[self._at] == ",":
            return self._closes(bracket)
        if self._text[self._at] != bracket:
            return False
        self._at += 1
        self._skip(_BLANKS)
        return True

    def _keys(self) -> tuple[str, ...]:
        keys = []
        while True:
            self._skip(_BLANKS)
            keys.append(_unquoted(self._skip(_KEY)))
            self._skip(_BLANKS)
            if not self._text.startswith(".", self._at):
                return tuple(keys)
            self._at += 1

    def _resolved(self, keys: tuple[str, ...]) -> Path:
        """The path of a table: a list of tables on the way stands for its last one."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise AssertionError(f"no {pattern.pattern} at {self._at}, in a text that was read before")
        self._at = match.end()
        return match[0]

    def _line(self) -> int:
        return bisect_right(self._starts, self._at)

    def _note(self, path: Path, line: int) -> None:
        self._found.setdefault(path, line)


def _unquoted(key: str) -> str:
    return next(iter(tomllib.loads(f"{key} = 0"))) if key[0] in "\"'" else key
