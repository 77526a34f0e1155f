"""Files that a verb writes because its options say so."""

from __future__ import annotations

from pathlib import Path

from jfconsole.domain.errors import UsageError
from jfconsole.domain.text import visible


def save_text(path: Path, text: str) -> None:
    """Write a file, line ends as they are. Raises UsageError when it cannot be written."""
    try:
        path.expanduser().write_text(text, encoding="utf-8", newline="")
    except OSError as problem:
        words = f"{visible(str(path))} cannot be written: {problem.strerror}"
        raise UsageError(words, "Name another file") from problem
