"""Using a token that an exchange gave, as a job would: who it is, what it sees, whether a registry takes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError, NotAuthenticated
from jfconsole.domain.repositories import RepositoryRow
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.jfrog import probes, repositories, token_trials
from jfconsole.jfrog.exchange import Exchanged
from jfconsole.jfrog.sender import Sender
from jfconsole.services.session import open_session
from jfconsole.services.trust_findings import Code, Found, Stage, bad, doubtful, good, unknown

_SHOWN: Final = 5


async def judge_use(connection: Connection, given: Exchanged) -> Found:
    """Try the token on its platform; only reads. A platform that does not answer is no verdict on the token."""
    async with open_session(replace(connection, token=given.access_token, read_only=True)) as session:
        try:
            return await _tried(session.sender, given)
        except NotAuthenticated as error:
            fix = "Look at the services that the mapping's token is for: Artifactory is jfrt@*"
            return bad(Stage.USE, Code.TOKEN_REFUSED, visible(error.message), fix)
        except ConsoleError as error:
            return unknown(Stage.USE, Code.NOT_TRIED, visible(error.message), visible(error.hint))


async def _tried(sender: Sender, given: Exchanged) -> Found:
    refused = await token_trials.refusal(sender, given.access_token)
    if refused is not None:
        raise refused
    rows = await repositories.fetch_all(sender)
    names = ", ".join(visible(row.key) for row in rows[:_SHOWN])
    facts = [
        Fact("whoami", visible(given.username or "not said")),
        Fact("sees", f"{len(rows):,} repositories{f': {names}' if rows else ''}"),
    ]
    if not rows:
        fix = "Give its user or groups a permission, or look who it is: it may be another than you think"
        return doubtful(Stage.USE, Code.SEES_NOTHING, "The token is accepted, and sees no repository", fix, *facts)
    return await _registry(sender, given, rows, facts)


async def _registry(sender: Sender, given: Exchanged, rows: tuple[RepositoryRow, ...], facts: list[Fact]) -> Found:
    """A container client sends the user name that the exchange told; another one is refused.

    Source: jfrog-client-go#951.
    """
    images = next((row.key for row in rows if row.package_type.lower() == "docker"), None)
    if images is not None:
        username = given.username or ""
        as_password = await token_trials.refusal(sender, given.access_token, username) if username else None
        pulls = as_password is None and await probes.can_pull(sender, images)
        facts.append(Fact("registry", f"{visible(images)} {'lets it in' if pulls else 'refuses it'}"))
        if not pulls:
            fix = "Log in with the user name that the exchange told, and give it READ on the repository"
            return doubtful(Stage.USE, Code.REGISTRY_REFUSES, "The registry refuses the token", fix, *facts)
    return good(Stage.USE, "The token works", *facts)
