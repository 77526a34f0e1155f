"""Proof with a new token, as its consumer will use it: what must work, and what must not."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError, NotAuthenticated
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.jfrog import probes, repositories, system
from jfconsole.jfrog.sender import Sender
from jfconsole.services.session import open_session

TRIED: Final = 3
"""Repositories of a kind that are tried, the first ones; a consumer may have thousands."""

Why = Callable[[str], Awaitable[str]]
"""Tells by which permission somebody reads a repository, for an answer that surprises; empty when it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a consumer must be able to do, by repository, and what it must not: `unread` and `unwritten`."""

    lists: Sequence[str] = ()
    reads: Sequence[str] = ()
    pulls: Sequence[str] = ()
    searches: Sequence[str] = ()
    identities: bool = False
    unread: Sequence[str] = ()
    unwritten: Sequence[str] = ()


async def prove(connection: Connection, token: Secret, expected: Expectation, why: Why) -> tuple[Check, ...]:
    """Try a new token on its platform. Every failure is a check that came out badly, never an error."""
    async with open_session(replace(connection, token=token, read_only=False), threaded=True) as session:
        sender = session.sender
        accepted = await _accepted(sender)
        if accepted.verdict is not Verdict.GOOD:
            return (accepted,)
        found = await asyncio.gather(
            *([_lists(sender, expected.lists)] if expected.lists else []),
            *(_must(f"It reads {visible(name)}", probes.can_read(sender, name)) for name in expected.reads[:TRIED]),
            *(_must(f"It pulls from {visible(name)}", probes.can_pull(sender, name)) for name in expected.pulls[:1]),
            *(_must(f"It searches {visible(name)}", probes.can_search(sender, name)) for name in expected.searches[:1]),
            *([_must("It lists users", probes.can_list_users(sender))] if expected.identities else []),
            *(_must_not_read(sender, name, why) for name in expected.unread[:TRIED]),
            *(_must_not_deploy(sender, name) for name in expected.unwritten[:1]),
        )
        return (accepted, *found)


async def _accepted(sender: Sender) -> Check:
    """A ping says whether the platform is there; a token may be meant for Artifactory, for Access, or for both."""
    what = "The platform accepts the token"
    try:
        await system.ping(sender)
        await _recognised(sender)
    except NotAuthenticated as error:
        return Check(what, Verdict.BAD, visible(error.message))
    except ConsoleError as error:
        return Check(what, Verdict.UNKNOWN, visible(error.message))
    return Check(what, Verdict.GOOD)


async def _recognised(sender: Sender) -> None:
    try:
        await system.artifactory_version(sender)
    except NotAuthenticated:
        await system.access_version(sender)


async def _lists(sender: Sender, wanted: Sequence[str]) -> Check:
    what = "It lists the chosen repositories"
    try:
        seen = {row.key for row in await repositories.fetch_all(sender)}
    except ConsoleError as error:
        return Check(what, Verdict.UNKNOWN, visible(error.message))
    missing = [name for name in wanted if name not in seen]
    if missing:
        return Check(what, Verdict.WARNING, f"Not in its list: {', '.join(map(visible, missing[:TRIED]))}")
    return Check(what, Verdict.GOOD)


async def _must(what: str, trial: Awaitable[bool]) -> Check:
    async def judge() -> Check:
        if await trial:
            return Check(what, Verdict.GOOD)
        return Check(what, Verdict.BAD, "The platform refuses it: look at who may do this there")

    return await _tried(what, judge)


async def _must_not_read(sender: Sender, repository: str, why: Why) -> Check:
    what = f"It does not read {visible(repository)}, which was not chosen"

    async def judge() -> Check:
        if not await probes.can_read(sender, repository):
            return Check(what, Verdict.GOOD)
        reason = await why(repository)
        return Check(what, Verdict.WARNING, reason or "It does, by a permission that this wizard did not make")

    return await _tried(what, judge)


async def _must_not_deploy(sender: Sender, repository: str) -> Check:
    what = f"It cannot write to {visible(repository)}"

    async def judge() -> Check:
        if await probes.can_deploy(sender, repository, secrets.token_hex(20)):
            return Check(what, Verdict.WARNING, "It can: another permission lets it. Nothing was written")
        return Check(what, Verdict.GOOD)

    return await _tried(what, judge)


async def _tried(what: str, judge: Callable[[], Awaitable[Check]]) -> Check:
    try:
        return await judge()
    except ConsoleError as error:
        return Check(what, Verdict.UNKNOWN, visible(error.message))
