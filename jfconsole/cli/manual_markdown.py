"""The manual as Markdown: the reference that comes with the package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from jfconsole.cli.manual import Entry, Manual

_HEAD: Final = """\
<!-- Made by `jfconsole man --markdown`. A test compares it with the product: make it anew when that changes. -->

# jfconsole: reference
"""
_SPECIAL: Final = re.compile(r"[*_<>\[\]|]")


def markdown(manual: Manual) -> str:
    """The reference."""
    return "\n".join(_lines(manual)) + "\n"


def _lines(manual: Manual) -> Iterator[str]:
    yield from (_HEAD, *_paragraphs(manual.description))
    yield from ("## Options", "", "Every command takes them, before or after its name.", "", *_entries(manual.options))
    yield from ("## Commands", "")
    for command in manual.commands:
        yield from (f"### {command.name}", "", "```", command.usage, "```", "")
        yield from _paragraphs(f"{command.summary}\n\n{command.more}")
        yield from _entries(command.entries)
    for section in manual.sections:
        yield from (f"## {section.title}", "", *_paragraphs(section.text), *_entries(section.entries))


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs; what is indented stays as it is laid out."""
    for paragraph in (part for part in text.split("\n\n") if part.strip()):
        lines = paragraph.strip("\n").split("\n")
        if any(line.startswith("  ") for line in lines):
            yield from ("```", *lines, "```", "")
        else:
            yield from (_text(" ".join(lines)), "")


def _entries(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield f"- `{entry.name}`: {_text(entry.text)}"
    yield ""


def _text(text: str) -> str:
    """Text in which nothing but what stands between backquotes is markup."""
    parts = text.split("`")
    return "`".join(part if number % 2 else _SPECIAL.sub(r"\\\g<0>", part) for number, part in enumerate(parts))
