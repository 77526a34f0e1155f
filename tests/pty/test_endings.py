"""However the console ends, the terminal is as it was, the exit code tells, and nothing secret is left behind."""

from __future__ import annotations

import re
import signal
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.pty_console import PtyConsole, clean_environment

SENTINEL = "sentinel-5f1c9a7e-do-not-show"


@dataclass
class Broken:
    console: PtyConsole
    folder: Path
    unmounted: Path

    @property
    def crash_files(self) -> list[Path]:
        return sorted(self.folder.glob("crash-*.txt"))

    def assert_nothing_leaked(self) -> None:
        assert SENTINEL.encode() not in self.console.raw
        assert all(SENTINEL not in file.read_text() for file in self.crash_files)


def _start(tmp_path: Path, *arguments: str, controlling: bool = True) -> Broken:
    folder, unmounted = tmp_path / "state" / "crashes", tmp_path / "unmounted"
    env = clean_environment(tmp_path, SENTINEL=SENTINEL, UNMOUNTED=str(unmounted))
    command = [sys.executable, "-m", "tests.pty.apps.breakable", str(folder), *arguments]
    console = PtyConsole(command, env=env, controlling=controlling, cwd=Path(__file__).parents[2])
    return Broken(console, folder, unmounted)


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Broken]:
    started = _start(tmp_path)
    with started.console as console:
        console.wait_for("ready to break")
        yield started


def test_quitting_gives_the_terminal_back(broken: Broken) -> None:
    broken.console.send("ctrl+q")
    assert broken.console.exit_code() == 0
    broken.console.assert_restored()
    assert broken.unmounted.exists()
    assert not broken.crash_files


def test_a_crash_says_what_and_where_and_shows_no_locals(broken: Broken) -> None:
    broken.console.send("h")
    assert broken.console.exit_code() == 1
    broken.console.assert_restored()
    broken.assert_nothing_leaked()
    (file,) = broken.crash_files
    said = broken.console.raw.rpartition(b"\x1b[?1049l")[2]
    assert b"ValueError: handler: Bearer" in said
    assert str(file).encode() in said
    assert b"\x1b]52" not in broken.console.raw
    assert b"local_sentinel" not in said
    assert "action_break_handler" in file.read_text()


def test_a_crash_file_is_for_its_owner_alone(broken: Broken) -> None:
    broken.console.send("h")
    broken.console.exit_code()
    (file,) = broken.crash_files
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(("key", "says"), [("w", "worker 29"), ("t", "thread 29"), ("l", "thread 29")])
def test_an_error_in_the_background_is_a_message_and_not_the_end(broken: Broken, key: str, says: str) -> None:
    broken.console.send(key)
    broken.console.wait_for(f"RuntimeError: {says}")
    broken.console.send("ctrl+q")
    assert broken.console.exit_code() == 0
    broken.console.assert_restored()
    broken.assert_nothing_leaked()
    assert len(broken.crash_files) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(broken: Broken, number: signal.Signals) -> None:
    broken.console.signal(number)
    assert broken.console.exit_code() == 128 + number
    assert broken.unmounted.exists()
    if number != signal.SIGHUP:  # after which nobody looks at the terminal
        broken.console.assert_restored()


def test_a_dropped_connection_ends_it_in_good_order(broken: Broken) -> None:
    broken.console.hang_up()
    assert broken.console.exit_code() == 129
    assert broken.unmounted.exists()
    assert not broken.crash_files


def test_a_terminal_that_goes_without_a_word_ends_it_too(tmp_path: Path) -> None:
    broken = _start(tmp_path, controlling=False)
    with broken.console as console:
        console.wait_for("ready to break")
        console.hang_up()
        assert console.exit_code() == 129
    assert not broken.crash_files


def test_a_console_that_is_stuck_ends_within_the_grace_and_gives_the_terminal_back(broken: Broken) -> None:
    broken.console.send("s")
    broken.console.wait_for("stuck")
    broken.console.signal(signal.SIGTERM)
    assert broken.console.exit_code() == 143
    broken.console.assert_restored()


def test_an_error_before_the_app_runs_shows_no_locals_either(tmp_path: Path) -> None:
    broken = _start(tmp_path, "early")
    with broken.console as console:
        assert console.exit_code() == 1
        console.assert_restored()
        broken.assert_nothing_leaked()
        assert re.search(rb"RuntimeError: thread 29", console.raw)
        assert b"Traceback" not in console.raw
