"""Tab in the shells themselves, set up as `jfconsole completion --help` says."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support.command import Command
from tests.support.pty_console import PtyConsole, clean_environment

pytestmark = pytest.mark.deep

PROMPT: Final = "ready> "
ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Shell:
    """Its file of settings, in the home folder, and what stands in it; the tabs that show what there is."""

    name: str
    file: str
    settings: str
    to_list: tuple[str, ...] = ("tab",)


BASH = Shell("bash", ".bashrc", f'eval "$(jfconsole completion bash)"\nPS1="{PROMPT}"\n', ("tab", "tab"))
ZSH = Shell("zsh", ".zshrc", f'PS1="{PROMPT}"\neval "$(jfconsole completion zsh)"\n')
FISH = Shell(
    "fish",
    ".config/fish/config.fish",
    f"set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\nfunction fish_prompt; echo -n '{PROMPT}'; end\n"
    "jfconsole completion fish > ~/.config/fish/completions/jfconsole.fish\n",
)

CHAINS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "verbs and options": (
        ("jfconsole to", "jfconsole tokens"),
        ("cre", "jfconsole tokens create"),
        ("--serv", "jfconsole tokens create --service"),
    ),
    "choices, and files as the shell names them": (
        ("jfconsole groups apply --exp", "jfconsole groups apply --export"),
        ("terr", "jfconsole groups apply --export terraform"),
        ("-f ~/ans", r"jfconsole groups apply --export terraform -f ~/answers\ one.json"),
    ),
    "a file in quotes": (('jfconsole groups apply -f "ans', 'jfconsole groups apply -f "answers one.json"'),),
    "a file after an option": (("jfconsole groups apply --file=ans", r"--file=answers\ one.json"),),
    "a file that output goes to": (("jfconsole tokens list > ans", r"jfconsole tokens list > answers\ one.json"),),
    "a server, a recipe, a setting": (
        ("true; jfconsole --profile la", "true; jfconsole --profile lab"),
        ("wiz", "true; jfconsole --profile lab wizard"),
        ("run ox", "true; jfconsole --profile lab wizard run ox-security"),
    ),
}


@pytest.fixture(
    params=[
        pytest.param(
            shell,
            id=shell.name,
            marks=pytest.mark.skipif(
                shutil.which(shell.name) is None,
                reason=f"{shell.name} is not installed: the Debian package of that name has it",
            ),
        )
        for shell in (BASH, ZSH, FISH)
    ]
)
def shell(request: pytest.FixtureRequest) -> Shell:
    chosen: Shell = request.param
    return chosen


@contextmanager
def started(shell: Shell, home: Path) -> Iterator[PtyConsole]:
    """The shell in a home folder with a profile and a file."""
    command = home / "bin" / "jfconsole"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m jfconsole "$@"\n')
    command.chmod(0o700)
    for folder in (".config/fish/completions", ".local/share/fish/generated_completions"):
        (home / folder).mkdir(parents=True)  # the second keeps fish from reading every page of the manual
    (home / shell.file).write_text(shell.settings)
    (home / "answers one.json").touch()
    assert Command(home)("profiles", "add", "lab", "--url", "https://lab.example").code == 0
    env = clean_environment(home, JFCONSOLE_HOME=str(home / "jfconsole"))
    env["PATH"] = f"{command.parent}:{env['PATH']}"
    with PtyConsole([shell.name, "-i"], env=env, columns=120, cwd=home) as console:
        console.wait_for(PROMPT.strip())
        yield console


def lines(console: PtyConsole) -> list[str]:
    return [line for line in console.display if line]


def test_tab_completes(shell: Shell, tmp_path: Path) -> None:
    with started(shell, tmp_path) as console:
        ours = set((tmp_path / "jfconsole").rglob("*"))
        for chain in CHAINS.values():
            for typed, completed in chain:
                console.send(typed, "tab")
                console.wait_for(completed)
            assert len(lines(console)) == 1, "nothing but the line is on the screen"
            console.send("ctrl+u")
            console.wait_for(lambda: lines(console) == [PROMPT.strip()])
        console.send("jfconsole completion ", *shell.to_list)
        console.wait_for(re.compile(r"bash\s+fish\s+zsh"))
        assert set((tmp_path / "jfconsole").rglob("*")) == ours, "asking leaves nothing behind"


def test_tab_offers_no_files_for_names_that_only_the_platform_knows(shell: Shell, tmp_path: Path) -> None:
    with started(shell, tmp_path) as console:
        console.send("jfconsole groups show ans", "tab", "X")
        console.wait_for("jfconsole groups show ansX")
        assert len(lines(console)) == 1
