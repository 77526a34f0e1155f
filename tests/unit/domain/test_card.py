"""The card says what goes where, and nothing on it but a place holder stands for a secret."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.card import WIDTH, CardLine, card_text, place_holder, plain


def test_a_card() -> None:
    lines = [
        CardLine("JFrog Platform URL", "https://acme.jfrog.io/artifactory", "With /artifactory at its end."),
        CardLine("API Token", place_holder("token")),
        CardLine("Login", f"{plain('ox')}:{place_holder('token')}"),
    ]
    text = card_text("What OX asks for", lines, ["It expires on 2027-02-20.", "Rotate it\nbefore."])
    assert (
        text
        == """\
What OX asks for
================

JFrog Platform URL: https://acme.jfrog.io/artifactory
    With /artifactory at its end.
API Token: {{token}}
Login: ox:{{token}}

It expires on 2027-02-20.
Rotate it
before.
"""
    )


def test_nothing_but_lines() -> None:
    assert card_text("T", [CardLine("A", "b")]) == "T\n=\n\nA: b\n"


def test_values_stay_on_one_line_however_long() -> None:
    value = "https://" + "a" * 200
    assert f"A: {value}\n" in card_text("T", [CardLine("A", value, "x " * 100)])


def test_a_name_cannot_ask_for_a_secret_or_start_a_line() -> None:
    assert plain("{{token}}") == "{ {token}}"
    assert plain("{{{token}}}") == "{ { {token}}}"
    assert plain("a\nAPI Token: x") == "a↵API Token: x"


@given(st.text("{}\n\x1btoken ", max_size=20))
def test_what_is_plain_has_no_place_holder(text: str) -> None:
    shown = plain(text)
    assert "{{" not in shown
    assert shown.isprintable()
    assert plain(shown) == shown
    card = card_text(text, [CardLine(text, plain(text), text)], [text])
    assert "{{" not in card
    assert all(len(line) <= WIDTH for line in card.splitlines())
