"""The simulator: which mapping a token would get in through, before anybody sends one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from jfconsole.domain.claim_samples import sample_claims, sample_named
from jfconsole.domain.claims import value_words
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers
from jfconsole.domain.integrations import Integration
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.provider_catalog import PROVIDERS, provider_of
from jfconsole.domain.text import visible
from jfconsole.services.simulate import Simulation, decoded, simulate, simulation_record
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.claims_editor import ClaimsEditor
from jfconsole.ui.screens.dialog import Choice, Menu, Overlay
from jfconsole.ui.screens.exchange_options import Named, named_form, named_of
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.paste_id import HERE, PasteIdToken
from jfconsole.ui.screens.simulation_page import simulation_sheets
from jfconsole.ui.screens.viewer import Page, Viewer
from jfconsole.ui.text import json_page, show
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet
from jfconsole.ui.widgets.list_state import Failed, ListState

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_KEYS: Final = "v token · s sample · n compose · o project · e edit · r again · y JSON · esc"
_TOLD: Final = ("repository", "project_path", "sub", "ref", "environment")
"""Claims that tell a person which job it is."""


_NOTHING: Final = Named()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is simulated, where it came from, and what the exchange names besides."""

    claims: JsonObject
    origin: str
    token: DecodedJwt | None = None
    named: Named = _NOTHING


@dataclass(frozen=True, slots=True)
class Wish:
    """Leave the simulator to edit a mapping, and come back with the same token. `claims` are what it shall want."""

    mapping: IdentityMapping
    given: Given
    claims: JsonObject | None = None


