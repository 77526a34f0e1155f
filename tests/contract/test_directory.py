"""Groups, users and permissions as an administrator works with them, on a real sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.errors import NotFound, PlanMoved, Refused, UsageError
from jfconsole.domain.permissions import Target, permission_from
from jfconsole.domain.plans import Outcome, Plan, refuse_many_deletes
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.services.directory import Directory
from jfconsole.services.imports import plan_import, read_file, refuse_problems
from jfconsole.services.lint_permissions import Rule, lint_permissions
from tests.support.directing import Office, a_group, a_permission, a_section, a_user, done
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def office(sandbox: RunningSandbox, tmp_path: Path) -> Office:
    return Office(sandbox, tmp_path / "one")


@pytest.fixture
def colleague(sandbox: RunningSandbox, tmp_path: Path) -> Office:
    """Another administrator, at another console."""
    return Office(sandbox, tmp_path / "two")


def section(office: Office, name: str = "ox-permissions", kind: str = "artifact") -> Any:
    found = office.get(f"permissions/{name}")
    assert found is not None
    return found["resources"][kind]


def grant(group: str, *actions: str) -> Any:
    return lambda directory: directory.permissions.plan_grant("ox-permissions", "artifact", "groups", group, actions)


# -- one permission, several people --------------------------------------------------------------------


def test_two_consoles_that_give_to_different_groups_both_succeed(office: Office, colleague: Office) -> None:
    done(office.do(lambda directory: directory.permissions.plan_create(a_permission(readers="READ"))))
    for name in ("ops", "qa"):
        office.put("POST", "groups", {"name": name})
    ours, theirs = office.ask(grant("ops", "READ", "WRITE")), colleague.ask(grant("qa", "READ"))
    done(colleague.runner.run(theirs))
    report = office.runner.run(ours)
    done(report)
    assert report.results[0].message == "Merged with what changed meanwhile: + artifact: group qa: READ"
    assert section(office)["actions"]["groups"] == {"readers": ["READ"], "ops": ["READ", "WRITE"], "qa": ["READ"]}
    assert office.journal.verify().intact
    undone = office.runner.run(office.undo(report.plan_id))
    done(undone)
    assert section(office)["actions"]["groups"] == {"readers": ["READ"], "qa": ["READ"]}


def test_two_consoles_at_one_group_and_the_second_is_told(office: Office, colleague: Office) -> None:
    done(office.do(lambda directory: directory.permissions.plan_create(a_permission(readers="READ"))))
    ours, theirs = office.ask(grant("readers", "READ", "DELETE")), colleague.ask(grant("readers", "READ", "WRITE"))
    done(colleague.runner.run(theirs))
    with pytest.raises(
        PlanMoved, match="group readers: it was READ when it was read, is READ, WRITE now, and was to become READ, DELE"
    ):
        office.runner.run(ours)
    assert section(office)["actions"]["groups"] == {"readers": ["READ", "WRITE"]}


def test_a_grant_and_a_new_target_do_not_add_up_behind_both_backs(office: Office, colleague: Office) -> None:
    """Merged, the group would get the target that nobody saw together with it."""
    done(office.do(lambda directory: directory.permissions.plan_create(a_permission(readers="READ"))))
    done(office.do(lambda directory: directory.groups.plan_create(a_group("ops"))))
    ours = office.ask(grant("ops", "WRITE"))
    done(
        colleague.do(
            lambda directory: directory.permissions.plan_target("ox-permissions", "artifact", "ANY REMOTE", Target())
        )
    )
    with pytest.raises(PlanMoved, match=r"reaches further than when it was reviewed: \+ artifact: target ANY REMOTE"):
        office.runner.run(ours)
    assert section(office)["actions"]["groups"] == {"readers": ["READ"]}


def test_members_that_come_and_go_elsewhere_are_left_so(office: Office, colleague: Office) -> None:
    for name in ("ann", "bob", "cid"):
        office.put("POST", "users", _user(name))
    done(office.do(lambda directory: directory.groups.plan_create(a_group(members=_names("ann", "bob")))))
    ours = office.ask(lambda directory: directory.groups.plan_members("scanners", ["cid"], ["bob"]))
    done(colleague.do(lambda directory: directory.groups.plan_members("scanners", [], ["ann", "bob"])))
    done(office.runner.run(ours))
    found = office.get("groups/scanners")
    assert found is not None
    assert found["members"] == ["cid"]
    sent = [arrival["body"] for arrival in office.sandbox.requests() if arrival["path"].endswith("/members")]
    assert sent[-1] == {"add": ["cid"]}, "a platform may refuse to remove who is not in the group"


# -- what must survive ---------------------------------------------------------------------------------


def test_fields_of_a_later_platform_survive_an_edit(office: Office) -> None:
    done(office.do(lambda directory: directory.groups.plan_create(a_group("ops"))))
    office.sandbox.future()
    done(office.do(lambda directory: directory.permissions.plan_create(a_permission(readers="READ"))))
    before = section(office)
    done(office.do(grant("ops", "WRITE")))
    after = section(office)
    assert after["actions"]["groups"].pop("ops")[0] == "WRITE"
    assert json.dumps(after) == json.dumps(before)
    shown = office.ask(lambda directory: directory.permissions.get("ox-permissions"))
    assert json.dumps(shown.as_object(), sort_keys=True) == json.dumps(
        office.get("permissions/ox-permissions"), sort_keys=True
    )


def test_other_sections_are_never_sent(office: Office) -> None:
    permission = replace(
        a_permission(readers="READ"),
        sections={
            Untrusted("artifact"): a_section(readers="READ"),
            Untrusted("build"): replace(
                a_section(readers="READ"), targets={Untrusted("artifactory-build-info"): Target()}
            ),
        },
    )
    done(office.do(lambda directory: directory.permissions.plan_create(permission)))
    office.do(grant("readers", "READ", "ANNOTATE"))
    puts = [arrival["path"] for arrival in office.sandbox.requests() if arrival["method"] == "PUT"]
    assert puts == ["/access/api/v2/permissions/ox-permissions/artifact"]


def test_a_record_that_is_shown_can_be_applied(office: Office) -> None:
    done(office.do(lambda directory: directory.permissions.plan_create(a_permission(readers="READ"))))
    record = office.ask(lambda directory: directory.permissions.get("ox-permissions")).as_object()
    with pytest.raises(UsageError, match="nothing to change"):
        office.ask(lambda directory: directory.permissions.plan_apply(record))
    changed = json.loads(json.dumps(record).replace('["READ"]', '["READ", "WRITE"]'))
    done(office.do(lambda directory: directory.permissions.plan_apply(changed)))
    assert section(office)["actions"]["groups"] == {"readers": ["READ", "WRITE"]}
    done(office.do(lambda directory: directory.groups.plan_apply({"name": "ops", "description": "made by a record"})))
    done(office.do(lambda directory: directory.groups.plan_apply({"name": "ops", "members": ["admin"]})))
    found = office.get("groups/ops")
    assert found is not None
    assert (found["description"], found["members"]) == ("made by a record", ["admin"])


def test_a_record_removes_a_section_only_when_it_says_so(office: Office) -> None:
    permission = a_permission(readers="READ")
    builds = replace(a_section(readers="READ"), targets={Untrusted("artifactory-build-info"): Target()})
    wanted = permission.with_section("build", builds)
    done(office.do(lambda directory: directory.permissions.plan_create(wanted)))
    with pytest.raises(UsageError, match="nothing to change"):
        office.ask(lambda directory: directory.permissions.plan_apply({"name": "ox-permissions", "resources": {}}))
    done(
        office.do(
            lambda directory: directory.permissions.plan_apply({"name": "ox-permissions", "resources": {"build": None}})
        )
    )
    assert [*(office.get("permissions/ox-permissions") or {})["resources"]] == ["artifact"]
    with pytest.raises(UsageError, match="needs a section"):
        office.ask(lambda directory: directory.permissions.plan_section("ox-permissions", "artifact", None))


def test_members_that_are_kept_elsewhere_are_not_changed_here(office: Office) -> None:
    with office.sandbox.http() as admin:
        body = {"name": "ldap-ops", "realm": "ldap", "realmAttributes": "cn=ops"}
        admin.put("/artifactory/api/security/groups/ldap-ops", json=body).raise_for_status()
    with pytest.raises(Refused, match="The group comes from the realm ldap"):
        office.ask(lambda directory: directory.groups.plan_members("ldap-ops", ["admin"]))


# -- making, adopting, renaming, deleting --------------------------------------------------------------


def test_a_new_user_leaves_the_groups_that_are_joined_by_themselves(office: Office) -> None:
    done(office.do(lambda directory: directory.groups.plan_create(a_group("ops"))))
    plan = office.ask(
        lambda directory: directory.users.plan_create(
            a_user(groups=_names("ops")), Secret("Passw0rd1"), leave=["readers"]
        )
    )
    assert "The user leaves readers again" in plan.confirmation.effects
    done(office.runner.run(plan))
    found = office.get("users/ox-scanner")
    assert found is not None
    assert found["groups"] == ["ops"]
    done(office.runner.run(office.undo(plan.id)))
    assert office.get("users/ox-scanner") is None


def test_leaving_a_group_that_was_not_joined_needs_nothing(office: Office) -> None:
    done(office.do(lambda directory: directory.groups.plan_create(a_group("ops"))))
    report = office.do(lambda directory: directory.users.plan_create(a_user(), leave=["ops"]))
    assert [result.outcome for result in report.results] == [Outcome.DONE, Outcome.ALREADY]


def test_a_refused_password_is_told_in_the_platforms_words_and_nothing_is_left_behind(office: Office) -> None:
    report = office.do(lambda directory: directory.users.plan_create(a_user(), Secret("short"), leave=["readers"]))
    assert [result.outcome for result in report.results] == [Outcome.FAILED, Outcome.PENDING]
    assert "assword" in report.results[0].message
    assert "short" not in report.results[0].message.replace("too short", "")
    assert office.get("users/ox-scanner") is None


def test_what_exists_already_can_be_adopted_with_its_difference(office: Office) -> None:
    office.put("POST", "groups", {"name": "scanners", "description": "older", "external_id": "x"})
    with pytest.raises(PlanMoved, match="There is a group scanners already, and it differs"):
        office.do(lambda directory: directory.groups.plan_create(a_group()))
    plan = office.ask(lambda directory: directory.groups.plan_adopt(a_group()))
    assert plan.confirmation.effects[0] == "~ description: older → read only"
    done(office.runner.run(plan))
    found = office.get("groups/scanners")
    assert found is not None
    assert (found["description"], found["external_id"]) == ("read only", "x")
    with pytest.raises(UsageError, match="nothing to change"):
        office.ask(lambda directory: directory.groups.plan_adopt(a_group()))


def test_a_foreign_object_that_comes_between_is_not_taken_for_ours(office: Office) -> None:
    """It appears after the check: the platform's 409 is compared with what was wanted."""
    plan = office.ask(lambda directory: directory.groups.plan_create(a_group()))
    office.sandbox.faults(
        {"kind": "status", "status": 409, "method": "POST", "path": "/access/api/v2/groups", "when": "before"}
    )
    (result,) = office.runner.run(plan).results
    assert result.outcome is Outcome.FAILED
    assert result.message == "The platform says that there is a group of that name, yet the group is not as wanted"


