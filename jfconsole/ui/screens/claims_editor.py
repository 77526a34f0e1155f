"""Editing claims: those that a mapping wants, or those that a token would bring, with what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from jfconsole.domain.answers import text
from jfconsole.domain.claim_text import HELP, claim_text, claim_value
from jfconsole.domain.claims import value_words
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, Form, FormField
from jfconsole.domain.providers import ClaimType, KnownClaim, Provider
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.screens.dialog import Choice, Dialog, Menu
from jfconsole.ui.screens.field_help import FieldHelp
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.resource_table import ResourceTable

Judge = Callable[[JsonObject], Sequence[str]]
"""What there is to say about claims, in cleaned sentences; asked after every change, so it must be quick."""

_OTHER: Final = ""
_ABOUT: Final = (
    "A token gets in when every claim that stands here is in it. * stands for any text; of a list of values one is "
    "enough. The fewer claims there are, the more tokens fit; without any, all tokens of the issuer do."
)
_KEYS: Final = "n adds · enter or e changes · del takes away · ctrl+s goes on · esc leaves"


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim as it stands, and what is known about it."""

    name: str
    value: Json
    known: KnownClaim | None


class ClaimsEditor(Dialog[JsonObject]):
    """Hands over the claims. What the judge says of them stands below, from the first moment on."""

    DEFAULT_CSS = """
    ClaimsEditor > .frame { width: 100; }
    ClaimsEditor ResourceTable { height: auto; min-height: 4; max-height: 10; }
    ClaimsEditor #told { height: auto; max-height: 6; }
    ClaimsEditor .note { color: $text-muted; height: auto; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "ResourceTable"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "done", show=False, priority=True),
        Binding("f1", "explain", show=False),
        Binding("n", "add", show=False),
        Binding("e", "change", show=False),
        Binding("delete,ctrl+d", "remove", show=False),
    ]

    def __init__(
        self,
        title: str,
        claims: JsonObject,
        provider: Provider | None,
        judge: Judge,
        proposed: JsonObject | None = None,
    ) -> None:
        """`title` and claims may be hostile, they are cleaned when drawn. `proposed` stands there to begin with."""
        super().__init__()
        self._title = title
        self._before = dict(claims)
        self._claims = dict(claims if proposed is None else proposed)
        self._provider = provider
        self._judge = judge

    def compose(self) -> ComposeResult:
        """The claims, what is said of them, the way on."""
        glyphs: Glyphs = self.app.glyphs  # type: ignore[attr-defined]
        with self.framed("") as frame:
            frame.border_title = show(self._title)
            yield ResourceTable(_COLUMNS, lambda row: row.name, glyphs=glyphs)
            with VerticalScroll(id="told", can_focus=False):
                yield Static()
            yield Static(Content(_KEYS), classes="note")
            with Horizontal(classes="buttons"):
                yield Button(Content("Cancel"), id="cancel", compact=True)
                yield Button(Content("Go on (^s)"), id="done", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Show what there is."""
        self._show()

    def _show(self, at: str | None = None) -> None:
        table = self.query_one(ResourceTable)
        table.set_rows([ClaimRow(name, value, self._known(name)) for name, value in self._claims.items()])
        if at is not None:
            table.move_to_key(at)
        lines = [*([] if self._claims else ["No claim: n adds the first"]), *self._judge(self._claims)]
        self.query_one("#told Static", Static).update(Content("\n").join([show(f"· {line}") for line in lines]))

    def _known(self, name: str) -> KnownClaim | None:
        return self._provider.claim((name,)) if self._provider else None

    def action_explain(self) -> None:
        """What the claim under the cursor is; without one, what claims are for."""
        row = self.query_one(ResourceTable).cursor_row
        known = row.known if row is not None else None
        title = row.name if row is not None else "Claims"
        words = f"{known.meaning}. {known.type.value}, such as {known.example}. " if known is not None else ""
        self.app.push_screen(FieldHelp(visible(title), f"{words}{_ABOUT}"))

    # -- changing --------------------------------------------------------------------------------------

    def action_add(self) -> None:
        """Choose among the claims that the platform's tokens are known to have, or name another."""
        known = [one for one in (self._provider.claims if self._provider else ()) if len(one.place) == 1]
        choices = [
            Choice(one.name, one.name, f"{one.meaning}. {one.type.value}, such as {one.example}")
            for one in known
            if one.name not in self._claims
        ]
        other = Choice(_OTHER, "another claim …", "Type its name, as it stands in a token.")
        self.app.push_screen(Menu("Add a claim", (*choices, other)), self._add)

    def _add(self, name: str | None) -> None:
        if name is not None:
            self._ask(name, None)

    @on(ResourceTable.Opened)
    def action_change(self) -> None:
        """Change the value of the claim under the cursor."""
        row = self.query_one(ResourceTable).cursor_row
        if row is not None:
            self._ask(row.name, row.value)

    def _ask(self, name: str, value: Json) -> None:
        form = claim_form(name, value, self._known(name), self._provider)

        def take(answers: Answers | None) -> None:
            if answers is not None:
                added = text(answers, "name") or name
                self._claims[added] = claim_value(text(answers, "value"), _kind(self._known(added)))
                self._show(added)

        self.app.push_screen(FormScreen(form), take)

    def action_remove(self) -> None:
        """Take the claim under the cursor away."""
        row = self.query_one(ResourceTable).cursor_row
        if row is not None:
            self._claims.pop(row.name, None)
            self._show()

    # -- the end ---------------------------------------------------------------------------------------

    @on(Button.Pressed, "#done")
    def action_done(self) -> None:
        """Hand the claims over."""
        self.dismiss(dict(self._claims))

    @on(Button.Pressed, "#cancel")
    def action_dismiss_dialog(self) -> None:
        """Leave; ask first when something was changed."""
        if self._claims == self._before:
            self.dismiss(None)
            return
        stay = Choice("stay", "Stay", "go on with the claims")
        leave = Choice("leave", "Leave", "what you changed is forgotten")
        self.app.push_screen(Menu("Leave the claims?", (stay, leave)), self._leave)

    def _leave(self, choice: str | None) -> None:
        if choice == "leave":
            self.dismiss(None)


