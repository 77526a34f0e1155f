"""Linting the tokens of a platform: the list, its users, and the reminders that come of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from jfconsole.domain.calendar import Reminder, rotation_reminder
from jfconsole.domain.durations import DAY
from jfconsole.domain.lint_tokens import Lint, Surroundings, lint_tokens
from jfconsole.domain.text import visible
from jfconsole.domain.token_facts import TokenView
from jfconsole.services.session import Session
from jfconsole.services.tokens import TokenListing, TokenService


async def lint(
    session: Session, around: Surroundings, only: Collection[str] = ()
) -> tuple[Lint, TokenListing, Surroundings]:
    """The findings, the tokens that were looked at, and what was known meanwhile. Raises the ConsoleError family."""
    service = TokenService(session)
    await service.find_in_use()
    subjects = await service.subjects()
    known = replace(around, external=subjects.external, states_known=subjects.states is not None)
    listing = await service.list()
    return lint_tokens(listing.views, known, only), listing, known


def expiry_reminders(views: Iterable[TokenView], origin: str, now: float) -> Iterator[Reminder]:
    """For every token that lives for a day or longer and still does: when to rotate it, and when it ends."""
    for view in views:
        token = view.token
        if token.expiry is None or token.expiry <= now or (token.lifetime or 0) < DAY:
            continue
        purpose = f": {visible(token.description)}" if token.description else ""
        yield rotation_reminder(
            what=f"Rotate the token of {visible(view.username)}",
            description=f"Token {visible(token.token_id)}{purpose}\non {origin}",
            expires=token.expiry,
            now=now,
            identity=(origin, "token", token.token_id),
        )
