"""What a caller may do, against a model that goes through every grant one at a time."""

from collections import Counter
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.sandbox import scopes
from jfconsole.sandbox.access_rules import Rights
from jfconsole.sandbox.auth import Caller
from jfconsole.sandbox.installation import install
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import Grants, Patterns, PermissionRecord, RepositoryRecord, Resource, UserRecord
from tests.unit.sandbox import ant

USERS, GROUPS = ("alice", "bob"), ("team", "readers")
ACTIONS = ("READ", "WRITE", "DELETE")
LETTERS = {"READ": "r", "WRITE": "w", "DELETE": "d"}
REPOSITORIES = {
    "loc": RepositoryRecord("loc", "local", "generic"),
    "rem": RepositoryRecord("rem", "remote", "generic"),
    "virt": RepositoryRecord("virt", "virtual", "generic"),
    "builds": RepositoryRecord("builds", "local", "buildinfo"),
}
REPOSITORY_KEYS = tuple(REPOSITORIES)
CLASSES = {"ANY LOCAL": {"local"}, "ANY REMOTE": {"remote"}, "ANY": {"local", "remote"}}
PATTERN = st.sampled_from(["**", "a/**", "*", "a/b", "**/b", "c"])
PATHS = ("a", "a/b", "b", "c/d/b")


@dataclass(frozen=True)
class Case:
    permissions: list[PermissionRecord]
    username: str
    scope: str
    memberships: list[str]


def actions() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(ACTIONS), unique=True, max_size=2)


@st.composite
def permissions(draw: st.DrawFn, name: str) -> PermissionRecord:
    targets = st.sampled_from(["loc", "rem", "virt", "builds", *CLASSES, "none"])
    patterns = st.builds(Patterns, st.lists(PATTERN, max_size=2), st.lists(PATTERN, max_size=1))
    grants = Grants(
        draw(st.dictionaries(st.sampled_from(USERS), actions(), max_size=2)),
        draw(st.dictionaries(st.sampled_from(GROUPS), actions(), max_size=2)),
    )
    resource = Resource(grants, draw(st.dictionaries(targets, patterns, min_size=1, max_size=3)))
    return PermissionRecord(name, {draw(st.sampled_from(["artifact", "artifact", "build"])): resource})


@st.composite
def cases(draw: st.DrawFn) -> Case:
    scope = st.sampled_from(
        [
            "applied-permissions/user",
            "applied-permissions/groups:team",
            "applied-permissions/user artifact:loc/a/**:r",
            "artifact:*/c/**:w,d",
            "system:identities:r",
        ]
    )
    held = st.lists(st.sampled_from(GROUPS), unique=True)
    made = [draw(permissions(name)) for name in ("p", "q", "r")]
    return Case(made, draw(st.sampled_from((*USERS, "ghost"))), draw(scope), draw(held))


def allowed(case: Case, action: str, key: str, path: str) -> bool:
    """The model."""
    repository = REPOSITORIES[key]
    principals = []
    exists = case.username in USERS
    if "applied-permissions/user" in case.scope and exists:
        principals += [("users", case.username), *(("groups", group) for group in case.memberships)]
    if "groups:team" in case.scope:
        principals.append(("groups", "team"))
    for permission in case.permissions:
        for kind, resource in permission.resources.items():
            for target, patterns in resource.targets.items():
                for side, principal in principals:
                    grants = resource.actions.users if side == "users" else resource.actions.groups
                    if (
                        action in grants.get(principal, [])
                        and kind == ("build" if repository.repo_key == "builds" else "artifact")
                        and applies(target, repository)
                        and any(ant.matches(pattern, path) for pattern in patterns.include_patterns)
                        and not any(ant.matches(pattern, path) for pattern in patterns.exclude_patterns)
                    ):
                        return True
    if repository.rclass == "virtual":
        return False
    by_scope = {
        "artifact:loc/a/**:r": repository.repo_key == "loc" and action == "READ" and ant.matches("a/**", path),
        "artifact:*/c/**:w,d": action in ("WRITE", "DELETE") and ant.matches("c/**", path),
    }
    return any(by_scope.get(entry, False) for entry in case.scope.split())


def applies(target: str, repository: RepositoryRecord) -> bool:
    if repository.rclass == "virtual":
        return False
    special = repository.repo_key != "builds" and repository.rclass in CLASSES.get(target, set())
    return target == repository.repo_key or special


@pytest.fixture(scope="module")
def platform() -> Platform:
    return install("empty", None)


def test_every_decision_is_the_model_s(platform: Platform) -> None:
    seen: Counter[bool] = Counter()

    @settings(deadline=None)
    @given(cases())
    def agree(case: Case) -> None:
        """Counts the cases in which at least one decision goes each way."""
        platform.state.users.plant(UserRecord(name, groups=case.memberships) for name in USERS)
        platform.state.permissions.plant(case.permissions)
        scope = scopes.parse(case.scope)
        groups = set(scope.groups)
        if scope.user and case.username in USERS:
            groups |= set(case.memberships)
        caller = Caller(case.username, "", scope, admin=False, groups=frozenset(groups), token_id="t")
        rights = Rights(platform, caller)
        expected = {asked: allowed(case, *asked) for asked in product(ACTIONS, REPOSITORY_KEYS, PATHS)}
        for (action, key, path), may in expected.items():
            assert rights.may(action, REPOSITORIES[key], path) is may, (action, key, path)
        seen[any(expected.values())] += 1

    agree()
    assert seen[True] >= 0.3 * seen.total()


def test_administrators_may_everything(platform: Platform) -> None:
    boss = Caller("boss", "", scopes.parse(scopes.ADMIN), admin=True, groups=frozenset(), token_id="t")
    rights = Rights(platform, boss)
    assert all(rights.may(action, repository, "x") for repository in REPOSITORIES.values() for action in ACTIONS)
