"""Plans for tests that need one and no platform."""

from __future__ import annotations

from jfconsole.domain.plans import Confirmation, Outcome, Plan, Step, StepResult
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.secret import Secret

ORIGIN = "https://acme.example"


def a_request(key: str = "x", call_class: CallClass = CallClass.IDEMPOTENT, secret: str | None = None) -> Request:
    """A call that changes the object with this key."""
    return Request(
        method="PUT",
        path=f"/things/{key}",
        call_class=call_class,
        query=(("force", "true"),),
        body={"name": key} if secret is None else {"password": "{{password}}"},
        secrets={} if secret is None else {"password": Secret(secret)},
    )


def a_step(key: str = "x", inverse: Step | None = None, **request: CallClass | str) -> Step:
    """A step that makes the object with this key."""
    return Step(
        kind="thing.make",
        key=key,
        title=f"Make {key}",
        before=None,
        after={"name": key},
        requests=(a_request(key, **request),),  # type: ignore[arg-type]
        inverse=inverse,
    )


def a_plan(*steps: Step, stop_on_failure: bool = False) -> Plan:
    """A plan of these steps, two unless given."""
    return Plan(
        title="Make things",
        origin=ORIGIN,
        steps=steps or (a_step("one"), a_step("two")),
        confirmation=Confirmation(verb="Make", effects=("There will be things",), phrase="make 2"),
        stop_on_failure=stop_on_failure,
    )


def done(plan: Plan, *ordinals: int) -> list[StepResult]:
    """These steps as done."""
    return [plan.result(ordinal, Outcome.DONE, "Made", 1.5) for ordinal in ordinals]
