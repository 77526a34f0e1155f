"""Ant patterns, against the manual's examples and against a model that is too simple to be wrong."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.patterns import PathVerdict, admits_nothing, covers, judge_path, matches


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("**", "", True),
        ("**", "a/b/c", True),
        ("*", "a", True),
        ("*", "a/b", False),
        ("org/**", "org", True),
        ("org/**", "org/a/b", True),
        ("org/**", "organic/a", False),
        ("org/", "org/a/b", True),
        ("**/*.jar", "lib.jar", True),
        ("**/*.jar", "org/acme/lib.jar", True),
        ("**/*.jar", "org/acme/lib.jar.md5", False),
        ("org/*/lib-?.jar", "org/acme/lib-1.jar", True),
        ("org/*/lib-?.jar", "org/acme/lib-12.jar", False),
        ("org/**/secret/**", "org/secret", True),
        ("org/**/secret/**", "org/a/b/secret/c", True),
        ("org/**/secret/**", "org/a/b/secrets/c", False),
        ("/org//a", "org/a/", True),
        ("a**b", "axxb", True),
        ("a**b", "ax/xb", False),
        ("**/**", "a", True),
        ("", "", True),
        ("", "a", False),
        ("Org/**", "org/a", False),
        ("[ab]", "a", False),
        ("[ab]", "[ab]", True),
    ],
)
def test_examples(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


def naive(pattern: list[str], path: list[str]) -> bool:
    """By the words of the manual, with every possibility tried."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(naive(pattern[1:], path[skip:]) for skip in range(len(path) + 1))
    return bool(path) and naive_segment(pattern[0], path[0]) and naive(pattern[1:], path[1:])


def naive_segment(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(naive_segment(pattern[1:], text[skip:]) for skip in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and naive_segment(pattern[1:], text[1:])


SEGMENTS = st.lists(st.sampled_from(["a", "ab", "aab"]), max_size=4)
PIECES = st.sampled_from(["a", "*", "**", "a*", "*b", "?b", "a*b"])
PATTERNS = st.lists(PIECES, max_size=4)


@st.composite
def related(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """A path, and a pattern made from it by putting wildcards in some places."""
    path = draw(SEGMENTS)
    kept = [draw(st.sampled_from([segment, segment, "*", "**", "a*"])) for segment in path]
    extra = draw(st.lists(st.just("**"), max_size=1))
    return (kept + extra, path)


def test_the_model_agrees() -> None:
    seen = Counter[bool]()

    @settings(max_examples=300)
    @given(st.one_of(st.tuples(PATTERNS, SEGMENTS), related()))
    def agrees(pair: tuple[list[str], list[str]]) -> None:
        pattern, path = pair
        expected = naive(pattern, path)
        seen[expected] += 1
        assert matches("/".join(pattern), "/".join(path)) is expected

    agrees()
    assert min(seen[True], seen[False]) * 10 >= seen.total() * 3


@settings(max_examples=150)
@given(PATTERNS, PATTERNS, SEGMENTS)
def test_what_covers_matches_all_that_the_other_matches(outer: list[str], inner: list[str], path: list[str]) -> None:
    wide, narrow, where = "/".join(outer), "/".join(inner), "/".join(path)
    if covers(wide, narrow) and matches(narrow, where):
        assert matches(wide, where)


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["**"], [], False),
        (["**"], ["org/**"], False),
        (["**"], ["**"], True),
        ([], ["**"], True),
        (["org/**"], ["org/**"], True),
        (["org/acme/**", "org/beta/x.jar"], ["org/**"], True),
        (["org/acme/**", "com/**"], ["org/**"], False),
        (["org/lib.jar"], ["**/*.jar"], True),
        (["org/*.jar"], ["**/*.jar"], False),
        (["a/b"], ["a/b"], True),
    ],
)
def test_obvious_contradictions(include: list[str], exclude: list[str], expected: bool) -> None:
    assert admits_nothing(include, exclude) is expected


@settings(max_examples=100)
@given(st.lists(PATTERNS, max_size=3), st.lists(PATTERNS, max_size=3), SEGMENTS)
def test_nothing_gets_through_a_contradiction(
    include: list[list[str]], exclude: list[list[str]], path: list[str]
) -> None:
    includes, excludes = (["/".join(pattern) for pattern in patterns] for patterns in (include, exclude))
    if admits_nothing(includes, excludes):
        assert not judge_path("/".join(path), includes, excludes).admitted


def test_the_pattern_that_decides_is_named() -> None:
    assert judge_path("org/a", ["com/**", "org/**"], ["x/**"]) == PathVerdict("org/**", None)
    assert judge_path("org/a", ["**"], ["x/**", "org/*"]) == PathVerdict("**", "org/*")
    assert judge_path("org/a", ["com/**"], []) == PathVerdict(None, None)
    assert judge_path("org/a", [], []).admitted


def test_hostile_patterns_take_no_time() -> None:
    assert not matches("**/" * 500 + "x", "/".join(["a"] * 2000))
    assert not matches("*a" * 500, "a" * 2000 + "b")
