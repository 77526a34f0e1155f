"""The circle of trust on a page: what this platform shows of itself, what a peer needs, and whether one believes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from jfconsole.domain.answers import secret
from jfconsole.domain.checks import Check
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.plans import Report
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.trust import RULES, certificate_name, peer_steps
from jfconsole.services.inspect import bare_secret
from jfconsole.services.trust import Shown, facts
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Choice, Menu, Overlay
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.save_as import save_as
from jfconsole.ui.screens.trust_list import fact_lines
from jfconsole.ui.screens.viewer import Page
from jfconsole.ui.text import show
from jfconsole.ui.widgets.check_list import checks_content
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Failed, ListState, Loading
from jfconsole.ui.wizardry import open_built_in
from jfconsole.ui.work import Then
from jfconsole.wizards import pairing

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_KEYS: Final = "s save certificate · c copy it · t try on a peer · p pair · esc close"
_TRIAL: Final = "trial"


class CircleScreen(Overlay[None]):
    """One platform's side of a circle of trust. Tokens of a peer that are typed here live as long as their trial."""

    DEFAULT_CSS = """
    CircleScreen { align: center middle; }
    CircleScreen VerticalScroll {
        width: 100%; height: 100%; border: round $primary; background: $surface; padding: 0 1;
    }
    CircleScreen ListState { height: auto; }
    CircleScreen #trial { height: auto; display: none; margin-bottom: 1; }
    CircleScreen #told { height: auto; }
    CircleScreen FactSheet { margin-bottom: 1; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("s", "save", show=False),
        Binding("c", "copy", show=False),
        Binding("t", "try", show=False),
        Binding("p", "pair", show=False),
    ]

    app: ConsoleApp

    def __init__(self) -> None:
        super().__init__()
        self._shown: Shown | None = None

    def compose(self) -> ComposeResult:
        """How the last trial came out, then facts, steps and rules."""
        with Page() as scroll:
            scroll.border_title = Content("circle of trust")
            scroll.border_subtitle = Content(_KEYS)
            yield ListState()
            yield Static(id="trial")
            yield Vertical(id="told")

    def on_mount(self) -> None:
        """Ask the platform; only administrators may."""
        self.query_one(ListState).state = Loading("service ids and certificate", 0)
        latest(self, "load", self._load)

    async def _load(self) -> None:
        state = self.query_one(ListState)
        try:
            self._shown = shown = await (await self.app.workbench.living()).circle()
        except ConsoleError as error:
            state.state = Failed(error)
            return
        state.display = False
        await self.query_one("#told", Vertical).mount_all(FactSheet(sheet) for sheet in _sheets(shown))

    # -- the certificate -------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Save the root certificate under a name that says whose it is."""
        if self._shown is not None:
            latest(self, "save", partial(self._save, self._shown))

    async def _save(self, shown: Shown) -> None:
        forms = (
            Choice("pem", "PEM", "Text between two lines, as the trusted folder takes it."),
            Choice("der", "DER", "The same, binary."),
        )
        form = await self.app.push_screen_wait(Menu("Save the root certificate as", forms))
        if form is not None:
            content = shown.certificate.der if form == "der" else shown.certificate.pem
            await save_as(self.app, "the root certificate", certificate_name(shown.host), content)

    def action_copy(self) -> None:
        """Copy the root certificate as PEM; it is no secret."""
        if self._shown is not None:
            self.app.copy_text(self._shown.certificate.pem)

    # -- a peer ----------------------------------------------------------------------------------------

    def action_pair(self) -> None:
        """Open the wizard."""
        if self.app.connection.read_only:
            self._refuse()
        else:
            latest(self, "pair", partial(open_built_in, self.app, pairing.ID))

    def action_try(self) -> None:
        """Ask for the peer and the token, and try it there."""
        latest(self, "try", self._try)

    async def _try(self) -> None:
        answers: Answers | None = None
        refusal = ""
        while True:
            asking = FormScreen(_trial_form(), answers=answers, refusal=refusal)
            answers = await self.app.push_screen_wait(asking)
            if answers is None:
                return
            try:
                peer = pairing.peer_of(answers)
                given = bare_secret(secret(answers, _TRIAL))
                if given:
                    self._tell(await (await self.app.workbench.living()).cross(peer, given))
                    return
                if self.app.connection.read_only:
                    self._refuse()
                    continue
                plan = await (await self.app.workbench.living()).plan_trial()
            except ConsoleError as error:
                refusal = f"{error.message}. {error.hint}" if error.hint else error.message
                continue
            self.app.desk.review(plan, self.app.refresh_list, partial(self._give, peer))
            return

    def _give(self, peer: Connection, report: Report, seen: Then) -> None:
        latest(self, "cross", partial(self._cross, peer, report, seen))

    async def _cross(self, peer: Connection, report: Report, seen: Then) -> None:
        """Try what was made for it; nobody else gets it."""
        try:
            living = await self.app.workbench.living()
            tried = [await living.cross(peer, product.secrets["access_token"]) for product in report.products]
            await self.app.workbench.handed_over(report.plan_id)
        except ConsoleError as error:
            self._say(show(f"{error.message}. {error.hint}", "$text-error"))
            return
        seen()
        self._tell([check for checks in tried for check in checks])

    def _tell(self, checks: Sequence[Check]) -> None:
        self._say(checks_content(checks, self.app.glyphs))

    def _say(self, content: Content) -> None:
        place = self.query_one("#trial", Static)
        place.display = True
        place.update(Content.styled("Tried on the peer", "bold") + Content("\n") + content)
        self.query_one(Page).scroll_home()

    def _refuse(self) -> None:
        self.app.notify("The console is in read-only mode", severity="warning", markup=False)

    def action_leave(self) -> None:
        """Close the page."""
        self.dismiss(None)


def _trial_form() -> Form:
    token = FormField(
        id=_TRIAL,
        label="Token to try",
        help="A token of this platform that lives less than 6 h and was not forced to be revocable. Empty: one is "
        "made for ten minutes, and shown to nobody.",
        kind=FieldKind.SECRET,
        default=Secret(""),
    )
    return Form(title="Try a token on a peer", fields=(*pairing.peer_fields(), token), onward="Try it")


def _sheets(shown: Shown) -> Iterator[Sheet]:
    yield Sheet(show("What this platform shows of itself", "bold $text-accent"), fact_lines(facts(shown)))
    file = certificate_name(shown.host)
    steps = peer_steps(file, shown.host, "PEER")
    yield _numbered(f"So that a peer believes its tokens: s saves the certificate as {visible(file)}, then", steps)
    yield _numbered("Rules", RULES)


def _numbered(heading: str, sentences: Sequence[str]) -> Sheet:
    lines = tuple(SheetLine(f"{number:>2}.", f"{sentence}.") for number, sentence in enumerate(sentences, 1))
    return Sheet(show(heading, "bold $text-accent"), lines, label_width=4)
