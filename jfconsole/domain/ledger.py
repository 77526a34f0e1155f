"""The tokens that this console made, as far as its journal knows: what no list of the platform tells."""

from __future__ import annotations

from dataclasses import dataclass

from jfconsole.domain.audience import audience_in_english, parse_audience
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import scope_in_english
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.times import utc_text


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One token; its value was never kept. Times are in epoch seconds, `expiry` is None for never.

    `token_id` is empty for a possible orphan: it was asked for, the answer was lost, and the platform shows
    nothing of tokens that short-lived. `operation` stands in its description. `listed`: whether the platform's list
    has it, by the documented default thresholds.
    """

    operation: str
    token_id: str
    origin: str
    username: Untrusted
    scope: str
    audience: str
    purpose: str
    reference: bool
    refreshable: bool
    revocable: bool
    listed: bool
    made_at: float
    expiry: int | None

    @property
    def kind(self) -> str:
        """`reference token`, `refreshable token` or `token`."""
        kinds = [word for word, holds in (("reference", self.reference), ("refreshable", self.refreshable)) if holds]
        return " ".join([*kinds, "token"])

    @property
    def state(self) -> str:
        """`made`, `made, not listed`, or `possible orphan`."""
        if not self.token_id:
            return "possible orphan"
        return "made" if self.listed else "made, not listed"

    def record(self) -> dict[str, Json]:
        """The entry as `--json` prints it; keys are stable."""
        return {
            "operation": self.operation,
            "token_id": self.token_id or None,
            "state": self.state,
            "origin": self.origin,
            "username": self.username,
            "scope": self.scope,
            "scope_in_words": scope_in_english(self.scope),
            "audience": self.audience,
            "audience_in_words": audience_in_english(parse_audience(self.audience)),
            "purpose": self.purpose,
            "kind": self.kind,
            "revocable": self.revocable,
            "listed": self.listed,
            "made_at": int(self.made_at),
            "made_at_iso": utc_text(self.made_at),
            "expiry": self.expiry,
            "expiry_iso": utc_text(self.expiry),
        }

    @property
    def audience_words(self) -> str:
        """`Artifactory (jfrt@*)`; cleaned."""
        return f"{audience_in_english(parse_audience(self.audience))} ({visible(self.audience)})"
