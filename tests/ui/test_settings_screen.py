"""Settings: asked in a form, in effect at once, kept in a file that verbs read too."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual.color import Color
from textual.css.stylesheet import Stylesheet

from jfconsole.domain.times import local_text
from jfconsole.ui.screens.form import FormScreen
from tests.support.command import Command
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox

NOON = 1_800_014_400
"""2027-01-15 12:00:00 UTC."""


@pytest.fixture(autouse=True)
def _own_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone of the process is given back."""
    monkeypatch.setenv("TZ", "UTC")


def test_what_is_chosen_is_in_effect_at_once_and_kept(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def choose(hands: Hands) -> None:
        await hands.see("live 5s")
        await hands.press("comma")
        await hands.until(lambda: hands.top(FormScreen), "the settings")
        form = hands.app.screen
        assert isinstance(form, FormScreen)
        for field, text in (("refresh", "1"), ("times", "Asia/Tokyo")):
            form.query_one(f"#field-{field}").focus()
            await hands.press("end", "ctrl+u")
            await hands.type(text)
        await hands.press("ctrl+s")
        await hands.see("whole number of seconds from 2 to 3,600")
        form.query_one("#field-refresh").focus()
        await hands.press("end", "ctrl+u")
        await hands.type("30")
        await hands.press("ctrl+s")
        await hands.see("The settings are kept")
        await hands.see("live 30s")
        assert local_text(NOON) == "2027-01-15 21:00"

    async def again(hands: Hands) -> None:
        await hands.see("live 30s")
        assert local_text(NOON) == "2027-01-15 21:00"

    drive(console(connection(sandbox), tmp_path), choose, (80, 24))
    drive(console(connection(sandbox), tmp_path), again, (80, 24))
    kept = (tmp_path / "config" / "settings.toml").read_text()
    assert "refresh = 30" in kept
    assert "theme" not in kept, "what is as by default is left out"
    time.tzset()


def test_every_theme_can_be_painted(sandbox: RunningSandbox, tmp_path: Path) -> None:
    from jfconsole.domain.settings import THEMES

    async def scenario(hands: Hands) -> None:
        for theme in THEMES:
            hands.app.theme = theme
            await hands.pilot.pause()
            assert "tokens" in hands.text

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))


def test_a_theme_reaches_every_section_and_a_new_one_has_no_style_sheet_read_anew(
    sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Stylesheet] = []
    reparse = Stylesheet.reparse

    def noted(sheet: Stylesheet) -> None:
        read.append(sheet)
        reparse(sheet)

    monkeypatch.setattr(Stylesheet, "reparse", noted)

    async def scenario(hands: Hands) -> None:
        async def painted(section: str) -> None:
            hands.app.show_section(section)
            await hands.until(lambda: hands.app.current_mode == section, section)
            ground = Color.parse(hands.app.get_css_variables()["background"])
            await hands.until(lambda: hands.app.screen.styles.background == ground, f"{section} in its colours")

        await hands.see("live 5s")
        await painted("glossary")
        assert read == []
        hands.app.theme = "textual-light"
        await painted("tokens")
        await painted("requests")
        await painted("glossary")

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))


def test_a_file_that_cannot_be_used_is_said_and_shuts_nobody_out(sandbox: RunningSandbox, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text('theme = "mauve"\n')

    async def scenario(hands: Hands) -> None:
        await hands.see(r"settings.toml:1: theme: it takes one of")
        await hands.see("live 5s")

    drive(console(connection(sandbox), tmp_path), scenario, (200, 30))


def test_at_the_command_line(tmp_path: Path) -> None:
    cli = Command(tmp_path)
    assert cli("settings", "set", "refresh", "60").code == 0
    assert cli("settings", "set", "motion", "on").code == 0
    values = {item["id"]: item["value"] for item in cli("settings", "list", "--json").json["settings"]}
    assert values == {"theme": "textual-dark", "refresh": 60, "times": "local", "motion": True}
    for name, value in (("refresh", "1"), ("refresh", "often"), ("times", "Middle/Earth"), ("motion", "maybe")):
        refused = cli("settings", "set", name, value)
        assert refused.code == 2
        assert name in refused.err
    assert cli("settings", "set", "mood", "good").code == 4
    assert cli("settings", "set", "refresh", "9", "--read-only").code == 3
    file = tmp_path / "jfconsole" / "config" / "settings.toml"
    file.write_text(file.read_text() + 'later = "kept"\n')
    assert cli("settings", "reset", "refresh").code == 0
    assert 'later = "kept"' in file.read_text(), "what a newer console wrote stays"
    assert "60" not in cli("settings", "list").out
