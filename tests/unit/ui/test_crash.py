"""Crash reports, and the parts of the safe app that need no real terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import WorkerFailed

from jfconsole.domain.errors import Refused
from jfconsole.ui.crash import CONFIDENTIAL, CrashSafe
from jfconsole.ui.crash_report import CrashReports


class Plain(CrashSafe):
    def compose(self) -> ComposeResult:
        yield Static("the token", id="token", classes=CONFIDENTIAL)


def _raised(message: str) -> ValueError:
    local_value = "cmVmdGtu" + "A" * 30
    try:
        raise ValueError(message + local_value[:0])
    except ValueError as error:
        return error


def test_a_report_has_the_traceback_and_no_locals(tmp_path: Path) -> None:
    report = CrashReports(tmp_path / "crashes").write(_raised("broken"))
    assert report.path is not None
    text = report.path.read_text()
    assert "_raised" in text
    assert "ValueError: broken" in text
    assert "AAAA" not in text
    assert report.summary == "ValueError: broken"


def test_a_report_cannot_move_the_cursor_nor_carry_a_token(tmp_path: Path) -> None:
    report = CrashReports(tmp_path).write(_raised("bad \x1b[2J\x9b0c Bearer abcdefgh-ijkl \u202e"))
    assert report.path is not None
    for text in (report.summary, report.path.read_text()):
        assert not {"\x1b", "\x9b", "\u202e"} & set(text)
        assert "abcdefgh" not in text


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_and_folder_are_the_owner_s_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        report = CrashReports(tmp_path / "crashes").write(_raised("broken"))
    finally:
        os.umask(before)
    assert report.path is not None
    assert stat.S_IMODE(report.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(report.path.parent.stat().st_mode) == 0o700


def test_the_same_error_is_written_once(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path)
    first, second = (reports.write(_raised("again")) for _ in range(2))
    other = reports.write(_raised("another"))
    assert first == second
    assert other.id != first.id
    assert len(list(tmp_path.iterdir())) == 2


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    report = CrashReports(tmp_path / "file" / "crashes").write(_raised("broken"))
    assert report.path is None
    assert report.id in report.whereabouts


def test_an_error_that_cannot_say_what_it_is_is_still_reported(tmp_path: Path) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("not even that")

    assert CrashReports(tmp_path).write(Mute()).summary == "Mute"


def test_a_background_error_reaches_the_test_that_runs_the_app(tmp_path: Path) -> None:
    async def run() -> CrashSafe:
        app = Plain(CrashReports(tmp_path))
        async with app.run_test() as pilot:
            app._handle_exception(WorkerFailed(_raised("in a worker")))
            await pilot.press("x")
        return app

    with pytest.raises(ValueError, match="in a worker"):
        asyncio.run(run())


@pytest.mark.parametrize(("leaving", "code"), [(True, 0), (False, 1)])
def test_a_widget_that_is_gone_is_an_error_only_before_the_way_out(tmp_path: Path, leaving: bool, code: int) -> None:
    async def run() -> CrashSafe:
        app = Plain(CrashReports(tmp_path))
        with contextlib.suppress(NoMatches):
            async with app.run_test():
                if leaving:
                    app.exit()
                app._handle_exception(NoMatches("no status line"))
        return app

    assert asyncio.run(run()).return_code == code
    assert len(list(tmp_path.iterdir())) == code


class _Late(Screen[None]):
    """Its worker asks for a widget when the screen is losing all it has."""

    def compose(self) -> ComposeResult:
        yield Static("row", id="row")

    def on_mount(self) -> None:
        self.run_worker(self._ask())

    async def _ask(self) -> None:
        while self.children:  # noqa: ASYNC110  # nothing tells when the last one is gone
            await asyncio.sleep(0)
        self.query_one("#row")


@pytest.mark.parametrize("closing", ["the screen", "the app"])
def test_an_answer_that_comes_when_its_screen_is_being_closed_is_no_error(tmp_path: Path, closing: str) -> None:
    async def scenario() -> None:
        app = Plain(CrashReports(tmp_path))
        async with app.run_test() as pilot:
            await app.push_screen(_Late())
            if closing == "the screen":
                await app.pop_screen()
            await pilot.pause()

    asyncio.run(scenario())
    assert not list(tmp_path.iterdir())


def test_the_palette_offers_no_screenshot(tmp_path: Path) -> None:
    async def titles() -> set[str]:
        app = Plain(CrashReports(tmp_path))
        async with app.run_test():
            return {command.title for command in app.get_system_commands(app.screen)}

    found = asyncio.run(titles())
    assert "Quit" in found
    assert "Screenshot" not in found


def test_no_picture_is_taken_while_a_secret_is_on_the_screen(tmp_path: Path) -> None:
    async def pictures() -> str:
        app = Plain(CrashReports(tmp_path))
        async with app.run_test() as pilot:
            with pytest.raises(Refused):
                app.export_screenshot()
            app.query_one("#token").display = False
            await pilot.pause()
            return app.export_screenshot()

    assert "<svg" in asyncio.run(pictures())
