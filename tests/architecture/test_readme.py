"""The README says what is so."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest

from jfconsole.cli.environment import VARIABLES
from jfconsole.cli.parser import build_parser
from jfconsole.domain.errors import ExitCode
from tests.architecture.source import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
SETUP = "python3 -m venv .venv && .venv/bin/python -m pip install -q"


def _commands() -> list[str]:
    """The lines of the README that set everything up by themselves."""
    return [line for line in README.splitlines() if line.startswith("python3 -m venv")]


def test_two_commands_do_all_the_set_up() -> None:
    demo, test = _commands()
    assert demo == f"{SETUP} . && .venv/bin/jfconsole demo"
    assert test == f"{SETUP} -e '.[test]' && .venv/bin/python -m pytest"


def test_ci_runs_the_readme_s_test_command() -> None:
    (extract,) = re.findall(r"^  (sed -n .* README\.md)$", CI, re.MULTILINE)
    found = subprocess.run(["bash", "-c", extract], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == [_commands()[1]]
    assert 'bash -euo pipefail -c "$command"' in CI


@pytest.mark.parametrize("check", ["-m pytest -m deep", "ruff check", "ruff format --check", "mypy", "lint-imports"])
def test_ci_runs_every_check(check: str) -> None:
    assert check in CI


def test_ci_does_not_forgive_failures() -> None:
    assert "set -euo pipefail" in CI
    assert "|| true" not in CI


def test_the_paths_it_names_exist() -> None:
    named = re.findall(r"`((?:jfconsole|tests|screenshots|\.ci)/[\w./-]*)`", README)
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_pages_and_pictures_it_leads_to_exist() -> None:
    leads = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(leads) > 5
    assert [path for path in leads if not (ROOT / path).exists()] == []


def test_what_it_names_in_a_file_is_there() -> None:
    named = re.findall(r"`(\w+)` in `([\w./]+\.py)`", README)
    assert len(named) >= 2
    for name, path in named:
        assert re.search(rf"^(def |){name}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), name


def test_the_exit_codes_are_the_ones_there_are() -> None:
    (line,) = re.findall(r"^Exit codes: (.*)\.$", README, re.MULTILINE)
    told = {int(code): words for code, words in re.findall(r"(\d) ([a-z ]+)", line)}
    names = {0: "done", 1: "failed", 2: "usage", 3: "refused", 4: "not found", 5: "outcome unknown"}
    assert {code: words.strip() for code, words in told.items()} == names
    assert sorted(told) == sorted(int(code) for code in ExitCode)


def test_the_commands_it_shows_are_understood() -> None:
    lines = [line for line in README.splitlines() if re.match(r"jfconsole(\s|$)", line)]
    assert len(lines) > 5
    for line in lines:
        words = shlex.split(line, comments=True)[1:]
        arguments = words[: words.index("<")] if "<" in words else words
        build_parser().parse_args(arguments)


def test_the_variables_it_names_are_the_ones_that_are_read() -> None:
    for pair in VARIABLES:
        assert f"| `{pair[0]}` | `{pair[1]}` |" in README
