"""The manual says what the product is: nothing is missing in it, nothing in it is out of date, `man` can show it."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from jfconsole.cli.manual import Manual, manual
from jfconsole.cli.manual_markdown import markdown
from jfconsole.cli.manual_roff import roff
from jfconsole.cli.parser import build_parser
from jfconsole.domain.settings import SETTINGS
from jfconsole.domain.views import READY
from jfconsole.services.glossary import glossary
from jfconsole.ui.actions import ACTIONS, key_names
from tests.architecture.source import PACKAGE
from tests.support.command import Command

DOCS = PACKAGE / "docs"


@cache
def whole() -> Manual:
    return manual()


@cache
def page() -> str:
    return roff(whole())


@cache
def reference() -> str:
    return markdown(whole())


@cache
def shown() -> str:
    """The page as a person reads it, 80 columns wide, without its line breaks."""
    groff = ["groff", "-man", "-Tutf8", "-P-cbou", "-rLL=80n"]
    done = subprocess.run(groff, input=page(), capture_output=True, text=True, check=True, encoding="utf-8")
    return " ".join(done.stdout.split())


def leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                if below.get_default("run"):
                    yield below
                yield from leaves(below)


@cache
def verbs() -> list[argparse.ArgumentParser]:
    parser = build_parser()
    parser.fill_all()
    return list(leaves(parser))


@pytest.mark.parametrize(
    ("file", "made", "how"),
    [
        ("reference.md", reference, "jfconsole man --markdown > jfconsole/docs/reference.md"),
        ("jfconsole.1", page, "jfconsole man > jfconsole/docs/jfconsole.1"),
    ],
)
def test_the_files_that_are_shipped_are_of_this_version(file: str, made: Callable[[], str], how: str) -> None:
    assert (DOCS / file).read_text("utf-8") == made(), f"it is out of date: {how}"


def test_every_verb_and_every_option_is_in_both() -> None:
    found = verbs()
    assert len(found) > 80
    sections = reference().split("\n### ")
    for verb in found:
        (section,) = [part for part in sections if part.startswith(f"{verb.prog}\n")]
        for action in verb._actions:
            for option in action.option_strings:
                known = f"`{option}" in section or f", {option}" in section or f"`{option}" in sections[0]
                assert known or option in {"-h", "--help"}, f"{verb.prog} {option}"
                assert option.replace("-", r"\-") in page() or option == "-h" or option == "--help"


def test_every_action_setting_view_and_term_is_in_the_reference() -> None:
    text = reference().replace("\\", "")
    for action in ACTIONS:
        keys = f"{key_names(action.keys)} · " if action.keys else ""
        assert f"- `{action.id}`: {keys}{action.scope}. {action.help}" in text
    for setting in SETTINGS:
        (line,) = [line for line in text.splitlines() if line.startswith(f"- `{setting.id}`:")]
        assert setting.help in line
        assert str(setting.default).lower() in line.lower()
        assert all(choice in line for choice in setting.choices)
    for kind, views in READY.items():
        assert all(f"- `{kind}: {view.id}`" in text for view in views)
    assert all(term.text in text for term in glossary())


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not here")
class TestAsAPage:
    """What `man` makes of it."""

    def test_it_is_accepted_without_a_warning(self) -> None:
        checked = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", "-z"], input=page(), capture_output=True, text=True, encoding="utf-8"
        )
        assert (checked.returncode, checked.stderr) == (0, "")

    def test_every_verb_option_action_and_setting_can_be_read(self) -> None:
        text = shown()
        missing = [verb.prog for verb in verbs() if verb.prog not in text]
        missing += [action.id for action in ACTIONS if action.id not in text or action.help not in text]
        missing += [setting.id for setting in SETTINGS if setting.help not in text]
        options = {option for verb in verbs() for action in verb._actions for option in action.option_strings}
        missing += [option for option in options - {"-h", "--help"} if option not in text]
        assert missing == []

    def test_what_is_special_to_it_stands_as_it_is_written(self) -> None:
        assert "applied-permissions/roles: with the key" in shown()
        assert "({{actor}})@corp.example | $1" in shown()
        assert "^d, del · tokens." in shown()
        assert "'expires<7d'" in shown()


def test_the_page_is_ascii() -> None:
    assert page().isascii()


def test_the_verb_prints_both(tmp_path: Path) -> None:
    cli = Command(tmp_path)
    assert cli("man").out == page()
    assert cli("man", "--markdown").out == reference()
    assert not (tmp_path / "jfconsole").exists(), "reading the manual writes nothing"


def test_the_wheel_has_the_page_where_man_looks() -> None:
    project = (PACKAGE.parent / "pyproject.toml").read_text("utf-8")
    assert '"jfconsole/docs/jfconsole.1" = "share/man/man1/jfconsole.1"' in project
