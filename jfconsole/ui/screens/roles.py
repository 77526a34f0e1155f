"""Roles of issuers: the live list, making, changing, deleting, minting under one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import Refused
from jfconsole.domain.exports.supctl import export_role
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.issuer_roles import IssuerRole, role_problems
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.requests import Json
from jfconsole.domain.role_text import allowed_text, fixed_text, names_text
from jfconsole.services.issuer_steps import ROLE
from jfconsole.services.issuer_view import IssuerView
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens.issuer_list import IssuerList
from jfconsole.ui.screens.minting import Minting
from jfconsole.ui.screens.role_form import edit_role_form, new_role_form, role_record
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty

_NO_ISSUER: Final = "A role belongs to an issuer: make one first, under issuers"


class RolesScreen(Minting[IssuerRole]):
    """The roles of all issuers."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*IssuerList.SCOPES, Scope.MINTING)
    CRUMBS: ClassVar[tuple[str, ...]] = ("issuer", "roles")
    PART: ClassVar[str] = "roles"
    NOUN: ClassVar[str] = "roles"
    ONE: ClassVar[str] = "role"
    FOOTER: ClassVar[tuple[str, ...]] = (
        *("table.open", "objects.new", "objects.edit", "objects.delete"),
        *("issuer.mint", "issuer.next-part", "issuer.lock", "issuer.supctl"),
    )
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("name", False)

    def columns(self) -> Sequence[Column[IssuerRole]]:
        """Name, audiences, subject, lifetimes."""
        return (
            Column("name", "ISSUER/ROLE", lambda row, _: Cell(row.key), 16, 1, 60, 9, lambda row: row.key),
            Column("audiences", "AUDIENCES", _audiences, 18, 2, 60, 8),
            Column("subject", "SUBJECT", _subject, 18, 2, 60, 7),
            Column("ttl", "LIFETIME", _ttl, 11, 0, 11, 6, lambda row: row.default_ttl),
            Column("claims", "CLAIMS", lambda row, _: Cell(_claims(row), "muted"), 12, 1, 50, 3),
        )

    def schema(self) -> Schema[IssuerRole]:
        """Issuer, role, audience, subject."""
        return Schema(
            lambda row: f"{row.key} {names_text(row.allowed_audiences)} {row.subject_template}".lower(),
            {
                FieldSpec("issuer", "text", (), "the issuer"): lambda row: row.issuer,
                FieldSpec("name", "text", (), "the role"): lambda row: row.name,
                FieldSpec("audience", "text", (), "what tokens may be for"): _audience_text,
                FieldSpec("subject", "text", (), "whom tokens are about"): _subject_text,
            },
        )

    def key(self, row: IssuerRole) -> str:
        """`issuer/role`."""
        return row.key

    def rows_of(self, view: IssuerView, state: IssuerState) -> Sequence[IssuerRole]:
        """All of them."""
        return tuple(state.roles.values())

    def describe(self, row: IssuerRole) -> Sheet:
        """What a token of it may say, and advice."""
        advice = [SheetLine("beware", problem.sentence, "$text-warning") for problem in role_problems(row)]
        return Sheet(
            show_name(row.key),
            (
                SheetLine("audiences", names_text(row.allowed_audiences) or "none beside the default"),
                SheetLine("by default", names_text(row.default_audiences) or "none: the caller names one"),
                SheetLine("needed", "an audience is needed" if row.require_audience else "none is needed"),
                SheetLine("subject", _subject_text(row)),
                SheetLine("lifetime", f"{format_duration(row.default_ttl)}, at most {format_duration(row.max_ttl)}"),
                SheetLine("fixed", fixed_text(row.fixed_claims) or "no further claims"),
                SheetLine("allowed", allowed_text(row.allowed_claims) or "none"),
                SheetLine("required", names_text(row.required_claims) or "none"),
                SheetLine("verbose log", "yes" if row.verbose_logging else "no"),
                *advice,
            ),
        )

    def record(self, row: IssuerRole) -> Json:
        """As `roles show --json` prints it."""
        return row.document()

    def supctl(self, row: IssuerRole) -> str:
        """The role."""
        return export_role(row)

    def minting_role(self, row: IssuerRole) -> str:
        """This one."""
        return row.key

    def nothing(self) -> Empty:
        """No role yet."""
        if not self.state.issuers:
            return Empty("There is no role yet, and no issuer for one.", "Press [ for the issuers.")
        return Empty("There is no role yet: it says what a token may say.", "Press n to make one.")

    # -- changing --------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """A role belongs to an issuer."""
        if action.id == "objects.new" and self.view is not None and self.view.state and not self.view.state.issuers:
            return _NO_ISSUER
        return super().why_not(action)

    def do_new(self) -> None:
        """Ask, review, make; of the issuer under the cursor, where there is one."""
        self.propose(self._new())

    async def _new(self) -> None:
        state = await self.seen_state()
        if not state.issuers:
            raise Refused(_NO_ISSUER, "Press [ for the issuers, and n to make one")
        row = self.table.cursor_row
        issuer = next(iter(state.issuers)) if row is None else row.issuer
        form = new_role_form(state, issuer, self.service.local.actor)
        await self.ask_and_apply(ROLE, form, role_record, new=True)

    def do_edit(self) -> None:
        """Ask for what shall be different, review, change."""
        row = self.table.cursor_row
        if row is not None:
            form = edit_role_form(self.state, row, self.service.local.actor)
            self.propose(self.ask_and_apply(ROLE, form, role_record))

    def do_delete(self) -> None:
        """Delete the marked ones, or the one under the cursor."""
        self.propose_deletion(ROLE, [row.key for row in self.table.targets])


def _audience_text(row: IssuerRole) -> str:
    return names_text(row.allowed_audiences or row.default_audiences)


def _subject_text(row: IssuerRole) -> str:
    if row.subject_template:
        return row.subject_template
    return f"what the caller names, like {names_text(row.allowed_subject_patterns)}"


def _audiences(row: IssuerRole, _: RenderContext) -> Cell:
    bare = any(not pattern.strip("*") for pattern in row.allowed_audiences)
    return Cell(f"{_audience_text(row)}{'  ! anyone' if bare else ''}", "warning" if bare else "normal")


def _subject(row: IssuerRole, _: RenderContext) -> Cell:
    return Cell(_subject_text(row), "normal" if row.subject_template else "muted")


def _ttl(row: IssuerRole, _: RenderContext) -> Cell:
    return Cell(f"{format_duration(row.default_ttl)} to {format_duration(row.max_ttl)}")


def _claims(row: IssuerRole) -> str:
    return names_text([*(name for name, _ in row.fixed_claims), *(claim.name for claim in row.allowed_claims)])
