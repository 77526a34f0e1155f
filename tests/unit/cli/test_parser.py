"""The command line itself: what it takes, where, and that it never takes a secret."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jfconsole.cli.parser import build_parser
from jfconsole.cli.parsing import MAX_DELETES, BadCommandLine, Parser
from jfconsole.domain import plans
from tests.support.command import Command

SECRET = re.compile(r"token|password|secret|key|credential|passphrase", re.IGNORECASE)
HARMLESS = {
    "--token-file": "a file's name",
    "--token-stdin": "no value at all",
    "--secret": "the id of a question, and a file's name",
    "--token-id": "an id, no token",
    "--key-file": "a file's name",
    "--passphrase-stdin": "no value at all",
    "--peer-token-file": "a file's name",
    "--trusted-keys": "a folder's name",
    "--set-password": "no value at all",
    "--backup-passphrase-stdin": "no value at all",
    "--keyring": "no value at all",
    "--token": "one word of a list: where it is kept",
    "--token-command": "the words of a command",
    "--client-key": "a file's name",
    "--keep-token": "no value at all",
}


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parser and every parser below it."""
    if isinstance(parser, Parser):
        parser.fill()
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers(below)


def test_no_option_takes_a_secret_as_its_value() -> None:
    options = {
        option: action
        for parser in parsers(build_parser())
        for action in parser._actions
        for option in action.option_strings
    }
    suspicious = {option for option in options if SECRET.search(option)}
    assert suspicious == set(HARMLESS)
    assert options["--token-stdin"].nargs == 0
    assert options["--set-password"].nargs == 0
    assert options["--token-file"].metavar == "FILE"


def test_the_limit_that_help_tells_is_the_one_of_plans() -> None:
    assert MAX_DELETES == plans.MAX_DELETES


def test_every_verb_has_help_and_something_to_run() -> None:
    leaves = [parser for parser in parsers(build_parser()) if parser.get_default("run")]
    assert len(leaves) >= 35
    for leaf in leaves:
        assert leaf.description, leaf.prog


@pytest.mark.parametrize(
    "argv",
    [
        ["--json", "--url", "https://a.test", "tokens", "list", "never"],
        ["tokens", "list", "--json", "never", "--url", "https://a.test"],
        ["--url", "https://a.test", "tokens", "list", "--json", "never"],
    ],
)
def test_global_options_may_stand_before_or_after_the_verb(argv: list[str]) -> None:
    parsed = build_parser().parse_args(argv)
    assert (parsed.json, parsed.url, parsed.filter) == (True, "https://a.test", ["never"])


def test_the_last_word_counts_where_both_are_given() -> None:
    parsed = build_parser().parse_args(["--url", "https://a.test", "tokens", "list", "--url", "https://b.test"])
    assert parsed.url == "https://b.test"


@pytest.mark.parametrize(
    "argv",
    [
        ["--token", "x"],
        ["--tok", "x"],
        ["tokens"],
        ["tokens", "frobnicate"],
        ["tokens", "revoke", "--max-deletes", "-1"],
        ["tokens", "revoke", "--max-deletes", "many"],
        ["tokens", "list", "--sort", "colour"],
        ["tokens", "list", "--js"],
        ["nonsense"],
    ],
)
def test_what_is_not_understood_is_an_error_with_help(argv: list[str]) -> None:
    with pytest.raises(BadCommandLine) as caught:
        build_parser().parse_args(argv)
    assert "--help" in caught.value.hint


def test_quiet_leaves_out_remarks_and_nothing_else(tmp_path: Path) -> None:
    cli = Command(tmp_path)
    assert "The journal is empty" in cli("journal", "list").err
    assert cli("journal", "list", "--quiet").err == ""
    assert cli("--quiet", "journal", "show", "none").err != "", "what went wrong is told"
    assert "The journal is empty" in cli("journal", "list").err, "one call does not silence the next"