def test_a_renamed_group_keeps_members_and_grants(office: Office) -> None:
    done(office.do(lambda directory: directory.groups.plan_create(a_group("ops", members=_names("admin")))))
    done(office.do(lambda directory: directory.permissions.plan_create(a_permission(readers="READ", ops="READ WRITE"))))
    start = office.sandbox.state()

    async def planned(directory: Directory) -> Plan:
        return await directory.groups.plan_rename("ops", "operations", await directory.surroundings())

    plan = office.ask(planned)
    assert [step.kind for step in plan.steps] == ["group.create", "permission.section.put", "group.delete"]
    done(office.runner.run(plan))
    assert section(office)["actions"]["groups"] == {"readers": ["READ"], "operations": ["READ", "WRITE"]}
    found = office.get("groups/operations")
    assert found is not None
    assert (found["members"], found["description"]) == (["admin"], "read only")
    assert office.get("groups/ops") is None
    done(office.runner.run(office.undo(plan.id)))
    assert office.sandbox.state() == start


def test_a_renamed_permission_is_the_same(office: Office) -> None:
    done(office.do(lambda directory: directory.permissions.plan_create(a_permission(readers="READ"))))
    before = section(office)
    done(office.do(lambda directory: directory.permissions.plan_rename("ox-permissions", "scan")))
    assert section(office, "scan") == before
    assert office.get("permissions/ox-permissions") is None


