"""Plans survive the journal, their secrets do not."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.services import plan_codec as codec
from tests.unit.services.plans_at_hand import a_plan, a_step

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_json: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=6,
)
_requests = st.builds(
    Request,
    method=st.sampled_from(["PUT", "POST", "DELETE"]),
    path=_text,
    call_class=st.sampled_from(CallClass),
    query=st.lists(st.tuples(_text, _text), max_size=2).map(tuple),
    body=_json,
    limit=st.integers(1, 10**9),
    deadline=st.floats(0.1, 100),
    anonymous=st.booleans(),
)
_fields = {
    "kind": _text,
    "key": _text,
    "title": _text,
    "before": _json,
    "after": _json,
    "requests": st.lists(_requests, max_size=2).map(tuple),
    "loses": _text,
    "unique": st.booleans(),
}
_steps = st.builds(Step, **_fields, inverse=st.none() | st.builds(Step, **_fields))
_confirmations = st.builds(
    Confirmation,
    verb=_text,
    effects=st.lists(_text, max_size=2).map(tuple),
    phrase=st.none() | _text,
    by_yes=st.booleans(),
)
_plans = st.builds(
    Plan,
    title=_text,
    origin=_text,
    steps=st.just(()),
    confirmation=_confirmations,
    in_flight=st.integers(1, 16),
    stop_on_failure=st.booleans(),
)


@given(_steps)
def test_a_step_comes_back_equal(step: Step) -> None:
    assert codec.load_step(codec.dump_step(step)) == step


@given(_plans)
def test_a_plan_comes_back_equal(plan: Plan) -> None:
    assert codec.load_plan(plan.id, codec.dump_plan(plan), ()) == plan


def test_secrets_are_left_behind_under_their_names() -> None:
    step = a_step(secret="hunter2", inverse=a_step(secret="hunter3"))
    dumped = codec.dump_step(step)
    assert "hunter" not in dumped
    loaded = codec.load_step(dumped)
    assert loaded.lacks_secrets
    assert not step.lacks_secrets
    assert list(loaded.requests[0].secrets) == ["password"]


def test_a_step_without_secrets_lacks_none() -> None:
    assert not codec.load_step(codec.dump_step(a_step())).lacks_secrets


def test_the_text_does_not_depend_on_order() -> None:
    first = replace(a_plan(), id="jfc-1")
    assert codec.canonical({"b": 1, "a": 2}) == codec.canonical({"a": 2, "b": 1}) == '{"a":2,"b":1}'
    assert codec.dump_plan(first) == codec.dump_plan(replace(first, id="jfc-2"))


def test_steps_of_older_journals_lose_nothing_and_are_not_unique() -> None:
    """They were written before steps could say so."""
    older = json.loads(codec.dump_step(a_step()))
    del older["loses"], older["unique"]
    assert codec.load_step(json.dumps(older)) == a_step()
