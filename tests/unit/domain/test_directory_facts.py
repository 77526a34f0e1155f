"""What is said about groups, users, permissions and repositories, and what filters find."""

from __future__ import annotations

import pytest

from jfconsole.domain import group_facts, permission_facts, repository_facts, user_facts
from jfconsole.domain.filter_terms import Row, Schema
from jfconsole.domain.filters import parse
from jfconsole.domain.groups import Group, group_from
from jfconsole.domain.permissions import Permission, Section, Target, ordered
from jfconsole.domain.repositories import Repository, RepositoryRow
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_words import Fact
from jfconsole.domain.users import User, UserRow, UserStatus, user_from

NOW = 1_800_000_000.0


def u(*names: str) -> tuple[Untrusted, ...]:
    return tuple(Untrusted(name) for name in names)


def found(text: str, schema: Schema[Row], rows: list[Row]) -> list[Row]:
    wanted = parse(text, schema)
    assert not wanted.problems, wanted.problems
    return list(filter(wanted.compile(NOW), rows))


def text_of(facts: tuple[Fact, ...], label: str) -> list[str]:
    return [fact.text for fact in facts if fact.label == label]


GROUPS = {
    "readers": Group(name=u("readers")[0], description=u("All of us")[0], auto_join=True, members=u("ann", "bob")),
    "root": Group(name=u("root")[0], admin_privileges=True, members=u("ann"), roles={"policy_manager": True}),
    "ldap-ops": Group(name=u("ldap-ops")[0], realm=u("ldap")[0], external_id=u("cn=ops")[0], members=()),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ops", ["ldap-ops"]),
        ("all", ["readers"]),
        ("external:cn", ["ldap-ops"]),
        ("admin", ["root"]),
        ("autojoin", ["readers"]),
        ("empty", ["ldap-ops"]),
        ("members>1", ["readers"]),
        ("member:ann", ["readers", "root"]),
        ("realm:ldap", ["ldap-ops"]),
        ("!admin", ["readers", "ldap-ops", "unread"]),
    ],
)
def test_groups_are_found(text: str, expected: list[str]) -> None:
    rows = group_facts.view_groups(u("readers", "root", "ldap-ops", "unread"), GROUPS)
    assert [row.name for row in found(text, group_facts.group_schema(), rows)] == expected


def test_a_group_in_words() -> None:
    facts = group_facts.describe_group(GROUPS["ldap-ops"])
    assert text_of(facts, "members") == ["nobody"]
    assert text_of(facts, "admin") == ["server does not say"]
    assert "comes from the realm ldap" in text_of(facts, "beware")[0]
    assert text_of(group_facts.describe_group(GROUPS["root"]), "roles") == ["manage policies"]
    assert group_facts.flags(GROUPS["readers"]) == ("joins by itself",)
    assert group_facts.flags(GROUPS["ldap-ops"]) == ("ldap", "no members")
    odd = group_from({"name": "a\u202eb", "members": ["x"] * 12, "tier\x1b": "aur\x07ora"})
    shown = group_facts.describe_group(odd)
    assert all(fact.text.isprintable() and fact.label.isprintable() for fact in shown)
    assert text_of(shown, "members") == [f"12: {', '.join('x' * 10)} and 2 more"]
    assert group_facts.group_record(odd)["tier\x1b"] == "aur\x07ora"


ROWS = [
    UserRow(u(name)[0], u(realm)[0], status)
    for name, realm, status in (
        ("ann", "internal", UserStatus.ENABLED),
        ("bob", "ldap", UserStatus.LOCKED),
        ("cid", "internal", UserStatus.DISABLED),
        ("dan", "internal", u("hibernating")[0]),
    )
]
DETAILS = {
    "ann": User(
        username=u("ann")[0], email=u("ann@acme.example")[0], admin=True, last_logged_in=u("2027-01-15T07:00:00Z")[0]
    ),
    "bob": User(username=u("bob")[0], groups=(), effective_admin=True, last_logged_in=u("2020-01-01T00:00:00Z")[0]),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acme", ["ann"]),
        ("locked", ["bob"]),
        ("disabled", ["cid"]),
        ("status:hiber", ["dan"]),
        ("external", ["bob"]),
        ("admin", ["ann", "bob", "cid"]),
        ("nogroup", ["bob"]),
        ("group:ops", ["ann"]),
        ("login>1y", ["bob"]),
        ("email:acme", ["ann"]),
        ("realm:internal !disabled", ["ann", "dan"]),
    ],
)
def test_users_are_found(text: str, expected: list[str]) -> None:
    rows = user_facts.view_users(ROWS, DETAILS, {"ann": u("ops"), "cid": u("qa"), "dan": u("qa")})
    wanted = parse(text, user_facts.user_schema({"cid"}))
    assert [row.username for row in filter(wanted.compile(NOW), rows)] == expected


