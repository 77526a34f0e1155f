"""Steering a running plan, and keeping two of them off one object."""

from __future__ import annotations

import pytest

from jfconsole.domain.errors import Refused
from jfconsole.services.control import Control, SingleFlight


def test_pause_and_resume() -> None:
    control = Control()
    control.pause()
    assert (control.paused, control.stopping) == (True, False)
    control.resume()
    assert not control.paused


def test_stopping_ends_a_pause() -> None:
    for stop in (Control.cancel, Control.leave):
        control = Control()
        control.pause()
        stop(control)
        assert (control.paused, control.stopping) == (False, True)


def test_only_cancelling_gives_up_the_rest() -> None:
    left, cancelled = Control(), Control()
    left.leave()
    cancelled.cancel()
    assert (left.cancelled, cancelled.cancelled) == (False, True)


def test_one_flight_for_one_target() -> None:
    flights = SingleFlight()
    with flights.hold([("token", "a"), ("token", "b")]):
        with pytest.raises(Refused, match="b is being changed already"), flights.hold([("token", "c"), ("token", "b")]):
            pass
        with flights.hold([("token", "c"), ("user", "a")]):
            pass
    with flights.hold([("token", "b")]):
        pass


def test_a_flight_that_crashed_is_over() -> None:
    flights = SingleFlight()
    with pytest.raises(ValueError, match="crash"), flights.hold([("token", "a")]):
        raise ValueError("crash")
    with flights.hold([("token", "a")]):
        pass
