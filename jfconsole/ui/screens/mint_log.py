"""The mint log: every attempt to mint with the rule of its refusal, and every change of the issuer, as they come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import ClassVar, Final

from jfconsole.domain.durations import format_relative
from jfconsole.domain.fields import as_object
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.requests import Json
from jfconsole.domain.times import local_text
from jfconsole.domain.views import READY, View
from jfconsole.services.audit_words import AuditRow, audit_record, is_mint, outcome_of, subject_of
from jfconsole.services.issuer_view import IssuerView
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens.issuer_list import IssuerList
from jfconsole.ui.screens.minting import Minting
from jfconsole.ui.screens.sealed_list import NO_VAULT
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext, Tone
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line, Severity

_KEPT: Final = 1000
"""The rows that are shown: the last ones."""


class MintLogScreen(Minting[AuditRow]):
    """The last rows of the audit trail, newest first. Never is a token in them."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (
        *IssuerList.SCOPES[:3],
        Scope.ISSUER,
        Scope.PARTS,
        Scope.MINTING,
        Scope.MINT_LOG,
    )
    CRUMBS: ClassVar[tuple[str, ...]] = ("issuer", "mint log")
    PART: ClassVar[str] = "mint-log"
    NOUN: ClassVar[str] = "the mint log"
    VIEWS: ClassVar[tuple[View, ...]] = READY["mint-log"]
    FOOTER: ClassVar[tuple[str, ...]] = (
        *("table.open", "list.filter", "list.views", "issuer.mint"),
        *("mint-log.audit", "issuer.next-part", "issuer.lock"),
    )
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("number", True)

    def columns(self) -> Sequence[Column[AuditRow]]:
        """Number, age, who, what, what came of it."""
        return (
            Column("number", "#", lambda row, _: Cell(str(row.seq), "muted"), 5, 0, 7, 2, lambda row: row.seq, "right"),
            Column("when", "WHEN", _when, 10, 0, 10, 8),
            Column("actor", "WHO", lambda row, _: Cell(_said(row, "actor")), 10, 1, 24, 4),
            Column("event", "EVENT", lambda row, _: Cell(_said(row, "event")), 12, 0, 14, 5),
            Column("subject", "WHAT", lambda row, _: Cell(subject_of(row)), 16, 1, 40, 7),
            Column("outcome", "OUTCOME", _outcome, 24, 3, 100, 9),
        )

    def schema(self) -> Schema[AuditRow]:
        """Outcome, rule, issuer, role, actor, event, age."""
        return Schema(
            lambda row: f"{_said(row, 'actor')} {_said(row, 'event')} {subject_of(row)} {outcome_of(row)}".lower(),
            {
                FieldSpec("outcome", "text", (), "minted or refused"): lambda row: _said(row, "outcome"),
                FieldSpec("rule", "text", (), "the rule that stood in the way"): lambda row: _said(row, "rule"),
                FieldSpec("issuer", "text", (), "the issuer"): lambda row: _said(row, "issuer"),
                FieldSpec("role", "text", (), "the role"): lambda row: _said(row, "role"),
                FieldSpec("actor", "text", ("who",), "who asked"): lambda row: _said(row, "actor"),
                FieldSpec("event", "text", (), "mint, key.rotate, …"): lambda row: _said(row, "event"),
                FieldSpec("age", "duration_since", ("when",), "how long ago: age<1h"): lambda row: row.at,
            },
        )

    def key(self, row: AuditRow) -> str:
        """Its number."""
        return str(row.seq)

    async def fetch(self) -> Sequence[AuditRow]:
        """The last rows; the very same ones when nothing came."""
        await super().fetch()
        if self.view is None or self.view.state is None:
            return ()
        last = self.rows[0].seq if self.rows else 0
        fresh = await asyncio.to_thread(self.service.local.audit_rows, _KEPT, last)
        if not fresh and self.rows is not None:
            return self.rows
        return (*fresh, *(self.rows or ()))[:_KEPT]

    def rows_of(self, view: IssuerView, state: IssuerState) -> Sequence[AuditRow]:
        """They are read by themselves: those that are known need not be read again."""
        return self.rows or ()

    def describe(self, row: AuditRow) -> Sheet:
        """The whole row."""
        asked = as_object(row.row.get("asked"))
        lines = [
            SheetLine("at", local_text(row.at) or "?"),
            SheetLine("who", _said(row, "actor")),
            SheetLine("event", _said(row, "event")),
            SheetLine("outcome", outcome_of(row), "$text-warning" if _is_refused(row) else ""),
            *(SheetLine(f"asked {name}", _text(value)) for name, value in asked.items() if value not in (None, "", [])),
            *(SheetLine(name, _text(value)) for name, value in row.row.items() if name not in _TOLD),
            SheetLine("written", "while the vault was open" if row.keyed else "while the vault was locked"),
        ]
        return Sheet(show(subject_of(row) or _said(row, "event"), "bold"), tuple(lines), label_width=18)

    def record(self, row: AuditRow) -> Json:
        """As `issuers log --json` prints it."""
        return audit_record(row)

    def supctl(self, row: AuditRow) -> str:
        """Nothing: see `why_not`."""
        return ""

    def why_not(self, action: Action) -> str | None:
        """A log is no configuration."""
        if action.id == "issuer.supctl":
            return "The mint log is no configuration: `jfconsole issuers log --json` prints it"
        return super().why_not(action)

    def minting_role(self, row: AuditRow) -> str:
        """That of the row under the cursor."""
        return subject_of(row) if is_mint(row) else ""

    def empty(self) -> Empty:
        """No vault; else there is a row for everything, so that nothing was done."""
        return NO_VAULT if self.view is None or self.view.state is None else self.nothing()

    def nothing(self) -> Empty:
        """Nothing was done yet."""
        return Empty("Nothing was minted or changed yet.", "Press [ for the roles; M mints under one.")

    def do_audit(self) -> None:
        """Check the whole trail."""
        self.in_background("audit", self._audit)

    async def _audit(self) -> None:
        started = time.monotonic()
        found = await asyncio.to_thread(self.service.local.verify_audit)
        took = f"{time.monotonic() - started:.1f} s"
        self.say(Line(found.sentence, Severity.NOTICE if found.intact else Severity.ERROR, f"It took {took}"))


_TOLD: Final = frozenset({"actor", "event", "asked", "outcome", "rule", "reason", "issuer", "role", "name"})


def _said(row: AuditRow, name: str) -> str:
    value = row.row.get(name)
    return value if isinstance(value, str) else ""


def _text(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(member)}" for name, member in value.items())
    return value if isinstance(value, str) else str(value)


def _is_refused(row: AuditRow) -> bool:
    return row.row.get("outcome") == "refused"


def _when(row: AuditRow, context: RenderContext) -> Cell:
    return Cell(format_relative(row.at, context.now))


def _outcome(row: AuditRow, _: RenderContext) -> Cell:
    tone: Tone = "warning" if _is_refused(row) else "success" if is_mint(row) else "normal"
    return Cell(outcome_of(row), tone)