def test_deleting_says_what_depends_on_it_and_undo_brings_it_back(office: Office) -> None:
    office.put("POST", "users", _user("ann"))
    done(office.do(lambda directory: directory.groups.plan_create(a_group("ops", members=_names("ann")))))
    done(office.do(lambda directory: directory.permissions.plan_create(a_permission(ops="READ", readers="READ"))))
    start = office.sandbox.state()

    async def planned(directory: Directory) -> Plan:
        return await directory.groups.plan_delete(["ops"], await directory.surroundings())

    plan = office.ask(planned)
    assert plan.confirmation.effects[:2] == (
        "1 member of ops (ann) loses what it gives",
        "1 permission (ox-permissions) no longer names it",
    )
    assert (plan.deletes, plan.confirmation.phrase) == (1, None)
    done(office.runner.run(plan))
    assert section(office)["actions"]["groups"] == {"readers": ["READ"]}
    done(office.runner.run(office.undo(plan.id)))
    assert office.sandbox.state() == start


def test_many_are_deleted_side_by_side_and_only_as_many_as_agreed(office: Office) -> None:
    for number in range(25):
        office.put("POST", "groups", {"name": f"old-{number}"})
    plan = office.ask(lambda directory: directory.groups.plan_delete([f"old-{number}" for number in range(25)]))
    assert (plan.confirmation.phrase, plan.in_flight, plan.deletes) == ("delete 25", 8, 25)
    with pytest.raises(Refused, match="would delete 25, and the limit for one plan is 20"):
        refuse_many_deletes(plan)
    refuse_many_deletes(plan, 25)
    office.put("DELETE", "groups/old-7")
    report = office.runner.run(plan)
    assert report.counts == {Outcome.DONE: 24, Outcome.ALREADY: 1}
    undone = office.runner.run(office.undo(plan.id))
    assert undone.counts == {Outcome.DONE: 24}


