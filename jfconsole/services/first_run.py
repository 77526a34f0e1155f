"""What is remembered of the first run: whether the tour was shown."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.storage.private import private_dir, private_file

FILE: Final = "tour-seen"
"""An empty file in the state folder: a person has seen the tour, or left it."""


class Welcome(StrEnum):
    """How the console receives a person."""

    NONE = "none"
    HINT = "hint"
    """With a line that tells of the tour."""
    TOUR = "tour"


def tour_seen(state: Path) -> bool:
    """Whether the tour was shown on this machine, or left."""
    return (state / FILE).exists()


def remember_tour(state: Path) -> None:
    """It was shown. Where that cannot be written, it is offered again: nothing else depends on it."""
    with contextlib.suppress(OSError, ConsoleError):
        private_dir(state)
        private_file(state / FILE)
