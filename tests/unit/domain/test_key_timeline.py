"""The life of a key is drawn as it is, in as many characters as were asked for, and told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.domain.durations import DAY
from jfconsole.domain.key_timeline import timeline
from jfconsole.domain.transit_keys import KeyState, TransitKey
from tests.unit.issuer.at_hand import Clock, new_issuer

WIDTH = 40


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_each_version_is_drawn_in_its_state(tmp_path: Path, clock: Clock) -> None:
    with new_issuer(tmp_path, clock) as issuer:
        issuer.create_key(TransitKey(name="k", rotate_period=90 * DAY))
        clock.now += 10 * DAY
        issuer.rotate_key("k")
        clock.now += DAY
        lines = timeline(issuer.state().keys["k"], clock.now, WIDTH)
    assert [line.state for line in lines] == [KeyState.NEXT, KeyState.ACTIVE, KeyState.RETIRING]
    assert [len(line.bar) for line in lines] == [WIDTH] * 3
    nexts, active, retiring = (line.bar for line in lines)
    assert (nexts[0], nexts[-1]) == (".", "-")
    assert (active[0], active[-1]) == ("-", "=")
    assert (retiring[0], retiring[-1]) == ("=", ".")
    assert "~" in retiring
    assert all(line.bar.count("|") == 1 for line in lines)
    assert len({line.bar.index("|") for line in lines}) == 1
    assert "due in 89 d" in lines[0].words
    assert "leaves the JWKS" in lines[2].words


def test_a_version_leaves_by_itself(tmp_path: Path, clock: Clock) -> None:
    with new_issuer(tmp_path, clock) as issuer:
        issuer.create_key(TransitKey(name="k"))
        issuer.rotate_key("k")
        clock.now += 30 * DAY
        gone = timeline(issuer.state().keys["k"], clock.now, WIDTH)[-1]
    assert gone.state is KeyState.DESTROYED
    assert "left the JWKS" in gone.words
