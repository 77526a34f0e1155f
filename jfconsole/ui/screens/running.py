"""A plan while it runs, and its report: progress, pause, cancel, outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import ProgressBar, Static

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.plans import Outcome, Progress, Report, StepResult, summary
from jfconsole.ui.interrupted import lost_with
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show, show_block
from jfconsole.ui.work import Work

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_LISTED = 500


class Running(Dialog[None]):
    """Follows one piece of work. Escape hides it; the work goes on and the status line shows it."""

    DEFAULT_CSS = """
    Running.-wide > .frame { width: 60%; min-width: 76; max-width: 130; }
    Running ProgressBar { width: 100%; }
    Running Bar { width: 1fr; }
    Running .outcomes { height: auto; max-height: 42vh; }
    Running .keys { color: $text-muted; padding-top: 1; height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss_dialog", show=False),
        Binding("p", "pause", show=False),
        Binding("x", "cancel", show=False),
        Binding("ctrl+r", "go_on", show=False),
        Binding("z", "take_back", show=False),
    ]

    app: ConsoleApp

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work

    def compose(self) -> ComposeResult:
        """Bar, counts, what did not go well, keys."""
        with self.framed("Running"):
            yield Static(show(self.work.title, "bold"))
            yield ProgressBar(total=self.work.total, show_eta=False)
            yield Static(id="counts")
            with VerticalScroll(classes="outcomes"):
                yield Static(id="outcomes")
            yield Static(id="keys", classes="keys")

    def on_mount(self) -> None:
        """Follow the work until it ends."""
        self.work.changed.subscribe(self, self._follow)
        self._follow(self.work)

    def _follow(self, work: Work) -> None:
        if work.report is not None:
            self._show_report(work.report)
        elif work.error is not None:
            self._show_error(work.error)
        elif work.progress is not None:
            self._show_progress(work.progress)

    def _show_progress(self, progress: Progress) -> None:
        self.query_one(ProgressBar).update(progress=self.work.finished_steps)
        paused = "paused · " if progress.paused else ""
        note = f"\n{progress.note}" if progress.note else ""
        self._write("counts", show_block(f"{paused}{summary(progress.counts)}{note}"))
        pause = "p go on" if progress.paused else "p pause"
        self._write("keys", show(f"{pause} · x cancel what has not started · esc hide, the work goes on"))

    def _show_report(self, report: Report) -> None:
        self.query_one(ProgressBar).update(progress=self.work.total)
        counts = Counter(map(self._now, report.results))
        self._write("counts", show(summary(counts), "bold"))
        self._write("outcomes", outcomes([r for r in report.results if self._now(r) is not Outcome.DONE]))
        saved = f"Report saved to {report.saved}\n" if report.saved else ""
        more = (
            ""
            if report.complete
            else "It is not at its end: ctrl+r continues, z takes back what was done, here or in the journal (0).\n"
        )
        self._write("keys", show_block(f"{saved}{more}esc close"))
        if not report.complete:
            latest(self, "lost", partial(self._tell_lost, report))

    def _now(self, result: StepResult) -> Outcome:
        """What was held is done once a person has it."""
        held = result.outcome is Outcome.HELD and self.work.handed_over
        return Outcome.DONE if held else result.outcome

    async def _tell_lost(self, report: Report) -> None:
        """Say what became of secrets that reached nobody."""
        lost = await lost_with(self.app, report.plan_id)
        if lost:
            said = "\n".join(dict.fromkeys(f"{secret.sentence}." for secret in lost))
            self._write("keys", show_block(f"{said}\nctrl+r another {lost[0].gives} · esc close"))

    def _show_error(self, error: ConsoleError) -> None:
        self._write("counts", show(error.message, "bold $text-error"))
        self._write("outcomes", show(error.hint))
        self._write("keys", Content("esc close"))

    def _write(self, place: str, content: Content) -> None:
        self.query_one(f"#{place}", Static).update(content)

    def action_pause(self) -> None:
        """Start nothing new, or go on."""
        self.work.toggle_pause()

    def action_cancel(self) -> None:
        """Start nothing new any more; what was sent is waited for."""
        self.work.cancel()

    def action_take_back(self) -> None:
        """Review what would take back what was done."""
        report = self.work.report
        if report is not None and report.counts[Outcome.DONE]:
            self.dismiss(None)
            self.app.desk.take_back(self.work)

    def action_go_on(self) -> None:
        """Continue what ended before its end."""
        report = self.work.report
        if report is not None and not report.complete:
            self.dismiss(None)
            self.app.desk.go_on(self.work, self.app.refresh_list)


def outcomes(results: Sequence[StepResult]) -> Content:
    """A line for each step: how it ended, what it was, why."""
    lines = [_outcome(result) for result in results[:_LISTED]]
    if len(results) > _LISTED:
        lines.append(show(f"and {len(results) - _LISTED:,} more, all in the report file"))
    return Content("\n").join(lines)


def _outcome(result: StepResult) -> Content:
    said = f": {result.message}" if result.message else ""
    style = _STYLES.get(result.outcome, "$text-warning")
    return show(f"{result.outcome.value:<8}", style) + show(f" {result.title}{said}")


_STYLES: Final = {Outcome.DONE: "$text-success", Outcome.FAILED: "$text-error", Outcome.ALREADY: "$text-muted"}
