"""The exchanges that the journal has, given and refused, as front ends list them beside the plans."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.fields import Fields, JsonObject, as_object
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import scope_in_english
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.times import local_text, utc_text
from jfconsole.domain.token_words import NOT_SAID, Fact
from jfconsole.services.exchanges import EXCHANGE
from jfconsole.services.journal import Journal
from jfconsole.services.journal_chain import Recorded

_EVENT: Final = "event-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRow:
    """One exchange; `at` in epoch seconds, `event` its number in the audit trail.

    `outcome` is `given`, `refused`, `failed` or `unknown`; whom it made and for how long is told of given ones.
    """

    event: int
    at: float
    actor: str
    origin: str
    provider: Untrusted
    mapping: Untrusted | None
    project: Untrusted | None
    outcome: str
    status: int | None
    username: Untrusted | None
    scope: Untrusted | None
    expires_in: int | None
    audience: Untrusted | None
    token_id: Untrusted | None

    @property
    def id(self) -> str:
        """What no plan and no other exchange is called."""
        return f"{_EVENT}{self.event}"

    @property
    def title(self) -> str:
        """What was done; cleaned."""
        return f"Exchange with {visible(self.provider)}"

    @property
    def given(self) -> bool:
        """Whether a token came of it."""
        return self.outcome == "given"

    @property
    def outcome_words(self) -> str:
        """What came of it; cleaned."""
        if self.given:
            lives = f", {format_duration(self.expires_in)}" if self.expires_in else ""
            return f"a token for {visible(self.username or '') or 'somebody'}{lives}"
        if self.outcome == "unknown":
            return "unknown: a token may have been made, which lapses"
        return f"{self.outcome} ({self.status})" if self.status else self.outcome


def exchanges_made(journal: Journal, limit: int = 100) -> tuple[ExchangeRow, ...]:
    """The last exchanges on any platform, newest first. Blocks. Raises JournalClosed."""
    return tuple(_row(recorded) for recorded in journal.records(EXCHANGE, limit))


def exchange_made(journal: Journal, name: str) -> ExchangeRow | None:
    """The exchange of that id; None when it is the id of something else. Blocks. Raises NotFound."""
    number = name.removeprefix(_EVENT)
    return _row(journal.record_at(EXCHANGE, int(number))) if name.startswith(_EVENT) and number.isdecimal() else None


def exchange_facts(row: ExchangeRow) -> tuple[Fact, ...]:
    """Everything that the journal has of an exchange; cleaned text. The token is no part of it."""
    asked = (("mapping asked for", row.mapping), ("project named", row.project))
    facts = [
        Fact("done", f"{local_text(row.at) or '?'} by {visible(row.actor)}"),
        Fact("outcome", row.outcome_words),
        *(Fact(label, visible(text)) for label, text in asked if text),
        Fact("server", visible(row.origin)),
        Fact("event", f"{row.event} of the audit trail"),
    ]
    if not row.given:
        return tuple(facts)
    made = (
        Fact("user", visible(row.username or "") or NOT_SAID),
        Fact("may do", scope_in_english(row.scope) if row.scope else NOT_SAID),
        Fact("accepted by", visible(row.audience or "") or NOT_SAID),
        Fact("lived", format_duration(row.expires_in) if row.expires_in else NOT_SAID),
        Fact("token id", visible(row.token_id or "") or "its value has none"),
    )
    return (*facts, *made)


def exchange_row_record(row: ExchangeRow) -> JsonObject:
    """An exchange for `--json`; keys are stable, times in epoch seconds with an ISO 8601 twin."""
    return {
        "event": row.event,
        "at": row.at,
        "at_iso": utc_text(row.at),
        "actor": row.actor,
        "origin": row.origin,
        "provider": row.provider,
        "mapping": row.mapping,
        "project": row.project,
        "outcome": row.outcome,
        "status": row.status,
        "username": row.username,
        "scope": row.scope,
        "expires_in": row.expires_in,
        "audience": row.audience,
        "token_id": row.token_id,
    }


def _row(recorded: Recorded) -> ExchangeRow:
    fields = Fields(_payload(recorded.payload))
    return ExchangeRow(
        event=recorded.seq,
        at=recorded.at,
        actor=recorded.actor,
        origin=recorded.origin,
        provider=fields.text("provider") or Untrusted(""),
        mapping=fields.text("mapping"),
        project=fields.text("project"),
        outcome=fields.text("outcome") or "unknown",
        status=_number(fields.rest.get("status")),
        username=fields.text("username"),
        scope=fields.text("scope"),
        expires_in=_number(fields.rest.get("expires_in")),
        audience=fields.text("audience"),
        token_id=fields.text("token_id"),
    )


def _payload(text: str) -> JsonObject:
    found: Json = json.loads(text)
    return as_object(found)


def _number(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
