"""The ledger of tokens, read from the journal: every token was a step of a plan before it was a token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from jfconsole.domain.audience import EVERY_SERVICE
from jfconsole.domain.fields import as_object
from jfconsole.domain.ledger import LedgerEntry
from jfconsole.domain.plans import Outcome, Step, StepResult
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_forecast import DEFAULT_LIFETIME
from jfconsole.domain.token_requests import NEVER, USER_SCOPE
from jfconsole.services.journal import Journal
from jfconsole.services.token_kinds import GIVING

_MAY_EXIST: Final = frozenset({Outcome.SENDING, Outcome.UNKNOWN, Outcome.HELD, Outcome.DONE})


def tokens_made(journal: Journal, origin: str | None = None) -> tuple[LedgerEntry, ...]:
    """What was made, or may have been, for one platform or for all, newest first. Raises JournalClosed."""
    made = [step for kind in GIVING for step in journal.steps_of(kind, origin)]
    return tuple(sorted(_entries(made), key=lambda entry: entry.made_at, reverse=True))


def by_token(entries: Iterable[LedgerEntry]) -> dict[str, LedgerEntry]:
    """The entries whose token has an id, by that id."""
    return {entry.token_id: entry for entry in entries if entry.token_id}


def _entries(steps: Iterable[tuple[str, Step, StepResult]]) -> Iterator[LedgerEntry]:
    for origin, step, result in steps:
        if result.outcome in _MAY_EXIST and not (step.listed and not result.made):
            yield _entry(origin, step, result)


def _entry(origin: str, step: Step, result: StepResult) -> LedgerEntry:
    asked = as_object(step.after)
    lifetime = asked.get("expires_in")
    seconds = lifetime if isinstance(lifetime, int) else DEFAULT_LIFETIME
    purpose = str(asked.get("description", "")).removesuffix(f"({step.key})").removesuffix(step.key).strip()
    return LedgerEntry(
        operation=step.key,
        token_id=result.made,
        origin=origin,
        username=Untrusted(str(asked.get("username", ""))),
        scope=str(asked.get("scope", USER_SCOPE)),
        audience=str(asked.get("audience", EVERY_SERVICE)),
        purpose=purpose,
        reference=asked.get("include_reference_token") is True,
        refreshable=asked.get("refreshable") is True,
        revocable=not step.loses,
        listed=step.listed,
        made_at=result.at,
        expiry=None if seconds == NEVER else int(result.at) + seconds,
    )