def test_a_user_in_words() -> None:
    user = user_from(
        {"username": "bob", "status": "locked", "realm": "ldap", "effective_admin": True, "admin": False, "added": 1}
    )
    facts = user_facts.describe_user(user, NOW)
    assert text_of(facts, "state") == ["locked after failed logins: unlock it"]
    assert text_of(facts, "admin") == ["yes, through a group"]
    assert text_of(facts, "last login") == ["never, or not said"]
    assert text_of(facts, "added") == ["1"]
    assert user_facts.row_of(user) == ROWS[1]
    assert user_facts.flags(user_facts.view_user(ROWS[1], user)) == ("locked", "admin", "never logged in")
    assert text_of(user_facts.describe_user(user_from({"username": "x", "status": "asleep"}), NOW), "state") == [
        "asleep"
    ]
    assert user_facts.row_record(ROWS[3]) == {"username": "dan", "realm": "internal", "status": "hibernating"}


SECTION = Section(
    targets={u("ANY LOCAL")[0]: Target(), u("libs")[0]: Target(), u("apps")[0]: Target(exclude=u("x/**"))},
    users={u("ann")[0]: ordered(["READ", "BEND"])},
    groups={u("ops")[0]: ordered(["WRITE", "READ"])},
)
PERMISSIONS = {
    "ox": Permission(name=u("ox")[0], sections={u("artifact")[0]: SECTION}, created_by=u("admin")[0]),
    "builds": Permission(
        name=u("builds")[0],
        sections={u("build")[0]: Section(targets={u("artifactory-build-info")[0]: Target()})},
    ),
}
REPOSITORIES = [
    RepositoryRow(u(key)[0], u(kind)[0], u(package)[0], description=u("the libraries")[0] if key == "libs" else None)
    for key, kind, package in (
        ("libs", "local", "maven"),
        ("apps", "local", "docker"),
        ("hub", "remote", "docker"),
        ("all", "virtual", "docker"),
    )
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("libs", ["ox"]),
        ("target:any", ["ox"]),
        ("group:ops", ["ox"]),
        ("user:ann", ["ox"]),
        ("type:build", ["builds"]),
        ("action:write", ["ox"]),
        ("catchall", ["ox"]),
        ("strong", ["ox"]),
        ("targets>1", ["ox"]),
        ("builtin", ["Anything"]),
    ],
)
def test_permissions_are_found(text: str, expected: list[str]) -> None:
    rows = permission_facts.view_permissions(u("Anything", "builds", "ox"), PERMISSIONS)
    assert [row.name for row in found(text, permission_facts.permission_schema(), rows)] == expected


def test_a_permission_in_words_and_as_a_matrix() -> None:
    facts = permission_facts.describe_permission(PERMISSIONS["ox"])
    assert text_of(facts, "artifact") == [
        "on ANY LOCAL: everywhere",
        "on libs: everywhere",
        "on apps: everywhere without x/**",
        "group ops: READ, WRITE",
        "user ann: READ, BEND",
    ]
    rows = permission_facts.matrix(SECTION)
    assert [(row.kind, row.name, row.unknown) for row in rows] == [("groups", "ops", ()), ("users", "ann", ("BEND",))]


def test_repositories_that_a_catch_all_covers_are_folded_into_it() -> None:
    lines = permission_facts.collapsed_targets(SECTION, REPOSITORIES)
    assert [(line.name, line.covered) for line in lines] == [("ANY LOCAL", u("libs")), ("apps", ())]
    assert permission_facts.covered_targets(SECTION, []) == {}
    assert permission_facts.matching_repositories("ANY LOCAL", REPOSITORIES) == u("libs", "apps")
    assert permission_facts.matching_repositories("hub", REPOSITORIES) == u("hub")
    assert permission_facts.matching_repositories("ANY_LOCAL", REPOSITORIES) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("docker", ["apps", "hub", "all"]), ("remote", ["hub"]), ("kind:virtual", ["all"]), ("libraries", ["libs"])],
)
def test_repositories_are_found(text: str, expected: list[str]) -> None:
    assert [row.key for row in found(text, repository_facts.repository_schema(), REPOSITORIES)] == expected


def test_a_repository_in_words() -> None:
    remote = Repository(key=u("hub")[0], kind=u("remote")[0], package_type=u("docker")[0], url=u("https://hub")[0])
    assert text_of(repository_facts.describe_repository(remote), "beware") == [repository_facts.REMOTE_CAVEAT]
    virtual = Repository(key=u("all")[0], kind=u("virtual")[0], package_type=u("docker")[0], members=u("libs", "hub"))
    assert text_of(repository_facts.describe_repository(virtual), "members") == ["libs, hub"]
