"""Terraform's language: every text comes out as it went in, and the layout is that of `terraform fmt`."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.exports.hcl import Block, Encoded, Expression, document, identifier, quoted
from jfconsole.domain.text import visible

TERRAFORM = shutil.which("terraform")
needs_terraform = pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed")

PIECES = st.sampled_from(["$", "%", "{", "}", "${", "%{", "$${", "%%{", '"', "\\", "\n", "\t", "\x1b", "\u202e", "ü"])
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=8).map("".join)
TOKEN = re.compile(r'\\u([0-9a-f]{4})|\\U([0-9a-f]{8})|\\([nrt"\\])|(\$\$\{)|(%%\{)|([$%]\{)|(.)', re.DOTALL)


def read_back(source: str) -> str:
    """What HCL makes of a quoted template, by its specification; a template in it fails."""
    found = []
    for short, long, named, dollar, percent, template, plain in TOKEN.findall(source[1:-1]):
        assert not template, f"{source} has a template in it"
        assert plain != '"', f"{source} ends early"
        if short or long:
            found.append(chr(int(short or long, 16)))
        elif named:
            found.append({"n": "\n", "r": "\r", "t": "\t"}.get(named, named))
        else:
            found.append("${" if dollar else "%{" if percent else plain)
    return "".join(found)


@given(TEXTS)
def test_every_text_comes_out_as_it_went_in(text: str) -> None:
    source = quoted(text)
    assert read_back(source) == re.sub("[\ud800-\udfff]", "\ufffd", text)
    assert visible(source) == source, "nothing in a file may hide, or move a cursor"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("plain", '"plain"'),
        ("${x}", '"$${x}"'),
        ("%{ if x }", '"%%{ if x }"'),
        ("$${x}", '"$\\u0024{x}"'),
        ('a "b" \\ c', '"a \\"b\\" \\\\ c"'),
        ("two\nlines", '"two\\nlines"'),
        ("\u202egnp", '"\\u202egnp"'),
        ("grün 😀", '"grün 😀"'),
        ("\U000e0041", '"\\U000e0041"'),
    ],
)
def test_how_texts_read(text: str, source: str) -> None:
    assert quoted(text) == source


@needs_terraform
def test_terraform_reads_them_so(tmp_path: Path) -> None:
    texts = [
        "$${x}",
        "$$${x}",
        "a${b}%{c}%%{d}",
        '"\\',
        "\n\t\r",
        "\u202e\x1b\x7f",
        "ü😀",
        "$",
        "%",
        "{",
        "$$",
        "\\u0041",
    ]
    (tmp_path / "main.tf").write_text(document([], [Block("locals", (), {"texts": texts})]))
    asked = "jsonencode([for text in local.texts : base64encode(text)])\n"
    done = subprocess.run(
        ["terraform", "console"], cwd=tmp_path, input=asked, capture_output=True, text=True, check=True, timeout=60
    )
    (said,) = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('"')]
    assert [base64.b64decode(text).decode() for text in json.loads(said)] == texts


@given(st.text())
def test_names_of_blocks_are_identifiers(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", identifier(text))


LAYOUT = Block(
    "resource",
    ("a_thing", "it"),
    {
        "name": "x",
        "long_name": 3,
        "list": ["a", True, 1.5],
        "long_list": [f"member-number-{number}" for number in range(9)],
        "empty": [],
        "nothing": {},
        "reference": Expression("var.x"),
        "object": {"a": 1, "bcd": [{"name": "x", "permissions": ["READ"]}]},
        "json": Encoded({"sub": "repo:a", "ünïcode key": [1, None, {"x.y": {}}], "e": []}),
        "last": "y",
    },
    (Block("lifecycle", (), {"ignore_changes": [Expression("a")]}), Block("empty", (), {})),
    ("A comment\nof \x1b two lines",),
)


def test_the_layout() -> None:
    text = document(["Title"], [LAYOUT])
    lines = text.splitlines()
    assert lines[:5] == ["# Title", "", "# A comment↵of ␛ two lines", 'resource "a_thing" "it" {', '  name      = "x"']
    assert '    "ünïcode key"' not in text
    assert text.endswith("}\n")


@needs_terraform
def test_terraform_would_leave_it_so(tmp_path: Path) -> None:
    file = tmp_path / "main.tf"
    file.write_text(document(["Title"], [LAYOUT, LAYOUT]))
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", str(file)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "")
