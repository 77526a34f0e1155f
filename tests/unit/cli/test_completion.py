"""What a shell is told when somebody presses tab."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Command


def candidates(typed: str, home: Path) -> set[str]:
    """What may come next."""
    told = home / "told"
    told.touch()
    asked = Command(
        home,
        _ARGCOMPLETE="1",
        _ARGCOMPLETE_IFS="\n",
        _ARGCOMPLETE_STDOUT_FILENAME=str(told),
        COMP_LINE=typed,
        COMP_POINT=str(len(typed)),
    )
    assert asked.process().code == 0
    return {word.strip() for word in told.read_text().splitlines()}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jfconsole to", {"tokens"}),
        ("jfconsole tokens cre", {"create"}),
        ("jfconsole tokens create --serv", {"--service"}),
        ("jfconsole --json --url https://a.example groups mem", {"members"}),
        ("jfconsole groups apply --export ", {"curl", "jf", "terraform"}),
        ("jfconsole completion f", {"fish"}),
    ],
)
def test_what_may_come_next(typed: str, expected: set[str], tmp_path: Path) -> None:
    assert candidates(typed, tmp_path) == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_text_for_a_shell_names_the_command(shell: str, tmp_path: Path) -> None:
    ended = Command(tmp_path)("completion", shell)
    assert ended.code == 0
    assert "jfconsole" in ended.out


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
def test_bash_takes_it(tmp_path: Path) -> None:
    script = Command(tmp_path)("completion", "bash").out
    asked = f"""{script}
jfconsole() {{ {sys.executable} -m jfconsole "$@"; }}
export -f jfconsole
COMP_LINE="jfconsole journal re"; COMP_POINT=${{#COMP_LINE}}; COMP_TYPE=9
$(complete -p jfconsole | sed 's/.*-F \\([^ ]*\\).*/\\1/') jfconsole re journal
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    ended = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["resume"]
