from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.claim_changes import smallest_change, wins_by_accident
from jfconsole.domain.claim_grants import Grant, grant
from jfconsole.domain.claim_patterns import Unresolved
from jfconsole.domain.claim_shadowing import implies, shadows
from jfconsole.domain.claims import Operator, Verdict, evaluate, in_order, judge, value_matches
from jfconsole.domain.mappings import IdentityMapping, TokenSpec
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted
from jfconsole.domain.wildcards import wildcard_match
from tests.unit.domain.test_lint_mappings import a_mapping

MATCHING: list[tuple[Json, Json, bool]] = [
    ("a", "a", True),
    ("a", "A", False),
    ("a", "a ", False),
    ("refs/heads/*", "refs/heads/feature/x", True),
    ("refs/heads/*", "refs/heads/", True),
    ("refs/heads/*", "refs/tags/v1", False),
    ("*/app", "acme/app", True),
    ("a*c*e", "abcde", True),
    ("a*c*e", "abde", False),
    ("a*a", "a", False),
    ("*", "", True),
    ("**", "x", True),
    ("?", "x", False),
    ("[a]", "a", False),
    (["a", "b"], "b", True),
    (["a", "b*"], "bcd", True),
    (["a"], "c", False),
    ([], "a", False),
    ([], [], False),
    ("a", ["b", "a"], True),
    ("a", [], False),
    (["a", "b"], ["c", "b"], True),
    (["a", "b"], ["c", "d"], False),
    ([["a"]], "a", True),
    (1, 1, True),
    (1, 1.0, True),
    (1, "1", False),
    ("1", 1, False),
    (1, True, False),
    (True, True, True),
    (True, "true", False),
    (None, None, True),
    (None, "", False),
    ("", None, False),
    (1, [2, 1], True),
    ({"a": "x*"}, {"a": "xy", "b": 1}, True),
    ({"a": "x"}, {"b": "x"}, False),
    ({"a": {"b": ["c"]}}, {"a": {"b": "c"}}, True),
    ({"a": 1}, [{"a": 2}, {"a": 1}], True),
    ({}, {"a": 1}, True),
    ({}, "a", False),
    ("a", {"a": 1}, False),
]


@pytest.mark.parametrize(("expected", "actual", "matching"), MATCHING)
def test_values(expected: Json, actual: Json, matching: bool) -> None:
    assert value_matches(expected, actual) is matching
    (verdict,) = judge({"claim": [expected]}, {"claim": actual})
    assert verdict.matches is matching


@pytest.mark.parametrize(
    ("expected", "actual", "operator", "sentence"),
    [
        ("a", "b", Operator.EQUALS, 'ref is "b"; "a" is wanted'),
        ("a*", "b", Operator.WILDCARD, 'ref is "b"; something like "a*" is wanted'),
        (["a", "b"], "c", Operator.ANY_OF, 'ref is "c"; one of ["a", "b"] is wanted'),
        (["a"], "c", Operator.ANY_OF, 'ref is "c"; "a" is wanted'),
        ("a", ["c"], Operator.CONTAINS, 'ref is ["c"]; "a" is wanted'),
        (["a"], ["c"], Operator.OVERLAPS, 'ref is ["c"]; "a" is wanted'),
        (1, 2, Operator.SAME_VALUE, "ref is 2; 1 is wanted"),
        ({"a": 1}, "c", Operator.NESTED, 'ref is "c"; {"a": 1} is wanted'),
        ([], "c", Operator.ANY_OF, 'ref is "c"; one of no values, which nothing is, is wanted'),
        ("a", "a", Operator.EQUALS, 'ref is "a", as wanted'),
    ],
)
def test_a_verdict_says_what_was_wanted(expected: Json, actual: Json, operator: Operator, sentence: str) -> None:
    (verdict,) = judge({"ref": expected}, {"ref": actual})
    assert (verdict.operator, verdict.sentence) == (operator, sentence)


def test_a_missing_claim_is_no_null() -> None:
    missing, null = judge({"a": None}, {}), judge({"a": None}, {"a": None})
    assert (missing[0].verdict, null[0].verdict) == (Verdict.MISSING, Verdict.MATCHES)
    assert missing[0].sentence == "The token has no claim a; null is wanted"


