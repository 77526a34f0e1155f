"""`jfconsole tokens ledger`: the tokens that were made from here, and what the platform's list does not tell of any."""

from __future__ import annotations

import argparse
import time

from jfconsole.cli.output import cell_limit, print_json, print_lines, remark, table
from jfconsole.cli.plans import open_journal
from jfconsole.domain.durations import format_relative
from jfconsole.domain.errors import JournalClosed
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.ledger import LedgerEntry
from jfconsole.domain.scopes import scope_label
from jfconsole.domain.text import visible
from jfconsole.domain.token_facts import TokenView, token_record
from jfconsole.domain.token_words import Fact
from jfconsole.services.ledger import by_token, tokens_made
from jfconsole.services.paths import find_paths

_HEAD = ("TOKEN", "USER", "SCOPE", "AUDIENCE", "KIND", "STATE", "MADE", "EXPIRES", "PURPOSE", "PLAN", "SERVER")


def ledger(arguments: argparse.Namespace) -> int:
    """Print them, newest first, or `{"tokens": […]}`. Needs no platform."""
    with open_journal() as journal:
        entries = tokens_made(journal)
    if getattr(arguments, "json", False):
        print_json({"tokens": [entry.record() for entry in entries]})
    elif entries:
        now = time.time()
        print_lines(table(_HEAD, [_row(entry, now) for entry in entries], limit=cell_limit()))
    else:
        remark("No token was made from here yet.")
    return 0


def known_tokens() -> dict[str, LedgerEntry]:
    """What the ledger has, by token id. A journal that cannot be read costs these facts and no more."""
    if not find_paths().journal.exists():
        return {}
    try:
        with open_journal() as journal:
            return by_token(tokens_made(journal))
    except JournalClosed as problem:
        remark(f"The ledger of tokens cannot be read: {visible(problem.message)}")
        return {}


def record(view: TokenView, now: float, entry: LedgerEntry | None) -> JsonObject:
    """A listed token for `--json`, with what the ledger has on it under `ledger`, null for nothing."""
    return {**token_record(view, now), "ledger": entry.record() if entry else None}


def with_ledger(facts: tuple[Fact, ...], entry: LedgerEntry | None) -> list[Fact]:
    """The facts about a listed token, with those that the platform leaves out."""
    if entry is None:
        return list(facts)
    audience = Fact("audience", f"{entry.audience_words}, from the ledger")
    told = [audience if fact.label == "audience" else fact for fact in facts]
    purpose = f" for {visible(entry.purpose)}" if entry.purpose else ""
    return [*told, Fact("made as", f"{entry.kind}{purpose}, from here, as {visible(entry.operation)}")]


def _row(entry: LedgerEntry, now: float) -> list[str]:
    return [
        visible(entry.token_id) or "–",
        visible(entry.username),
        scope_label(entry.scope),
        entry.audience_words,
        entry.kind,
        entry.state,
        format_relative(entry.made_at, now),
        format_relative(entry.expiry, now),
        visible(entry.purpose),
        visible(entry.operation),
        visible(entry.origin),
    ]
