"""Patterns that take names from claims: the documented ones, and the grammar whatever is in it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox import identity_patterns
from jfconsole.sandbox.identity_patterns import BadPattern, NoName

PLAIN = st.text("ab.@-_*+?[]^\\ ", max_size=4)
VALUE = st.text(min_size=1, max_size=12).filter(lambda text: text == text.strip())


@pytest.mark.parametrize(
    ("pattern", "claims", "name"),
    [
        ("{{actor}}", {"actor": "saidegreen"}, "saidegreen"),
        ("{{actor}} | $0@jfrog.com", {"actor": "saidegreen"}, "saidegreen@jfrog.com"),
        ("({{actor}})@jfrog.com|$1", {"actor": "username@jfrog.com"}, "username"),
        ("({{actor}})@jfrog.com | $1", {"actor": "username@jfrog.com"}, "username"),
        ("jf{{mail}}jfrog.com|$0", {"mail": "jfuserid30@jfrog.com"}, "jfuserid30@jfrog.com"),
        ("jf{{mail}}jfrog.com", {"mail": "jfuserid30@jfrog.com"}, "jfuserid30@jfrog.com"),
        ("(({{a}})-x) | $2/$1/$0", {"a": "n-x"}, "n/n-x/n-x"),
        ("{{a}} | fixed", {"a": "anything"}, "fixed"),
        ("{{a}} | $0|$0", {"a": "x"}, "x|x"),
        ("  {{ a }}  |  $0  ", {"a": "x"}, "x"),
        ("{{oidc.circleci.com/project-id}}", {"oidc.circleci.com/project-id": "p"}, "p"),
        ("{{n}}", {"n": 5}, "5"),
        ("{{a}}.x", {"a": "nyx"}, None),
        ("{{a}}.x", {"a": "n.x"}, "n.x"),
        ("({{a}})@corp.test | $1", {"a": "n@corp.test.evil"}, None),
        ("({{a}})@corp.test | $1", {"a": "@corp.test"}, None),
        ("{{a}}", {}, None),
        ("{{a}}", {"a": ""}, None),
        ("{{a}}", {"a": True}, None),
        ("{{a}}", {"a": None}, None),
        ("{{a}}", {"a": ["x"]}, None),
    ],
)
def test_user_names(pattern: str, claims: dict[str, object], name: str | None) -> None:
    if name is None:
        with pytest.raises(NoName):
            identity_patterns.username(pattern, claims)
    else:
        assert identity_patterns.username(pattern, claims) == name


@pytest.mark.parametrize(
    ("pattern", "claim", "names"),
    [
        ("{{groups}}", "devs,admins,qa", ("devs", "admins", "qa")),
        ("{{groups}}", " devs , qa ,", ("devs", "qa")),
        ("{{groups}}", ["a b", "c,d"], ("a b", "c,d")),
        ("{{groups}} | $0-jfrog", ["gitgroup"], ("gitgroup-jfrog",)),
        ("ci-({{groups}}) | $1", ["ci-a", "b", "ci-c"], ("a", "c")),
        ("{{groups}} | one", ["a", "b"], ("one",)),
        ("{{groups}}", [5, None, "a"], ("a",)),
        ("{{groups}}", [], None),
        ("{{groups}}", ",", None),
        ("{{groups}}", 5, None),
        ("{{groups}}", None, None),
        ("ci-{{groups}}", ["a"], None),
        ("{{groups}}", ["a", 'b","admins'], None),
    ],
)
def test_group_names(pattern: str, claim: object, names: tuple[str, ...] | None) -> None:
    if names is None:
        with pytest.raises(NoName):
            identity_patterns.groups(pattern, {"groups": claim})
    else:
        assert identity_patterns.groups(pattern, {"groups": claim}) == names


@pytest.mark.parametrize(
    "pattern",
    ["", "actor", "{actor}", "{{}}", "{{a}}{{b}}", "({{a}}", "{{a}})", "{{a}} | $1", "({{a}}) | $2", "{{a}} |", "| $0"],
)
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(BadPattern):
        identity_patterns.parse(pattern)


@given(PLAIN, PLAIN, VALUE)
def test_all_signs_but_parentheses_mean_themselves(before: str, after: str, value: str) -> None:
    before, after = before.lstrip(), after.rstrip()
    whole = f"{before}{value}{after}"
    pattern = f"{before}({{{{a}}}}){after} | $1"
    assert identity_patterns.username(pattern, {"a": whole}) == value
    if before and not f"x{whole}".startswith(before):
        with pytest.raises(NoName):
            identity_patterns.username(pattern, {"a": f"x{whole}"})


@given(st.text("ab(){}|$01 ", max_size=14), VALUE)
def test_every_text_is_a_pattern_or_is_none(text: str, value: str) -> None:
    try:
        pattern = identity_patterns.parse(text)
    except BadPattern:
        return
    with contextlib.suppress(NoName):
        assert pattern.name(value)
