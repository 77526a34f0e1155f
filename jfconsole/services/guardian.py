"""Runs one command for a parent, ends it when the parent is gone, and removes the folder that it used.

Used as `python -m jfconsole.services.guardian FOLDER COMMAND…`. The parent holds the other end of stdin: however it
ends, even by a kill that it cannot see coming, stdin ends with it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from typing import Final

from jfconsole.services.child_environment import child_environment

STOP_SECONDS: Final = 5.0
"""How long the command may take to end when asked, before it is killed."""


def guard(folder: str, command: list[str]) -> int:
    """Run the command until it ends or stdin does, then wait for stdin to end, and remove the folder."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # a handler, because an ignored signal would stay so in the command
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=child_environment())
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the command's stdout ends with the command
    alone = threading.Thread(target=_outlive_parent, args=(process,))
    alone.start()
    code = process.wait()
    alone.join()
    shutil.rmtree(folder, ignore_errors=True)
    return code


def _outlive_parent(process: subprocess.Popen[bytes]) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(guard(sys.argv[1], sys.argv[2:]))
