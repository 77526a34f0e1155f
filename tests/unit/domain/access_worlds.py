"""Worlds for tests of effective access: made by hypothesis, and a model that looks at everything for each question."""

from __future__ import annotations

from hypothesis import strategies as st

from jfconsole.domain.access import World
from jfconsole.domain.groups import Group
from jfconsole.domain.patterns import matches
from jfconsole.domain.permissions import Permission, Section, Target, ordered
from jfconsole.domain.repositories import RepositoryRow
from jfconsole.domain.text import Untrusted
from jfconsole.domain.users import UserRow, UserStatus

USERS = ("ann", "bob", "cid", "anonymous")
GROUPS = ("ops", "qa", "root")
REPOSITORIES = {"libs": "local", "apps": "local", "hub": "remote", "all": "virtual", "fed": "federated"}
TARGETS = ("libs", "apps", "hub", "fed", "ANY LOCAL", "ANY REMOTE", "gone")
PATTERNS = ("**", "org/**", "**/*.jar")
PATHS = ("org/a", "org/b/c.jar", "com/x", "d.jar")
ACTIONS = ("READ", "WRITE", "DELETE", "NEW")

names = st.sampled_from


def _some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(names(values), unique=True, min_size=1, max_size=3)


@st.composite
def sections(draw: st.DrawFn) -> Section:
    targets = {
        Untrusted(name): Target(
            include=_texts(draw(st.lists(names(PATTERNS), unique=True, max_size=2))),
            exclude=_texts(draw(st.lists(names(PATTERNS[1:]), max_size=1))),
        )
        for name in draw(st.lists(names(TARGETS), unique=True, min_size=2, max_size=4))
    }
    held = [{Untrusted(name): ordered(draw(_some(ACTIONS))) for name in draw(_some(who))} for who in (USERS, GROUPS)]
    return Section(targets=targets, users=held[0], groups=held[1])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    found = draw(st.lists(sections(), min_size=3, max_size=6))
    return World(
        users={name: UserRow(Untrusted(name), Untrusted("internal"), UserStatus.ENABLED) for name in USERS},
        groups={
            name: Group(name=Untrusted(name), members=_texts(draw(_some(USERS))), admin_privileges=name == "root")
            for name in GROUPS
        },
        permissions={
            f"p{number}": Permission(name=Untrusted(f"p{number}"), sections={Untrusted("artifact"): section})
            for number, section in enumerate(found)
        },
        repositories={
            key: RepositoryRow(Untrusted(key), Untrusted(kind), Untrusted("generic"))
            for key, kind in REPOSITORIES.items()
        },
        admins=frozenset({"cid"}),
        virtual={"all": ("libs", "hub")},
    )


def allowed(world: World, username: str, action: str, repository: str, path: str) -> bool:
    """Whether a permission gives it, by looking at every combination. Administrators are another matter."""
    behind = world.virtual.get(repository, (repository,))
    groups = {name for name, group in world.groups.items() if username in (group.members or ())}
    for permission in world.permissions.values():
        for section in permission.sections.values():
            given = set(section.users.get(Untrusted(username), ()))
            for group in groups:
                given |= set(section.groups.get(Untrusted(group), ()))
            reached = any(
                _reaches(name, target, key, path) for name, target in section.targets.items() for key in behind
            )
            if action in given and reached:
                return True
    return False


def _reaches(name: str, target: Target, key: str, path: str) -> bool:
    wide = {"local": "ANY LOCAL", "federated": "ANY LOCAL", "remote": "ANY REMOTE"}.get(REPOSITORIES[key])
    included = not target.include or any(matches(pattern, path) for pattern in target.include)
    return name in (key, wide) and included and not any(matches(pattern, path) for pattern in target.exclude)


def _texts(values: list[str]) -> tuple[Untrusted, ...]:
    return tuple(Untrusted(value) for value in values)
