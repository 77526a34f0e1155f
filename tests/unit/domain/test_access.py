"""Effective access agrees with a model that looks at everything, and gives its reasons."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.access import AccessIndex, Administrator, World
from jfconsole.domain.access_words import (
    actions_by_target,
    denial_words,
    grant_words,
    path_words,
    what_can_record,
    who_can_record,
)
from jfconsole.domain.groups import Group
from jfconsole.domain.permissions import Permission, Section, Target, ordered
from jfconsole.domain.repositories import RepositoryRow
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_access import what_token_can
from tests.unit.domain.access_worlds import ACTIONS, PATHS, REPOSITORIES, USERS, allowed, worlds


def test_it_agrees_with_the_model() -> None:
    seen = Counter[bool]()

    @settings(max_examples=40)
    @given(worlds(), st.sampled_from(ACTIONS), st.sampled_from(sorted(REPOSITORIES)), st.sampled_from(PATHS))
    def agrees(world: World, action: str, repository: str, path: str) -> None:
        index = AccessIndex(world)
        answer = index.who_can(repository, path, action)
        for username in USERS:
            expected = allowed(world, username, action, repository, path)
            seen[expected] += 1
            assert (username in answer.users) is expected
            assert bool(index.paths_of(username, answer)) is expected

    agrees()
    assert seen[True] * 10 >= seen.total() * 3


@settings(max_examples=40)
@given(worlds(), st.sampled_from(USERS))
def test_both_directions_agree(world: World, username: str) -> None:
    """What a user can do is the same, asked from the user's side and from the repositories' side."""
    index = AccessIndex(world)
    mine = {(path.via, path.grant) for path in index.what_user_can(username).paths if path.grant.target != "gone"}
    asked = {
        (path.via, path.grant)
        for key in REPOSITORIES
        for path in index.paths_of(username, index.who_can(key))
        if path.grant.target != "gone"
    }
    assert asked == mine


def texts(*names: str) -> tuple[Untrusted, ...]:
    return tuple(Untrusted(name) for name in names)


def held(**principals: str) -> dict[Untrusted, tuple[Untrusted, ...]]:
    return {Untrusted(name): ordered(actions.split()) for name, actions in principals.items()}


def a_world(section: Section, **more: object) -> World:
    fields: dict[str, object] = {
        "users": {},
        "groups": {
            "readers": Group(name=Untrusted("readers"), members=texts("ann", "bob")),
            "root": Group(name=Untrusted("root"), members=texts("zoe"), admin_privileges=True),
        },
        "permissions": {"ox": Permission(name=Untrusted("ox"), sections={Untrusted("artifact"): section})},
        "repositories": {
            key: RepositoryRow(Untrusted(key), Untrusted(kind), Untrusted("docker"))
            for key, kind in (("libs", "local"), ("hub", "remote"), ("all", "virtual"))
        },
        "admins": frozenset({"admin"}),
    }
    return World(**(fields | more))  # type: ignore[arg-type]


LIBS = Section(
    targets={
        Untrusted("ANY LOCAL"): Target(include=texts("org/**"), exclude=texts("org/secret/**")),
        Untrusted("hub"): Target(),
    },
    users=held(cid="READ WRITE", anonymous="READ"),
    groups=held(Readers="READ"),
)


def test_every_reason_is_given_in_words() -> None:
    index = AccessIndex(a_world(LIBS))
    answer = index.who_can("libs", "org/app.jar", "READ")
    assert [grant_words(grant) for grant in answer.grants] == [
        "user cid → permission ox → ANY LOCAL: “org/**” → READ, WRITE",
        "user anonymous → permission ox → ANY LOCAL: “org/**” → READ",
        "group Readers → permission ox → ANY LOCAL: “org/**” → READ",
    ]
    assert answer.users == {"cid", "anonymous", "ann", "bob"}
    assert answer.groups == ("Readers",)
    (path,) = index.paths_of("ANN", answer)
    assert path_words(path, "ann") == "user ann → group readers → permission ox → ANY LOCAL: “org/**” → READ"
    assert answer.administrators == (
        Administrator(Untrusted("admin"), None),
        Administrator(Untrusted("zoe"), Untrusted("root")),
    )
    assert answer.caveats == ("Calls without credentials get in too, where anonymous access is switched on",)


def test_what_excludes_deny_is_told() -> None:
    answer = AccessIndex(a_world(LIBS)).who_can("libs", "org/secret/key", "READ")
    assert answer.grants == ()
    assert [denial_words(denial) for denial in answer.denials] == [
        "permission ox → ANY LOCAL excludes it by org/secret/**: nothing from there for "
        "user cid, user anonymous, group Readers"
    ]
    assert AccessIndex(a_world(LIBS)).who_can("libs", "org/secret/key", "WRITE").denials[0].groups == ()


@pytest.mark.parametrize(
    ("repository", "action", "words"),
    [
        ("hub", "READ", "READ on a remote repository covers what its cache holds"),
        ("hub-cache", None, "READ on a remote repository covers what its cache holds"),
        ("all", "READ", "It is virtual: what counts are its members (not known here)"),
        ("nowhere", None, "There is no repository nowhere that we may see"),
    ],
)
def test_caveats(repository: str, action: str | None, words: str) -> None:
    answer = AccessIndex(a_world(LIBS)).who_can(repository, None, action)
    assert any(caveat.startswith(words) for caveat in answer.caveats), answer.caveats


def test_a_cache_and_a_virtual_repository_lead_to_what_is_behind_them() -> None:
    index = AccessIndex(a_world(LIBS, virtual={"all": ("hub", "all")}))
    behind = index.who_can("hub", None, "READ").users
    assert index.who_can("hub-cache", None, "READ").users == behind == {"cid", "anonymous", "ann", "bob"}
    assert index.who_can("all", None, "READ").users == behind
    assert index.who_can("hub", None, "WRITE").users == {"cid"}


def test_what_a_user_can() -> None:
    index = AccessIndex(a_world(LIBS, notes=("Something changed while it was loaded",)))
    answer = index.what_user_can("ann")
    assert answer.groups == ("readers",)
    assert actions_by_target(answer.paths) == {("artifact", "ANY LOCAL"): {"READ"}, ("artifact", "hub"): {"READ"}}
    assert "There is no user ann" in answer.caveats
    assert index.what_user_can("zoe").everything == ("group root makes its members administrators",)
    assert index.what_user_can("Admin").everything == ("is an administrator",)
    assert index.what_groups_can(["ghosts"]).caveats == ("There is no group ghosts",)


@pytest.mark.parametrize(
    ("scope", "everything", "paths", "direct"),
    [
        ("applied-permissions/user", 0, 2, 0),
        ("applied-permissions/groups:readers", 0, 2, 0),
        ("applied-permissions/groups:root", 1, 0, 0),
        ("applied-permissions/admin", 1, 0, 0),
        ("member-of-groups:* api:*", 0, 2, 0),
        ("artifact:libs/org/**:r,w", 0, 0, 1),
        ("applied-permissions/groups:readers system:metrics:r", 0, 2, 1),
        (None, 0, 2, 0),
    ],
)
def test_what_a_token_can(scope: str | None, everything: int, paths: int, direct: int) -> None:
    answer = what_token_can(AccessIndex(a_world(LIBS)), scope, "ann")
    assert (len(answer.everything), len(answer.paths), len(answer.direct)) == (everything, paths, direct)
    assert ("does not say" in "".join(answer.caveats)) is (scope is None)


def test_who_is_named_where() -> None:
    index = AccessIndex(a_world(LIBS))
    assert index.grants_of("groups", "readers") == ((Untrusted("ox"), "artifact"),)
    assert index.grants_of("users", "nobody") == ()
    assert index.memberships["ann"] == ["readers"]


def test_records_carry_names_as_they_are() -> None:
    evil = Untrusted("e\x1bvil")
    index = AccessIndex(a_world(Section(targets={Untrusted("libs"): Target()}, groups={evil: ordered(["READ"])})))
    answer = index.who_can("libs")
    assert who_can_record(answer)["groups"] == [evil]
    assert "\x1b" not in grant_words(answer.grants[0])
    grants = what_can_record(index.what_groups_can([evil]))["grants"]
    assert isinstance(grants, list)
    assert len(grants) == 1
