"""Where changes pass on their way from a screen to the runner: review, confirmation, progress, interrupted work."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.ui.latest import latest
from jfconsole.ui.widgets.message_line import line_of

if TYPE_CHECKING:
    from jfconsole.domain.plans import Plan, Progress, Report
    from jfconsole.services.journal_entries import Entry
    from jfconsole.ui.app import ConsoleApp
    from jfconsole.ui.screens.review import Review
    from jfconsole.ui.work import Give, Then, Work

PATIENCE: Final = 3.0
"""Seconds that quitting waits for calls in flight; the journal then has them as unknown, to be found out."""


class Desk:
    """Keeps the work of this console: one piece at a time is followed, all of it can be found again.

    A start has nothing to change: plans, and all that runs and shows them, are imported where there is one.
    """

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app
        self._works: list[Work] = []

    @property
    def under_way(self) -> list[Work]:
        """Work that has not ended."""
        return [work for work in self._works if not work.over]

    @property
    def latest(self) -> Work | None:
        """The work that was started last."""
        return self._works[-1] if self._works else None

    def label(self) -> str:
        """`revoking 212/500` for the status line; empty when nothing runs."""
        return " ".join(f"{self._app.glyphs.partial} {work.label()}" for work in self.under_way)

    def review(self, plan: Plan, then: Then, give: Give | None = None) -> None:
        """Show a plan; when it is confirmed, run it, and call `then` when it has ended. For `give` see `Work`."""

        def answer(confirmed: bool | None) -> None:
            if confirmed and _changes_issuer(plan):
                latest(self._app, "begin", partial(self._begin, plan, then, give))
            elif confirmed:
                self.run(plan, then, give)

        self._app.push_screen(_review_of(plan), answer)

    async def _begin(self, plan: Plan, then: Then, give: Give | None) -> None:
        if await self._vault_opened(plan):
            self.run(plan, then, give)

    async def _vault_opened(self, plan: Plan) -> bool:
        """Whether the vault is open, where the plan changes the local issuer: else a person is asked."""
        if not _changes_issuer(plan):
            return True
        from jfconsole.ui.screens.unlock import open_vault

        return await open_vault(self._app)

    async def agree(self, plan: Plan, then: Then, give: Give | None = None) -> bool:
        """As `review`, for a worker that waits: whether it was confirmed."""
        confirmed = await self._app.push_screen_wait(_review_of(plan)) is True and await self._vault_opened(plan)
        if confirmed:
            self.run(plan, then, give)
        return confirmed

    def run(self, plan: Plan, then: Then, give: Give | None = None) -> None:
        """Run a confirmed plan in the background and follow it."""
        work = self._work(plan.id, plan.title, len(plan.steps), give)
        bench = self._app.workbench
        self._start(work, lambda: bench.run(plan, work.control, self._advance(work)), then)

    async def resume(self, interrupted: Entry | Work, then: Then, *, again: bool = False) -> None:
        """Continue interrupted work and follow it. `again`: what may have come about is made once more.

        What a wizard began ends as the wizard does.
        """
        from jfconsole.ui.work import Work

        plan_id = interrupted.plan_id
        if not await self._may_resume(plan_id):
            return
        give = interrupted.give if isinstance(interrupted, Work) else await self._ending(plan_id)
        self._resume(self._work(plan_id, interrupted.title, interrupted.total, give), then, again=again)

    def carry_on(self, report: Report) -> None:
        """Send the steps that waited for a person to have what came of the others, who has it now."""
        work = self._work(report.plan_id, report.title, len(report.results))
        self._resume(work, self._app.refresh_list, again=False)

    def _work(self, plan_id: str, title: str, total: int, give: Give | None = None) -> Work:
        from jfconsole.ui.work import Work

        return Work(self._app, plan_id, title, total, give)

    def _resume(self, work: Work, then: Then, *, again: bool) -> None:
        bench = self._app.workbench
        self._start(work, lambda: bench.resume(work.plan_id, work.control, self._advance(work), again=again), then)

    async def _may_resume(self, plan_id: str) -> bool:
        try:
            return await self._vault_opened((await self._app.workbench.load(plan_id)).plan)
        except ConsoleError as error:
            self._app.say(line_of(error))
            return False

    async def _ending(self, plan_id: str) -> Give | None:
        from jfconsole.ui.wizardry import ending_of

        try:
            return await ending_of(self._app, plan_id)
        except ConsoleError as error:
            self._app.say(line_of(error))
            return None

    def go_on(self, interrupted: Entry | Work, then: Then) -> None:
        """As `resume`; where that would make something that may exist already, ask first."""
        from jfconsole.ui.interrupted import go_on_if_sure

        latest(self._app, "go-on", partial(go_on_if_sure, self._app, interrupted, then))

    def follow(self, work: Work) -> None:
        """Show the progress, or the report, of a piece of work."""
        from jfconsole.ui.screens.running import Running

        self._app.push_screen(Running(work))

    def _start(self, work: Work, call: Callable[[], Awaitable[Report]], then: Then) -> None:
        self._works.append(work)
        work.changed.subscribe(self._app, lambda _: self._app.facts_changed())
        self._app.run_worker(self._see_through(work, call, then), group=work.plan_id)
        self.follow(work)

    async def _see_through(self, work: Work, call: Callable[[], Awaitable[Report]], then: Then) -> None:
        try:
            report = await call()
        except ConsoleError as error:
            work.end(error=error)
            self._app.say(line_of(error))
        else:
            work.end(report=report)
            self._hand_over(work, report)
        then()

    def _hand_over(self, work: Work, report: Report) -> None:
        """Secrets come before everything else that is on the screen, and the progress makes way for them."""
        from jfconsole.ui.screens.running import Running

        give = work.give if report.complete or report.waits else None
        if give is None and not report.products:
            return
        top = self._app.screen
        if isinstance(top, Running) and top.work is work:
            top.dismiss(None)
        (give or self._show_secrets)(report, work.note_handed_over)

    def _show_secrets(self, report: Report, seen: Then) -> None:
        from jfconsole.ui.screens.rotation_end import RotationEnd
        from jfconsole.ui.screens.secret_panel import SecretPanel

        self._app.push_screen(RotationEnd(report) if report.waits else SecretPanel(report), lambda _: seen())

    def take_back(self, work: Work) -> None:
        """Review the plan that takes back what a piece of work did."""
        latest(self._app, "take-back", partial(self._take_back, work))

    async def _take_back(self, work: Work) -> None:
        try:
            plan = await self._app.workbench.plan_undo(work.plan_id)
        except ConsoleError as error:
            self._app.say(line_of(error))
        else:
            self.review(plan, self._app.refresh_list)

    def _advance(self, work: Work) -> Callable[[Progress], None]:
        """Progress comes from the runner's thread; screens live on the app's."""

        def advance(progress: Progress) -> None:
            self._app.call_later(work.advance, progress)

        return advance

    # -- interrupted work ------------------------------------------------------------------------------

    async def offer_unfinished(self) -> None:
        """At the start: when a plan for this platform was interrupted, ask what to do with it."""
        try:
            entries = await self._app.workbench.unfinished()
        except ConsoleError as error:
            self._app.say(line_of(error))
            return
        if entries:
            from jfconsole.ui.interrupted import offer

            await offer(self._app, entries)

    # -- leaving ---------------------------------------------------------------------------------------

    def ask_before_leaving(self) -> None:
        """Stay, or wait for what was sent and leave the rest for later."""
        from jfconsole.ui.screens.leave import LEAVE, leave_menu

        def answer(choice: str | None) -> None:
            if choice == LEAVE:
                self._app.run_worker(self._leave_in_order(), group="leave")
            else:
                self._app.switch.forget()

        self._app.push_screen(leave_menu(len(self.under_way)), answer)

    async def _leave_in_order(self) -> None:
        """Ask the runner to stop, wait for what was sent as long as is fair, go."""
        works = self.under_way
        for work in works:
            work.control.leave()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(work.ended.wait() for work in works))
        self._app.exit()


def _changes_issuer(plan: Plan) -> bool:
    from jfconsole.services.issuer_calls import changes_issuer

    return changes_issuer(plan)


def _review_of(plan: Plan) -> Review:
    from jfconsole.ui.screens.review import Review

    return Review(plan)
