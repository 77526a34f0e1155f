"""Rows of the journal as values, and values as events of its trail."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Sequence

from jfconsole.domain.plans import Outcome, Plan, Step, StepResult
from jfconsole.domain.requests import Json
from jfconsole.services import journal_chain as chain
from jfconsole.services import plan_codec as codec
from jfconsole.services.journal_chain import Event


def ended_step(row: tuple[str, int, str, str, str, float, str]) -> tuple[str, Step, StepResult]:
    """A step as it was reviewed and how it ended, with its platform."""
    origin, ordinal, body, outcome, message, at, made = row
    step = codec.load_step(body)
    result = StepResult(
        ordinal=ordinal,
        kind=step.kind,
        key=step.key,
        title=step.title,
        outcome=Outcome(outcome),
        message=message,
        at=at,
        made=made,
    )
    return origin, step, result


def counts(db: sqlite3.Connection, plan_id: str) -> Counter[Outcome]:
    """How many steps of a plan stand in which way."""
    rows = db.execute("SELECT outcome, count(*) FROM steps WHERE plan_id = ? GROUP BY outcome", (plan_id,))
    return Counter({Outcome(outcome): count for outcome, count in rows})


def set_outcomes(db: sqlite3.Connection, plan: Plan, results: Sequence[StepResult]) -> None:
    """Write down how steps ended."""
    db.executemany(
        "UPDATE steps SET outcome = ?, message = ?, at = ?, made = ? WHERE plan_id = ? AND ordinal = ?",
        [(result.outcome, result.message, result.at, result.made, plan.id, result.ordinal) for result in results],
    )


def intent(plan: Plan, ordinal: int) -> Event:
    """The event that a step is about to be sent."""
    step = plan.steps[ordinal]
    calls: list[Json] = [f"{request.method} {request.path}" for request in step.requests]
    return Event(plan.id, "sending", {"kind": step.kind, "key": step.key, "calls": calls}, ordinal)


def event(plan: Plan, kind: str, result: StepResult) -> Event:
    """The event that tells how a step ended."""
    payload: dict[str, Json] = {"key": result.key, "outcome": result.outcome.value, "message": result.message}
    if result.made:
        payload["made"] = result.made
    return Event(plan.id, kind, payload, result.ordinal)


def digest(body: str, steps: Sequence[str]) -> str:
    """What pins a plan and its steps."""
    return hashlib.sha256("\n".join((body, *steps)).encode()).hexdigest()


def is_pinned(db: sqlite3.Connection, plan_id: str, digest: str) -> bool:
    """Whether the trail has the plan as it is: what was reviewed is what will be sent, also after a restart."""
    pinned = chain.pinned(db, plan_id)
    return pinned is not None and f'"digest":"{digest}"' in pinned.payload
