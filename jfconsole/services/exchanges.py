"""Exchanging a workload's ID token for an access token, with one durable row in the journal for each.

An exchange changes no configuration, so it is no plan. Its row is written before anybody gets the token, and says
whom it makes and until when, never what it is worth.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.errors import ConsoleError, OutcomeUnknown, Refused, Rejected
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.plans import Outcome, Product, Report, StepResult
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted, visible
from jfconsole.jfrog import exchange as wire
from jfconsole.jfrog.exchange import Exchanged, ExchangeOrder
from jfconsole.jfrog.sender import Sender
from jfconsole.services.inspect import audience_in, bare_secret, token_id_in
from jfconsole.services.journal import Journal

__all__ = ["EXCHANGE", "Exchange", "ExchangeOrder", "Exchanged", "exchange_record", "exchange_report", "exchange_token"]

EXCHANGE: Final = "exchange"
"""The kind of the journal's events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What an exchange gave, with the id of the token where its value carries one."""

    order: ExchangeOrder
    given: Exchanged
    token_id: Untrusted | None

    @property
    def audience(self) -> str:
        """The services that accept it, as the token itself says; empty when it says nothing."""
        return " ".join(audience_in(self.given.access_token))

    @property
    def secrets(self) -> dict[str, Secret]:
        """What is shown once, by name."""
        found = {"access_token": self.given.access_token, "reference_token": self.given.reference_token}
        return {name: secret for name, secret in found.items() if secret}


async def exchange_token(sender: Sender, origin: str, journal: Journal, order: ExchangeOrder) -> Exchange:
    """Exchange at the platform `origin`, and write down that it was done, or refused. Raises the ConsoleError family.

    Raises JournalClosed where that cannot be written: then nobody gets the token, and it lapses by itself.
    """
    sent = replace(order, token=bare_secret(order.token))
    try:
        given = await wire.exchange(sender, sent)
    except Refused:
        raise  # nothing was sent
    except ConsoleError as error:
        await _write(origin, journal, order, {"outcome": _outcome(error), "status": error.detail.status})
        raise
    found = Exchange(order=order, given=given, token_id=token_id_in(given.access_token))
    await _write(origin, journal, order, {"outcome": "given", **_given(found)})
    return found


def exchange_record(exchange: Exchange) -> JsonObject:
    """An exchange for `--json`, without its secrets; keys are stable."""
    return {
        **_given(exchange),
        "token_type": exchange.given.token_type,
        "issued_token_type": exchange.given.issued_token_type,
    }


def exchange_report(exchange: Exchange, origin: str) -> Report:
    """The same as what comes of a plan, whose words and panels it shares; no plan stands behind it."""
    provider = visible(exchange.order.provider)
    product = Product(
        ordinal=0,
        gives="token",
        key=f"exchange-{provider}",
        made=exchange.token_id or "its value has no id",
        facts=exchange_record(exchange),
        secrets=exchange.secrets,
    )
    title = f"Exchange with {provider}"
    result = StepResult(ordinal=0, kind=EXCHANGE, key=product.key, title=title, outcome=Outcome.DONE)
    return Report(plan_id="", title=title, origin=origin, results=(result,), products=(product,))


def _given(exchange: Exchange) -> JsonObject:
    given = exchange.given
    return {
        "username": given.username,
        "scope": given.scope,
        "expires_in": given.expires_in,
        "audience": exchange.audience,
        "token_id": exchange.token_id,
    }


def _outcome(error: ConsoleError) -> str:
    if isinstance(error, OutcomeUnknown):
        return "unknown"
    return "refused" if isinstance(error, Rejected) else "failed"


async def _write(origin: str, journal: Journal, order: ExchangeOrder, what: JsonObject) -> None:
    payload: JsonObject = {"provider": order.provider, "mapping": order.mapping, "project": order.project, **what}
    await asyncio.to_thread(journal.record, origin, EXCHANGE, payload)
