"""`jfconsole journal`: what was changed from here, and what was not finished."""

from __future__ import annotations

import argparse
import asyncio
import time
from contextlib import suppress

from jfconsole.cli.output import cell_limit, fact_lines, print_json, print_lines, remark, table
from jfconsole.cli.plan_output import counts_record, plan_record, print_export, result_record, step_lines
from jfconsole.cli.plans import (
    carry_out,
    connection_for,
    continue_plan,
    issuer_of,
    open_journal,
    plan_of,
    to_send,
)
from jfconsole.domain.durations import format_relative
from jfconsole.domain.errors import ExitCode, UsageError
from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.plans import Plan, summary
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text, utc_text
from jfconsole.domain.token_words import Fact
from jfconsole.services.exchange_rows import (
    ExchangeRow,
    exchange_facts,
    exchange_made,
    exchange_row_record,
    exchanges_made,
)
from jfconsole.services.journal import Journal
from jfconsole.services.journal_chain import Verification
from jfconsole.services.journal_entries import Entry
from jfconsole.services.journal_seal import has_vault
from jfconsole.services.journal_seal import verify as verify_sealed
from jfconsole.services.paths import find_paths
from jfconsole.services.runner import Connect
from jfconsole.services.undo import plan_undo


def list_plans(arguments: argparse.Namespace) -> int:
    """Print the latest plans and exchanges, newest first, or `{"plans": […], "exchanges": […]}`."""
    with open_journal() as journal:
        entries, exchanges = journal.history(), exchanges_made(journal)
    if getattr(arguments, "json", False):
        print_json(
            {
                "plans": [entry_record(entry) for entry in entries],
                "exchanges": [exchange_row_record(row) for row in exchanges],
            }
        )
    elif entries or exchanges:
        now = time.time()
        dated = [
            *((one.created, _row(one, now)) for one in entries),
            *((one.at, _exchange(one, now)) for one in exchanges),
        ]
        rows = [row for _, row in sorted(dated, key=lambda pair: pair[0], reverse=True)]
        print_lines(table(("PLAN", "STATE", "CREATED", "TITLE", "OUTCOME", "SERVER"), rows, limit=cell_limit()))
    else:
        remark("The journal is empty: nothing was changed from here.")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print one plan with the outcome of each step, or `{"entry": {…}, "plan": {…}, "results": […]}`.

    Of an exchange, what is known of it, or `{"exchange": {…}}`.
    """
    with open_journal() as journal:
        exchange = exchange_made(journal, arguments.plan_id)
        if exchange is not None:
            return _show_exchange(exchange, arguments)
        loaded = journal.load(arguments.plan_id)
    if arguments.export:
        print_export(loaded.plan, arguments.export, as_json=getattr(arguments, "json", False))
        return 0
    if getattr(arguments, "json", False):
        results: list[Json] = [result_record(result) for result in loaded.results]
        print_json({"entry": entry_record(loaded.entry), "plan": plan_record(loaded.plan), "results": results})
        return 0
    entry = loaded.entry
    facts = [
        Fact("plan", visible(entry.plan_id)),
        Fact("title", visible(entry.title)),
        Fact("server", visible(entry.origin)),
        Fact("state", _state(entry)),
        Fact("created", f"{local_text(entry.created)} local"),
        Fact("outcome", summary(entry.counts)),
    ]
    print_lines([*fact_lines(facts), "", *step_lines(loaded.results)])
    return 0


def _show_exchange(exchange: ExchangeRow, arguments: argparse.Namespace) -> int:
    if arguments.export:
        raise UsageError("An exchange changed nothing that could be exported", "Use `jfconsole exchange` to make one")
    if getattr(arguments, "json", False):
        print_json({"exchange": exchange_row_record(exchange)})
    else:
        print_lines(fact_lines([Fact("title", exchange.title), *exchange_facts(exchange)]))
    return 0


def resume(arguments: argparse.Namespace) -> int:
    """Go on with an interrupted plan; its steps that have ended are left alone."""
    return continue_plan(arguments, arguments.plan_id, connection_for(arguments, arguments.plan_id))


def undo(arguments: argparse.Namespace) -> int:
    """Take back what a plan of this platform did: a plan of its own, `{"report": {…}}` or `{"plan": {…}}`."""
    connection = connection_for(arguments, arguments.plan_id)
    with open_journal() as journal:
        earlier = plan_of(journal, arguments.plan_id, connection)
        with issuer_of(earlier, arguments, unlocked=False) as issuer:
            plan = asyncio.run(_undo(journal, earlier, to_send(connection, issuer)))
    return carry_out(arguments, plan, connection)


async def _undo(journal: Journal, earlier: Plan, connect: Connect) -> Plan:
    async with connect() as sender:
        return await plan_undo(journal, earlier.id, sender)


def verify(arguments: argparse.Namespace) -> int:
    """Check the audit trail, and compare it with its seal where a vault can be opened; 1 when it is damaged."""
    with open_journal() as journal:
        found = _verified(journal, arguments)
    if getattr(arguments, "json", False):
        print_json(
            {
                "intact": found.intact,
                "events": found.events,
                "sealed": found.sealed,
                "broken_at": found.broken_at,
                "sentence": found.sentence,
            }
        )
    else:
        print_lines([visible(found.sentence)])
    return ExitCode.OK if found.intact else ExitCode.FAILED


def _verified(journal: Journal, arguments: argparse.Namespace) -> Verification:
    """Raises WrongKey for a passphrase that does not open the vault."""
    if not has_vault(find_paths().state):
        return journal.verify()
    from jfconsole.cli.issuing import issuer_service, piped_passphrase  # here: most have no vault

    with issuer_service() as service:
        if arguments.passphrase_stdin:
            service.local.vault.unlock(piped_passphrase())
        else:
            with suppress(VaultLocked):
                service.local.vault.unlock_unattended()
        return verify_sealed(journal, service.local)


def entry_record(entry: Entry) -> dict[str, Json]:
    """A journal entry for `--json`; keys are stable, times in epoch seconds with an ISO 8601 twin."""
    return {
        "plan": entry.plan_id,
        "title": entry.title,
        "origin": entry.origin,
        "state": entry.state.value,
        "running": entry.running,
        "interrupted": entry.interrupted,
        "created": entry.created,
        "created_iso": utc_text(entry.created),
        "ended": entry.ended,
        "ended_iso": utc_text(entry.ended),
        "total": entry.total,
        "counts": counts_record(entry.counts),
        "stopped": entry.stopped or None,
    }


def _row(entry: Entry, now: float) -> list[str]:
    return [
        visible(entry.plan_id),
        _state(entry),
        format_relative(entry.created, now),
        visible(entry.title),
        summary(entry.counts),
        visible(entry.origin),
    ]


def _exchange(row: ExchangeRow, now: float) -> list[str]:
    created = format_relative(row.at, now)
    return [row.id, "exchange", created, row.title, row.outcome_words, visible(row.origin)]


def _state(entry: Entry) -> str:
    if entry.interrupted:
        return "interrupted"
    return "running" if entry.running else entry.state.value
