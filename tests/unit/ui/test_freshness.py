"""When a live list is fetched again, and what is said about it meanwhile, with a clock that the test moves."""

from __future__ import annotations

from jfconsole.domain.errors import Unreachable
from jfconsole.ui.freshness import Freshness
from jfconsole.ui.glyphs import UTF8

SHORTEST = 5


class Times:
    """A list that is fetched, with every fetch as long as it is told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.list = Freshness(True, lambda: self.now)

    @property
    def said(self) -> str:
        return self.list.label(UTF8)[0]

    def fetch(self, seconds: float, *, well: bool = True) -> None:
        self.list.asked()
        self.now += seconds
        self.list.ended()
        if well:
            self.list.came()
        else:
            self.list.failed(Unreachable("No answer", "Try again"))


def test_a_slow_platform_is_asked_less_often() -> None:
    times = Times()
    times.fetch(0.1)
    assert times.said == "● live 5s"
    times.fetch(3)
    times.fetch(4)
    assert times.said == "● live 60s"
    times.now += 59
    assert not times.list.due
    times.now += 1
    assert times.list.due


def test_one_fetch_that_was_held_up_does_not_slow_the_list_down() -> None:
    times = Times()
    times.fetch(0.1)
    times.fetch(40)
    assert times.said == "● live 5s"
    times.fetch(0.1)
    assert times.said == "● live 5s"


def test_what_is_waited_for_is_told_when_it_takes_long() -> None:
    times = Times()
    times.fetch(0.1)
    times.list.asked()
    times.now += 2
    assert times.said == "● live 5s"
    times.now += 12
    assert times.said == "● waiting 14 s"


def test_a_list_that_did_not_come_is_asked_for_again_soon_however_long_it_was_waited_for() -> None:
    times = Times()
    times.fetch(0.1)
    for _ in range(3):
        times.fetch(30, well=False)
    assert times.list.retry_in == 30
    assert times.said == "! stale 90 s, retry in 30 s"
    times.now += 30
    assert times.list.due
    times.fetch(0.1)
    assert times.said == "● live 5s"


def test_what_fails_at_once_is_not_asked_for_more_often_than_what_comes() -> None:
    times = Times()
    times.fetch(0, well=False)
    assert times.list.retry_in == SHORTEST
    assert times.said == "! no answer, retry in 5 s"
