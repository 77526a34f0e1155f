"""What a shell is told when somebody presses tab. The shells themselves: `tests/pty/test_shells.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Command

FILE_WANTED = 10
HEAVY = ("textual", "rich", "httpx", "cryptography", "msgspec", "sqlite3")


def ask(typed: str, home: Path, *python: str) -> subprocess.CompletedProcess[str]:
    """Ask as the scripts for the shells do; the answer stands in `told`."""
    asked = Command(
        home,
        _ARGCOMPLETE="1",
        _ARGCOMPLETE_IFS="\n",
        _ARGCOMPLETE_SUPPRESS_SPACE="1",
        _ARGCOMPLETE_STDOUT_FILENAME=str(home / "told"),
        COMP_LINE=typed,
        COMP_POINT=str(len(typed)),
    )
    command = [sys.executable, *python, "-m", "jfconsole"]
    return subprocess.run(command, env=asked.environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def told(home: Path) -> set[str]:
    return set((home / "told").read_text().splitlines())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jfconsole vaults secrets ", {"list", "show", "put", "delete"}),
        ("jfconsole tokens create --serv", {"--service"}),
        ("jfconsole --json --url https://a.example groups mem", {"members"}),
        ("jfconsole groups apply --export ", {"curl", "jf", "terraform"}),
        ("jfconsole --url ", set()),
        ("jfconsole groups show rea", set()),
        ("jfconsole wizard run ox", {"ox-security"}),
        ("jfconsole settings set motion ", {"true", "false"}),
        ("jfconsole mappings simulate github --sample gitl", {"gitlab", "gitlab-self-managed"}),
    ],
)
def test_what_may_come_next(typed: str, expected: set[str], tmp_path: Path) -> None:
    asked = ask(typed, tmp_path)
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, "", "")
    assert told(tmp_path) == expected
    assert {path.name for path in tmp_path.iterdir()} == {"told"}, "asking leaves nothing behind"


@pytest.mark.parametrize("typed", ["groups apply -f ", "snapshot diff a.json ", "tokens check "])
def test_files_are_left_to_the_shell(typed: str, tmp_path: Path) -> None:
    assert ask(f"jfconsole {typed}", tmp_path).returncode == FILE_WANTED
    assert told(tmp_path) == set()


def test_options_are_offered_where_nothing_else_is(tmp_path: Path) -> None:
    ask("jfconsole journal list ", tmp_path)
    assert {"--json", "--profile"} < told(tmp_path)


def test_profiles_by_their_names_and_nothing_heavy_for_it(tmp_path: Path) -> None:
    here = Command(tmp_path)
    for name in ("prod", "lab"):
        assert here("profiles", "add", name, "--url", f"https://{name}.example").code == 0
    imported = ask("jfconsole tokens list --profile ", tmp_path, "-X", "importtime").stderr
    assert told(tmp_path) == {"prod", "lab"}
    assert "argcomplete" in imported
    assert [name for name in HEAVY if f" {name}\n" in imported] == []
    ask("jfconsole profiles use l", tmp_path)
    assert told(tmp_path) == {"lab"}
