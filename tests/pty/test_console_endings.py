"""The real console ends as it should from wherever it is: terminal restored, the right code, nothing left running."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pty.consoles import Session, descendants, on, opened
from tests.support.sandbox import RunningSandbox

BREAKABLE = (sys.executable, "-m", "tests.pty.apps.broken_console")
SENTINEL = "sentinel-5f1c9a7e-do-not-show"


def _list(session: Session) -> None:
    """The token list, as it comes up."""


def _filter(session: Session) -> None:
    session.console.send("/")
    session.console.wait_for(lambda: session.console.caret[0] == 1)


def _review(session: Session) -> None:
    session.console.send("ctrl+d")
    session.console.wait_for("Review before anything is sent")


def _help(session: Session) -> None:
    session.console.send("?")
    session.console.wait_for("Revoke the marked tokens")


def _journal(session: Session) -> None:
    session.console.send("0")
    session.console.wait_for("jfconsole ▸ journal")


PLACES = [_list, _filter, _review, _help, _journal]
QUICK = [_list, _review]
Place = Callable[[Session], None]


@pytest.fixture(
    params=[*QUICK, *(pytest.param(place, marks=pytest.mark.deep) for place in PLACES[1:] if place != _review)]
)
def place(request: pytest.FixtureRequest) -> Place:
    chosen: Place = request.param
    return chosen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_from_anywhere(
    tmp_path: Path, story: RunningSandbox, place: Place, number: signal.Signals
) -> None:
    with opened(tmp_path, on(story, tmp_path)) as session:
        place(session)
        session.console.signal(number)
        assert session.console.exit_code() == 128 + number
        session.console.assert_restored()
        assert session.crash_files == []


def test_a_dropped_connection_ends_it_from_anywhere(tmp_path: Path, story: RunningSandbox, place: Place) -> None:
    with opened(tmp_path, on(story, tmp_path)) as session:
        place(session)
        session.console.hang_up()
        assert session.console.exit_code() == 129
        assert session.crash_files == []


@pytest.mark.parametrize(
    "ending", ["SIGTERM", "SIGKILL", *(pytest.param(name, marks=pytest.mark.deep) for name in ("SIGHUP", "hang up"))]
)
def test_the_demo_s_sandbox_and_its_folder_go_with_the_console(tmp_path: Path, ending: str) -> None:
    with opened(tmp_path, ["demo"]) as session:
        family = descendants(session.console.process.pid)
        if ending == "hang up":
            session.console.hang_up()
        else:
            session.console.signal(signal.Signals[ending])
        code = session.console.exit_code()
        assert code == {"SIGTERM": 143, "SIGHUP": 129, "hang up": 129, "SIGKILL": -9}[ending]
        session.console.wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
        session.console.wait_until(lambda: list((tmp_path / "tmp").iterdir()) == [])


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("jfconsole.ui.screens.tokens:TokensScreen.do_inspect", "i"),
        pytest.param("jfconsole.ui.screens.tokens:TokensScreen.do_revoke", "ctrl+d", marks=pytest.mark.deep),
        pytest.param("jfconsole.ui.screens.review:Review.compose", "ctrl+d", marks=pytest.mark.deep),
        pytest.param("jfconsole.ui.screens.viewer:Viewer.compose", "?", marks=pytest.mark.deep),
        pytest.param("jfconsole.ui.app:ConsoleApp.do_help", "?", marks=pytest.mark.deep),
        pytest.param("jfconsole.ui.screens.snapshots:SnapshotsScreen.columns", "Z", marks=pytest.mark.deep),
    ],
)
def test_a_bug_anywhere_shows_no_locals_and_no_token(
    tmp_path: Path, story: RunningSandbox, target: str, key: str
) -> None:
    environment = {"BREAK": target, "SENTINEL": SENTINEL}
    with opened(tmp_path, on(story, tmp_path), command=BREAKABLE, environment=environment) as session:
        session.console.send(key)
        assert session.console.exit_code() == 1
        session.console.assert_restored()
        assert session.crash_files
        assert b"LookupError: broken on purpose" in session.console.raw
        for kept in (session.console.raw, *(file.read_bytes() for file in session.crash_files)):
            assert SENTINEL.encode() not in kept
            assert story.token.encode() not in kept


def test_a_bug_in_the_background_is_told_and_the_console_goes_on(tmp_path: Path, story: RunningSandbox) -> None:
    environment = {"BREAK": "jfconsole.ui.screens.tokens:TokensScreen.describe", "SENTINEL": SENTINEL}
    with opened(tmp_path, on(story, tmp_path), command=BREAKABLE, environment=environment) as session:
        session.console.send("d")
        session.console.wait_for("Something failed inside jfconsole")
        session.console.send("0")
        session.console.wait_for("jfconsole ▸ journal")
        session.quit()
        (file,) = session.crash_files
        assert SENTINEL.encode() not in session.console.raw + file.read_bytes()
