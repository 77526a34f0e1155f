"""Names, pins and keys of profiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.profiles import NAME_LIMIT, Profile, pin_words, profile_name_of, profile_name_problem, read_pin

DIGITS = "0123456789abcdef" * 4


@given(st.text(max_size=80))
def test_every_text_comes_to_a_good_name(text: str) -> None:
    name = profile_name_of(text)
    assert profile_name_problem(name) is None
    assert profile_name_of(name) == name


def test_names() -> None:
    assert profile_name_of("Acme_Prod.EU") == "acme-prod-eu"
    assert profile_name_of("§§") == "server"
    assert profile_name_problem("a" * (NAME_LIMIT + 1))


@pytest.mark.parametrize("text", [DIGITS, DIGITS.upper(), pin_words(DIGITS), f" {pin_words(DIGITS).lower()}\n"])
def test_a_pin_in_any_dress(text: str) -> None:
    assert read_pin(text) == DIGITS


@pytest.mark.parametrize("text", ["", DIGITS[1:], DIGITS + "0", "g" + DIGITS[1:]])
def test_no_pin(text: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        read_pin(text)


def test_a_token_is_bound_to_its_url() -> None:
    here = Profile(name="acme", url="https://acme.jfrog.io")
    there = Profile(name="acme", url="https://acme.jfrog.io.evil.example")
    assert here.token_key != there.token_key
    assert here.token_key.startswith("acme-")
