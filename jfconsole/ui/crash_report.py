"""What is kept of an error that nobody expected: a file without secrets, and a few lines for the person."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from jfconsole import __version__
from jfconsole.domain.redact import redact
from jfconsole.domain.text import visible, visible_block
from jfconsole.storage.private import private_dir


@dataclass(frozen=True, slots=True)
class CrashReport:
    """One unexpected error. `id` is the same for the same error at the same place; `path` is None if not written."""

    id: str
    summary: str
    """Kind and message of the error on one line, cleaned and redacted."""
    path: Path | None

    @property
    def whereabouts(self) -> str:
        """Where the details are, as a sentence."""
        if self.path is None:
            return f"The details could not be written to a file (crash {self.id})."
        return f"Details, without secrets: {self.path}"


class CrashReports:
    """The folder of crash files (0700, files 0600). An error that repeats is written once in a process."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._seen: dict[str, CrashReport] = {}
        self._lock = threading.Lock()

    def write(self, error: BaseException) -> CrashReport:
        """Keep an error: its traceback without local variables, redacted. Never raises."""
        text = _traceback(error)
        ident = hashlib.sha256(text.encode()).hexdigest()[:8]
        with self._lock:
            if ident not in self._seen:
                self._seen[ident] = CrashReport(ident, _summary(error), self._save(ident, text))
            return self._seen[ident]

    def _save(self, ident: str, text: str) -> Path | None:
        path = self.directory / f"crash-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{ident}.txt"
        try:
            private_dir(self.directory)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{_circumstances()}\n\n{text}")
        except OSError:
            return None
        return path


def _traceback(error: BaseException) -> str:
    """Made whole before it is redacted: a secret that spans lines must not slip through between them."""
    lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
    return visible_block(redact("".join(lines)))


def _summary(error: BaseException) -> str:
    message = visible(redact(_message(error)))
    kind = type(error).__name__
    return f"{kind}: {message[:200]}" if message else kind


def _message(error: BaseException) -> str:
    """What the error says, whatever its `__str__` does."""
    try:
        return str(error)
    except Exception:
        return ""


def _circumstances() -> str:
    """What a bug report needs. No arguments and no environment: they may carry secrets."""
    return "\n".join(
        (
            f"jfconsole {__version__}",
            f"Python {platform.python_version()} on {platform.system()} {platform.machine()}",
            f"Terminal {visible(os.environ.get('TERM', 'unknown'))}, output encoding {sys.getdefaultencoding()}",
            f"At {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}",
        )
    )