def claim_form(name: str, value: Json, known: KnownClaim | None, provider: Provider | None) -> Form:
    """The value of one claim; its name, too, where it was not chosen among the known ones."""
    kind = _kind(known)
    about = f"{known.meaning}. {kind.value}, such as {known.example}. " if known else ""
    forms = "; ".join(provider.subjects) if provider and name == "sub" else ""
    named = FormField(id="name", label="Claim", help="As it stands in a token.", required=True, default=name)
    return Form(
        title=f"Claim {name}" if name else "Claim",
        fields=(
            *(() if name else (named,)),
            FormField(
                id="value",
                label="Must be",
                help=f"{about}{HELP}",
                required=True,
                default="" if value is None else claim_text(value),
                check=lambda typed: _problem(typed, kind),
            ),
        ),
        preview=(lambda answers: [f"Forms: {forms}"]) if forms else None,
        onward="Take it",
    )


def _problem(typed: str, kind: ClaimType) -> str | None:
    try:
        claim_value(typed, kind)
    except ValueError as problem:
        return str(problem)
    return None


def _kind(known: KnownClaim | None) -> ClaimType:
    return known.type if known else ClaimType.TEXT


def _meaning(row: ClaimRow, _: RenderContext) -> Cell:
    return Cell(row.known.meaning if row.known else "", "muted")


_COLUMNS: Final = (
    Column[ClaimRow]("claim", "CLAIM", lambda row, _: Cell(row.name), 14, 1, 40, 9),
    Column[ClaimRow]("value", "MUST BE", lambda row, _: Cell(value_words(row.value)), 20, 2, 90, 8),
    Column[ClaimRow]("meaning", "WHAT IT IS", _meaning, 20, 1, 60, 4),
)