def test_our_own_user_and_the_last_administrator_go_alone_and_typed_or_not_at_all(office: Office) -> None:
    office.put("POST", "users", _user("ann"))

    def deletion(names: list[str], own: str | None) -> Plan:
        async def planned(directory: Directory) -> Plan:
            return await directory.users.plan_delete(names, await directory.surroundings(own=own))

        return office.ask(planned)

    for own, words in (("admin", "is the user of this console"), (None, "Nobody would be left to administer")):
        with pytest.raises(Refused, match=words):
            deletion(["ann", "admin"], own)
        plan = deletion(["admin"], own)
        assert (plan.confirmation.phrase, plan.confirmation.by_yes) == ("admin", False)
    with pytest.raises(Refused, match="anonymous is built in"):
        office.ask(lambda directory: directory.users.plan_delete(["anonymous"]))


def test_what_makes_administrators_has_to_be_typed(office: Office) -> None:
    plan = office.ask(lambda directory: directory.groups.plan_create(a_group("root", admin_privileges=True)))
    assert plan.confirmation.phrase == "root"
    plan = office.ask(lambda directory: directory.users.plan_create(a_user(admin=True)))
    assert plan.confirmation.phrase == "ox-scanner"
    with pytest.raises(UsageError, match="cannot have administrator privileges"):
        office.ask(lambda directory: directory.groups.plan_create(a_group(admin_privileges=True, auto_join=True)))


# -- platforms that differ -----------------------------------------------------------------------------


@pytest.fixture
def old_office(tmp_path: Path) -> Iterator[Office]:
    with RunningSandbox("empty", arguments=["--emulate", "7.77"]) as sandbox:
        yield Office(sandbox, tmp_path)


def test_an_old_platform_is_said_to_be_too_old(old_office: Office) -> None:
    user = old_office.ask(lambda directory: directory.users.get("admin"))
    with pytest.raises(Refused, match=r"needs Artifactory 7\.84\.3, and this is 7\.77"):
        old_office.ask(
            lambda directory: directory.users.plan_update(user, replace(user, email=Untrusted("x@example.com")))
        )
    index = old_office.ask(lambda directory: directory.access.index())
    assert index.world.admins is None
    answer = old_office.ask(lambda directory: directory.access.who_can("example", None, "READ"))
    assert "Users who are administrators by themselves are not known here, and may do everything" in answer.caveats


def test_a_directory_of_pages_is_read_to_its_end_and_its_thin_rows_get_details(office: Office) -> None:
    for number in range(5):
        office.put("POST", "groups", {"name": f"team-{number}", "description": f"number {number}"})

    async def looked(directory: Directory) -> tuple[list[str], bool, bool, str | None]:
        first = await directory.groups.list()
        again = await directory.groups.list(first)
        await directory.groups.details.load(["team-1", "nobody"])
        later = await directory.groups.list(again)
        described = next(view for view in later.views if view.name == "team-1").detail
        names = [str(view.name) for view in first.views]
        return names, again is first, later is first, described.description if described else None

    assert office.ask(looked) == (["readers", *(f"team-{number}" for number in range(5))], True, False, "number 1")


