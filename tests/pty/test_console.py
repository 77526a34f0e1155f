"""The console as a person meets it: in a terminal, by keys, at both sizes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jfconsole.ui.actions import ACTIONS
from tests.pty.consoles import descendants, on, opened
from tests.support.sandbox import RunningSandbox

SIZES = [(80, 24), (200, 60)]
OLD = ("tomasz.nowak", "old-jenkins", "build-bot")
LEAVING = {"app.quit", "tokens.revoke"}


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    chosen: tuple[int, int] = request.param
    return chosen


def test_three_tokens_that_never_expire_are_found_and_revoked_in_the_demo(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(tmp_path, ["demo"], size=size) as session:
        console = session.console
        session.filter_by("never", " 8 of 61")
        console.send("space", "space", "space")
        console.wait_for("3 marked")
        console.send("ctrl+d")
        console.wait_for("Type revoke 3 to confirm")
        assert "stop working" in console.text
        console.send("revoke 3", "enter")
        console.wait_for("3 done")
        console.wait_for("Report saved to")
        (report,) = tmp_path.rglob("reports/*.jsonl")
        lines = [json.loads(line) for line in report.read_text().splitlines()]
        assert [line["outcome"] for line in lines if "outcome" in line] == ["done"] * 3
        console.send("escape")
        console.wait_gone("Report saved to")
        console.wait_for(" 5 of 58")
        console.send("0")
        console.wait_for("Revoke 3 tokens")
        session.quit()
        console.wait_until(lambda: session.files() == [])


def test_the_typed_confirmation_has_to_be_right(tmp_path: Path, story: RunningSandbox) -> None:
    before = len(story.requests())
    with opened(tmp_path, on(story, tmp_path)) as session:
        console = session.console
        session.filter_by("never", " 8 of 61")
        console.send("space", "space")
        console.wait_for("2 marked")
        console.send("ctrl+d")
        console.wait_for("Type revoke 2 to confirm")
        console.send("revoke 3", "enter")
        console.wait_for("revoke 3")
        console.send("escape")
        console.wait_gone("Review before")
        session.quit()
    assert {request["method"] for request in story.requests()[before:]} <= {"GET", "HEAD"}


def test_all_keys_one_after_the_other(tmp_path: Path, story: RunningSandbox, size: tuple[int, int]) -> None:
    """As a cat would press them, twice over; then the way back, and the list stands there again."""
    keys = [_pressed(key) for action in ACTIONS if action.id not in LEAVING for key in action.keys]
    with opened(tmp_path, on(story, tmp_path), size=size) as session:
        console = session.console
        for key in [*keys, *reversed(keys)]:
            console.send(key, "escape", "j", "escape")
        for _ in range(4):
            console.send("escape")
        console.send("1", "u")
        console.wait_for("jfconsole ▸ tokens")
        session.quit()
        assert session.crash_files == []


def _pressed(key: str) -> str:
    return {
        "question_mark": "?",
        "colon": ":",
        "slash": "/",
        "minus": "-",
        "asterisk": "*",
        "alt+left": "\x1b[1;3D",
        "alt+right": "\x1b[1;3C",
    }.get(key, key)


def test_what_is_typed_in_one_go_finds_the_line_that_it_opens(
    tmp_path: Path, story: RunningSandbox, size: tuple[int, int]
) -> None:
    with opened(tmp_path, on(story, tmp_path), size=size) as session:
        session.console.send(":journal")
        session.console.wait_for(":journal")
        session.console.send("enter")
        session.console.wait_for("jfconsole ▸ journal")
        session.console.send("1")
        session.console.wait_for("jfconsole ▸ tokens")
        session.console.send("/never !admin")
        session.console.wait_for("/ never !admin")
        session.quit()


def test_help_names_the_keys_of_the_screen(tmp_path: Path, story: RunningSandbox, size: tuple[int, int]) -> None:
    with opened(tmp_path, on(story, tmp_path), size=size) as session:
        for key in ("?", "f1"):
            session.console.send(key)
            session.console.wait_for("Revoke the marked tokens")
            session.console.send("escape")
            session.console.wait_gone("Revoke the marked tokens")
        session.quit()


def test_the_command_line_quits(tmp_path: Path, story: RunningSandbox) -> None:
    with opened(tmp_path, on(story, tmp_path)) as session:
        session.console.send(":")
        session.console.wait_for(lambda: session.console.display[-1].lstrip().startswith(":"))
        session.console.send("q")
        session.console.wait_for(lambda: session.console.caret[0] == 23)
        session.console.send("enter")
        assert session.console.exit_code() == 0
        session.console.assert_restored()


def test_escape_and_the_next_key_are_two_keys(tmp_path: Path, story: RunningSandbox) -> None:
    """The key comes just after the escape, as it does by hand: it must not become alt and that key."""
    with opened(tmp_path, on(story, tmp_path)) as session:
        session.filter_by("never", " 8 of 61")
        session.console.send("escape")
        session.console.wait_for(" 61 of 61")
        session.console.send("0")
        session.console.wait_for("jfconsole ▸ journal")
        session.quit()


def test_the_screen_follows_the_terminal(tmp_path: Path, story: RunningSandbox) -> None:
    with opened(tmp_path, on(story, tmp_path)) as session:
        for columns, lines in [(200, 60), (80, 24), (120, 40)]:
            session.console.resize(columns, lines)
            session.console.wait_for(lambda lines=lines: "enter open" in session.console.display[lines - 1])  # type: ignore[misc]
        session.quit()


def test_development_switches_of_the_toolkit_write_nothing(tmp_path: Path, story: RunningSandbox) -> None:
    switches = {"TEXTUAL_LOG": str(tmp_path / "keys.log"), "TEXTUAL_SCREENSHOT": "0", "TEXTUAL_PRESS": "ctrl+q"}
    switches["TEXTUAL_SCREENSHOT_LOCATION"] = str(tmp_path)
    with opened(tmp_path, on(story, tmp_path), environment=switches) as session:
        session.filter_by("never", " 8 of 61")
        session.quit()
    assert not (tmp_path / "keys.log").exists()
    assert list(tmp_path.rglob("*.svg")) == []


def test_the_demo_ends_with_the_console(tmp_path: Path) -> None:
    with opened(tmp_path, ["demo"]) as session:
        family = descendants(session.console.process.pid)
        assert len(family) >= 2
        session.quit()
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []
    session.console.wait_until(lambda: list((tmp_path / "tmp").iterdir()) == [])
