"""The seeds: a fresh platform, a company with every problem, and very much of everything."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.sandbox import RunningSandbox

TOKENS = "/access/api/v1/tokens"
DAY = 86_400


def test_a_fresh_platform_has_what_jfrog_puts_in(sandbox: RunningSandbox) -> None:
    state = sandbox.state()
    assert [user["username"] for user in state["users"]] == ["admin", "anonymous"]
    assert [(group["name"], group["auto_join"]) for group in state["groups"]] == [("readers", True)]
    assert [permission["name"] for permission in state["permissions"]] == ["Any Remote", "Anything"]
    assert [r["repo_key"] for r in state["repositories"]] == ["artifactory-build-info", "release-bundles-v2"]
    assert len(state["tokens"]) == 1


class Story:
    """The demo's tokens with what an administrator would want to know of them."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.state = sandbox.state()
        self.now: float = sandbox.control("GET", "/clock")["now"]
        self.users = {user["username"]: user for user in self.state["users"]}
        self.groups = {group["name"]: group for group in self.state["groups"]}
        self.records: list[dict[str, Any]] = [
            record for record in self.state["tokens"] if "announced" not in (record["item"].get("description") or "")
        ]

    def subject(self, record: dict[str, Any]) -> str:
        subject: str = record["item"]["subject"]
        return subject.partition("/users/")[2] or subject

    def status(self, record: dict[str, Any]) -> str:
        user = self.users.get(self.subject(record))
        return user["status"] if user else "missing"

    def days_left(self, record: dict[str, Any]) -> float:
        expiry: float = record["item"].get("expiry", float("inf"))
        return (expiry - self.now) / DAY


@pytest.fixture
def story(demo_sandbox: RunningSandbox) -> Story:
    return Story(demo_sandbox)


def test_acme_has_the_announced_size(story: Story) -> None:
    assert len(story.records) == 60
    assert 38 <= len(story.users) <= 42
    assert len(story.groups) == 12
    assert len(story.state["repositories"]) == 20
    assert len(story.state["permissions"]) == 12


def test_acme_has_every_problem_with_tokens(story: Story) -> None:
    found: Counter[str] = Counter()
    for record in story.records:
        item, scope, left = record["item"], record["scope"], story.days_left(record)
        facts = {
            "admin of someone who left, for ever": scope.endswith("/admin")
            and story.status(record) == "missing"
            and left == float("inf"),
            "disabled user": story.status(record) == "disabled",
            "locked user": story.status(record) == "locked",
            "transient user": story.status(record) == "missing",
            "group": "groups:" in scope,
            "project": "project" in item,
            "project roles": "roles:" in scope,
            "admin": scope.endswith("/admin"),
            "artifact scope": scope.startswith("artifact:"),
            "system scope": scope.startswith("system:"),
            "never expires": left == float("inf"),
            "within a week": 0 < left <= 7,
            "expired": left <= 0,
            "refreshable": item["refreshable"],
            "reference": record["reference"],
            "beyond recall": not record["revocable"],
            "no description": "description" not in item,
            "not ASCII": not item.get("description", "").isascii(),
            "long": len(item.get("description", "")) > 300,
            "from the web interface": item["issuer"].startswith("jffe@"),
            "bare subject": "/users/" not in item["subject"],
            "unused for a year": story.now - item.get("last_used", story.now) > 365 * DAY,
            "only Artifactory": record["audience"] == "jfrt@*",
        }
        found.update(name for name, true in facts.items() if true)
    assert {name for name in facts if not found[name]} == set()


def test_a_token_ends_on_friday(story: Story) -> None:
    ends = [datetime.fromtimestamp(r["item"]["expiry"], UTC) for r in story.records if 0 < story.days_left(r) <= 8]
    assert any(end.weekday() == 4 and (end.hour, end.minute) == (17, 0) for end in ends)


@pytest.mark.parametrize("weekday", range(7))
def test_friday_is_never_today(demo_sandbox: RunningSandbox, weekday: int) -> None:
    monday = 1_795_392_000
    assert datetime.fromtimestamp(monday, UTC).weekday() == 0
    now = demo_sandbox.clock(now=monday + weekday * DAY + 80_000, frozen=True)
    demo_sandbox.control("DELETE", "/state")
    with demo_sandbox.http() as client:
        (row,) = client.get(TOKENS, params={"username": "k8s-staging"}).json()["tokens"]
    end = datetime.fromtimestamp(row["expiry"], UTC)
    assert (end.weekday(), end.hour) == (4, 17)
    assert 0 < row["expiry"] - now < 7 * DAY


