"""Changes to integrations and identity mappings, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from jfconsole.domain.errors import NotFound, NothingToChange, PlanMoved, Refused, UsageError
from jfconsole.domain.mappings import MappingRef, TokenSpec
from jfconsole.domain.plans import Outcome, Plan
from jfconsole.domain.text import Untrusted
from jfconsole.services.kinds import HANDLERS
from tests.support.directing import done
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trusting import BOUND, Trust, TrustOffice, a_mapping, an_integration

WRITES = ("POST", "PUT", "PATCH", "DELETE")
BUILD = MappingRef("github", "build")
LOST = {
    "the platform acted and the connection broke": {"kind": "drop", "when": "after", "count": 1},
    "the connection broke before the platform acted": {"kind": "drop", "when": "before", "count": 1},
    "a gateway gave up after the platform acted": {"kind": "status", "status": 504, "when": "after", "count": 1},
    "the answer was garbage": {"kind": "garbage", "when": "after", "count": 1},
}


@dataclass(frozen=True)
class Example:
    """A change, and what somebody else could do so that it must not be sent any more."""

    path: str
    plan: Callable[[Trust], Awaitable[Plan]]
    disturbance: tuple[str, str, object]


def _body(**fields: object) -> dict[str, object]:
    return {**a_mapping().as_object(), **fields}


async def _update_integration(trust: Trust) -> Plan:
    before = await trust.integrations.get("github")
    return await trust.integrations.plan_update(before, replace(before, description=Untrusted("new")))


async def _update_mapping(trust: Trust) -> Plan:
    before = await trust.mappings.get(BUILD)
    return await trust.mappings.plan_update(before, replace(before, priority=7))


EXAMPLES: Mapping[str, Example] = {
    "integration.create": Example(
        "/gitlab",
        lambda trust: trust.integrations.plan_create(
            an_integration(
                "gitlab",
                issuer_url=Untrusted("https://gitlab.com"),
                provider_type=Untrusted("Generic OpenID Connect"),
                organization=None,
            )
        ),
        (
            "POST",
            "",
            {"name": "gitlab", "issuer_url": "https://gitlab.test", "provider_type": "Generic OpenID Connect"},
        ),
    ),
    "integration.update": Example(
        "/github",
        _update_integration,
        ("PUT", "/github", an_integration(description=Untrusted("of somebody else")).as_object()),
    ),
    "integration.delete": Example(
        "/idle",
        lambda trust: trust.integrations.plan_delete(["idle"]),
        ("PUT", "/idle", an_integration("idle", audience=Untrusted("another")).as_object()),
    ),
    "mapping.create": Example(
        "/github/identity_mappings/pull",
        lambda trust: trust.mappings.plan_create(a_mapping("pull")),
        ("POST", "/github/identity_mappings", _body(name="pull", claims={"repository_id": "1"})),
    ),
    "mapping.update": Example(
        "/github/identity_mappings/build",
        _update_mapping,
        ("PUT", "/github/identity_mappings/build", _body(claims={"repository_id": "5678"})),
    ),
    "mapping.delete": Example(
        "/github/identity_mappings/build",
        lambda trust: trust.mappings.plan_delete([BUILD]),
        ("PUT", "/github/identity_mappings/build", _body(claims={**BOUND, "environment": "production"})),
    ),
}


@pytest.fixture
def office(sandbox: RunningSandbox, tmp_path: Path) -> TrustOffice:
    office = TrustOffice(sandbox, tmp_path)
    office.put("POST", "", an_integration(description=Untrusted("old")).as_object())
    office.put("POST", "", an_integration("idle").as_object())
    office.put("POST", "/github/identity_mappings", a_mapping().as_object())
    return office


def written(office: TrustOffice, since: int) -> list[str]:
    return [
        f"{arrival['method']} {arrival['path']}"
        for arrival in office.sandbox.requests(since)
        if arrival["method"] in WRITES
    ]


def last(office: TrustOffice) -> int:
    return max((arrival["seq"] for arrival in office.sandbox.requests()), default=0)


def test_every_kind_has_its_example() -> None:
    assert set(EXAMPLES) == {kind for kind in HANDLERS if kind.startswith(("integration.", "mapping."))}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_it_is_done_with_one_call_and_undone(office: TrustOffice, kind: str) -> None:
    start = office.everything()
    plan = office.ask(EXAMPLES[kind].plan)
    assert [step.kind for step in plan.steps] == [kind]
    before = last(office)
    report = office.runner.run(plan)
    done(report)
    assert len(written(office, before)) == 1
    assert (office.get(EXAMPLES[kind].path) is None) is plan.steps[0].deletes
    done(office.runner.run(office.undo(report.plan_id)))
    assert office.everything() == start


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        pytest.param(kind, fault, marks=() if kind.endswith(".create") or "broke" in fault else pytest.mark.deep)
        for kind in EXAMPLES
        for fault in LOST
    ],
)
def test_a_lost_answer_is_found_out_and_nothing_happens_twice(office: TrustOffice, kind: str, fault: str) -> None:
    plan = office.ask(EXAMPLES[kind].plan)
    (request,) = plan.steps[0].requests
    before, changed = last(office), len(office.sandbox.changes())
    office.sandbox.faults({"method": request.method, "path": request.path, **LOST[fault]})
    done(office.runner.run(plan))
    assert 1 <= len(written(office, before)) <= 2
    news = [change for change in office.sandbox.changes()[changed:] if change["action"] == "created"]
    assert len(news) == (1 if kind.endswith(".create") else 0)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_moved_since_the_review_is_not_touched(office: TrustOffice, kind: str) -> None:
    plan = office.ask(EXAMPLES[kind].plan)
    office.put(*EXAMPLES[kind].disturbance)
    before = last(office)
    with pytest.raises(PlanMoved, match="Nothing was sent: "):
        office.runner.run(plan)
    assert written(office, before) == []


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_is_there_already_is_not_sent(office: TrustOffice, kind: str) -> None:
    plan = office.ask(EXAMPLES[kind].plan)
    done(office.do(EXAMPLES[kind].plan))
    before = last(office)
    assert set(office.runner.run(plan).counts) == {Outcome.ALREADY}
    assert written(office, before) == []


def test_two_consoles_on_one_mapping_both_survive(office: TrustOffice) -> None:
    plan = office.ask(_update_mapping)
    office.put("PUT", "/github/identity_mappings/build", _body(description="of somebody else"))
    done(office.runner.run(plan))
    found = office.get("/github/identity_mappings/build")
    assert (found["priority"], found["description"]) == (7, "of somebody else")
    assert found["claims"] == BOUND


def test_claims_that_are_empty_are_claims(office: TrustOffice) -> None:
    """Carried over to what somebody else changed, a mapping still wants what looks like nothing."""
    empty = {**BOUND, "environment": "", "base_ref": None}

    async def emptied(trust: Trust) -> Plan:
        before = await trust.mappings.get(BUILD)
        return await trust.mappings.plan_update(before, replace(before, claims=empty))

    plan = office.ask(emptied)
    office.put("PUT", "/github/identity_mappings/build", _body(description="of somebody else"))
    report = office.runner.run(plan)
    done(report)
    found = office.get("/github/identity_mappings/build")
    assert (found["claims"], found["description"]) == (empty, "of somebody else")
    done(office.runner.run(office.undo(report.plan_id)))
    assert office.get("/github/identity_mappings/build")["claims"] == BOUND


def test_two_consoles_on_one_integration_both_survive(office: TrustOffice) -> None:
    plan = office.ask(_update_integration)
    office.put("PUT", "/github", {**office.get("/github"), "use_default_proxy": True})
    done(office.runner.run(plan))
    found = office.get("/github")
    assert (found["description"], found["use_default_proxy"]) == ("new", True)


def test_claims_that_two_people_take_away_do_not_add_up(office: TrustOffice) -> None:
    """Each review showed a mapping that one claim still guards; without both it would admit anyone."""

    async def without_ref(trust: Trust) -> Plan:
        before = await trust.mappings.get(BUILD)
        return await trust.mappings.plan_update(before, replace(before, claims={"repository_id": "5678"}))

    plan = office.ask(without_ref)
    office.put("PUT", "/github/identity_mappings/build", _body(claims={"ref": "refs/heads/main"}))
    with pytest.raises(PlanMoved, match="admits otherwise than when it was reviewed"):
        office.runner.run(plan)


def test_an_issuer_that_changed_stops_a_change(office: TrustOffice) -> None:
    plan = office.ask(_update_integration)
    office.put("PUT", "/github", {**office.get("/github"), "audience": "everybody"})
    with pytest.raises(PlanMoved, match="trusts another issuer than when it was reviewed"):
        office.runner.run(plan)


def test_an_integration_goes_with_its_mappings_and_all_come_back(office: TrustOffice) -> None:
    office.put("POST", "/github/identity_mappings", _body(name="deploy", priority=2))
    start = office.everything()
    plan = office.ask(lambda trust: trust.integrations.plan_delete(["github"]))
    assert [step.kind for step in plan.steps] == ["mapping.delete", "mapping.delete", "integration.delete"]
    assert (plan.in_flight, plan.stop_on_failure) == (1, True)
    assert "2 mappings go with github (build, deploy)" in plan.confirmation.effects
    report = office.runner.run(plan)
    done(report)
    assert office.get("/github") is None
    done(office.runner.run(office.undo(report.plan_id)))
    assert office.everything() == start


def test_mappings_of_a_project_are_asked_for_with_their_project(office: TrustOffice) -> None:
    with office.sandbox.http() as client:
        project = {"project_key": "acme", "display_name": "Acme"}
        client.post("/access/api/v1/projects", json=project).raise_for_status()
    mapping = a_mapping("build", project_key=Untrusted("acme"), priority=3)
    before = last(office)
    report = office.do(lambda trust: trust.mappings.plan_create(mapping))
    done(report)
    asked = [arrival for arrival in office.sandbox.requests(before) if "/identity_mappings" in arrival["path"]]
    assert {arrival["query"] for arrival in asked if arrival["method"] == "POST"} == {"project_key=acme"}
    assert office.get("/github/identity_mappings/build", project_key="acme")["priority"] == 3
    assert office.get("/github/identity_mappings/build")["priority"] == 1
    listed = office.ask(lambda trust: trust.mappings.list("github", ["acme"]))
    assert sorted(found.key for found in listed) == ["github/build", "github/build@acme"]
    views = office.ask(lambda trust: trust.mappings.views("github", ["acme"]))
    assert [(view.key, view.place) for view in views] == [("github/build", 1), ("github/build@acme", 1)]
    done(office.runner.run(office.undo(report.plan_id)))
    assert office.get("/github/identity_mappings/build", project_key="acme") is None


def test_strangers_have_to_be_typed(office: TrustOffice) -> None:
    stranger = a_mapping("anyone", claims={"ref": "refs/heads/main"})
    plan = office.ask(lambda trust: trust.mappings.plan_create(stranger))
    assert plan.confirmation.phrase == "anyone"
    assert not plan.confirmation.by_yes
    assert plan.confirmation.effects[0].startswith("M02 anyone: No claim says whose workload")
    with pytest.raises(Refused, match="M02"):
        office.ask(lambda trust: trust.mappings.plan_create(stranger, strict=True))
    good = office.ask(lambda trust: trust.mappings.plan_create(a_mapping("good"), strict=True))
    assert (good.confirmation.phrase, good.confirmation.by_yes) == (None, True)


def test_widening_a_mapping_or_its_integration_has_to_be_typed(office: TrustOffice) -> None:
    async def widened(trust: Trust) -> Plan:
        before = await trust.mappings.get(BUILD)
        return await trust.mappings.plan_update(before, replace(before, claims={}))

    async def permissive(trust: Trust) -> Plan:
        before = await trust.integrations.get("github")
        return await trust.integrations.plan_update(before, replace(before, enable_permissive_configuration=True))

    async def elsewhere(trust: Trust) -> Plan:
        before = await trust.integrations.get("github")
        other = replace(before, issuer_url=Untrusted("https://issuer.acme.test"))
        return await trust.integrations.plan_update(before, other)

    for planning, rule in ((widened, "M01"), (permissive, "M08"), (elsewhere, "M02")):
        plan = office.ask(planning)
        assert plan.confirmation.phrase
        assert not plan.confirmation.by_yes
        assert plan.confirmation.effects[0].startswith(rule)


def test_records_are_applied(office: TrustOffice) -> None:
    record = office.ask(lambda trust: trust.mappings.get(BUILD)).as_object()
    with pytest.raises(NothingToChange):
        office.ask(lambda trust: trust.mappings.plan_apply(record))
    report = office.do(
        lambda trust: trust.mappings.plan_apply(
            {"name": "build", "provider_name": "github", "token_spec": {"expires_in": 300}}
        )
    )
    done(report)
    assert office.get("/github/identity_mappings/build")["token_spec"]["expires_in"] == 300
    assert office.get("/github/identity_mappings/build")["claims"] == BOUND
    done(office.do(lambda trust: trust.mappings.plan_apply({**record, "name": "again"})))
    done(office.do(lambda trust: trust.integrations.plan_apply({"name": "github", "audience": "other"})))
    assert office.get("/github")["audience"] == "other"
    done(office.runner.run(office.undo(report.plan_id)))


def test_what_exists_is_adopted(office: TrustOffice) -> None:
    integration = an_integration(description=Untrusted("by the wizard"))
    mapping = a_mapping(claims={**BOUND, "environment": "production"})
    for planning, told in (
        (lambda trust: trust.integrations.plan_adopt(integration, strict=True), "~ description: old → by the wizard"),
        (lambda trust: trust.mappings.plan_adopt(mapping, strict=True), "+ claims / environment: production"),
    ):
        plan = office.ask(planning)
        assert told in plan.confirmation.effects
        assert plan.title.startswith("Adopt ")
        done(office.runner.run(plan))
        with pytest.raises(NothingToChange):
            office.ask(planning)
    with pytest.raises(Refused, match="M01"):
        office.ask(lambda trust: trust.mappings.plan_adopt(a_mapping(claims={}), strict=True))


def test_names_and_types_stay(office: TrustOffice) -> None:
    async def renamed(trust: Trust) -> Plan:
        before = await trust.integrations.get("github")
        return await trust.integrations.plan_update(before, replace(before, provider_type=Untrusted("Azure")))

    async def moved(trust: Trust) -> Plan:
        before = await trust.mappings.get(BUILD)
        return await trust.mappings.plan_update(before, replace(before, project_key=Untrusted("acme")))

    for planning in (renamed, moved):
        with pytest.raises(UsageError, match=r"cannot change|keeps its name"):
            office.ask(planning)


def priorities(office: TrustOffice) -> Json:
    return {one["name"]: one.get("priority") for one in office.get("/github/identity_mappings")}


def test_an_order_changes_the_fewest_priorities(office: TrustOffice) -> None:
    for name, priority in (("second", None), ("third", 20), ("last", 30)):
        office.put("POST", "/github/identity_mappings", _body(name=name, priority=priority))
    start = priorities(office)
    report = office.do(lambda trust: trust.mappings.plan_order("github", ["third", "last", "build"]))
    done(report)
    assert len(report.results) == 1
    assert priorities(office) == {**start, "build": 31}
    done(office.runner.run(office.undo(report.plan_id)))
    assert priorities(office) == start


def test_a_mapping_is_moved_and_what_it_changes_is_told(office: TrustOffice) -> None:
    narrow = _body(name="narrow", priority=9, claims={**BOUND, "environment": "production"})
    office.put("POST", "/github/identity_mappings", narrow)
    office.put("POST", "/github/identity_mappings", _body(name="other", priority=10, claims={"sub": "x"}))
    ref = MappingRef("github", "narrow")
    plan = office.ask(lambda trust: trust.mappings.plan_move(ref, "build"))
    assert "No longer: narrow never wins: build comes first and admits the same" in plan.confirmation.effects
    done(office.runner.run(plan))
    found = priorities(office)
    assert sorted(found, key=lambda name: found[name]) == ["narrow", "build", "other"]
    with pytest.raises(NothingToChange):
        office.ask(lambda trust: trust.mappings.plan_move(ref, "build"))
    with pytest.raises(NotFound, match="no mapping nothing"):
        office.ask(lambda trust: trust.mappings.plan_move(ref, "nothing"))
    back = office.ask(lambda trust: trust.mappings.plan_move(ref, None))
    assert "From now on: narrow never wins: build comes first and admits the same" in back.confirmation.effects


def test_whom_a_mapping_names_is_looked_for_when_it_is_saved(office: TrustOffice) -> None:
    spec = TokenSpec(username=Untrusted("nobody"), scope=Untrusted("applied-permissions/user"), expires_in=600)
    for planning in (
        lambda trust: trust.mappings.plan_create(a_mapping("new", token_spec=spec)),
        lambda trust: trust.mappings.plan_apply(a_mapping(token_spec=spec).as_object()),
    ):
        plan = office.ask(planning)
        told = [effect for effect in plan.confirmation.effects if effect.startswith("M13 ")]
        assert len(told) == 1
        assert "There is no user nobody" in told[0]
        assert plan.confirmation.phrase is None, "it lets no strangers in"


def test_a_mapping_that_makes_an_administrator_of_a_workload_says_so(office: TrustOffice) -> None:
    spec = TokenSpec(username=Untrusted("admin"), scope=Untrusted("applied-permissions/user"), expires_in=600)
    plan = office.ask(lambda trust: trust.mappings.plan_create(a_mapping("new", token_spec=spec)))
    assert "M04 new: The user admin administers the whole platform" in plan.confirmation.effects


def test_fields_of_later_releases_survive_an_edit(office: TrustOffice) -> None:
    office.sandbox.future()
    before = office.get("/github"), office.get("/github/identity_mappings/build")
    known = office.ask(lambda trust: trust.integrations.get("github")), office.ask(lambda t: t.mappings.get(BUILD))
    assert all(value.extra for value in known), "the sandbox adds nothing"
    done(office.do(_update_integration))
    done(office.do(_update_mapping))
    after = office.get("/github"), office.get("/github/identity_mappings/build")
    assert after[0] == before[0] | {"description": "new"}
    assert after[1] == before[1] | {"priority": 7}


def test_a_token_spec_is_kept_whole(office: TrustOffice) -> None:
    spec = TokenSpec(
        username_pattern=Untrusted("{{actor}} | $0@acme.test"),
        groups_pattern=Untrusted("{{groups}}"),
        expires_in=900,
        self_revocable=True,
    )
    report = office.do(lambda trust: trust.mappings.plan_create(a_mapping("dynamic", token_spec=spec)))
    done(report)
    found = office.ask(lambda trust: trust.mappings.get(MappingRef("github", "dynamic"))).token_spec
    assert (found.username_pattern, found.groups_pattern) == (spec.username_pattern, spec.groups_pattern)
    assert (found.expires_in, found.self_revocable) == (900, True)
    done(office.runner.run(office.undo(report.plan_id)))
