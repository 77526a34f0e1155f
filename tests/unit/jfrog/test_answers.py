from __future__ import annotations

import contextlib
import json
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.errors import BadResponse, TooLarge
from jfconsole.domain.requests import Json
from jfconsole.jfrog.answers import DEPTH_LIMIT, json_value, text, typed
from tests.unit.jfrog.recording_sender import answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=100,
)


class Row(msgspec.Struct, frozen=True):
    name: str
    count: int = 0
    note: str | None = None


class Page(msgspec.Struct, frozen=True):
    rows: tuple[Row, ...]


@settings(deadline=None)
@given(JSON)
def test_json_comes_through_unchanged(value: Json) -> None:
    without_surrogates = json.loads(json.dumps(value).encode())
    assert json_value(answer(without_surrogates)) == without_surrogates


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_the_depth_cap_is_exact(opening: str) -> None:
    closing = "]" if opening == "[" else "}"

    def nested(levels: int) -> bytes:
        return (opening * levels + ("" if opening == "[" else "1") + closing * levels).encode()

    assert json_value(answer(nested(DEPTH_LIMIT)))
    with pytest.raises(TooLarge, match="deeper than 64"):
        json_value(answer(nested(DEPTH_LIMIT + 1)))


def test_brackets_inside_strings_and_side_by_side_are_no_depth() -> None:
    assert json_value(answer(['[{"\\' * 200, "[" * 200])) == ['[{"\\' * 200, "[" * 200]
    assert json_value(answer([[]] * 1000)) == [[]] * 1000


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_depth_check(body: bytes) -> None:
    with contextlib.suppress(BadResponse):
        json_value(answer(b"[" * 100 + body))


def test_lone_surrogates_become_something_that_can_be_written() -> None:
    found = json_value(answer(b'{"a\\udc00":["x\\ud800y"]}'))
    assert found == {"a\ufffd": ["x\ufffdy"]}
    assert json_value(answer(b'"\\ud83d\\ude00"')) == "\U0001f600"
    assert json_value(answer(b'"\\\\ud800"')) == "\\ud800"
    assert json_value(answer(b'"\\udc00\\ud83d\\ude00\\ud83d"')) == "\ufffd\U0001f600\ufffd"


@settings(deadline=None)
@given(st.text(st.characters() | st.characters(categories=["Cs"]) | st.sampled_from('\\"u')))
def test_any_string_that_json_can_escape_is_read(value: str) -> None:
    expected = json.loads(json.dumps(value))
    assert json_value(answer(json.dumps(value).encode())) == re.sub("[\ud800-\udfff]", "\ufffd", expected)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", "application/json", "empty"),
        (b"  \n", "text/html", "empty"),
        (b"<!DOCTYPE html><title>Sign &amp; in\n now</title>", "text/html", "a web page (“Sign & in now”)"),
        (b"<html><body>x", "application/json", "a web page (“a web page without a title”)"),
        (b"OK", "text/plain", "plain text (“OK”)"),
        (b"404 page not found\n", "", "plain text (“404 page not found”)"),
        (b'{"a":', "application/json", "broken JSON (Input data was truncated)"),
        (b'{"a":NaN}', "application/json", "broken JSON (JSON is malformed: invalid character (byte 5))"),
        (b"9" * 5000, "application/json", "broken JSON (Integer value out of range)"),
        (b"\x89PNG\r\n", "image/png", "image/png, 6 bytes"),
        (b"<?xml version='1.0'?><a/>", "application/xml", "application/xml, 25 bytes"),
        (b"\x1b]0;owned\x07", "text/plain", "plain text (“␛]0;owned␇”)"),
    ],
    ids=range(12),
)
def test_what_came_instead_of_json_is_said_in_words(body: bytes, kind: str, words: str) -> None:
    with pytest.raises(BadResponse) as raised:
        json_value(answer(body, kind=kind))
    assert words in raised.value.message
    assert "where JSON was expected" in raised.value.message
    assert "Check the URL" in raised.value.hint
    assert "\x1b" not in raised.value.message


def test_types_ignore_what_they_do_not_know() -> None:
    body = {"rows": [{"name": "a", "new": {"deep": [1]}}], "more": 1}
    assert typed(answer(body), Page) == Page((Row("a"),))


def test_null_means_missing() -> None:
    assert typed(answer({"rows": [{"name": "a", "count": None, "note": None}]}), Page) == Page((Row("a"),))


def test_one_odd_name_does_not_hide_the_others() -> None:
    body = b'{"rows":[{"name":"a\\ud800"},{"name":"b\xff"},{"name":"c"}]}'
    assert [row.name for row in typed(answer(body), Page).rows] == ["a\ufffd", "b\ufffd", "c"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"rows": [{"name": "a"}, {"name": 7}]}, "$.rows[1].name"),
        ({"rows": [{"name": "a", "count": "7"}]}, "$.rows[0].count"),
        ({"rows": [{"count": 7}]}, "$.rows[0]"),
        ({"rows": [{"name": None}]}, "$.rows[0]"),
        ({"rows": {}}, "$.rows"),
        ({}, "`rows`"),
        ([], "array"),
        (None, "null"),
    ],
)
def test_another_shape_is_named_with_its_place(body: object, place: str) -> None:
    with pytest.raises(BadResponse) as raised:
        typed(answer(body), Page)
    assert place in raised.value.message


def test_deep_junk_in_unknown_members_is_refused_cleanly() -> None:
    with pytest.raises(TooLarge):
        typed(answer(b'{"rows":[],"junk":' + b"[" * 200_000), Page)


def test_text() -> None:
    assert text(answer(b" jfrt@01\n", kind="text/plain")) == "jfrt@01"
    for wrong in (b"<html></html>", b"x" * 20_000):
        with pytest.raises(BadResponse, match="where a short text was expected"):
            text(answer(wrong, kind="text/plain"))
