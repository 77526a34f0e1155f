"""The calls for groups, users, permissions and repositories: what they say, and what their answers mean."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from jfconsole.domain.errors import BadResponse, ErrorDetail, NotFound, Rejected, UsageError
from jfconsole.domain.groups import Group
from jfconsole.domain.permissions import Permission, Section, Target, ordered
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.users import User
from jfconsole.jfrog import groups, permissions, repositories, users
from tests.unit.jfrog.recording_sender import RecordingSender, answer

GROUP = Group(name=Untrusted("a b/ü"), realm=Untrusted("ldap"), members=(Untrusted("ann"),), extra={"added": [1]})
USER = User(username=Untrusted("ann"), email=Untrusted("a@b"), status=Untrusted("enabled"), groups=())
SECTION = Section(targets={Untrusted("libs"): Target()}, groups={Untrusted("ops"): ordered(["READ"])})
PERMISSION = Permission(
    name=Untrusted("Any Remote"), sections={Untrusted("artifact"): SECTION}, created_by=Untrusted("admin")
)
CALLS: list[tuple[Request, str, CallClass, object]] = [
    (groups.group_request("a b/ü"), "GET /access/api/v2/groups/a%20b%2F%C3%BC", CallClass.SAFE, None),
    (
        groups.create_request(GROUP),
        "POST /access/api/v2/groups",
        CallClass.CREATE,
        {"name": "a b/ü", "members": ["ann"], "added": [1]},
    ),
    (
        groups.update_request("g", {"description": ""}),
        "PATCH /access/api/v2/groups/g",
        CallClass.IDEMPOTENT,
        {"description": ""},
    ),
    (
        groups.members_request("g", ["ann"]),
        "PATCH /access/api/v2/groups/g/members",
        CallClass.IDEMPOTENT,
        {"add": ["ann"]},
    ),
    (
        groups.members_request("g", [], ["bob"]),
        "PATCH /access/api/v2/groups/g/members",
        CallClass.IDEMPOTENT,
        {"remove": ["bob"]},
    ),
    (groups.delete_request("g"), "DELETE /access/api/v2/groups/g", CallClass.IDEMPOTENT, None),
    (
        users.create_request(USER, Secret("Passw0rd1")),
        "POST /access/api/v2/users",
        CallClass.CREATE,
        {"username": "ann", "email": "a@b", "groups": [], "password": "{{password}}"},
    ),
    (
        users.update_request("ann@x+y", {"admin": True}),
        "PATCH /access/api/v2/users/ann@x%2By",
        CallClass.IDEMPOTENT,
        {"admin": True},
    ),
    (
        users.groups_request("ann", ["a"], ["b"]),
        "PATCH /access/api/v2/users/ann/groups",
        CallClass.IDEMPOTENT,
        {"add": ["a"], "remove": ["b"]},
    ),
    (
        users.password_request("ann", Secret("N3wSecret1")),
        "PUT /access/api/v2/users/ann/password",
        CallClass.IDEMPOTENT,
        {"password": "{{password}}"},
    ),
    (users.expire_request("ann"), "POST /access/api/v2/users/ann/password/expire", CallClass.IDEMPOTENT, None),
    (users.unlock_request("ann"), "POST /access/api/v2/users/ann/unlock", CallClass.IDEMPOTENT, None),
    (users.delete_request("ann"), "DELETE /access/api/v2/users/ann", CallClass.IDEMPOTENT, None),
    (
        users.page_request("ann", 2, containing="a n", status="locked", only_admins=True),
        "GET /access/api/v2/users?limit=2&cursor=ann&username=a%20n&status=locked&onlyAdmins=true",
        CallClass.SAFE,
        None,
    ),
    (
        permissions.create_request(PERMISSION),
        "POST /access/api/v2/permissions",
        CallClass.CREATE,
        {"name": "Any Remote", "resources": {"artifact": SECTION.as_object()}},
    ),
    (
        permissions.put_section_request("Any Remote", "artifact", SECTION),
        "PUT /access/api/v2/permissions/Any%20Remote/artifact",
        CallClass.IDEMPOTENT,
        {
            "actions": {"users": {}, "groups": {"ops": ["READ"]}},
            "targets": {"libs": {"include_patterns": ["**"], "exclude_patterns": []}},
        },
    ),
    (
        permissions.delete_section_request("p", "build"),
        "DELETE /access/api/v2/permissions/p/build",
        CallClass.IDEMPOTENT,
        None,
    ),
    (permissions.delete_request("p"), "DELETE /access/api/v2/permissions/p", CallClass.IDEMPOTENT, None),
    (repositories.repository_request("libs"), "GET /artifactory/api/repositories/libs", CallClass.SAFE, None),
    (
        groups.page_request("x", 5, "te am"),
        "GET /access/api/v2/groups?limit=5&cursor=x&groupName=te%20am",
        CallClass.SAFE,
        None,
    ),
]


@pytest.mark.parametrize(("request_", "line", "kind", "body"), CALLS, ids=[line for _, line, _, _ in CALLS])
def test_calls(request_: Request, line: str, kind: CallClass, body: object) -> None:
    assert f"{request_.method} {request_.target}" == line
    assert (request_.call_class, request_.body) == (kind, body)
    assert set(request_.secrets) == ({"password"} if "password" in str(body) else set())


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_names_that_would_turn_a_path_into_another(name: str) -> None:
    for request in (groups.delete_request, users.delete_request, permissions.delete_request):
        with pytest.raises(UsageError):
            request(name)


def test_a_list_that_changes_while_it_is_read_says_so() -> None:
    def page(*names: str) -> object:
        return {"groups": [{"group_name": name} for name in names], "cursor": names[-1]}

    async def read(*pages: object) -> tuple[list[str], bool]:
        found = await groups.pages(RecordingSender([answer(body) for body in pages]), limit=2).all()
        return [str(row) for row in found.rows], found.changed

    assert asyncio.run(read(page("a", "b"), page("c"))) == (["a", "b", "c"], False)
    assert asyncio.run(read(page("a", "b"), page("b", "c"), page("d"))) == (["a", "b", "c", "d"], True)
    assert asyncio.run(read(page("a", "b"), page("a", "b"))) == (["a", "b"], False)


def test_an_answer_that_is_no_object_is_refused() -> None:
    with pytest.raises(BadResponse, match="where a JSON object was expected"):
        asyncio.run(groups.fetch(RecordingSender([answer([])]), "g"))


def test_repositories_are_listed_in_upper_and_described_in_lower_case() -> None:
    rows = [
        {"key": "hub", "type": "REMOTE", "packageType": "Docker", "url": "https://hub", "description": "x"},
        {"key": "odd", "type": "HOLOGRAM", "added": 1},
    ]
    found = asyncio.run(repositories.fetch_all(RecordingSender([answer(rows)])))
    assert [(row.key, row.kind, row.package_type, row.url) for row in found] == [
        ("hub", "remote", "docker", "https://hub"),
        ("odd", "hologram", "", None),
    ]


def test_a_400_for_a_repository_means_that_there_is_none() -> None:
    refused = Rejected("no", detail=ErrorDetail(status=400, code=Untrusted("400")))
    with pytest.raises(NotFound):
        asyncio.run(repositories.fetch(RecordingSender([refused]), "gone"))
    with pytest.raises(Rejected, match="no"):
        asyncio.run(
            repositories.fetch(RecordingSender([Rejected("no", detail=replace(refused.detail, status=418))]), "x")
        )
