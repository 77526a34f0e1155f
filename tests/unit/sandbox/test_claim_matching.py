"""Claim matching: documented forms, and what must hold whatever the values are."""

import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox.claim_matching import matches

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)
FEW = st.text("ab*", max_size=8)


@pytest.mark.parametrize(
    ("wanted", "found", "fits"),
    [
        ("main", "main", True),
        ("main", "Main", False),
        ("main", "main ", False),
        ("*", "", True),
        ("*", "any/thing\nat all", True),
        ("a*", "a", True),
        ("*a", "ba", True),
        ("a*a", "a", False),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "aXcYb", False),
        ("a**b", "ab", True),
        ("repo:a/b:*", "repo:a/bc:x", False),
        ("a?c", "abc", False),
        ("[ab]", "a", False),
        ("a.c", "abc", False),
        ("*", 5, False),
        ("*", None, False),
        ("*", True, False),
        ("true", True, False),
        (True, True, True),
        (True, 1, False),
        (1, True, False),
        (0, False, False),
        (1, 1.0, True),
        (None, None, True),
        (None, "", False),
        (["a", "b*"], "bc", True),
        (["a", "b"], "c", False),
        ([], "a", False),
        ([], [], False),
        (["a"], ["b", "a"], True),
        (["a", "b"], ["c"], False),
        ("a", ["b", "a"], True),
        ("a*", [], False),
        (["a", 5], 5, True),
        ({"a": "x"}, {"a": "x", "b": 1}, True),
        ({"a": "x", "b": 1}, {"a": "x"}, False),
        ({"a": {"b": ["c*"]}}, {"a": {"b": "cd"}}, True),
        ({}, {"a": 1}, True),
        ({}, "a", False),
        ({"a": 1}, [{"b": 1}, {"a": 1}], True),
    ],
)
def test_values(wanted: object, found: object, fits: bool) -> None:
    assert matches({"claim": wanted}, {"claim": found, "other": "x"}) == fits


@pytest.mark.parametrize(
    ("required", "claims", "fits"),
    [
        ({}, {}, True),
        ({}, {"a": "x"}, True),
        ({"a": "x", "b": "y"}, {"a": "x", "b": "y"}, True),
        ({"a": "x", "b": "y"}, {"a": "x", "b": "z"}, False),
        ({"a": "*"}, {}, False),
        ({"a": None}, {}, False),
    ],
)
def test_every_claim_must_fit(required: dict[str, object], claims: dict[str, object], fits: bool) -> None:
    assert matches(required, claims) == fits


@pytest.mark.parametrize(
    ("wanted", "found", "fits"),
    [("a*", "ab", False), ("a*", "a*", True), (["a"], "a", False), (["a"], ["a"], True), (1, True, False)],
)
def test_exactly(wanted: object, found: object, fits: bool) -> None:
    assert matches({"claim": wanted}, {"claim": found}, exact=True) == fits


@given(FEW, FEW)
def test_the_wildcard_is_that_of_a_shell(pattern: str, text: str) -> None:
    assert matches({"c": pattern}, {"c": text}) == bool(re.match(fnmatch.translate(pattern), text))


@given(st.dictionaries(st.text(max_size=2), st.integers() | st.text("abc", max_size=4)), st.text(max_size=2), VALUES)
def test_claims_fit_themselves_and_one_thing_more_asks_for_more(
    claims: dict[str, object], name: str, value: object
) -> None:
    assert matches(claims, claims)
    if matches({**claims, name: value}, claims):
        assert name in claims


@given(*[st.dictionaries(st.text(max_size=2), VALUES, max_size=4)] * 2)
def test_anything_can_be_asked_of_anything(required: dict[str, object], claims: dict[str, object]) -> None:
    both = matches(required, claims)
    assert both == all(matches({name: value}, claims) for name, value in required.items())


def test_many_wildcards_take_no_time() -> None:
    assert not matches({"c": "a*" * 200 + "b"}, {"c": "a" * 20_000})
