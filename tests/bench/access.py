"""Effective access in a large world: 20,000 users, 600 groups, 1,500 permissions, 2,000 repositories.

Run it by hand: `python -m tests.bench.access --rounds 5`. The floor is one pass over everything that is granted in
the world, in plain Python; what counts is how an answer compares with it, and that it comes within a second.
Loading over the wire is measured with `--wire`, on a sandbox that holds `--permissions` permissions.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Callable

from jfconsole.domain.access import AccessIndex, World
from jfconsole.domain.connection import Connection
from jfconsole.domain.groups import Group
from jfconsole.domain.permissions import Permission, Section, Target, ordered
from jfconsole.domain.repositories import RepositoryRow
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.users import UserRow, UserStatus
from jfconsole.services.access import AccessService
from jfconsole.services.lint_permissions import lint_permissions
from jfconsole.services.session import open_session
from tests.support.sandbox import RunningSandbox

USERS, GROUPS, PERMISSIONS, REPOSITORIES = 20_000, 600, 1_500, 2_000


def large_world(seed: int = 1) -> World:
    """Every user in five groups, every permission on a few repositories or all local ones, with twenty principals."""
    dice = random.Random(seed)
    users = [Untrusted(f"user-{number}") for number in range(USERS)]
    groups = [Untrusted(f"group-{number}") for number in range(GROUPS)]
    keys = [Untrusted(f"repo-{number}") for number in range(REPOSITORIES)]
    members: dict[Untrusted, list[Untrusted]] = {name: [] for name in groups}
    for user in users:
        for name in dice.sample(groups, 5):
            members[name].append(user)
    return World(
        users={name: UserRow(name, Untrusted("internal"), UserStatus.ENABLED) for name in users},
        groups={name: Group(name=name, members=tuple(held)) for name, held in members.items()},
        permissions={f"permission-{n}": _permission(n, users, groups, keys, dice) for n in range(PERMISSIONS)},
        repositories={key: RepositoryRow(key, Untrusted("local"), Untrusted("generic")) for key in keys},
        admins=frozenset(users[:20]),
    )


def _permission(
    number: int, users: list[Untrusted], groups: list[Untrusted], keys: list[Untrusted], dice: random.Random
) -> Permission:
    target = Target(include=(Untrusted("org/**"), Untrusted("com/acme/**")), exclude=(Untrusted("**/secret/**"),))
    names = [Untrusted("ANY LOCAL")] if number % 10 == 0 else dice.sample(keys, 8)
    section = Section(
        targets={name: target for name in names},
        users={name: ordered(["READ"]) for name in dice.sample(users, 5)},
        groups={name: ordered(["READ", "WRITE"]) for name in dice.sample(groups, 15)},
    )
    return Permission(name=Untrusted(f"permission-{number}"), sections={Untrusted("artifact"): section})


def floor(world: World) -> int:
    """One look at every grant of the world."""
    return sum(
        len(target) * (len(section.users) + len(section.groups))
        for permission in world.permissions.values()
        for section in permission.sections.values()
        for target in section.targets
    )


def timed(work: Callable[[], object], rounds: int) -> float:
    """The median in milliseconds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def loading(permissions: int) -> None:
    """How long it takes to load a sandbox's groups and permissions, with 8 calls in flight."""
    with RunningSandbox("empty") as sandbox:
        with sandbox.http() as admin:
            for number in range(permissions):
                section = {"targets": {"ANY LOCAL": {}}, "actions": {"groups": {"readers": ["READ"]}}}
                body = {"name": f"permission-{number}", "resources": {"artifact": section}}
                admin.post("/access/api/v2/permissions", json=body).raise_for_status()

        async def load() -> float:
            connection = Connection(url=sandbox.url, token=Secret(sandbox.token))
            async with open_session(connection) as session:
                start = time.perf_counter()
                await AccessService(session.sender).index()
                return time.perf_counter() - start

        print(f"loading {permissions:,} permissions in detail over loopback: {asyncio.run(load()):.2f} s")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--wire", action="store_true")
    parser.add_argument("--permissions", type=int, default=PERMISSIONS)
    arguments = parser.parse_args()
    world = large_world()
    base = timed(lambda: floor(world), arguments.rounds)
    index = AccessIndex(world)
    answer = index.who_can("repo-7", "org/acme/app.jar", "READ")
    print(f"{len(answer.grants):,} grants reach {len(answer.users):,} users; floor {base:.1f} ms")
    for name, work in {
        "building the index": lambda: AccessIndex(world),
        "who can read a path": lambda: index.who_can("repo-7", "org/acme/app.jar", "READ"),
        "who can do anything in a repository": lambda: index.who_can("repo-7"),
        "why one user can": lambda: index.paths_of("user-5", answer),
        "what a user can": lambda: index.what_user_can("user-5"),
        "what a group can": lambda: index.what_groups_can(["group-5"]),
        "linting all permissions": lambda: lint_permissions(world),
    }.items():
        taken = timed(work, arguments.rounds)
        print(f"{name}: {taken:.1f} ms, {taken / base:.1f} x the floor")
    if arguments.wire:
        loading(arguments.permissions)


if __name__ == "__main__":
    main()
