from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.claim_patterns import (
    Resolved,
    Unresolved,
    parse_pattern,
    pattern_problem,
    resolve_groups,
    resolve_user,
)
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted


@pytest.mark.parametrize(
    ("pattern", "value", "result"),
    [
        ("{{actor}}", "joe", "joe"),
        ("{{ actor }}", "joe", "joe"),
        ("{{actor}} | $0@corp.test", "joe", "joe@corp.test"),
        ("{{actor}}|$0@corp.test", "joe", "joe@corp.test"),
        ("({{actor}})@corp.test | $1", "joe@corp.test", "joe"),
        ("({{actor}})@corp.test | $1", "joe@other.test", None),
        ("jf{{actor}}corp.test | $0", "jfjoe@corp.test", "jfjoe@corp.test"),
        ("jf{{actor}}corp.test | $0", "joe@corp.test", None),
        ("(team-)({{actor}}) | $2/$1", "team-red", "red/team-"),
        ("((a){{actor}})b | $1-$2-$0", "axb", "ax-a-axb"),
        ("{{actor}} | fixed", "joe", "fixed"),
        ("{{actor}} | a|b", "joe", "a|b"),
        ("{{actor}}.*", "joe", None),
        ("{{actor}}.*", "joe.*", "joe.*"),
        ("{{actor}}", "", None),
        ("a{{actor}}a", "a", None),
        ("a{{actor}}a | $0", "aa", "aa"),
        ("a({{actor}})a | $1", "aa", None),
        ("{{actor}} | $0 ", " joe ", "joe"),
        ("{{actor}}", 583231, "583231"),
    ],
)
def test_a_user_is_made_of_a_claim(pattern: str, value: Json, result: str | None) -> None:
    found = resolve_user(pattern, {"actor": value})
    assert isinstance(found, Unresolved) if result is None else found == Resolved((Untrusted(result),))


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("", "must name one claim"),
        ("joe", "must name one claim"),
        ("{{}}", "must name one claim"),
        ("{{a}}{{b}}", "must name one claim"),
        ("({{a}} | $1", "does not close"),
        ("{{a}}) | $0", "did not open"),
        ("{{a}} | $1", "no capture for $1"),
        ("({{a}}) | $2", "no capture for $2"),
        ("{{a", "must name one claim"),
        ("{{a}} |", "says nothing after its bar"),
        ("{{a}} | $99999999999999999999", "no capture for"),
    ],
)
def test_what_is_wrong_with_a_pattern_is_said(pattern: str, problem: str) -> None:
    assert problem in (pattern_problem(pattern) or "")
    assert isinstance(resolve_user(pattern, {"a": "x"}), Unresolved)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({}, "The token has no claim actor, which the pattern needs"),
        ({"actor": None}, "The token has no claim actor, which the pattern needs"),
        ({"actor": ["a", "b"]}, "The claim actor holds a list, where one user was expected"),
        ({"actor": ["a"]}, "The claim actor holds a list, where one user was expected"),
        ({"actor": 1.5}, "The claim actor holds something other than text"),
        ({"actor": {"a": 1}}, "The claim actor holds something other than text"),
        ({"actor": True}, "The claim actor holds something other than text"),
    ],
)
def test_a_claim_that_makes_no_user_fails_the_exchange(claims: dict[str, Json], sentence: str) -> None:
    assert resolve_user("{{actor}}", claims) == Unresolved(sentence)


@pytest.mark.parametrize(
    ("pattern", "value", "result"),
    [
        ("{{g}}", "devs,admins,qa", ("devs", "admins", "qa")),
        ("{{g}}", ["devs", " qa "], ("devs", "qa")),
        ("{{g}} | $0-jf", ["a", "b", "a"], ("a-jf", "b-jf")),
        ("jf-({{g}}) | $1", ["jf-a", "jf-b"], ("a", "b")),
        ("jf-({{g}}) | $1", ["jf-a", "b"], ("a",)),
        ("jf-({{g}}) | $1", ["a", "b"], None),
        ("{{g}}", "", None),
        ("{{g}}", " , ", None),
        ("{{g}}", [], None),
        ("{{g}}", 7, None),
        ("{{g}}", ["a", 1, None], ("a",)),
    ],
)
def test_groups_are_made_of_a_list_or_of_one_text(pattern: str, value: Json, result: tuple[str, ...] | None) -> None:
    found = resolve_groups(pattern, {"g": value})
    names = tuple(map(Untrusted, result or ()))
    assert isinstance(found, Unresolved) if result is None else found == Resolved(names)


@given(st.text(alphabet="a(){}|$01 *.", max_size=14), st.text(alphabet="ab(*", max_size=5))
def test_no_pattern_breaks(pattern: str, value: str) -> None:
    found = resolve_user(pattern, {"a": value})
    assert isinstance(found, Resolved | Unresolved)


@given(st.text(alphabet="ab.", max_size=3), st.text(alphabet="xab.", min_size=1, max_size=5), st.text(alphabet="ab."))
def test_captures_give_back_what_stands_there(prefix: str, inner: str, suffix: str) -> None:
    pattern = parse_pattern(f"({prefix})({{{{c}}}})({suffix}) | $1<$2>$3")
    assert pattern.apply(prefix + inner + suffix) == f"{prefix}<{inner}>{suffix}".strip()