def test_a_group_token_reaches_too_much_and_a_permission_nothing(story: Story) -> None:
    permissions = {permission["name"]: permission["resources"] for permission in story.state["permissions"]}
    repositories = {repository["repo_key"] for repository in story.state["repositories"]}
    wide = permissions["ci-everything"]["artifact"]
    assert "MANAGE" in wide["actions"]["groups"]["ci-runners"]
    assert "ANY LOCAL" in wide["targets"]
    assert any(r["scope"].endswith("groups:ci-runners") and "expiry" not in r["item"] for r in story.records)
    nothing = [
        name
        for name, resources in permissions.items()
        if all(
            target not in repositories and not target.startswith("ANY ")
            for resource in resources.values()
            for target in resource["targets"]
        )
    ]
    assert nothing == ["warehouse-legacy"]


def test_the_story_hangs_together(story: Story) -> None:
    """Groups of users, principals and targets of permissions, members of virtual repositories: all are there."""
    repositories = {repository["repo_key"] for repository in story.state["repositories"]}
    for user in story.users.values():
        assert set(user["groups"]) <= set(story.groups), user["username"]
    for permission in story.state["permissions"]:
        for resource in permission["resources"].values():
            assert set(resource["actions"]["users"]) <= set(story.users), permission["name"]
            assert set(resource["actions"]["groups"]) <= set(story.groups), permission["name"]
    for repository in story.state["repositories"]:
        assert set(repository["repositories"]) <= repositories
    for record in story.records:
        assert record["item"]["issued_at"] <= story.now
        assert record["item"].get("last_used", 0) <= story.now
        for name in ("expiry", "last_used"):
            assert record["item"].get(name, story.now) >= record["item"]["issued_at"], record
    assert any(not name.isascii() for name in story.users)
    assert any(len(name) > 64 for name in story.users)


def test_the_same_moment_tells_the_same_story(demo_sandbox: RunningSandbox) -> None:
    dumps = []
    for _ in range(2):
        demo_sandbox.clock(now=1_800_000_000, frozen=True)
        demo_sandbox.control("DELETE", "/state")
        dumps.append(demo_sandbox.state())
    assert dumps[0] == dumps[1]
    assert len({record["item"]["token_id"] for record in dumps[0]["tokens"]}) == 61


def test_every_seeded_token_is_one_the_platform_would_accept(demo_sandbox: RunningSandbox) -> None:
    answers: Counter[int] = Counter()
    for record in Story(demo_sandbox).records:
        secrets = demo_sandbox.control("GET", f"/tokens/{record['item']['token_id']}")
        assert ("refresh_token" in secrets) == record["item"]["refreshable"]
        with demo_sandbox.http(token=secrets["access_token"]) as client:
            answers[client.get("/artifactory/api/system/version").status_code] += 1
    assert set(answers) == {200, 401}
    assert answers[200] > 45


@pytest.fixture(scope="module")
def large_sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox("large") as running:
        yield running


def test_the_large_seed_has_its_numbers_and_every_kind_of_user(large_sandbox: RunningSandbox) -> None:
    with large_sandbox.http(timeout=60) as client:
        body = client.get(TOKENS)
        assert client.get(TOKENS).content == body.content
        tokens = body.json()["tokens"]
        assert len({row["token_id"] for row in tokens}) == len(tokens) == 100_000
        assert 0.1 < sum("expiry" not in row for row in tokens) / len(tokens) < 0.3
        users = client.get("/access/api/v2/users", params={"limit": 30_000}).json()["users"]
        assert len(users) == 20_000
        assert {user["status"] for user in users} == {"enabled", "disabled", "locked"}
        names = {user["username"] for user in users}
        missing = [row for row in tokens if row["subject"].partition("/users/")[2] not in names]
        assert 500 < len(missing) < 2_000
        assert client.delete(f"{TOKENS}/{tokens[5]['token_id']}").status_code == 200
        assert client.get(TOKENS).content.count(b'"token_id"') == 99_999
        integrations = client.get("/access/api/v1/oidc").json()
        assert len({row["name"] for row in integrations}) == 36
        path = f"/access/api/v1/oidc/{integrations[-1]['name']}/identity_mappings"
        assert [row["priority"] for row in client.get(path).json()] == [1, 2, 3, 4]


@pytest.mark.deep
def test_the_large_seed_hangs_together(large_sandbox: RunningSandbox) -> None:
    state = large_sandbox.state()
    assert (len(state["groups"]), len(state["permissions"])) == (2_000, 1_500)
    groups = {group["name"] for group in state["groups"]}
    repositories = {repository["repo_key"] for repository in state["repositories"]} | {"ANY LOCAL", "ANY REMOTE"}
    assert all(set(user["groups"]) <= groups for user in state["users"])
    for permission in state["permissions"]:
        for resource in permission["resources"].values():
            assert set(resource["targets"]) <= repositories
            assert set(resource["actions"]["groups"]) <= groups
