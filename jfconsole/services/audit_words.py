"""Rows of the issuer's audit trail in words and as records: who asked for what, what came of it, and by which rule."""

from __future__ import annotations

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text, utc_text
from jfconsole.issuer.audit import AuditRow

__all__ = ["AuditRow", "audit_record", "audit_words", "is_mint", "outcome_of", "subject_of"]

MINT = "mint"
"""The event of an attempt to mint; every other one is a change."""


def audit_record(row: AuditRow) -> JsonObject:
    """A row for `--json`; `at` in epoch seconds. Never is a token in it."""
    return {"seq": row.seq, "at": row.at, "at_iso": utc_text(row.at), "keyed": row.keyed, **row.row}


def audit_words(row: AuditRow) -> str:
    """A row on one line; cleaned."""
    said = (local_text(row.at) or "?", _text(row.row.get("actor")), _text(row.row.get("event")), subject_of(row))
    return visible("  ".join((*said, outcome_of(row))))


def is_mint(row: AuditRow) -> bool:
    """Whether it is about a token."""
    return row.row.get("event") == MINT


def subject_of(row: AuditRow) -> str:
    """What it is about: `issuer/role` of a token, the name of what was changed. Text of strangers may be in it."""
    if is_mint(row):
        return f"{_text(row.row.get('issuer'))}/{_text(row.row.get('role'))}"
    return _text(row.row.get("name"))


def outcome_of(row: AuditRow) -> str:
    """`minted for …`, `refused by …`, `done`. Text of strangers may be in it."""
    if not is_mint(row):
        return "done"
    if row.row.get("outcome") == "minted":
        return f"minted for {_text(row.row.get('aud'))}"
    reason = row.row.get("reason")
    return f"refused by {_text(row.row.get('rule'))}" + (f": {_text(reason)}" if reason else "")


def _text(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return value if isinstance(value, str) else "–" if value is None else str(value)
