"""The panel in which secrets are shown once: masked, to be copied or saved, with ready texts to use them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from jfconsole.domain.audience import EVERY_SERVICE, audience_in_english, parse_audience
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import as_object
from jfconsole.domain.plans import Product, Report
from jfconsole.domain.scopes import scope_in_english
from jfconsole.domain.snippets import PLACE, TOKEN, place_holder, token_snippets
from jfconsole.domain.text import visible
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Choice, Dialog, Menu
from jfconsole.ui.text import show
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet, SheetLine
from jfconsole.ui.widgets.take_away import TakeAway
from jfconsole.wizards.engine import Artefact

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

BEAT: Final = 10.0
"""Seconds between two signs of life: while the panel is open nobody may take the plan for interrupted."""

_VALUES: Final = {
    "reference_token": "Reference token",
    "access_token": "Access token",
    "refresh_token": "Refresh token",
    "password": "Password",
}
_USABLE: Final = ("reference_token", "access_token")
"""What stands for the bearer, the handiest first."""

OPEN_KEYS: Final = "c copies · s saves to a file · j k choose · esc leaves"
"""What can be pressed where nothing is shown once."""

_KEYS: Final = "v shows it for 30 s · c copies · s saves to a file · j k choose · esc when you have it"

_REFRESH: Final = "refresh_token"
_PAIR: Final = "pair"

_LEAST: Final = 4
"""Lines that the list gets at least."""


class SecretPanel(Dialog[None]):
    """Shows what came of a plan. Leaving it without a copy or a file asks; then the plan is handed over."""

    DEFAULT_CSS = """
    SecretPanel > .frame { width: 100; }
    SecretPanel FactSheet { margin-bottom: 1; }
    SecretPanel .keys { height: auto; padding-top: 1; color: $text-muted; }
    """

    TITLE: ClassVar[str] = "Shown once: take it now"
    AUTO_FOCUS: ClassVar[str | None] = "OptionList"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "dismiss_dialog", show=False),
        Binding("t", "other_value", show=False),
    ]

    app: ConsoleApp

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report
        self._value = 0
        self._taken: set[str] = set()

    def compose(self) -> ComposeResult:
        """What it is, what can be taken, how."""
        with self.framed(self.TITLE):
            yield from self.heading()
            yield TakeAway(self.artefacts(), max(_LEAST, self.app.size.height - self.around))
            yield Static(id="keys", classes="keys")
            with Horizontal(classes="buttons"):
                yield Button(Content("Done"), id="done", variant="primary", compact=True)

    @property
    def keys(self) -> str:
        """What can be pressed."""
        return _KEYS if self.report.products else OPEN_KEYS

    @property
    def around(self) -> int:
        """Lines around the list: frame, facts, keys, buttons."""
        return 17

    def on_mount(self) -> None:
        """Keep the plan ours for as long as the panel is open."""
        self._show_keys()
        self.set_interval(BEAT, self._beat)

    async def _beat(self) -> None:
        if not self.report.products:
            return
        try:
            await self.app.workbench.sign_of_life(self.report.plan_id)
        except ConsoleError as error:
            self.app.notify(visible(f"{error.message}. {error.hint}"), severity="warning", markup=False)

    # -- what is shown ---------------------------------------------------------------------------------

    def heading(self) -> Iterable[Widget]:
        """The facts of each product, and what of it is not as it was asked for."""
        said = {result.ordinal: result.message for result in self.report.results}
        lines = [line for product in self.report.products for line in _facts(product, said[product.ordinal])]
        yield FactSheet(Sheet(show(self.report.title, "bold"), tuple(lines)))

    def artefacts(self) -> Sequence[Artefact]:
        """The values, and ready texts."""
        url = self.app.connection.url
        return [part for product in self.report.products for part in artefacts_of(product, url, self._value)]

    def action_other_value(self) -> None:
        """Let the ready texts use the next value that can be used."""
        self._value += 1
        self.query_one(TakeAway).replace(self.artefacts())
        self._show_keys()

    def _show_keys(self) -> None:
        other = ""
        for product in self.report.products:
            if len(usable_values(product)) > 1:
                now, then = (_VALUES[name].lower() for name in _turned(product, self._value)[:2])
                other = f"\nThe ready texts use the {now}; t: the {then}"
        self.query_one("#keys", Static).update(show(self.keys) + Content(other))

    # -- leaving ---------------------------------------------------------------------------------------

    @on(TakeAway.Taken)
    def _note(self, event: TakeAway.Taken) -> None:
        if event.artefact.secrets:
            self._taken.add(event.artefact.id)

    @property
    def left_behind(self) -> str:
        """What nobody took, as a sentence; empty when everything is in hand.

        A refresh token is wanted for itself: without it the access token ends one day.
        """
        if not self._taken:
            return "Nothing was copied or saved"
        halves = [product.key for product in self.report.products if _REFRESH in product.secrets]
        taken = all(self._taken & {f"{key}/{_REFRESH}", f"{key}/{_PAIR}"} for key in halves)
        return "" if taken else "The refresh token was neither copied nor saved"

    @on(Button.Pressed)
    def action_dismiss_dialog(self) -> None:
        """Leave; ask first when nobody has the secret, or only one half of a pair."""
        left = self.left_behind if self.report.products else ""
        if not left:
            latest(self, "hand-over", self._hand_over)
            return
        question = Menu(
            left,
            (
                Choice("stay", "Stay", "copy it, or save it to a file"),
                Choice(
                    "leave", "Leave it", "the value is gone for good; what was made stays until somebody takes it away"
                ),
            ),
        )
        self.app.push_screen(question, self._leave)

    def _leave(self, choice: str | None) -> None:
        if choice == "leave":
            latest(self, "hand-over", self._hand_over)

    async def _hand_over(self) -> None:
        try:
            if self.report.products:
                await self.app.workbench.handed_over(self.report.plan_id)
        except ConsoleError as error:
            self.app.notify(visible(f"{error.message}. {error.hint}"), severity="error", markup=False)
        self.dismiss(None)


def usable_values(product: Product) -> tuple[str, ...]:
    """The values that can be used as they are, the handiest first."""
    return tuple(name for name in _USABLE if name in product.secrets)


def artefacts_of(product: Product, url: str, turn: int = 0) -> Iterable[Artefact]:
    """The values of a product, and ready texts that use one of them: another one at each turn."""
    for name in sorted(product.secrets, key=_place):
        title = _VALUES.get(name, visible(name))
        text, file = place_holder(TOKEN), f"{_file_stem(product)}.{name.replace('_', '-')}"
        yield Artefact(f"{product.key}/{name}", title, text, file, {TOKEN: product.secrets[name]})
    if _REFRESH in product.secrets:
        yield _pair(product)
    usable = _turned(product, turn)
    if usable:
        secret = product.secrets[usable[0]]
        for snippet in token_snippets(url, _username(product)):
            text = snippet.text.replace(PLACE, place_holder(TOKEN))
            yield Artefact(f"{product.key}/{snippet.id}", snippet.title, text, snippet.filename, {TOKEN: secret})


def _pair(product: Product) -> Artefact:
    """Both halves and what else there is, line by line, as `jfconsole tokens refresh` reads them."""
    text = "".join(f"{name}={place_holder(name)}\n" for name in sorted(product.secrets, key=_place))
    key = f"{product.key}/{_PAIR}"
    return Artefact(key, "All, as NAME=VALUE", text, f"{_file_stem(product)}.pair", product.secrets)


def _place(name: str) -> int:
    """The order of values: the handiest first, unknown ones at the end."""
    return list(_VALUES).index(name) if name in _VALUES else len(_VALUES)


def _turned(product: Product, turn: int) -> tuple[str, ...]:
    usable = usable_values(product)
    first = turn % len(usable) if usable else 0
    return usable[first:] + usable[:first]


def _facts(product: Product, deviation: str) -> Iterable[SheetLine]:
    facts = as_object(product.facts)
    if product.gives == TOKEN:
        audience = str(facts.get("audience", EVERY_SERVICE))
        yield SheetLine("user", _username(product))
        yield SheetLine("may do", scope_in_english(str(facts.get("scope", ""))))
        yield SheetLine("accepted by", audience_in_english(parse_audience(audience)))
    yield SheetLine("id", product.made or product.key)
    if deviation:
        yield SheetLine("beware", deviation, "$text-warning")


def _username(product: Product) -> str:
    return str(as_object(product.facts).get("username", ""))


def _file_stem(product: Product) -> str:
    """`ci-jfc-0123456789`: tells what is in the file, and is no path."""
    name = "".join(letter if letter.isalnum() or letter in "._" else "-" for letter in _username(product))
    return f"{name or 'secret'}-{product.key}" if product.gives == TOKEN else f"{product.gives}-{name or 'secret'}"
