"""The lines of keys are found however the text is laid out."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.toml_source import SIZE_LIMIT, Malformed, Path, TomlSource, where

_LAID_OUT = '''\
first = """
second = 2
[third]
"""
# second = 1

second = [ # [[
  "]",
  [1, 2],   # ,
  {deep = 'x#', other = [true,
  false]},
]
dotted . "two words".'three' = 2026-11-22 07:32:00
third = \'\'\'a'']b\'\'\'

[table] # [no]
key = "\\"\\\\"
inline = { a = 1, b.c = "}" }

  [[many]]
  key = 1
[[many]]
key = 2
[many.inner]
key = 3
  [[many.list]]
key = 4
'''


def test_lines_of_every_kind_of_value() -> None:
    source = TomlSource(_LAID_OUT, "x.toml")
    wanted: dict[Path, int] = {
        ("first",): 1,
        ("second",): 7,
        ("second", 0): 8,
        ("second", 1): 9,
        ("second", 1, 1): 9,
        ("second", 2, "deep"): 10,
        ("second", 2, "other"): 10,
        ("second", 2, "other", 1): 11,
        ("dotted", "two words", "three"): 13,
        ("third",): 14,
        ("table",): 16,
        ("table", "key"): 17,
        ("table", "inline", "b", "c"): 18,
        ("many", 0): 20,
        ("many", 0, "key"): 21,
        ("many", 1): 22,
        ("many", 1, "key"): 23,
        ("many", 1, "inner", "key"): 25,
        ("many", 1, "list", 0, "key"): 27,
    }
    assert {path: source.line(path) for path in wanted} == wanted


def test_what_is_missing_is_told_at_what_should_hold_it() -> None:
    source = TomlSource(_LAID_OUT, "x.toml")
    assert source.line(("table", "gone", "deeper")) == 16
    assert source.line(("many", 1, "gone")) == 22
    assert source.line(("gone",)) == 1


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a = 1\nb = \n", 2, "invalid value"),
        ("a = 1\na = 2\n", 2, "cannot overwrite a value"),
        ('a = 1\n\nb = "\n', 3, "illegal character"),
        ("a = [1 2]\n\n", 1, "unclosed array"),
        ("a = " + "[" * 5_000 + "]" * 5_000, 1, "nested too deeply"),
        ("#" * (SIZE_LIMIT + 1), 1, "more than"),
    ],
)
def test_no_toml(text: str, line: int, sentence: str) -> None:
    with pytest.raises(Malformed) as caught:
        TomlSource(text, "x.toml")
    assert caught.value.problem.line == line
    assert sentence in caught.value.problem.sentence
    assert str(caught.value).startswith(f"x.toml:{line}: ")


def test_line_ends_and_a_byte_order_mark_of_other_systems() -> None:
    source = TomlSource("\ufeffa = 1\r\nb = 2\r\n", "x.toml")
    assert source.values == {"a": 1, "b": 2}
    assert source.line(("b",)) == 2


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), ""),
        (("id",), "id"),
        (("warnings", 2), "warnings 3"),
        (("token", "expires_in"), "[token] expires_in"),
        (("token", "services", 0), "[token] services 1"),
        (("wish", 1, "about"), "[[wish]] 2, about"),
    ],
)
def test_places_in_words(path: Path, words: str) -> None:
    assert where(path) == words


_TRICKY = st.text(alphabet="ab =#[]{},.'\n", max_size=12)
_KEYS = st.lists(st.sampled_from("abcdefghijklmnop"), min_size=1, unique=True)


def _written(text: str, style: int) -> str:
    """A string in one of TOML's four ways."""
    if style == 0 or "'" in text:
        return '"' + text.replace("\n", "\\n") + '"'
    if style == 1 and "\n" not in text:
        return f"'{text}'"
    return f"'''\n{text}'''" if style == 2 else f'"""\\\n  {text}"""'


@given(data=st.data(), keys=_KEYS)
def test_lines_of_any_layout(data: st.DataObject, keys: list[str]) -> None:
    """Statements are written one after the other, and where each began is what is found."""
    text = ""
    wanted: dict[Path, int] = {}
    for key in keys:
        text += data.draw(st.sampled_from(["", "\n", "# x = [\n", "  ", '#"""\n']))
        texts = data.draw(st.lists(_TRICKY, max_size=3))
        wanted[(key,)] = text.count("\n") + 1
        text += f"{key} = [" + data.draw(st.sampled_from(["", "\n", " # ]\n"]))
        for index, item in enumerate(texts):
            wanted[(key, index)] = text.count("\n") + 1
            text += _written(item, data.draw(st.integers(0, 3)))
            text += data.draw(st.sampled_from([",", " ,\n", "\n, ", ", # ]\n"]))
        text += "]\n"
    source = TomlSource(text, "x.toml")
    assert source.values == tomllib.loads(text)
    assert {path: source.line(path) for path in wanted} == wanted
