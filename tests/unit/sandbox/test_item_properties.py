"""Properties in queries and paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox.item_properties import of_path, parse

NAMES = st.text("abc.-_", min_size=1, max_size=4)
VALUES = st.lists(st.text("abc=,;|\\ ", max_size=5), min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("a=1", {"a": ["1"]}),
        ("a=1,2;b=3", {"a": ["1", "2"], "b": ["3"]}),
        ("os=win,linux|qa=done", {"os": ["win", "linux"], "qa": ["done"]}),
        (r"a=1\=1", {"a": ["1=1"]}),
        (r"a=1\,2\;3\|4", {"a": ["1,2;3|4"]}),
        ("a=1=2", {"a": ["1=2"]}),
        ("a", {"a": [""]}),
        ("=1;;", {}),
    ],
)
def test_grammar(text: str, found: dict[str, list[str]]) -> None:
    assert parse(text) == found
    assert of_path(f"a/b.txt;{text}") == found


@given(st.dictionaries(NAMES, VALUES, max_size=3))
def test_whatever_is_escaped_comes_back(properties: dict[str, list[str]]) -> None:
    def escaped(value: str) -> str:
        return "".join(f"\\{sign}" if sign in "=,;|\\" else sign for sign in value)

    text = ";".join(f"{name}={','.join(map(escaped, values))}" for name, values in properties.items())
    assert parse(text) == properties
