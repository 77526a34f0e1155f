"""What holds for every kind of change to groups, users and permissions, whatever goes wrong on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.domain.errors import PlanMoved
from jfconsole.domain.plans import Outcome
from jfconsole.services import issuer_steps
from jfconsole.services.kinds import HANDLERS
from tests.contract.kinds_of_change import EXAMPLES, Example, prepare
from tests.support.directing import Office, done
from tests.support.sandbox import RunningSandbox

WRITES = ("POST", "PUT", "PATCH", "DELETE")
LOST = {
    "the platform acted and the connection broke": {"kind": "drop", "when": "after", "count": 1},
    "the connection broke before the platform acted": {"kind": "drop", "when": "before", "count": 1},
    "a gateway gave up after the platform acted": {"kind": "status", "status": 504, "when": "after", "count": 1},
    "the answer was garbage": {"kind": "garbage", "when": "after", "count": 1},
    "the platform failed before it acted": {"kind": "status", "status": 500, "when": "before", "count": 1},
}

LOST_CASES = [
    pytest.param(kind, fault, marks=() if kind.endswith(".create") or "drop" in rule.values() else pytest.mark.deep)
    for kind in EXAMPLES
    for fault, rule in LOST.items()
]
"""Creates meet every fault in the short tier too, for they are what could come about twice."""


@pytest.fixture
def office(sandbox: RunningSandbox, tmp_path: Path) -> Office:
    office = Office(sandbox, tmp_path)
    prepare(office)
    return office


def lock(office: Office, kind: str) -> None:
    """Only a locked user can be unlocked."""
    if kind != "user.unlock":
        return
    with office.sandbox.http() as admin, office.sandbox.http(token="") as somebody:
        policy = {"enabled": True, "loginAttempts": 1}
        admin.put("/artifactory/api/security/userLockPolicy", json=policy).raise_for_status()
        for _ in range(2):
            somebody.get("/artifactory/api/system/version", auth=("alice", "wrong"))
    found = office.get("users/alice")
    assert found is not None
    assert found["status"] == "locked"


def written(office: Office, since: int = 0) -> list[str]:
    """The calls that changed something or tried to, but for those of the test."""
    return [
        f"{arrival['method']} {arrival['path']}"
        for arrival in office.sandbox.requests(since)
        if arrival["method"] in WRITES
    ]


def last(office: Office) -> int:
    return max((arrival["seq"] for arrival in office.sandbox.requests()), default=0)


def test_every_kind_has_its_example() -> None:
    elsewhere = ("token.", "integration.", "mapping.", "client-login.")
    there = {kind for kind in HANDLERS if kind not in issuer_steps.HANDLERS}
    assert set(EXAMPLES) == {kind for kind in there if not kind.startswith(elsewhere)}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_it_is_done_with_one_call(office: Office, kind: str) -> None:
    lock(office, kind)
    plan = office.ask(EXAMPLES[kind].plan)
    assert [step.kind for step in plan.steps] == [kind]
    before = last(office)
    done(office.runner.run(plan))
    assert len(written(office, before)) == 1
    assert (office.get(EXAMPLES[kind].path) is None) is (plan.steps[0].deletes and "section" not in kind)


@pytest.mark.parametrize(("kind", "fault"), LOST_CASES)
def test_a_lost_answer_is_found_out_and_nothing_happens_twice(office: Office, kind: str, fault: str) -> None:
    lock(office, kind)
    plan = office.ask(EXAMPLES[kind].plan)
    (request,) = plan.steps[0].requests
    before, changed = last(office), len(office.sandbox.changes())
    office.sandbox.faults({"method": request.method, "path": request.path, **LOST[fault]})
    done(office.runner.run(plan))
    assert 1 <= len(written(office, before)) <= 2
    news = [
        (change["kind"], change["key"])
        for change in office.sandbox.changes()[changed:]
        if change["action"] == "created"
    ]
    assert len(news) == len(set(news))
    assert len(news) == (1 if kind.endswith(".create") else 0)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_moved_since_the_review_is_not_touched(office: Office, kind: str) -> None:
    lock(office, kind)
    plan = office.ask(EXAMPLES[kind].plan)
    office.put(*EXAMPLES[kind].disturbance)
    before = last(office)
    with pytest.raises(PlanMoved, match="Nothing was sent: "):
        office.runner.run(plan)
    assert written(office, before) == []
    assert office.journal.history() == ()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_is_there_already_is_not_sent(office: Office, kind: str) -> None:
    if kind in ("user.password", "user.expire"):
        pytest.skip("the platform does not show it")
    lock(office, kind)
    plan = office.ask(EXAMPLES[kind].plan)
    done(office.do(EXAMPLES[kind].plan))
    before = last(office)
    report = office.runner.run(plan)
    assert report.counts == {Outcome.ALREADY: 1}
    assert written(office, before) == []


@pytest.mark.parametrize("kind", [kind for kind, example in EXAMPLES.items() if example.undone])
def test_it_is_undone(office: Office, kind: str) -> None:
    example: Example = EXAMPLES[kind]
    start = office.sandbox.state()
    plan = office.ask(example.plan)
    done(office.runner.run(plan))
    assert office.sandbox.state() != start
    done(office.runner.run(office.undo(plan.id)))
    assert office.sandbox.state() == start