def test_nested_claims_are_judged_one_by_one() -> None:
    wanted: dict[str, Json] = {"kubernetes.io": {"namespace": "ci", "serviceaccount": {"name": "x"}}, "iss": "i"}
    found = judge(wanted, {"kubernetes.io": {"namespace": "ci", "serviceaccount": {}}, "iss": "i"})
    assert [(one.name, one.verdict) for one in found] == [
        ("kubernetes.io / namespace", Verdict.MATCHES),
        ("kubernetes.io / serviceaccount / name", Verdict.MISSING),
        ("iss", Verdict.MATCHES),
    ]


def test_hostile_claims_are_shown_cleaned() -> None:
    for verdict in judge({"a\x1b[2J": "\x9b\u202e", "b": "x" * 5000}, {"a\x1b[2J": "\x07", "b": "\x1b" * 5000}):
        assert verdict.sentence.isprintable()
        assert len(verdict.sentence) < 500


def of(name: str, priority: int | None, project: str | None = None, **claims: Json) -> IdentityMapping:
    return a_mapping(claims, name, priority=priority, project_key=Untrusted(project) if project else None)


def test_the_order_is_the_project_then_the_priority_then_none() -> None:
    mappings = [of("late", None), of("five", 5), of("one", 1), of("mine", 9, "acme"), of("other", 1, "shop")]
    assert [one.name for one in in_order(mappings)] == ["one", "five", "late"]
    assert [one.name for one in in_order(mappings, "acme")] == ["mine", "one", "five", "late"]


def test_the_first_that_matches_wins_and_shadows_the_rest() -> None:
    mappings = [of("wide", 2), of("narrow", 3, ref="main"), of("other", 1, ref="dev")]
    found = evaluate(mappings, {"ref": "main"})
    assert found.winner is not None
    assert found.winner.mapping.name == "wide"
    assert [verdict.mapping.name for verdict in found.shadowed] == ["narrow"]
    assert found.nearest is None
    assert [mapping.name for mapping in wins_by_accident(found)] == ["narrow"]


def test_a_mapping_can_be_asked_for_by_name_and_must_match_all_the_same() -> None:
    mappings = [of("wide", 1), of("narrow", 2, ref="main")]
    assert evaluate(mappings, {"ref": "dev"}, only="narrow").winner is None
    found = evaluate(mappings, {"ref": "main"}, only="narrow")
    assert found.winner is not None
    assert found.winner.mapping.name == "narrow"
    assert [mapping.name for mapping in found.left_out] == ["wide"]


def test_the_nearest_miss_has_the_fewest_failing_claims() -> None:
    mappings = [of("far", 1, a="1", b="2", c="3"), of("near", 2, a="1", b="x", c="3"), of("nearer", 3, a="0")]
    nearest = evaluate(mappings, {"a": "1", "b": "2"}).nearest
    assert nearest is not None
    assert nearest.mapping.name == "far"
    assert [verdict.name for verdict in nearest.failing] == ["c"]
    change = smallest_change(nearest)
    assert change.claims == {"a": "1", "b": "2"}
    assert change.sentences == ("Take c out: the token has no such claim",)


def test_no_mappings_and_no_claims() -> None:
    found = evaluate([], {})
    assert (found.winner, found.nearest, found.shadowed) == (None, None, ())
    assert evaluate([of("anyone", None)], {}).winner is not None


texts = st.text(alphabet="ab*/", max_size=5)
scalars = st.one_of(texts, st.booleans(), st.integers(0, 2), st.none())
values: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("xy"), inner, max_size=2)),
    max_leaves=4,
)
claim_sets = st.dictionaries(st.sampled_from("abc"), values, max_size=3)


@given(texts, st.text(alphabet="ab/", max_size=6))
def test_wildcards_are_those_of_a_regular_expression(pattern: str, text: str) -> None:
    import re

    expression = "".join(".*" if char == "*" else re.escape(char) for char in pattern)
    assert wildcard_match(pattern, text) is (re.fullmatch(expression, text, re.DOTALL) is not None)


