"""Terraform's language, written as `terraform fmt` leaves it.

Source of the escapes: hcl hclsyntax/spec.md, "Template Expressions"; of the layout: Terraform language, "Style Guide".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible

_WIDTH: Final = 100
_STEP: Final = "  "
_NAMED: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TEMPLATE: Final = re.compile(r"([$%])\{")
_IDENTIFIER: Final = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Expression:
    """Something that is written as it is: a reference, a variable."""

    text: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """A value that stands as JSON text in a string attribute: `jsonencode(…)`."""

    value: Json


Value: TypeAlias = "str | int | float | bool | Expression | Encoded | Sequence[Value] | Mapping[str, Value] | None"
"""Mappings are objects of attributes, whose names are identifiers."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its labels, its attributes in order, and inner blocks after them. `comments` stand above it."""

    type: str
    labels: tuple[str, ...]
    attributes: Mapping[str, Value]
    blocks: tuple[Block, ...] = ()
    comments: tuple[str, ...] = ()


def document(comments: Sequence[str], blocks: Sequence[Block]) -> str:
    """A whole file, which ends with a line break."""
    parts = ["\n".join(comment_lines(comments)), *("\n".join(_block(block, "")) for block in blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def comment_lines(sentences: Sequence[str]) -> list[str]:
    """Comments, whatever the sentences hold."""
    return [f"# {visible(sentence)}".rstrip() for sentence in sentences]


def quoted(text: str) -> str:
    """A string in quotes, in which nothing is a template and every character can be seen.

    Terraform takes no lone surrogates; U+FFFD stands for each.
    """
    escaped = "".join(_NAMED.get(char) or _seen(char) for char in text)
    return f'"{_TEMPLATE.sub(lambda found: _inert(found, escaped), escaped)}"'


def identifier(text: str) -> str:
    """A name for a block, made of any text."""
    found = _IDENTIFIER.sub("_", text).strip("_-")
    return found if found[:1].isalpha() else f"_{found}"


def _inert(found: re.Match[str], text: str) -> str:
    """`$${`; behind another `$` that would not be read so, hence its code."""
    sign = found[1]
    if found.start() and text[found.start() - 1] == sign:
        return f"\\u{ord(sign):04x}{{"
    return f"{sign}{sign}{{"


def _seen(char: str) -> str:
    code = ord(char)
    if 0xD800 <= code < 0xE000:
        return "\ufffd"
    if visible(char) == char:
        return char
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block(block: Block, indent: str) -> Iterator[str]:
    yield from (f"{indent}{line}" for line in comment_lines(block.comments))
    head = " ".join([block.type, *(quoted(label) for label in block.labels), "{"])
    yield f"{indent}{head}"
    yield from _attributes(block.attributes, indent + _STEP)
    for number, inner in enumerate(block.blocks):
        if number or block.attributes:
            yield ""
        yield from _block(inner, indent + _STEP)
    yield f"{indent}}}"


def _attributes(items: Mapping[str, Value], indent: str) -> Iterator[str]:
    """Attributes; the equals signs of neighbours that take one line each stand below each other."""
    written = [(name, list(_value(value, indent))) for name, value in items.items()]
    run: list[tuple[str, str]] = []
    for name, lines in written:
        if len(lines) == 1:
            run.append((name, lines[0]))
            continue
        yield from _aligned(run, indent)
        run = []
        yield f"{indent}{name} = {lines[0]}"
        yield from lines[1:]
    yield from _aligned(run, indent)


def _aligned(run: Sequence[tuple[str, str]], indent: str) -> Iterator[str]:
    width = max((len(name) for name, _ in run), default=0)
    yield from (f"{indent}{name:<{width}} = {text}" for name, text in run)


def _value(value: Value, indent: str) -> Iterator[str]:
    """Lines of a value; all but the first are indented."""
    match value:
        case str():
            yield quoted(value)
        case Expression(text):
            yield text
        case Encoded(inner):
            yield from _called("jsonencode", _json(inner), indent)
        case Mapping():
            yield from _braced("{", _attributes(value, indent + _STEP), f"{indent}}}") if value else ["{}"]
        case Sequence():
            yield from _list(value, indent)
        case _:
            yield _plain(value)


def _list(values: Sequence[Value], indent: str) -> Iterator[str]:
    inner = indent + _STEP
    written = [list(_value(value, inner)) for value in values]
    line = f"[{', '.join(lines[0] for lines in written)}]"
    if all(len(lines) == 1 for lines in written) and len(indent) + len(line) <= _WIDTH:
        yield line
        return
    yield "["
    for lines in written:
        yield f"{inner}{lines[0]}{',' if len(lines) == 1 else ''}"
        yield from lines[1:-1]
        if len(lines) > 1:
            yield f"{lines[-1]},"
    yield f"{indent}]"


def _braced(first: str, lines: Iterator[str], last: str) -> Iterator[str]:
    yield first
    yield from lines
    yield last


def _called(function: str, value: Value, indent: str) -> list[str]:
    lines = list(_value(value, indent))
    return [f"{function}({lines[0]}", *lines[1:-1], f"{lines[-1]})"] if len(lines) > 1 else [f"{function}({lines[0]})"]


def _json(value: Json) -> Value:
    """JSON as an expression; its keys are no identifiers, so they are quoted, in ASCII to be aligned."""
    if isinstance(value, dict):
        return {_ascii(quoted(key)): _json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json(inner) for inner in value]
    return value


def _ascii(text: str) -> str:
    return "".join(char if char.isascii() else _code(char) for char in text)


def _code(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _plain(value: int | float | None) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else repr(value)
