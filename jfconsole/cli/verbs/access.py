"""`jfconsole access`: who can do what, and why."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

from jfconsole.cli.connect import connection_of
from jfconsole.cli.output import fact_lines, print_json, print_lines
from jfconsole.cli.platform import with_session
from jfconsole.cli.surroundings import loading
from jfconsole.domain.access import WhatCan, WhoCan
from jfconsole.domain.access_words import (
    administrator_words,
    denial_words,
    grant_words,
    path_words,
    what_can_record,
    who_can_record,
)
from jfconsole.domain.errors import NotFound, UsageError
from jfconsole.domain.jwt import TokenId, recognise
from jfconsole.domain.permissions import ACTIONS
from jfconsole.domain.text import visible
from jfconsole.domain.token_access import what_token_can
from jfconsole.domain.token_words import Fact
from jfconsole.services.directory import Directory
from jfconsole.services.ladder import listed
from jfconsole.services.session import Session
from jfconsole.services.tokens import ME, TokenService

_NAMED: Final = 20
"""Names that a line tells one by one; `--json` has all."""


def who_can(arguments: argparse.Namespace) -> int:
    """Print who has access to a repository or a path, and why, or `{"who_can": {…}}`."""
    repository, _, path = arguments.place.partition("/")
    wanted: str | None = arguments.wanted

    async def ask(session: Session) -> WhoCan:
        with loading() as watch:
            return await Directory(session).access.who_can(repository, path or None, wanted, watch)

    answer = with_session(connection_of(arguments), ask)
    if wanted is not None and wanted not in ACTIONS and not answer.grants:
        raise UsageError(f"There is no action {visible(wanted)}", f"Actions: {', '.join(ACTIONS)}")
    if getattr(arguments, "json", False):
        print_json({"who_can": who_can_record(answer)})
    else:
        print_lines(fact_lines(_who_facts(answer)))
    return 0


def what_can(arguments: argparse.Namespace) -> int:
    """Print what a user, a group or the bearer of a token may do, and why, or `{"what_can": {…}}`."""
    token_id: str | None = arguments.token_id
    if token_id is not None and token_id != ME and not isinstance(recognise(token_id), TokenId):
        raise UsageError(
            "The argument is no token id (it is not repeated here: it might be a token)",
            "Give an id as `jfconsole tokens list` shows it",
        )
    answer = with_session(connection_of(arguments), lambda session: _what(session, arguments))
    if getattr(arguments, "json", False):
        print_json({"what_can": what_can_record(answer)})
    else:
        print_lines(fact_lines(what_facts(answer, arguments.name)))
    return 0


async def _what(session: Session, arguments: argparse.Namespace) -> WhatCan:
    """Raises NotFound for a user or a group that there is not, and that nothing is granted to either."""
    bearer = await TokenService(session).get(arguments.token_id) if arguments.token_id is not None else None
    with loading() as watch:
        index = await Directory(session).access.index(watch)
    if bearer is not None:
        return what_token_can(index, bearer.token.scope, bearer.username)
    if arguments.group is not None:
        answer = index.what_groups_can([arguments.group])
        known = bool(answer.groups)
    else:
        answer = index.what_user_can(arguments.name)
        known = arguments.name in index.world.users
    if not known and not answer.paths and not answer.everything:
        raise NotFound(f"There is no {answer.subject}", "Names are spelt as `users list` and `groups list` show them")
    return answer


def _who_facts(answer: WhoCan) -> list[Fact]:
    """Cleaned lines, the reasons first."""
    return [
        *(Fact("granted", grant_words(grant)) for grant in answer.grants),
        *(Fact("kept out", denial_words(denial)) for denial in answer.denials),
        Fact("users", _counted(sorted(answer.users))),
        *_administrators(answer),
        *(Fact("beware", caveat) for caveat in answer.caveats),
    ]


def _administrators(answer: WhoCan) -> list[Fact]:
    more = len(answer.administrators) - _NAMED
    told = [Fact("administrator", administrator_words(admin)) for admin in answer.administrators[:_NAMED]]
    return [*told, Fact("administrator", f"and {more:,} more")] if more > 0 else told


def what_facts(answer: WhatCan, username: str | None) -> list[Fact]:
    """Cleaned lines. Of a user, every line says the way from the user to the action."""
    ways = [grant_words(path.grant) if username is None else path_words(path, username) for path in answer.paths]
    return [
        Fact("subject", answer.subject),
        *(Fact("everything", reason) for reason in answer.everything),
        Fact("groups", _counted(answer.groups)),
        *(Fact("by scope", line) for line in answer.direct),
        *(Fact("granted", way) for way in ways),
        *([] if ways or answer.everything or answer.direct else [Fact("granted", "nothing")]),
        *(Fact("beware", caveat) for caveat in answer.caveats),
    ]


def _counted(names: Sequence[str]) -> str:
    return f"{len(names):,}: {listed(names, _NAMED)}" if names else "none"
