"""What continuing a plan means for secrets that reached nobody."""

from __future__ import annotations

import pytest

from jfconsole.domain.lost import lost_secrets, needs_word
from jfconsole.domain.plans import Confirmation, Outcome, Plan, Step

NOW = 1_800_000_000.0


def plan(*, listed: bool = True, expires_in: int | None = 600, gives: str = "token") -> Plan:
    step = Step(
        kind="token.create",
        key="jfc-1",
        title="Create a token",
        before=None,
        after={"expires_in": expires_in} if expires_in is not None else {},
        requests=(),
        gives=gives,
        listed=listed,
    )
    return Plan(title="t", origin="https://acme", steps=(step,), confirmation=Confirmation(verb="Create", effects=()))


@pytest.mark.parametrize("outcome", [Outcome.HELD, Outcome.UNKNOWN, Outcome.SENDING])
def test_what_the_platform_shows_is_taken_back_before_another_is_made(outcome: Outcome) -> None:
    wanted = plan()
    (lost,) = lost_secrets(wanted, [wanted.result(0, outcome, at=NOW)])
    assert "taken back, and another is made" in lost.sentence
    assert lost.certain == (outcome is Outcome.HELD)
    assert not needs_word([lost])


def test_what_nobody_can_find_needs_a_word_and_says_until_when() -> None:
    wanted = plan(listed=False)
    (lost,) = lost_secrets(wanted, [wanted.result(0, Outcome.UNKNOWN, at=NOW)])
    assert lost.until == NOW + 600
    assert "may exist until" in lost.sentence
    assert needs_word([lost])


def test_one_without_an_end_may_exist_for_ever() -> None:
    wanted = plan(listed=False, expires_in=0)
    (lost,) = lost_secrets(wanted, [wanted.result(0, Outcome.HELD, at=NOW)])
    assert "for ever" in lost.sentence


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.PENDING, Outcome.FAILED, Outcome.SKIPPED])
def test_nothing_is_lost_of_what_was_handed_over_or_never_sent(outcome: Outcome) -> None:
    wanted = plan()
    assert lost_secrets(wanted, [wanted.result(0, outcome, at=NOW)]) == ()


def test_steps_that_give_nothing_lose_nothing() -> None:
    wanted = plan(gives="")
    assert lost_secrets(wanted, [wanted.result(0, Outcome.UNKNOWN, at=NOW)]) == ()