class Simulator(Overlay[Wish]):
    """One integration, its mappings, and a token; a wish is to edit a mapping."""

    DEFAULT_CSS = """
    Simulator { align: center middle; }
    Simulator VerticalScroll {
        width: 100%; height: 100%; border: round $primary; background: $surface; padding: 0 1;
    }
    Simulator #given { height: auto; color: $text-muted; margin-bottom: 1; }
    Simulator #answer { height: auto; }
    Simulator FactSheet { margin-bottom: 1; }
    Simulator ListState { height: auto; display: none; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("v", "paste", show=False),
        Binding("s", "sample", show=False),
        Binding("n", "compose_claims", show=False),
        Binding("o", "options", show=False),
        Binding("e", "edit", show=False),
        Binding("r", "reload", show=False),
        Binding("y", "json", show=False),
    ]

    app: ConsoleApp

    def __init__(self, integration: str, given: Given | None = None) -> None:
        super().__init__()
        self._about = integration
        self._given = given
        self._integration: Integration | None = None
        self._mappings: Sequence[IdentityMapping] = ()
        self._simulation: Simulation | None = None

    def compose(self) -> ComposeResult:
        """What is simulated, what comes of it."""
        with Page() as scroll:
            scroll.border_title = show(f"simulate {self._about}")
            scroll.border_subtitle = Content(_KEYS)
            yield Static(Content("Reading the mappings …"), id="given")
            yield ListState()
            yield Vertical(id="answer")

    def on_mount(self) -> None:
        """Read the mappings; without claims start with the sample of the integration's own platform."""
        self.action_reload()

    def action_reload(self) -> None:
        """Read the integration and its mappings again."""
        latest(self, "load", self._load)

    async def _load(self) -> None:
        state = self.query_one(ListState)
        try:
            directory = await self.app.workbench.directory()
            self._integration = await directory.integrations.get(self._about)
            named = self._given.named.project if self._given else ""
            listed = await directory.mappings.list(self._about, [named, self._integration.project_key or ""])
            projects = dict.fromkeys(str(mapping.project_key) for mapping in listed if mapping.project_key)
            self._mappings = await directory.mappings.list(self._about, [named, *projects])
        except ConsoleError as error:
            state.state, state.display = Failed(error), True
            return
        state.display = False
        await self._judge(self._given or self._first(self._integration))

    def _first(self, integration: Integration) -> Given:
        provider = provider_of(integration.issuer_url or "") or sample_named("generic")
        claims = sample_claims(provider, integration, self.app.clock())
        return Given(claims=claims, origin=f"sample of {provider.title}: v pastes a token instead")

    async def _judge(self, given: Given) -> None:
        if self._integration is None:
            return
        self._given = given
        found = simulate(
            self._integration,
            self._mappings,
            given.claims,
            now=self.app.clock(),
            token=given.token,
            project=given.named.project or None,
            only=given.named.mapping or None,
        )
        named = f"  names {given.named.words}" if given.named.words else ""
        self.query_one("#given", Static).update(show(f"{_told(given.claims)}{named}  ({given.origin})"))
        await self._show(found)
        await self._show(await (await self.app.workbench.directory()).mappings.with_targets(found))

    async def _show(self, found: Simulation) -> None:
        """The answer; one that is shown already stays."""
        if found is self._simulation:
            return
        self._simulation = found
        place = self.query_one("#answer", Vertical)
        await place.remove_children()
        await place.mount_all(FactSheet(sheet) for sheet in simulation_sheets(found, self.app.glyphs))

    def _take(self, claims: JsonObject, origin: str, token: DecodedJwt | None = None) -> None:
        """Judge other claims; what the exchange names stays."""
        given = Given(claims=claims, origin=origin, token=token, named=self._named)
        latest(self, "judge", partial(self._judge, given))

    @property
    def _named(self) -> Named:
        return self._given.named if self._given else _NOTHING

    # -- other claims ------------------------------------------------------------------------------------

    def action_paste(self) -> None:
        """Take a token apart, here."""
        latest(self, "paste", self._paste)

    async def _paste(self) -> None:
        pasted = await self.app.push_screen_wait(PasteIdToken(HERE))
        if pasted is None:
            return
        try:
            token = decoded(pasted, self.app.clock())
        except ConsoleError as error:
            self.app.notify(visible(f"{error.message}. {error.hint}"), severity="warning", markup=False)
            return
        self._take(token.claims, "pasted, not sent", token)

    def action_sample(self) -> None:
        """Take the claims of a platform's documentation."""
        choices = [Choice(provider.id, provider.title, "A job as its documentation shows.") for provider in PROVIDERS]
        self.app.push_screen(Menu("Whose job?", choices), self._take_sample)

    def _take_sample(self, chosen: str | None) -> None:
        if chosen is not None and self._integration is not None:
            provider = sample_named(chosen)
            claims = sample_claims(provider, self._integration, self.app.clock())
            self._take(claims, f"sample of {provider.title}")

    def action_compose_claims(self) -> None:
        """Change the claims by hand."""
        if self._given is None or self._integration is None:
            return
        provider = provider_of(self._integration.issuer_url or "")
        editor = ClaimsEditor("What the token says", self._given.claims, provider, lambda claims: ())
        self.app.push_screen(editor, self._take_composed)

    def _take_composed(self, claims: JsonObject | None) -> None:
        if claims is not None:
            self._take(claims, "composed")

    def action_options(self) -> None:
        """Name a project or a mapping, as a client may."""
        if self._given is not None:
            self.app.push_screen(FormScreen(named_form(self._named)), self._take_options)

    def _take_options(self, answers: Answers | None) -> None:
        if answers is not None and self._given is not None:
            self._given = replace(self._given, named=named_of(answers))
            self.action_reload()

    # -- what to do with it ------------------------------------------------------------------------------

    def action_edit(self) -> None:
        """Edit the mapping that wins, or the nearest miss with its smallest change made; then come back."""
        found, given = self._simulation, self._given
        if found is None or given is None:
            return
        if self.app.connection.read_only:
            self.app.notify("The console is in read-only mode", severity="warning", markup=False)
            return
        winner, change = found.evaluation.winner, found.change
        if winner is None and change is None:
            self.app.notify("There is no mapping to edit: n in the mappings makes one", markup=False)
        elif winner is not None:
            self.dismiss(Wish(winner.mapping, given))
        elif change is not None:
            self.dismiss(Wish(change.mapping, given, change.claims))

    def action_json(self) -> None:
        """The simulation as JSON."""
        if self._simulation is not None:
            text, page = json_page(simulation_record(self._simulation))
            self.app.push_screen(Viewer(show(f"simulate {self._about}"), Sheet(page), copyable=text))

    def action_leave(self) -> None:
        """Close the page."""
        self.dismiss(None)


def _told(claims: JsonObject) -> str:
    """The claims that tell which job it is."""
    told = [f"{name} {value_words(claims[name])}" for name in _TOLD if name in claims]
    return f"token  {' · '.join(told)}" if told else f"token  {len(claims):,} claims"
