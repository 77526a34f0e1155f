"""How an error reaches the person at the command line: words on stderr, or one JSON object there with `--json`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jfconsole.domain.errors import ConsoleError
    from jfconsole.domain.requests import Json


def print_error(error: ConsoleError, *, as_json: bool) -> None:
    """Message, the server's own words and the next step. Nothing of it goes to stdout."""
    text = json.dumps({"error": error_record(error)}) if as_json else error_text(error)
    sys.stderr.write(f"{text}\n")


def error_text(error: ConsoleError) -> str:
    """The error on one to three lines of cleaned text."""
    from jfconsole.domain.text import visible

    detail = error.detail
    lines = [f"jfconsole: {visible(error.message)}"]
    if detail.server_text:
        status = f" ({detail.status})" if detail.status else ""
        lines.append(f"  the server says{status}: {visible(detail.server_text)}")
    if error.hint:
        lines.append(f"  {visible(error.hint)}")
    return "\n".join(lines)


def error_record(error: ConsoleError) -> dict[str, Json]:
    """The error as `--json` prints it. Keys are stable; those the server did not fill are null."""
    detail = error.detail
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "hint": error.hint or None,
        "method": detail.method or None,
        "path": detail.path or None,
        "status": detail.status,
        "code": detail.code,
        "server_text": detail.server_text,
        "request_id": detail.request_id,
        "exit_code": int(error.exit_code),
    }
