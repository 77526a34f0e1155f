"""Plans that change the local issuer, killed at every commit: continued they end like a straight run, undone like none.

Some change the platform, too, as the wizard for pulls does. A kill right before the commit of an outcome finds the
issuer changed and the journal in doubt; one right after the intent finds it as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from jfconsole.domain.errors import Refused
from jfconsole.domain.forms import Answer
from jfconsole.domain.groups import Group
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.domain.text import Untrusted
from jfconsole.services import group_steps, issuer_steps
from jfconsole.services.issuer_sender import objects
from jfconsole.services.journal import Journal
from jfconsole.services.ladder import edit_plan
from jfconsole.wizards.key_rotation import KeyRotation
from jfconsole.wizards.registry_pulls import RegistryPulls
from tests.support.bureau import Bureau, make_vault, move_in
from tests.support.crash import KILLED, dying_at, in_child
from tests.support.identity import make_user
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trust import OIDC
from tests.unit.issuer.at_hand import furnish

pytestmark = pytest.mark.deep

ANSWERS: dict[str, Answer] = {"issuer_url": "http://127.0.0.1:9/jwt/jfrog", "subject": "pulls", "who": "puller"}


@dataclass(frozen=True)
class Case:
    """What is there beforehand, the plan, and the rows of the issuer's trail that it may write, once each."""

    settle: Callable[[Bureau], object]
    plan: Callable[[Bureau], Plan]
    events: tuple[tuple[str, str], ...]


def nothing(bureau: Bureau) -> None:
    """The wizard makes everything."""


def pulls(bureau: Bureau) -> Plan:
    """From a key to a registry, over an integration and a mapping."""
    return bureau.consult(lambda tools: RegistryPulls(tools).plan(ANSWERS))


def set_up(bureau: Bureau) -> None:
    """Everything is there, and differs a little, here and there."""
    earlier = Journal(bureau.journal.path.with_name("earlier.db"))
    assert bureau.runner_with(earlier).run(pulls(bureau)).complete
    earlier.close()
    change_here(bureau)
    change_there(bureau)


def change_here(bureau: Bureau) -> None:
    """Another audience of a role."""
    local = bureau.issuer.local
    local.put_role(replace(local.state().roles["jfrog/pulls"], allowed_audiences=("other.example",)))


def change_there(bureau: Bureau) -> None:
    """Another audience of an integration."""
    with bureau.sandbox.http() as client:
        body = client.get(f"{OIDC}/strongbox").json()
        client.put(f"{OIDC}/strongbox", json={**body, "audience": "other"}).raise_for_status()


def rotation(bureau: Bureau) -> Plan:
    return bureau.consult(lambda tools: KeyRotation(tools).plan({"key": "k", "emergency": False}))


def furnished(bureau: Bureau) -> None:
    furnish(bureau.issuer.local)
    bureau.issuer.local.put_vault("old", "to be taken away")


def clearing(bureau: Bureau) -> Plan:
    """Deletions and creations in turn, on the issuer and on the platform."""
    state = bureau.issuer.local.state()
    there = {kind: objects(state, kind.collection) for kind in (issuer_steps.ROLE, issuer_steps.VAULT)}
    role, vault = there[issuer_steps.ROLE]["jfrog/pulls"], there[issuer_steps.VAULT]["old"]
    return edit_plan(
        "Clear up",
        bureau.sandbox.url,
        [
            issuer_steps.delete_step(issuer_steps.ROLE, "jfrog/pulls", role),
            group_steps.create_step(Group(name=Untrusted("builds"))),
            issuer_steps.create_step(issuer_steps.VAULT, "new", {"name": "new", "description": ""}),
            issuer_steps.delete_step(issuer_steps.VAULT, "old", vault),
        ],
        (),
    )


CASES = {
    "from nothing": Case(
        nothing,
        pulls,
        (
            ("key.create", "pulls"),
            ("issuer.put", "jfrog"),
            ("role.put", "jfrog/pulls"),
        ),
    ),
    "mending": Case(set_up, pulls, ()),
    "rotation": Case(furnished, rotation, (("key.rotate", "k"),)),
    "clearing up": Case(furnished, clearing, (("role.delete", "jfrog/pulls"), ("vault.delete", "old"))),
}


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningSandbox]:
    with RunningSandbox(arguments=["--allow-http-issuers"]) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_vault(tmp_path_factory.mktemp("empty"))


