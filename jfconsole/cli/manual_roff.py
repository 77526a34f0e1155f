"""The manual as a page for `man`. Sources: groff_man(7), man-pages(7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jfconsole.cli.manual import SUMMARY, Entry, Manual


def roff(manual: Manual) -> str:
    """The page. It is ASCII, so that every `man` shows it whatever the locale is."""
    return "\n".join(_lines(manual)) + "\n"


def _lines(manual: Manual) -> Iterator[str]:
    yield '.\\" Made by: jfconsole man'
    yield '.TH JFCONSOLE 1 "" jfconsole "User Commands"'
    yield from (".nr HY 0", ".nh", ".ad l")  # what may be copied is neither hyphenated nor stretched
    yield from (".SH NAME", f"jfconsole \\- {_text(SUMMARY)}")
    yield from (".SH SYNOPSIS", r".B jfconsole", r"[\fIoptions\fR] [\fIcommand\fR]")
    yield from (".SH DESCRIPTION", *_paragraphs(manual.description))
    yield from (".SH OPTIONS", "Every command takes them, before or after its name.", *_entries(manual.options))
    yield ".SH COMMANDS"
    for command in manual.commands:
        yield from (f".SS {_quoted(command.name)}", rf"\fB{_text(command.usage)}\fR", ".PP")
        yield from _paragraphs(f"{command.summary}\n\n{command.more}")
        yield from _entries(command.entries)
    for section in manual.sections:
        yield from (f".SH {_quoted(section.title.upper())}", *_paragraphs(section.text), *_entries(section.entries))
    yield from (".SH SEE ALSO", r"\fBdocker\-credential\-jfconsole\fR is asked by container clients at each pull.")


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs; what is indented stays as it is laid out."""
    for number, paragraph in enumerate(part for part in text.split("\n\n") if part.strip()):
        if number:
            yield ".PP"
        lines = paragraph.strip("\n").split("\n")
        if any(line.startswith("  ") for line in lines):
            yield from (".EX", *map(_text, lines), ".EE")
        else:
            yield from map(_text, lines)


def _entries(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield from (".TP", rf"\fB{_text(entry.name)}\fR", _text(entry.text) or r"\&")


def _quoted(text: str) -> str:
    """An argument of a macro."""
    return '"{}"'.format(_text(text).replace('"', r"\(dq"))


def _text(text: str) -> str:
    """Text in which nothing is a request or an escape; a hyphen is the one of the keyboard, to be copied."""
    escaped = text.strip("\n").replace("\\", r"\e").replace("-", r"\-").replace("`", r"\(ga").replace("^", r"\(ha")
    escaped = escaped.replace("~", r"\(ti").replace("\n", " ")
    escaped = re.sub(r"([,|])(?=\S)", r"\1\\:", escaped)  # where a long list without blanks may be broken
    plain = re.sub(r"[^\x00-\x7f]", lambda match: f"\\[u{ord(match.group()):04X}]", escaped)
    return rf"\&{plain}" if plain.startswith((".", "'")) else plain
