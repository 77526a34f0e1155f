"""How a group looks: the columns of the list, and the page with the details."""

from __future__ import annotations

from collections.abc import Sequence

from jfconsole.domain.group_facts import GroupView, describe_group, flags
from jfconsole.domain.groups import Group
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine


def group_columns() -> Sequence[Column[GroupView]]:
    """Name always; members, what stands out and description once they were read."""
    return (
        Column("name", "NAME", lambda row, _: Cell(row.name), 20, 2, 50, 9, lambda row: row.name.lower()),
        Column("members", "MEMBERS", _members, 7, 0, 7, 8, lambda row: row.member_count, align="right"),
        Column("notes", "NOTES", _notes, 16, 1, 36, 7),
        Column("description", "DESCRIPTION", _description, 20, 3, 80, 6),
    )


def group_sheet(group: Group) -> Sheet:
    """Everything that the platform tells about a group, a line for each fact."""
    lines = tuple(
        SheetLine(fact.label, fact.text, "$text-warning" if fact.label == "beware" else "")
        for fact in describe_group(group)
    )
    return Sheet(show_name(group.name), lines, label_width=17)


def _members(row: GroupView, _: RenderContext) -> Cell:
    count = row.member_count
    return Cell(
        "…" if row.detail is None else "?" if count is None else f"{count:,}", "muted" if not count else "normal"
    )


def _notes(row: GroupView, _: RenderContext) -> Cell:
    words = flags(row.detail) if row.detail else ()
    return Cell(", ".join(words), "danger" if "admin" in words else "muted")


def _description(row: GroupView, _: RenderContext) -> Cell:
    return Cell((row.detail.description if row.detail else None) or "", "muted")