@dataclass(frozen=True)
class Killed:
    """A bureau after a kill, the plan that was under way, and how everything was before."""

    bureau: Bureau
    plan: Plan
    start: Json


def begun(platform: RunningSandbox, home: Path, case: Case) -> tuple[Plan, Json]:
    """Make what is there beforehand, and the plan; how everything is before it runs."""
    platform.reset()
    with platform.http() as client:
        make_user(client, "puller")
    bureau = Bureau(platform, home)
    with bureau.clients_files():
        case.settle(bureau)
        plan, start = case.plan(bureau), bureau.everything()
    bureau.close()
    return plan, start


def boundaries(platform: RunningSandbox, empty: Path, tmp_path: Path, case: Case) -> Iterator[Killed]:
    """One run killed at each moment of its journal; the last one is not."""
    number, killed = 0, True
    while killed:
        home = move_in(empty, tmp_path / str(number))
        plan, start = begun(platform, home, case)
        killed = in_child(partial(run, platform, home, plan, number)) == KILLED
        bureau = Bureau(platform, home)
        yield Killed(bureau, plan, start)
        bureau.close()
        number += 1
    assert number > 6


def run(platform: RunningSandbox, home: Path, plan: Plan, number: int) -> Report:
    return Bureau(platform, home, listener=dying_at(number)).runner.run(plan)


def finish(bureau: Bureau, plan: Plan) -> None:
    """What a person does after a crash: begin anew if the plan never started, else continue it."""
    report = bureau.carry_on(plan)
    if report is not None:
        assert set(report.counts) <= {Outcome.DONE, Outcome.ALREADY}, report.results
    assert bureau.journal.unfinished() == ()
    assert bureau.journal.verify().intact
    assert bureau.issuer.local.verify_audit().intact


@pytest.mark.parametrize("name", CASES)
def test_continued_it_ends_like_one_straight_run(
    platform: RunningSandbox, empty: Path, tmp_path: Path, name: str
) -> None:
    case, ends = CASES[name], list[Json]()
    for after in boundaries(platform, empty, tmp_path, case):
        finish(after.bureau, after.plan)
        ends.append(after.bureau.everything())
        for event, about in case.events:
            assert after.bureau.written(event).count(about) == 1, (event, about)
    assert ends[-1] != after.start
    for number, end in enumerate(ends):
        assert end == ends[-1], number


@pytest.mark.parametrize("name", [name for name in CASES if name != "rotation"])
def test_undone_after_a_crash_it_is_as_before(platform: RunningSandbox, empty: Path, tmp_path: Path, name: str) -> None:
    for after in boundaries(platform, empty, tmp_path, CASES[name]):
        finish(after.bureau, after.plan)
        undone = after.bureau.runner.run(after.bureau.undo(after.plan.id))
        assert set(undone.counts) == {Outcome.DONE}, undone.results
        assert after.bureau.everything() == after.start


def test_a_rotation_that_was_killed_is_not_taken_back(platform: RunningSandbox, empty: Path, tmp_path: Path) -> None:
    for after in boundaries(platform, empty, tmp_path, CASES["rotation"]):
        finish(after.bureau, after.plan)
        with pytest.raises(Refused, match="a rotation is not taken back: rotate again"):
            after.bureau.undo(after.plan.id)
        states = [version.state.value for version in after.bureau.issuer.local.state().keys["k"].versions]
        assert states == ["retiring", "active", "next"]


@pytest.mark.parametrize("change", [change_here, change_there])
def test_a_difference_is_noticed(
    platform: RunningSandbox, empty: Path, tmp_path: Path, change: Callable[[Bureau], None]
) -> None:
    """The comparison itself: one field of one object of the issuer, or of the platform."""
    home = move_in(empty, tmp_path / "home")
    plan, start = begun(platform, home, CASES["from nothing"])
    bureau = Bureau(platform, home)
    finish(bureau, plan)
    end = bureau.everything()
    assert bureau.everything() == end != start
    change(bureau)
    assert bureau.everything() != end
    bureau.close()
