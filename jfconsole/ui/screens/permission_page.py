"""How a permission looks: the columns of the list, and the page with its sections, targets and principals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from jfconsole.domain.diff_words import target_words
from jfconsole.domain.permission_facts import BUILT_IN, PermissionView, TargetLine, collapsed_targets, matrix
from jfconsole.domain.permissions import ACTIONS, CATCH_ALLS, Permission, Section
from jfconsole.domain.repositories import RepositoryRow
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import NOT_SAID
from jfconsole.services.lint_permissions import Finding
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine

_UNREAD: Final = Cell("…", "muted")
_STRONG: Final = frozenset({"WRITE", "DELETE", "MANAGE"})


def permission_columns() -> Sequence[Column[PermissionView]]:
    """The name always; what else is known only of permissions that were on the screen."""
    return (
        Column("name", "NAME", lambda row, _: Cell(row.name), 20, 3, 60, 9, lambda row: row.name.lower()),
        Column("types", "TYPES", _types, 10, 1, 30, 5),
        Column("targets", "TARGETS", _targets, 18, 2, 50, 7, _target_count),
        Column("who", "GROUPS AND USERS", _principals, 18, 2, 50, 6),
        Column("flags", "FLAGS", _flags, 18, 1, 34, 4),
    )


def permission_sheet(
    permission: Permission, repositories: Iterable[RepositoryRow] = (), findings: Iterable[Finding] | None = None
) -> Sheet:
    """Everything the platform tells about a permission, and what the linter finds; None: it was not asked."""
    known = tuple(repositories)
    lines: list[SheetLine] = []
    for kind, section in permission.sections.items():
        lines += _section_lines(visible(kind), section, known)
    lines += [
        SheetLine("created by", permission.created_by or NOT_SAID),
        SheetLine("modified by", permission.modified_by or NOT_SAID),
    ]
    if permission.name in BUILT_IN:
        lines.append(SheetLine("beware", "It came with the platform", "$text-warning"))
    return Sheet(show_name(permission.name), (*lines, *_finding_lines(findings)))


def name_sheet(row: PermissionView) -> Sheet:
    """What is known before the permission was read: its name."""
    return Sheet(show_name(row.name), (SheetLine("sections", "being read …", "$text-muted"),))


def target_text(line: TargetLine) -> str:
    """`everywhere`, and how many repositories a catch-all covers that are named besides; cleaned."""
    covered = f" (and {len(line.covered):,} named one by one that it covers as well)" if line.covered else ""
    return f"{target_words(line.target.as_object())}{covered}"


def _section_lines(kind: str, section: Section, repositories: Sequence[RepositoryRow]) -> Iterator[SheetLine]:
    label = kind
    if section.opaque:
        yield SheetLine(label, "has a form that this console does not know: it is left alone", "$text-warning")
        return
    for line in collapsed_targets(section, repositories):
        yield SheetLine(label, f"on {visible(line.name)}: {target_text(line)}")
        label = ""
    for row in matrix(section):
        actions = [action for action in ACTIONS if action in row.actions] + [*map(visible, row.unknown)]
        yield SheetLine(label, f"{row.kind[:-1]} {visible(row.name)}: {', '.join(actions) or 'nothing'}")
        label = ""
    if not section.users and not section.groups:
        yield SheetLine(label, "names no user and no group", "$text-warning")


def _finding_lines(findings: Iterable[Finding] | None) -> Iterator[SheetLine]:
    if findings is None:
        yield SheetLine("findings", "not looked for yet: press l", "$text-muted")
        return
    found = list(findings)
    if not found:
        yield SheetLine("findings", "none")
    for finding in found:
        yield SheetLine("finding", f"{finding.sentence}. {finding.fix}.", "$text-warning")


def _types(row: PermissionView, _: RenderContext) -> Cell:
    return Cell(", ".join(row.detail.sections)) if row.detail else _UNREAD


def _targets(row: PermissionView, _: RenderContext) -> Cell:
    if row.detail is None:
        return _UNREAD
    names = list(dict.fromkeys(name for section in row.detail.sections.values() for name in section.targets))
    return Cell(_counted(sorted(names, key=lambda name: name not in CATCH_ALLS)) or "none")


def _target_count(row: PermissionView) -> int | None:
    sections = row.detail.sections.values() if row.detail else ()
    return len({name for section in sections for name in section.targets}) if row.detail else None


def _principals(row: PermissionView, _: RenderContext) -> Cell:
    if row.detail is None:
        return _UNREAD
    sections = row.detail.sections.values()
    groups = dict.fromkeys(name for section in sections for name in section.groups)
    users = dict.fromkeys(name for section in sections for name in section.users)
    return Cell(_counted([*groups, *users]), "normal") if groups or users else Cell("nobody", "warning")


def _counted(names: Sequence[str]) -> str:
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    return f"{names[0]}{more}" if names else ""


def _flags(row: PermissionView, _: RenderContext) -> Cell:
    if row.detail is None:
        return _UNREAD
    sections = row.detail.sections.values()
    given = {action for section in sections for held in _held(section) for action in held}
    strong = ", ".join(action.lower() for action in ACTIONS if action in given & _STRONG)
    words = [strong] if strong else []
    words += ["built in"] if row.name in BUILT_IN else []
    return Cell(", ".join(words), "warning" if strong and _catches_all(sections) else "muted")


def _held(section: Section) -> Iterator[Sequence[str]]:
    yield from section.users.values()
    yield from section.groups.values()


def _catches_all(sections: Iterable[Section]) -> bool:
    return any(name in CATCH_ALLS for section in sections for name in section.targets)
