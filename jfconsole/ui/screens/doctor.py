"""The trust doctor on a page: stages appear as they are found out; what mends the broken one is one key away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from jfconsole.domain.checks import Verdict
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answers
from jfconsole.domain.plans import Plan
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.trust_doctor import Case, TrustDoctor
from jfconsole.services.trust_findings import Code, Found, cause, report_text
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Overlay
from jfconsole.ui.screens.exchange_options import Manner, Named, case_form, manner_of, named_of
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.paste_id import SENT, PasteIdToken
from jfconsole.ui.screens.viewer import Page
from jfconsole.ui.text import show, side_by_side
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet, SheetLine

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_KEYS: Final = "v give a token · o how to look · r again · m mend · c copy report · esc"
_FRAME: Final = 6
"""Columns of the frame, and of the scroll bar."""

_STYLES: Final = {Verdict.GOOD: "$text-success", Verdict.WARNING: "$text-warning", Verdict.BAD: "$text-error"}


class DoctorScreen(Overlay[None]):
    """Looks into the trust of one integration. A token that is given lives as long as the page."""

    DEFAULT_CSS = """
    DoctorScreen { align: center middle; }
    DoctorScreen VerticalScroll {
        width: 100%; height: 100%; border: round $primary; background: $surface; padding: 0 1;
    }
    DoctorScreen #stages { height: auto; }
    DoctorScreen #verdict { height: auto; margin-bottom: 1; }
    DoctorScreen FactSheet { margin-bottom: 1; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("v", "paste", show=False),
        Binding("o", "options", show=False),
        Binding("r", "again", show=False),
        Binding("m", "mend", show=False),
        Binding("c", "copy", show=False),
    ]

    app: ConsoleApp

    def __init__(self, integration: str) -> None:
        super().__init__()
        self._about = integration
        self._token: Secret | None = None
        self._named = Named()
        self._manner = Manner()
        self._found: list[Found] = []
        self._doctor: TrustDoctor | None = None

    def compose(self) -> ComposeResult:
        """The verdict, then the stages."""
        with Page() as scroll:
            scroll.border_title = show(f"doctor {self._about}")
            scroll.border_subtitle = Content(_KEYS)
            yield Static(id="verdict")
            yield Vertical(id="stages")

    def on_mount(self) -> None:
        """Begin with what can be told without a token."""
        self.action_again()

    # -- examining ---------------------------------------------------------------------------------------

    def action_again(self) -> None:
        """From the beginning; what is under way ends."""
        latest(self, "examine", self._examine)

    async def _examine(self) -> None:
        self._found = []
        place, verdict = self.query_one("#stages", Vertical), self.query_one("#verdict", Static)
        await place.remove_children()
        verdict.update(Content("Looking …"))
        case = Case(
            integration=self._about,
            token=self._token,
            project=self._named.project or None,
            mapping=self._named.mapping or None,
            exchange=self._manner.sends,
            platform_reaches=self._manner.reaches,
        )
        try:
            self._doctor = await self.app.workbench.doctor(case)
            async for found in self._doctor.examine():
                self._found.append(found)
                verdict.update(self._overview() + Content("  …"))
                await place.mount(FactSheet(stage_sheet(found, self.app.glyphs)))
        except ConsoleError as error:
            verdict.update(show(f"{error.message}. {error.hint}", "$text-error"))
            return
        verdict.update(Content("\n").join([self._overview(), *self._verdict()]))

    def _overview(self) -> Content:
        return overview(self._found, self.app.glyphs, self.size.width - _FRAME)

    def _verdict(self) -> Sequence[Content]:
        """What is wrong first, and what to do about it."""
        first = cause(self._found)
        if first is None:
            ended = self._found[-1] if self._found else None
            more = f" so far. {ended.sentence}" if ended and ended.verdict is Verdict.UNKNOWN else ""
            return [show(f"Nothing is broken{more}", "$text-success")]
        how = "m plans the change" if first.repair else "no plan can make the change"
        if first.code in (Code.DISCOVERY_UNREACHABLE, Code.KEYS_UNREACHABLE):
            how = "or press o and go on: the platform may reach it"
        style = "$text-error" if first.broken else "$text-warning"
        return [show(f"{first.stage.value}: {first.sentence}", style), show(f"To change: {first.fix} ({how})")]

    def action_paste(self) -> None:
        """Take a token, and look again."""
        latest(self, "paste", self._paste)

    async def _paste(self) -> None:
        pasted = await self.app.push_screen_wait(PasteIdToken(SENT))
        if pasted is not None:
            self._token = pasted
            self.action_again()

    def action_options(self) -> None:
        """What the exchange names, whether it is done at all, and whether an issuer out of reach ends it."""
        self.app.push_screen(FormScreen(case_form(self._named, self._manner)), self._take_options)

    def _take_options(self, answers: Answers | None) -> None:
        if answers is not None:
            self._named, self._manner = named_of(answers), manner_of(answers)
            self.action_again()

    # -- what to do about it -----------------------------------------------------------------------------

    def action_mend(self) -> None:
        """Review the plan that changes the first broken thing, or the first doubtful one."""
        first = cause(self._found)
        if first is None or first.repair is None or self._doctor is None:
            reason = first.fix if first else "Nothing is broken"
            self.app.notify(visible(f"No plan can mend it. {reason}"), severity="warning", markup=False)
        elif self.app.connection.read_only:
            self.app.notify("The console is in read-only mode", severity="warning", markup=False)
        else:
            latest(self, "mend", partial(self._mend, self._doctor, first))

    async def _mend(self, doctor: TrustDoctor, first: Found) -> None:
        assert first.repair is not None, "there is something to mend"
        try:
            plan: Plan = await doctor.plan(first.repair)
        except ConsoleError as error:
            self.app.notify(visible(f"{error.message}. {error.hint}"), severity="warning", markup=False)
            return
        self.app.desk.review(plan, self.action_again)

    def action_copy(self) -> None:
        """Copy the report; nothing in it is secret."""
        if self._found:
            self.app.copy_text(report_text(self._about, self.app.connection.host, self._found))

    def action_leave(self) -> None:
        """Close the page, and forget the token."""
        self._token = None
        self.dismiss(None)


def stage_sheet(found: Found, glyphs: Glyphs) -> Sheet:
    """One stage: how it came out in a glyph and a word, by what it is seen, what to change."""
    style = _STYLES.get(found.verdict, "$text-muted")
    head = f"{_sign(found, glyphs)} {found.stage.value}: {found.verdict.value}"
    tail = f"  {found.code.value} · {found.seconds:.1f} s"
    lines = (
        SheetLine("", found.sentence, "" if found.verdict is Verdict.GOOD else style),
        *(SheetLine(f"  {fact.label}", fact.text, "$text-muted") for fact in found.evidence),
        *((SheetLine("  to change", found.fix, "bold"),) if found.fix else ()),
    )
    return Sheet(show(head, f"bold {style}") + show(tail, "$text-muted"), lines, label_width=16, dense=True)


def overview(found: Sequence[Found], glyphs: Glyphs, width: int) -> Content:
    """Every stage that was looked at with its sign, on a line or two."""
    signs = [show(f"{_sign(one, glyphs)} {one.stage.value}", _STYLES.get(one.verdict, "$text-muted")) for one in found]
    return Content("\n").join(side_by_side(signs, "  ", width))


def _sign(found: Found, glyphs: Glyphs) -> str:
    signs = {Verdict.GOOD: glyphs.ok, Verdict.WARNING: glyphs.warn, Verdict.BAD: glyphs.fail}
    return signs.get(found.verdict, glyphs.bullet)
