"""Who can, what can: a page that loads what access follows from, tells how far it is, and then answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from jfconsole.domain.durations import format_relative
from jfconsole.domain.errors import ConsoleError
from jfconsole.services.access import Loading
from jfconsole.ui.screens.access_page import Answer, Question
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.screens.viewer import Page, Viewer
from jfconsole.ui.text import json_page, show
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet
from jfconsole.ui.widgets.list_state import Failed, ListState
from jfconsole.ui.widgets.quiet_input import QuietInput

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_OFTEN: Final = 0.25
"""Seconds between two looks at the clock and at the progress of loading."""


class AccessScreen(ModalScreen[None]):
    """One question and its answer. What it needs is loaded once for all questions, and its age is shown."""

    DEFAULT_CSS = """
    AccessScreen { align: center middle; }
    AccessScreen VerticalScroll {
        width: 100%; height: 100%; border: round $primary; background: $surface; padding: 0 1;
    }
    AccessScreen #answer { height: auto; }
    AccessScreen FactSheet { margin-bottom: 1; }
    AccessScreen #progress { height: auto; padding: 1 2; }
    AccessScreen ListState { height: auto; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("r", "reload", show=False),
        Binding("y", "json", show=False),
    ]

    app: ConsoleApp

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self._answer: Answer | None = None
        self._progress: dict[str, Loading] = {}
        self._asked_at: float | None = None

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with Page() as scroll:
            scroll.border_title = show(self._question.title)
            yield Static(id="progress")
            yield ListState()
            yield Vertical(id="answer")

    def on_mount(self) -> None:
        """Ask at once; what was loaded a moment ago is good enough."""
        self.query_one(ListState).display = False
        self.set_interval(_OFTEN, self._tick)
        self._ask(refresh=False)

    # -- asking ----------------------------------------------------------------------------------------

    def action_reload(self) -> None:
        """Load everything again, unless that is under way."""
        if self._asked_at is None:
            self._ask(refresh=True)

    def _ask(self, *, refresh: bool) -> None:
        self._asked_at, self._progress = self.app.clock(), {}
        self._tick()
        self.run_worker(self._load(refresh), group="ask")

    async def _load(self, refresh: bool) -> None:
        state = self.query_one(ListState)
        try:
            directory = await self.app.workbench.directory()
            index = await directory.access.index(self._take_progress, refresh=refresh)
            answer = await asyncio.to_thread(self._question.answer, index)
        except ConsoleError as error:
            state.state, state.display = Failed(error), True
        else:
            state.display = False
            await self._show(answer, index.world.loaded_at)
        finally:
            self._asked_at = None
            if self.is_running:  # it may have been left meanwhile
                self._tick()

    async def _show(self, answer: Answer, loaded_at: float) -> None:
        self._answer, self._loaded_at = answer, loaded_at
        place = self.query_one("#answer", Vertical)
        await place.remove_children()
        await place.mount_all(FactSheet(sheet) for sheet in answer.sheets)

    def _take_progress(self, loading: Loading) -> None:
        self._progress[loading.what] = loading

    # -- telling ---------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """How far loading is, or how old what was loaded is."""
        progress, scroll = self.query_one("#progress", Static), self.query_one(Page)
        progress.display = self._asked_at is not None
        if self._asked_at is not None:
            self.query_one("#progress", Static).update(show(self._progress_words(self._asked_at)))
            scroll.border_subtitle = Content("esc leaves, nothing is changed by it")
        elif self._answer is not None:
            age = format_relative(self._loaded_at, self.app.clock())
            scroll.border_subtitle = show(f"loaded {age} · r loads again · y JSON · esc close")
        else:
            scroll.border_subtitle = Content("r tries again · esc close")

    def _progress_words(self, since: float) -> str:
        seconds = int(self.app.clock() - since)
        done = [f"{part.what} {part.done:,} of {part.total:,}" for part in self._progress.values()]
        waited = f" · {seconds} s" if seconds else ""
        return f"Loading what access follows from: {', '.join(done) or 'the lists'}{waited}"

    def action_json(self) -> None:
        """The whole answer as JSON."""
        if self._answer is not None:
            text, page = json_page(self._answer.record)
            self.app.push_screen(Viewer(show(self._question.title), Sheet(page), copyable=text))

    def action_leave(self) -> None:
        """Close the page; loading ends with it."""
        self.dismiss(None)


class AskPath(Dialog[str]):
    """Asks for a path in a repository; an empty answer means all of it."""

    DEFAULT_CSS = """
    AskPath .note { color: $text-muted; padding-top: 1; height: auto; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "Input"

    def __init__(self, repository: str) -> None:
        super().__init__()
        self._repository = repository

    def compose(self) -> ComposeResult:
        """One line to type, and what it is for."""
        with self.framed(f"Who can use {self._repository}"):
            yield Static(Content("A path in it, or nothing for all of it:"))
            yield QuietInput(placeholder="org/acme/app-1.0.jar")
            yield Static(Content("With a path, patterns are judged by it. Enter goes on, esc leaves."), classes="note")

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip().strip("/"))