@settings(max_examples=600, deadline=None)
@given(claim_sets, claim_sets, claim_sets)
def test_what_is_implied_is_admitted(
    stronger: dict[str, Json], weaker: dict[str, Json], token: dict[str, Json]
) -> None:
    if implies(stronger, weaker) and evaluate([a_mapping(stronger)], token).winner:
        assert evaluate([a_mapping(weaker)], token).winner
    assert implies(stronger, stronger)
    assert implies(stronger, {})


@settings(max_examples=300, deadline=None)
@given(claim_sets, claim_sets)
def test_the_smallest_change_lets_the_token_in(wanted: dict[str, Json], token: dict[str, Json]) -> None:
    nearest = evaluate([a_mapping(wanted)], token).nearest
    if nearest is not None:
        change = smallest_change(nearest)
        assert evaluate([a_mapping(change.claims)], token).winner is not None


@settings(max_examples=300, deadline=None)
@given(st.lists(claim_sets, max_size=4), claim_sets)
def test_what_is_shadowed_never_wins(several: list[dict[str, Json]], token: dict[str, Json]) -> None:
    mappings = [a_mapping(claims, f"m{place}", priority=place + 1) for place, claims in enumerate(several)]
    winner = evaluate(mappings, token).winner
    if winner is not None:
        assert winner.mapping not in [shadow.mapping for shadow in shadows(mappings)]


def test_a_project_shadows_global_mappings_in_its_own_exchanges_only() -> None:
    mine, theirs = of("mine", 9, "acme", ref="main"), of("theirs", 1, ref="main")
    (shadow,) = shadows([mine, theirs])
    assert (shadow.mapping.name, shadow.by.name, shadow.project) == ("theirs", "mine", "acme")
    assert shadow.sentence == "theirs never wins in exchanges for project acme: mine comes first and admits the same"
    always = shadows([of("first", 1), of("second", 2, a="x")])
    assert [(shadow.mapping.name, shadow.project) for shadow in always] == [("second", None)]
    assert shadows([of("first", 1, a="x"), of("second", 2)]) == ()


def test_a_grant_is_the_user_of_the_mapping() -> None:
    found = grant(a_mapping({}), {})
    assert isinstance(found, Grant)
    assert (found.username, found.scope, found.audience) == ("ci", "applied-permissions/user", "*@*")
    assert (found.expires_in, found.synthetic) == (600, False)


@pytest.mark.parametrize(
    ("spec", "claims", "username", "scope"),
    [
        ({"scope": 'applied-permissions/groups:"a b",c'}, {}, "ci/build", 'applied-permissions/groups:"a b",c'),
        ({"username_pattern": "{{actor}} | $0@x"}, {"actor": "joe"}, "joe@x", "applied-permissions/user"),
        ({"groups_pattern": "{{g}}"}, {"g": "a, b"}, "ci/build", 'applied-permissions/groups:"a","b"'),
        (
            {"groups_pattern": "{{g}} | $0-x", "scope": "applied-permissions/groups:c", "username": "u"},
            {"g": ["a", "a"]},
            "u",
            'applied-permissions/groups:"c","a-x"',
        ),
    ],
)
def test_patterns_and_scopes_make_a_grant(
    spec: dict[str, str], claims: dict[str, Json], username: str, scope: str
) -> None:
    token_spec = TokenSpec(**{name: Untrusted(value) for name, value in spec.items()})  # type: ignore[arg-type]
    found = grant(a_mapping({}, token_spec=token_spec), claims)
    assert isinstance(found, Grant)
    assert (found.username, found.scope) == (username, scope)


@pytest.mark.parametrize("group", ['a"b', 'x","admins'])
def test_a_group_that_would_break_out_of_the_scope_is_refused(group: str) -> None:
    spec = TokenSpec(groups_pattern=Untrusted("{{g}}"))
    assert isinstance(grant(a_mapping({}, token_spec=spec), {"g": [group]}), Unresolved)


def test_claims_that_cannot_be_read_never_match() -> None:
    mapping = replace(a_mapping({}), claims=None, extra={"claims": "{}"})
    assert evaluate([mapping], {}).winner is None
    assert evaluate([mapping], {}).nearest is None
