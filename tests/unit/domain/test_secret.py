"""A secret does not get out by accident."""

from __future__ import annotations

import copy
import json
import logging
import pickle

import pytest

from jfconsole.domain.secret import MASK, Secret

CLEAR = "s3cr3t-value"


def test_only_reveal_gives_the_text() -> None:
    assert Secret(CLEAR).reveal() == CLEAR


@pytest.mark.parametrize(
    "spill",
    [
        repr,
        str,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!r:>40}",
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - one more way out
        lambda secret: format(secret, ">30"),
        lambda secret: str([secret]),
        lambda secret: str({"token": secret}),
    ],
)
def test_every_way_to_a_string_gives_the_mask(spill: object) -> None:
    assert callable(spill)
    shown = spill(Secret(CLEAR))
    assert CLEAR not in shown
    assert MASK in shown


def test_a_log_record_has_the_mask(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("token %s", Secret(CLEAR))
    assert CLEAR not in caplog.text
    assert MASK in caplog.text


@pytest.mark.parametrize("carry", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, hash])
def test_it_cannot_be_carried_away(carry: object) -> None:
    assert callable(carry)
    with pytest.raises(TypeError):
        carry(Secret(CLEAR))


def test_it_has_no_dictionary_to_look_into() -> None:
    assert not hasattr(Secret(CLEAR), "__dict__")


def test_it_is_compared_on_purpose_only() -> None:
    assert Secret(CLEAR).matches(Secret(CLEAR))
    assert not Secret(CLEAR).matches(Secret("other"))
    with pytest.raises(TypeError, match="matches"):
        _ = Secret(CLEAR) == Secret(CLEAR)
    with pytest.raises(TypeError, match="matches"):
        _ = CLEAR in [Secret(CLEAR)]


def test_emptiness_can_be_asked() -> None:
    assert Secret("x")
    assert not Secret("")
