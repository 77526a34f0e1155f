"""What becomes of a step, for every answer and every state it is found in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from jfconsole.domain.errors import (
    BadResponse,
    Conflict,
    ConsoleError,
    DeadlineExceeded,
    ErrorDetail,
    NotAllowed,
    NotAuthenticated,
    OutcomeUnknown,
    PlanMoved,
    ReadOnly,
    ServerFailed,
    Unreachable,
)
from jfconsole.domain.plans import Outcome, Step
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services import judgement
from jfconsole.services.handlers import Verdict, error_verdict, sentence
from tests.unit.services.plans_at_hand import a_step

THERE: Json = {"name": "x"}
GONE: Json = None


class Things:
    """A kind of step of its own: things are made."""

    reached_words = "the thing is there"
    unreached_words = "the thing is not there"

    async def read(self, sender: Sender, steps: Sequence[Step]) -> Mapping[str, Json]:
        return {}

    def moved(self, step: Step, current: Json) -> str | None:
        return None

    def reached(self, step: Step, current: Json) -> bool:
        return current == step.after

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        return Verdict(Outcome.DONE)


IDEMPOTENT = a_step()
CREATE = a_step(call_class=CallClass.CREATE)
SECRET = a_step(secret="")
DONE, ALREADY, LOST = Verdict(Outcome.DONE, "Made"), Verdict(Outcome.ALREADY), Verdict(Outcome.UNKNOWN, "No answer")


@pytest.mark.parametrize(
    ("step", "current", "in_doubt", "outcome"),
    [
        (IDEMPOTENT, GONE, False, None),
        (IDEMPOTENT, GONE, True, None),
        (IDEMPOTENT, THERE, False, Outcome.ALREADY),
        (IDEMPOTENT, THERE, True, Outcome.DONE),
        (CREATE, GONE, False, None),
        (CREATE, GONE, True, Outcome.UNKNOWN),
        (CREATE, THERE, True, Outcome.DONE),
        (SECRET, GONE, False, Outcome.SKIPPED),
        (SECRET, GONE, True, Outcome.SKIPPED),
        (SECRET, THERE, True, Outcome.DONE),
    ],
)
def test_before_sending(step: Step, current: Json, in_doubt: bool, outcome: Outcome | None) -> None:
    verdict = judgement.before_sending(step, Things(), current, in_doubt=in_doubt)
    assert (verdict.outcome if verdict else None) is outcome


@pytest.mark.parametrize(
    ("claim", "current", "outcome", "message"),
    [
        (DONE, THERE, Outcome.DONE, "Made"),
        (ALREADY, THERE, Outcome.ALREADY, ""),
        (LOST, THERE, Outcome.DONE, "The answer was lost; the thing is there"),
        (DONE, GONE, Outcome.FAILED, "The platform agreed, yet the thing is not there"),
        (ALREADY, GONE, Outcome.FAILED, "The platform agreed, yet the thing is not there"),
        (LOST, GONE, Outcome.UNKNOWN, "No answer; the thing is not there"),
    ],
)
def test_after_reading_back(claim: Verdict, current: Json, outcome: Outcome, message: str) -> None:
    assert judgement.after_reading_back(IDEMPOTENT, Things(), claim, current) == Verdict(outcome, message)


def test_a_claim_that_something_exists_says_so_when_it_is_another() -> None:
    claim = Verdict(Outcome.ALREADY, "There is one of that name")
    found = judgement.after_reading_back(CREATE, Things(), claim, GONE)
    assert found == Verdict(Outcome.FAILED, "There is one of that name, yet the thing is not there")


def test_a_create_with_a_unique_key_is_sent_again_once_it_is_seen_not_to_be_there() -> None:
    unique = replace(CREATE, unique=True)
    assert judgement.before_sending(unique, Things(), GONE, in_doubt=True) is None
    assert judgement.before_sending(unique, Things(), THERE, in_doubt=True) is not None
    assert judgement.without_effect(unique, LOST, stopping=False).outcome is Outcome.FAILED


def test_what_only_the_answer_proves_is_no_claim() -> None:
    assert judgement.is_claim(DONE)
    assert not judgement.is_claim(replace(DONE, proved=True))


@pytest.mark.parametrize(
    ("step", "stopping", "outcome"),
    [
        (IDEMPOTENT, False, Outcome.FAILED),
        (IDEMPOTENT, True, Outcome.PENDING),
        (CREATE, False, Outcome.UNKNOWN),
        (CREATE, True, Outcome.UNKNOWN),
    ],
)
def test_without_effect(step: Step, stopping: bool, outcome: Outcome) -> None:
    assert judgement.without_effect(step, LOST, stopping=stopping).outcome is outcome


def test_moved_objects_are_named_and_counted() -> None:
    judgement.refuse_moved([])
    with pytest.raises(PlanMoved, match=r"^Nothing was sent: x has another owner \(and 2 more\)$"):
        judgement.refuse_moved(["x has another owner", "y", "z"])


@pytest.mark.parametrize(
    ("error", "outcome", "stops"),
    [
        (ReadOnly("Read-only"), Outcome.PENDING, True),
        (NotAuthenticated("Bad token"), Outcome.FAILED, True),
        (NotAllowed("Not yours"), Outcome.FAILED, False),
        (Conflict("There is one"), Outcome.FAILED, False),
        (ServerFailed("500"), Outcome.UNKNOWN, False),
        (Unreachable("Refused"), Outcome.UNKNOWN, False),
        (DeadlineExceeded("Late"), Outcome.UNKNOWN, False),
        (OutcomeUnknown("Lost"), Outcome.UNKNOWN, False),
        (BadResponse("HTML"), Outcome.UNKNOWN, False),
    ],
)
def test_errors(error: ConsoleError, outcome: Outcome, stops: bool) -> None:
    verdict = error_verdict(error)
    assert (verdict.outcome, bool(verdict.stop), verdict.message) == (outcome, stops, error.message)


def test_the_servers_words_are_cleaned_and_said_once() -> None:
    detail = ErrorDetail(server_text=Untrusted("on \x1b[31mfire"))
    assert sentence(ServerFailed("It failed", detail=detail)) == "It failed: on ␛[31mfire"
    assert sentence(ServerFailed("It failed: on ␛[31mfire", detail=detail)) == "It failed: on ␛[31mfire"
