"""Files that verbs read: text of a bounded size, from a path or from stdin, and the one object in a JSON file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.requests import Json

LIMIT: Final = 16 * 1024 * 1024
"""Bytes that a file may have."""


def read_text(arguments: argparse.Namespace) -> str:
    """The text of the file that `--file` or FILE names, of stdin for `-`. Raises UsageError when it cannot be read."""
    name: str = arguments.file
    if name == "-" and getattr(arguments, "token_stdin", False):
        raise UsageError("stdin cannot hold both the token and the file", "Use --token-file for the token")
    try:
        data = sys.stdin.buffer.read(LIMIT + 1) if name == "-" else _read(Path(name).expanduser())
        if len(data) > LIMIT:
            raise UsageError(f"{_shown(name)} has more than {LIMIT // 1024 // 1024} MB", "Split it")
        return data.decode("utf-8")
    except OSError as problem:
        raise UsageError(f"{_shown(name)} cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise UsageError(f"{_shown(name)} is no text in UTF-8", "Save it as UTF-8") from problem


def read_record(arguments: argparse.Namespace, noun: str) -> JsonObject:
    """The object of that noun in a JSON file: alone, or as `show --json` prints it. Raises UsageError."""
    document = _parsed(arguments.file, read_text(arguments), f"It takes what `{noun}s show --json` prints")
    inner = document.get(noun, document) if isinstance(document, dict) else None
    if not isinstance(inner, dict):
        raise UsageError(
            f"{_shown(arguments.file)} does not describe one {noun}", f"It takes what `{noun}s show --json` prints"
        )
    if any(name.casefold() == "password" for name in inner):
        raise UsageError(
            f"{_shown(arguments.file)} has a password, and passwords are not read from such files",
            "Take it out, and set it with `jfconsole users password NAME`",
        )
    return inner


def read_object(arguments: argparse.Namespace, name: str) -> JsonObject:
    """The JSON object in a file, or in stdin for `-`. Raises UsageError."""
    arguments.file = name
    hint = "It takes one JSON object"
    document = _parsed(name, read_text(arguments), hint)
    if not isinstance(document, dict):
        raise UsageError(f"{_shown(name)} is no JSON object", hint)
    return document


def _parsed(name: str, text: str, hint: str) -> Json:
    try:
        document: Json = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as problem:
        where = f", line {problem.lineno}" if isinstance(problem, json.JSONDecodeError) else ""
        raise UsageError(f"{_shown(name)} is no JSON{where}", hint) from problem
    return document


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LIMIT + 1)


def _shown(name: str) -> str:
    return "stdin" if name == "-" else name