def test_the_search_asks_the_platform(office: Office) -> None:
    for name in ("team-a", "other", "a-team"):
        office.put("POST", "groups", {"name": name})
    assert office.ask(lambda directory: directory.groups.search("team")) == ("a-team", "team-a")
    assert [row.username for row in office.ask(lambda directory: directory.users.search("anon"))] == ["anonymous"]


def test_a_repository_that_is_not_there_is_not_found(office: Office) -> None:
    rows = office.ask(lambda directory: directory.repositories.list()).views
    assert {row.kind for row in rows} >= {"local"}
    assert office.ask(lambda directory: directory.repositories.get(rows[0].key)).key == rows[0].key
    with pytest.raises(NotFound, match="There is no repository nowhere"):
        office.ask(lambda directory: directory.repositories.get("nowhere"))


# -- files and findings --------------------------------------------------------------------------------

PEOPLE = """\
username,email,groups
ann,ann@example.com,ops|qa
Bob Q,bob@example.com,ops
cid,cid@example.com,nowhere
dan,not-an-address,
eve,eve@example.com,ops
admin,admin@elsewhere.example,ops
"""


def test_people_come_from_a_file_line_by_line(office: Office) -> None:
    for name in ("ops", "qa"):
        office.put("POST", "groups", {"name": name})
    office.put("POST", "users", _user("eve"))
    found = office.ask(lambda directory: plan_import(directory, read_file(PEOPLE)))
    assert [(problem.line, problem.sentence.split(":")[0]) for problem in found.problems] == [
        (3, "User names are lower-case"),
        (3, "A user name has letters, digits and . - _ @ only"),
        (4, "There is no group nowhere"),
        (5, "'not-an-address' is no e-mail address"),
        (7, "admin exists with another e-mail address"),
    ]
    with pytest.raises(Refused, match=r"Line 3: User names are lower-case \(and 4 more\)"):
        refuse_problems(found)
    assert office.get("users/ann") is None
    assert found.plan is not None
    done(office.runner.run(found.plan))
    ann, eve = office.get("users/ann"), office.get("users/eve")
    assert ann is not None
    assert eve is not None
    assert (ann["groups"], ann["internal_password_disabled"]) == (["ops", "qa", "readers"], True)
    assert sorted(eve["groups"]) == ["ops", "readers"]
    again = office.ask(lambda directory: plan_import(directory, read_file(PEOPLE)))
    assert (again.plan, again.unchanged) == (None, 2)


def test_memberships_come_from_a_file(office: Office) -> None:
    office.put("POST", "groups", {"name": "ops", "members": ["admin"]})
    office.put("POST", "users", _user("ann"))
    text = "group,username,action\nops,ann,\nops,admin,remove\nops,nobody,add\nnowhere,ann,add\n"
    found = office.ask(lambda directory: plan_import(directory, read_file(text)))
    assert [problem.line for problem in found.problems] == [4, 5]
    assert found.plan is not None
    done(office.runner.run(found.plan))
    members = office.get("groups/ops")
    assert members is not None
    assert members["members"] == ["ann"]


def test_the_linter_finds_what_is_wrong(office: Office) -> None:
    office.put("POST", "groups", {"name": "idle"})
    office.put("POST", "groups", {"name": "ops"})
    record: Any = a_permission("odd", readers="READ", ops="MANAGE").as_object()
    targets = record["resources"]["artifact"]["targets"]
    repository = office.ask(lambda directory: directory.repositories.list()).views[0].key
    targets[repository] = {"include_patterns": ["org/**"], "exclude_patterns": ["**"]}
    office.put("POST", "permissions", record)
    world = office.ask(lambda directory: directory.access.index()).world
    with_ghosts = permission_from(record)
    artifact = with_ghosts.sections[Untrusted("artifact")]
    haunted = artifact.granting("groups", "gone", ["READ"]).targeting("gone-local", Target())
    ghosts = replace(world, permissions={"odd": with_ghosts.with_section("artifact", haunted)})
    found = {(finding.rule, str(finding.subject)) for finding in lint_permissions(ghosts)}
    assert found >= {
        (Rule.TARGET, "gone-local"),
        (Rule.PATTERN, str(repository)),
        (Rule.PRINCIPAL, "gone"),
        (Rule.FAR_REACHING, "ops"),
        (Rule.ORPHAN, "idle"),
    }


def _user(username: str) -> dict[str, object]:
    return {"username": username, "email": f"{username}@example.com", "internal_password_disabled": True}


def _names(*names: str) -> tuple[Untrusted, ...]:
    return tuple(Untrusted(name) for name in names)
