"""`jfconsole tokens revoke`: by id or by filter, as one plan."""

from __future__ import annotations

import argparse
import time

from jfconsole.cli.connect import connection_of
from jfconsole.cli.pasted import read_pasted
from jfconsole.cli.plans import change, continue_plan
from jfconsole.cli.verbs.tokens import matching, read_filter, read_list
from jfconsole.domain.errors import NotFound, Refused, UsageError
from jfconsole.domain.jwt import TokenId, recognise
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible
from jfconsole.domain.token_facts import TokenView
from jfconsole.services.revoke_by_value import plan_revoke_value
from jfconsole.services.session import Session
from jfconsole.services.tokens import ME, TokenListing, TokenService


def revoke(arguments: argparse.Namespace) -> int:
    """Revoke tokens as one plan. The frozen list of ids is what was shown; nothing that came later is touched."""
    _check(arguments)
    if arguments.resume:
        return continue_plan(arguments, arguments.resume, connection_of(arguments))
    if arguments.value_stdin:
        value = read_pasted(arguments)
        return change(arguments, lambda session: plan_revoke_value(session, value))
    return change(arguments, lambda session: _plan(session, arguments))


def _check(arguments: argparse.Namespace) -> None:
    """Exactly one way of choosing, and ids that are ids."""
    ways = (arguments.ids, arguments.filter is not None, arguments.value_stdin, arguments.resume)
    if sum(map(bool, ways)) != 1:
        raise UsageError(
            "Say which tokens: ids, or --filter, or --value-stdin, or --resume", "See `jfconsole tokens revoke --help`"
        )
    if arguments.filter is not None and not read_filter(arguments.filter):
        raise UsageError("A filter that asks nothing would mean every token", "Write what they have in common")
    if not all(text == ME or isinstance(recognise(text), TokenId) for text in arguments.ids):
        raise UsageError(
            "An argument is no token id (it is not repeated here: it might be a token)",
            "Give ids as `jfconsole tokens list` shows them",
        )


async def _plan(session: Session, arguments: argparse.Namespace) -> Plan:
    service = TokenService(session)
    in_use = await service.find_in_use()
    if in_use is None and arguments.yes:
        raise Refused(
            "It cannot be found out which token is in use, so --yes could end this very connection",
            "Run it at a terminal without --yes",
        )
    if arguments.filter is None:
        wanted = [in_use if text == ME and in_use else text.lower() for text in arguments.ids]
        return service.plan_revoke(_chosen(await service.list(), wanted))
    filtered = read_filter(arguments.filter)
    found = matching(await read_list(service, filtered), filtered, time.time())
    if not found:
        raise NotFound("No token matches the filter", "Try it with `jfconsole tokens list`")
    return service.plan_revoke(found)


def _chosen(listing: TokenListing, ids: list[str]) -> list[TokenView]:
    """The listed tokens with these ids. Raises NotFound when one is not listed: nothing is revoked then."""
    listed = {view.token_id.lower(): view for view in listing.views}
    missing = [token_id for token_id in dict.fromkeys(ids) if token_id not in listed]
    if missing:
        raise NotFound(
            f"{len(missing)} of the tokens {'is' if len(missing) == 1 else 'are'} not listed: "
            f"{', '.join(visible(token_id) for token_id in missing[:5])}",
            "They are revoked already, too short-lived to be stored, or not yours to see; nothing was done",
        )
    return [listed[token_id] for token_id in dict.fromkeys(ids)]
