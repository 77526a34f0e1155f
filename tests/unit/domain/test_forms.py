"""Whether two answers differ, secrets among them."""

from __future__ import annotations

import pytest

from jfconsole.domain.forms import Answer, differs
from jfconsole.domain.secret import Secret


@pytest.mark.parametrize(
    ("answer", "other", "expected"),
    [
        ("a", "a", False),
        ("a", "b", True),
        (True, False, True),
        (("a",), ("a",), False),
        (Secret("a"), Secret("a"), False),
        (Secret("a"), Secret("b"), True),
        (Secret(""), "", False),
        ("", Secret(""), False),
        (Secret("a"), "", True),
        (Secret("a"), "a", True),
    ],
)
def test_answers_differ(answer: Answer, other: Answer, expected: bool) -> None:
    assert differs(answer, other) is expected
