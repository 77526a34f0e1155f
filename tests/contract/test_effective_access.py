"""Effective access is what a token of that user can really do on the sandbox."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import httpx

from jfconsole.domain.access import AccessIndex
from jfconsole.domain.token_access import what_token_can
from tests.support.directing import Office
from tests.support.sandbox import RunningSandbox

USERS = ("ann", "bob", "cid")
GROUPS = ("ops", "qa")
REPOSITORIES = ("libs", "apps")
PATHS = ("org/a.jar", "org/secret/b.jar", "com/c.txt")
TARGETS = (*REPOSITORIES, "ANY LOCAL", "ANY REMOTE")
PATTERNS = ("**", "org/**", "**/*.jar")


def settle(office: Office, dice: random.Random) -> None:
    """Local repositories with content, and people with permissions thrown by dice."""
    with office.sandbox.http() as admin:
        for key in REPOSITORIES:
            body = {"key": key, "rclass": "local", "packageType": "generic"}
            admin.put(f"/artifactory/api/repositories/{key}", json=body).raise_for_status()
            for path in PATHS:
                admin.put(f"/artifactory/{key}/{path}", content=b"content").raise_for_status()
    for username in USERS:
        user = {"username": username, "email": f"{username}@example.com", "internal_password_disabled": True}
        office.put("POST", "users", user)
    for name in GROUPS:
        office.put("POST", "groups", {"name": name, "members": dice.sample(USERS, dice.randint(1, 2))})
    for number in range(4):
        office.put("POST", "permissions", {"name": f"p{number}", "resources": {"artifact": section(dice)}})


def section(dice: random.Random) -> dict[str, object]:
    def actions() -> list[str]:
        return dice.sample(["READ", "WRITE", "DELETE", "ANNOTATE"], dice.randint(1, 3))

    return {
        "targets": {
            name: {
                "include_patterns": dice.sample(PATTERNS, dice.randint(1, 2)),
                "exclude_patterns": dice.choice([[], [], ["org/secret/**"]]),
            }
            for name in dice.sample(TARGETS, dice.randint(1, 2))
        },
        "actions": {
            "users": {name: actions() for name in dice.sample(USERS, dice.randint(0, 1))},
            "groups": {name: actions() for name in dice.sample(GROUPS, dice.randint(0, 2))},
        },
    }


def can(client: httpx.Client, action: str, repository: str, path: str) -> bool:
    """Whether the platform lets it happen. Deploying goes beside what is there: overwriting takes DELETE too."""
    if action == "READ":
        status = client.get(f"/artifactory/{repository}/{path}").status_code
    else:
        status = client.put(f"/artifactory/{repository}/{path}.{client.headers['x-who']}", content=b"x").status_code
    assert status in {200, 201, 401, 403, 404}, status
    return status < 300


def test_the_platform_does_what_the_index_says(sandbox: RunningSandbox, tmp_path: Path) -> None:
    seen = Counter[bool]()
    for seed in range(4):
        sandbox.reset()
        office = Office(sandbox, tmp_path)
        settle(office, random.Random(seed))
        index = office.ask(lambda directory: directory.access.index())
        for username in USERS:
            seen += compared(office, index, username)
    assert min(seen[True], seen[False]) * 10 >= seen.total() * 2


def compared(office: Office, index: AccessIndex, username: str) -> Counter[bool]:
    """Every call of one user against what is expected of it; how often it was which."""
    seen = Counter[bool]()
    value = office.sandbox.create_token(username=username, scope="applied-permissions/user")["access_token"]
    with office.sandbox.http(token=value) as client:
        client.headers["x-who"] = f"{username}.jar"
        for action, repository, path in ((a, r, p) for a in ("READ", "WRITE") for r in REPOSITORIES for p in PATHS):
            asked = path if action == "READ" else f"{path}.{username}.jar"
            expected = username in index.who_can(repository, asked, action).users
            seen[expected] += 1
            assert can(client, action, repository, path) is expected, (username, action, repository, path)
    return seen


def test_a_group_token_can_what_its_group_can(sandbox: RunningSandbox, tmp_path: Path) -> None:
    office = Office(sandbox, tmp_path)
    settle(office, random.Random(7))
    index: AccessIndex = office.ask(lambda directory: directory.access.index())
    seen = Counter[bool]()
    for group in GROUPS:
        scope = f"applied-permissions/groups:{group}"
        answer = what_token_can(index, scope, "nobody")
        value = sandbox.create_token(username="nobody", scope=scope)["access_token"]
        with sandbox.http(token=value) as client:
            client.headers["x-who"] = group
            for repository in REPOSITORIES:
                for path in PATHS:
                    granted = {path.grant for path in answer.paths}
                    expected = any(
                        grant.principal == group and grant.permission in {found.permission for found in granted}
                        for grant in index.who_can(repository, path, "READ").grants
                    )
                    seen[expected] += 1
                    assert can(client, "READ", repository, path) is expected, (group, repository, path)
    assert min(seen[True], seen[False])
