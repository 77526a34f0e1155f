"""Plans as JSON and back, for the journal. Secrets stay behind: they come back empty, under their names."""

from __future__ import annotations

import json
from typing import TypeAlias, cast

from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.domain.secret import Secret

_Object: TypeAlias = dict[str, Json]


def canonical(value: Json) -> str:
    """The one JSON text of a value: sorted keys, no blanks, ASCII. What hashes are taken of."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def dump_plan(plan: Plan) -> str:
    """A plan without its steps and its id, which have columns of their own."""
    return canonical(
        {
            "title": plan.title,
            "origin": plan.origin,
            "in_flight": plan.in_flight,
            "stop_on_failure": plan.stop_on_failure,
            "wizard": plan.wizard,
            "confirmation": {
                "verb": plan.confirmation.verb,
                "effects": list(plan.confirmation.effects),
                "phrase": plan.confirmation.phrase,
                "by_yes": plan.confirmation.by_yes,
            },
        }
    )


def load_plan(plan_id: str, text: str, steps: tuple[Step, ...]) -> Plan:
    """What `dump_plan` wrote, with its id and steps. Raises KeyError, TypeError or ValueError when it is damaged."""
    header = cast(_Object, json.loads(text))
    confirmation = cast(_Object, header["confirmation"])
    phrase = confirmation["phrase"]
    return Plan(
        id=plan_id,
        title=str(header["title"]),
        origin=str(header["origin"]),
        in_flight=cast(int, header["in_flight"]),
        stop_on_failure=bool(header["stop_on_failure"]),
        wizard=header.get("wizard"),
        steps=steps,
        confirmation=Confirmation(
            verb=str(confirmation["verb"]),
            effects=tuple(str(effect) for effect in cast(list[Json], confirmation["effects"])),
            phrase=None if phrase is None else str(phrase),
            by_yes=bool(confirmation["by_yes"]),
        ),
    )


def dump_step(step: Step) -> str:
    """A step with its inverse, without secrets."""
    return canonical(_step_object(step))


def load_step(text: str) -> Step:
    """What `dump_step` wrote. Raises KeyError, TypeError or ValueError when it is damaged."""
    return _step(cast(_Object, json.loads(text)))


def _step_object(step: Step) -> Json:
    return {
        "kind": step.kind,
        "key": step.key,
        "title": step.title,
        "before": step.before,
        "after": step.after,
        "requests": [_request_object(request) for request in step.requests],
        "inverse": None if step.inverse is None else _step_object(step.inverse),
        "loses": step.loses,
        "unique": step.unique,
        "gives": step.gives,
        "listed": step.listed,
        **({"waits": True} if step.waits else {}),
    }


def _step(raw: _Object) -> Step:
    inverse = raw["inverse"]
    return Step(
        kind=str(raw["kind"]),
        key=str(raw["key"]),
        title=str(raw["title"]),
        before=raw["before"],
        after=raw["after"],
        requests=tuple(_request(cast(_Object, request)) for request in cast(list[Json], raw["requests"])),
        inverse=None if inverse is None else _step(cast(_Object, inverse)),
        loses=str(raw.get("loses", "")),
        unique=bool(raw.get("unique", False)),
        gives=str(raw.get("gives", "")),
        listed=bool(raw.get("listed", True)),
        waits=bool(raw.get("waits", False)),
    )


def _request_object(request: Request) -> Json:
    return {
        "method": request.method,
        "path": request.path,
        "call_class": request.call_class.value,
        "query": [[name, value] for name, value in request.query],
        "body": request.body,
        "secrets": [*sorted(request.secrets)],
        "limit": request.limit,
        "deadline": request.deadline,
        "anonymous": request.anonymous,
        **({"as_token": request.as_token} if request.as_token else {}),
    }


def _request(raw: _Object) -> Request:
    pairs = cast(list[list[str]], raw["query"])
    return Request(
        method=str(raw["method"]),
        path=str(raw["path"]),
        call_class=CallClass(cast(str, raw["call_class"])),
        query=tuple((name, value) for name, value in pairs),
        body=raw["body"],
        secrets={str(name): Secret("") for name in cast(list[Json], raw["secrets"])},
        limit=cast(int, raw["limit"]),
        deadline=cast(float, raw["deadline"]),
        anonymous=bool(raw["anonymous"]),
        as_token=str(raw.get("as_token", "")),
    )
