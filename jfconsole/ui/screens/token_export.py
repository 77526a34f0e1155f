"""Saving tokens from their list: as a table, as JSON, as findings, as reminders for a calendar. No value is in them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jfconsole.domain.calendar import calendar_text
from jfconsole.domain.lint_tokens import Surroundings, findings_csv, lint_record, lint_tokens
from jfconsole.domain.spreadsheets import csv_text
from jfconsole.domain.token_facts import TokenView, token_record
from jfconsole.services.lint_tokens import expiry_reminders
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.save_as import save_as

if TYPE_CHECKING:
    from jfconsole.ui.screens.tokens import TokensScreen


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of file: what the menu says of it, and what it holds."""

    title: str
    help: str
    filename: str
    write: Callable[[Sequence[TokenView], Surroundings, str], str]


def _csv(views: Sequence[TokenView], around: Surroundings, origin: str) -> str:
    records = [token_record(view, around.now) for view in views]
    return csv_text([*records[0]], records)


def _json(views: Sequence[TokenView], around: Surroundings, origin: str) -> str:
    return json.dumps({"tokens": [token_record(view, around.now) for view in views]}, indent=2) + "\n"


def _findings_csv(views: Sequence[TokenView], around: Surroundings, origin: str) -> str:
    return findings_csv(lint_tokens(views, around).findings)


def _findings_json(views: Sequence[TokenView], around: Surroundings, origin: str) -> str:
    return json.dumps(lint_record(lint_tokens(views, around), len(views)), indent=2) + "\n"


def _calendar(views: Sequence[TokenView], around: Surroundings, origin: str) -> str:
    return calendar_text(expiry_reminders(views, origin, around.now))


EXPORTS: Final[Mapping[str, Export]] = {
    "csv": Export("Tokens as CSV", "One line for each, for a spreadsheet.", "tokens.csv", _csv),
    "json": Export("Tokens as JSON", "The records of `tokens list --json`.", "tokens.json", _json),
    "findings-csv": Export(
        "What is wrong with them, as CSV", "One line for each finding.", "token-findings.csv", _findings_csv
    ),
    "findings-json": Export(
        "What is wrong with them, as JSON", "As `lint tokens --json` prints it.", "token-findings.json", _findings_json
    ),
    "ics": Export(
        "Expiries, for a calendar",
        "For each that lives for a day or longer: from when to rotate it, and when it ends.",
        "token-expiries.ics",
        _calendar,
    ),
}


async def export_tokens(screen: TokensScreen, views: Sequence[TokenView], around: Surroundings) -> None:
    """Ask for the kind and for the name of the file, and write it. Call it in a worker."""
    choices = [Choice(kind, export.title, export.help) for kind, export in EXPORTS.items()]
    chosen = await screen.app.push_screen_wait(Menu(f"Export {len(views):,} tokens", choices))
    if chosen is None:
        return
    export = EXPORTS[chosen]
    text = await asyncio.to_thread(export.write, views, around, screen.app.connection.url)
    await save_as(screen.app, export.title, export.filename, text)
