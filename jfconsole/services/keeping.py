"""Files that a person asks for: made new, readable by nobody else, never in the place of another."""

from __future__ import annotations

import os
from pathlib import Path

from jfconsole.domain.errors import UsageError


def keep(path: Path, content: str | bytes) -> Path:
    """Write a new file, 0600, and return its absolute path.

    Raises UsageError when something of that name exists, or when it cannot be written.
    """
    place = path.expanduser().absolute()
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise UsageError(f"There is a file {place} already", "Choose another name") from error
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror}", "Choose another place") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        place.unlink(missing_ok=True)
        raise UsageError(f"{place} cannot be written: {error.strerror}", "Choose another place") from error
    return place
