"""Hostile text: what it becomes, what is said about it, and that plain text stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.text import ascii_form, concerns, visible, visible_block

CONTROL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
ANY_TEXT = st.text(alphabet=st.characters(), max_size=40)  # surrogates included


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("release-bot", "release-bot"),
        ("Győr · 東京", "Győr · 東京"),
        ("a\x1b[31mb", "a␛[31mb"),
        ("a\x00b\x07c", "a␀b␇c"),
        ("a\tb\nc\rd", "a⇥b↵c␍d"),
        ("a\x7fb", "a␡b"),
        ("a\x9bb", "a⟨U+009B⟩b"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("a\u2028b", "a↵b"),
        ("a\ud800b", "a⟨U+D800⟩b"),
        ("a\U000e0041b", "a⟨U+E0041⟩b"),
        ("a\u00a0b", "a⟨U+00A0⟩b"),
        ("\u3164", "⟨U+3164⟩"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY_TEXT)
def test_nothing_hidden_is_left_and_cleaning_twice_changes_nothing(text: str) -> None:
    shown = visible(text)
    assert not any(unicodedata.category(char) in CONTROL for char in shown)
    assert visible(shown) == shown
    assert shown.encode("utf-8").decode("utf-8") == shown


@given(ANY_TEXT)
def test_a_block_keeps_only_line_breaks(text: str) -> None:
    shown = visible_block(text)
    assert not any(unicodedata.category(char) in CONTROL for char in shown.replace("\n", ""))


def test_a_block_keeps_its_lines() -> None:
    assert visible_block("a\r\n\tb\nc") == "a\n    b\nc"


@given(ANY_TEXT)
def test_the_ascii_form_is_ascii_and_tells_texts_apart(text: str) -> None:
    shown = ascii_form(text)
    assert shown.isascii()
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("release-bot", ()),
        ("Győr", ()),
        ("東京", ()),
        ("adm\u200bin", ("hidden characters: U+200B",)),
        ("аdmin", ("letters of several scripts: Cyrillic, Latin",)),
        ("ｆull", ("characters that look like others",)),
        ("e\u0301", ("accents written as separate characters",)),
        ("a\u202eb", ("hidden characters: U+202E",)),
    ],
)
def test_concerns(text: str, words: tuple[str, ...]) -> None:
    assert concerns(text) == words
