"""Proof of a trust with a workload's token: exchanged as the workload does, then used as the workload will."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import is_loopback
from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuers import issuer_parts
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.jfrog.exchange import Exchanged
from jfconsole.jfrog.stand_ins import stand_in_for, stand_in_token
from jfconsole.services.exchanges import ExchangeOrder, exchange_token
from jfconsole.services.journal import Journal
from jfconsole.services.probes import Expectation, Why, prove
from jfconsole.services.session import Session

_GETS_IN: Final = "The platform exchanges the workload's token"


async def sandbox_token(session: Session, issuer: str, audience: str | None, claims: JsonObject) -> Secret | None:
    """A token of the sandbox's stand-in for this issuer; None when the platform is no sandbox on this machine."""
    parts = issuer_parts(session.connection.url)
    if parts is None or not is_loopback(parts.hostname or "") or session.connection.read_only:
        return None
    try:
        name = await stand_in_for(session.sender, issuer)
        return None if name is None else await stand_in_token(session.sender, name, audience, claims)
    except ConsoleError:
        return None


async def prove_workload(
    session: Session, journal: Journal, provider: str, token: Secret, expected: Expectation, why: Why
) -> tuple[Check, ...]:
    """Exchange a token, and try what came of it; the journal has the exchange, as every other.

    Every failure is a check that came out badly, never an error.
    """
    try:
        order = ExchangeOrder(provider=provider, token=token)
        given = (await exchange_token(session.sender, session.connection.url, journal, order)).given
    except ConsoleError as error:
        detail = f"{visible(error.message)}. {visible(error.hint)}" if error.hint else visible(error.message)
        return (Check(_GETS_IN, Verdict.BAD, detail),)
    tried = await prove(session.connection, given.access_token, expected, why)
    return (Check(_GETS_IN, Verdict.GOOD, _told(given)), *tried)


def _told(given: Exchanged) -> str:
    who = f"It acts as {visible(given.username)}" if given.username else "It acts as somebody"
    return f"{who}, for {format_duration(given.expires_in)}" if given.expires_in else who
