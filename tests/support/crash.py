"""Ending a process the hard way, at an exact commit of the journal."""

from __future__ import annotations

import os
import resource
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Final

from jfconsole.services.journal_entries import Moment

KILLED: Final = 77
_BROKEN: Final = 99

Listener = Callable[[Moment], None]


def start_child(work: Callable[[], object]) -> int:
    """Run `work` in a forked child; its process id, for `wait_child`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads; the child uses none of them
        pid = os.fork()
    if pid:
        return pid
    code = _BROKEN
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def wait_child(pid: int) -> int:
    """The child's exit code: 0, or `KILLED` when it ended itself through `dying_at`. Fails when its work failed."""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code in {0, KILLED}, "the child failed, see its traceback"
    return code


def in_child(work: Callable[[], object]) -> int:
    """Run `work` in a forked child to its end; the exit code as from `wait_child`."""
    return wait_child(start_child(work))


def dying_at(number: int) -> Listener:
    """A journal listener that ends the process, without any cleanup, at the moment with this number (from 0)."""
    left = number

    def listen(moment: Moment) -> None:
        nonlocal left
        if left == 0:
            os._exit(KILLED)
        left -= 1

    return listen


def fill_disk(folder: Path) -> None:
    """From now on this process makes no file larger than the largest one in this folder is now."""
    size = max(path.stat().st_size for path in folder.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def make_room() -> None:
    """Files may grow again."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
