"""Ant patterns: what is covered, and which folders lead there."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox.path_patterns import could_contain, covers, matches
from tests.unit.sandbox import ant

SEGMENTS = st.sampled_from(["a", "b", "ab", "a.b", "*", "?", "a*", "*b", "**", "a**b", "?b"])
PATTERNS = (
    st.lists(SEGMENTS, min_size=1, max_size=4)
    .map("/".join)
    .flatmap(lambda pattern: st.sampled_from([pattern, pattern + "/"]))
)
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "a.b", "axb"]), min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("**", "a/b/c", True),
        ("**", "", True),
        ("**/*", "a", True),
        ("*", "a", True),
        ("*", "a/b", False),
        ("*/a", "a", False),
        ("*/a", "b/a", True),
        ("com/**", "com", True),
        ("com/**", "com/a/b", True),
        ("com/**", "company/a", False),
        ("com/", "com/a", True),
        ("com/*", "com/a/b", False),
        ("**/secret/**", "secret", True),
        ("**/secret/**", "a/secret/b", True),
        ("**/secret/**", "a/secrets/b", False),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "az", False),
        ("*.jar", "x.jar", True),
        ("*.jar", "xjar", False),
        ("?", "ab", False),
        ("A", "a", False),
        ("a+(b)[c]", "a+(b)[c]", True),
        ("**/é/*", "x/é/\n", True),
    ],
)
def test_matches(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected
    assert ant.matches(pattern, path) is expected


def test_both_readings_of_the_grammar_agree() -> None:
    seen: Counter[bool] = Counter()

    @given(PATTERNS, PATHS)
    def agree(pattern: str, path: str) -> None:
        expected = ant.matches(pattern, path)
        seen[expected] += 1
        assert matches(pattern, path) is expected

    agree()
    assert min(seen[True], seen[False]) >= 0.1 * seen.total()


@given(PATTERNS, PATHS)
def test_every_folder_above_a_covered_path_leads_there(pattern: str, path: str) -> None:
    if matches(pattern, path):
        parts = path.split("/")
        assert all(could_contain(pattern, "/".join(parts[:depth])) for depth in range(len(parts)))


@given(PATTERNS, PATHS)
def test_a_folder_that_leads_nowhere_has_nothing_covered_in_it(pattern: str, folder: str) -> None:
    if not could_contain(pattern, folder):
        assert not any(matches(pattern, f"{folder}/{below}") for below in ("a", "b", "ab", "a/b", "axb/a"))


@pytest.mark.parametrize(
    ("includes", "excludes", "path", "folder", "expected"),
    [
        (["**"], [], "a", False, True),
        (["**"], ["a"], "a", False, False),
        ([], [], "a", False, False),
        ([], [], "", True, False),
        (["a/b/**"], [], "a", False, False),
        (["a/b/**"], [], "a", True, True),
        (["a/b/**"], [], "c", True, False),
        (["a/b"], ["a"], "a", True, False),
        (["**"], [""], "a", False, True),
    ],
)
def test_covers(includes: list[str], excludes: list[str], path: str, folder: bool, expected: bool) -> None:
    assert covers(includes, excludes, path, folder=folder) is expected
