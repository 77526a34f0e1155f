"""Colours are left out when that is asked for, and never get into a pipe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pty.consoles import on, opened
from tests.support.command import Command
from tests.support.sandbox import RunningSandbox

_COLOUR = re.compile(rb"\x1b\[(?:[0-9]+;)*(?:3[0-7]|38|4[0-7]|48|9[0-7]|10[0-7])(?:;[0-9]+)*m")
"""A sequence that sets a colour of letters or of what is behind them."""


def greys(raw: bytes) -> bool:
    """Whether every colour in it is a shade of grey: without colours, Textual draws in those."""
    coloured = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", raw)
    return all(red == green == blue for red, green, blue in coloured)


@pytest.mark.parametrize(
    ("arguments", "environment", "grey"),
    [
        (["--no-color"], {}, True),
        pytest.param([], {"NO_COLOR": "1"}, True, marks=pytest.mark.deep),
        pytest.param([], {"NO_COLOR": ""}, False, marks=pytest.mark.deep),
    ],
    ids=["--no-color", "NO_COLOR", "empty"],
)
def test_the_console_has_no_colour_when_none_is_wanted(
    story: RunningSandbox, tmp_path: Path, arguments: list[str], environment: dict[str, str], grey: bool
) -> None:
    with opened(tmp_path, [*arguments, *on(story, tmp_path)], environment=environment) as session:
        session.quit()
        assert greys(session.console.raw) is grey


def test_nothing_in_a_pipe_has_a_colour(story: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, story.url, story.token)
    for words in (["tokens", "list"], ["--help"], ["tokens", "create", "--help"], ["tokens", "show", "nobody"]):
        ended = cli(*words)
        assert not _COLOUR.search((ended.out + ended.err).encode())
    assert "--no-color" in cli("groups", "list", "--help").out
    assert cli("--no-color", "tokens", "list", "--quiet").code == 0
