"""Copying from a terminal: through tmux where we are inside it, else through the terminal itself (OSC 52)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Final

from jfconsole.services.child_environment import child_environment

LIMIT: Final = 74_994
"""Characters that terminals accept at once, encoded."""


def fits(text: str) -> bool:
    """Whether a terminal takes the text."""
    return len(text.encode()) * 4 // 3 <= LIMIT


async def copy(text: str, through_terminal: Callable[[str], None]) -> str:
    """Copy `text`; answers a sentence that says what was done, since no terminal confirms it."""
    if not fits(text):
        return "Too long for the terminal's clipboard"
    if os.environ.get("TMUX") and await _load_tmux_buffer(text):
        return "Sent to tmux's buffer and the terminal's clipboard"
    through_terminal(text)
    return "Sent to the terminal's clipboard"


async def _load_tmux_buffer(text: str) -> bool:
    try:
        process = await asyncio.create_subprocess_exec(
            "tmux",
            "load-buffer",
            "-w",
            "-",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=child_environment(),
        )
    except OSError:
        return False
    await process.communicate(text.encode())
    return process.returncode == 0
