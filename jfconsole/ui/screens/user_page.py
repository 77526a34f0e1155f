"""How a user looks: the columns of the list, and the page with the details."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from jfconsole.domain.groups import INTERNAL_REALM
from jfconsole.domain.user_facts import UserView, describe_user
from jfconsole.domain.users import ANONYMOUS, User, UserStatus
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext, Tone
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine

_STATE_TONES: Final[dict[str, Tone]] = {
    UserStatus.ENABLED.value: "normal",
    UserStatus.INVITED.value: "warning",
    UserStatus.DISABLED.value: "muted",
    UserStatus.LOCKED.value: "danger",
}
_NOT_SAID: Final = "not said"


def user_columns(admins: Collection[str]) -> Sequence[Column[UserView]]:
    """Name, state, realm, and what stands out. `admins` are the names that the platform lists as administrators."""
    return (
        Column("name", "NAME", lambda row, _: Cell(row.username), 20, 3, 70, 9, lambda row: row.username.lower()),
        Column("state", "STATE", _state, 11, 0, 11, 8, lambda row: str(row.row.status)),
        Column("realm", "REALM", _realm, 10, 1, 24, 7, lambda row: row.row.realm.lower() or None),
        Column("notes", "NOTES", lambda row, _: _notes(row, admins), 16, 1, 40, 6),
    )


def user_sheet(user: User, now: float) -> Sheet:
    """Everything that the platform tells about a user, a line for each fact."""
    lines = tuple(
        SheetLine(fact.label, fact.text, "$text-warning" if fact.label == "beware" else "")
        for fact in describe_user(user, now)
    )
    return Sheet(show_name(user.username), lines)


def row_sheet(row: UserView) -> Sheet:
    """What the list says, while the rest is not known."""
    return Sheet(
        show_name(row.username),
        (
            SheetLine("state", str(row.row.status) or _NOT_SAID),
            SheetLine("realm", row.row.realm or _NOT_SAID),
        ),
    )


def _state(row: UserView, context: RenderContext) -> Cell:
    status = str(row.row.status)
    locked = row.row.status == UserStatus.LOCKED
    mark = f" {context.glyphs.warn}" if locked else ""
    return Cell(f"{status or _NOT_SAID}{mark}", _STATE_TONES.get(status, "warning"))


def _realm(row: UserView, _: RenderContext) -> Cell:
    realm = row.row.realm
    return Cell(realm or _NOT_SAID, "muted" if realm in ("", INTERNAL_REALM) else "accent")


def _notes(row: UserView, admins: Collection[str]) -> Cell:
    user = row.detail
    admin = row.username in admins or bool(user and (user.admin or user.effective_admin))
    words = [
        *(["admin"] if admin else []),
        *(["built in"] if row.username == ANONYMOUS else []),
        *(["no password"] if user and user.internal_password_disabled else []),
    ]
    return Cell(", ".join(words), "danger" if admin else "muted")
