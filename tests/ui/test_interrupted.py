"""Work that was interrupted is offered at the start, continued from the journal, or kept as it is."""

from __future__ import annotations

import os
from pathlib import Path

from jfconsole.domain.plans import Outcome
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import Moment
from jfconsole.services.revoke import plan_revoke
from jfconsole.services.runner import Runner
from jfconsole.services.session import open_session
from jfconsole.services.tokens import TokenService
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.running import Running
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.ui.test_tokens_screen import make, revoked

COUNT = 120


def killed_half_way(sandbox: RunningSandbox, home: Path) -> list[str]:
    """Start revoking in a child that dies, without a goodbye, after a few answers are on disk; returns all ids."""
    ids = [make(sandbox, f"bulk-{number}") for number in range(COUNT)]
    sandbox.faults({"method": "DELETE", "path": "/access/api/v1/tokens/*", "kind": "latency", "seconds": 0.1})
    child = os.fork()
    if child == 0:
        _revoke_and_die(sandbox, home, set(ids))
        os._exit(99)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7
    sandbox.faults()
    assert 0 < len(revoked(sandbox)) < COUNT
    return ids


def never_sent(home: Path) -> set[str]:
    """Ids whose turn had not come when the child died. Calls in flight may still reach the platform after that."""
    journal = Journal(home / "state" / "journal.db")
    (entry,) = journal.unfinished()
    pending = {result.key for result in journal.load(entry.plan_id).results if result.outcome is Outcome.PENDING}
    journal.close()
    assert pending
    return pending


def _revoke_and_die(sandbox: RunningSandbox, home: Path, ids: set[str]) -> None:
    import asyncio

    answered = 0

    def die_after_answers(moment: Moment) -> None:
        nonlocal answered
        if moment.durable and moment.name == "answers":
            answered += 1
            if answered == 2:
                os._exit(7)

    async def revoke() -> None:
        async with open_session(connection(sandbox)) as session:
            listing = await TokenService(session).list()
            tokens = [view.token for view in listing.views if view.token_id in ids]
            plan = plan_revoke(tokens, own_token_id=None, origin=sandbox.url)
            journal = Journal(home / "state" / "journal.db", listener=die_after_answers)
            runner = Runner(journal, home / "state" / "reports", session.new_transport)
            await asyncio.to_thread(runner.run, plan)

    asyncio.run(revoke())


def test_a_killed_bulk_revoke_is_offered_and_continued(sandbox: RunningSandbox, tmp_path: Path) -> None:
    ids = killed_half_way(sandbox, tmp_path)

    async def scenario(hands: Hands) -> None:
        await hands.until(lambda: hands.top(Menu))
        await hands.see(f"Interrupted: Revoke {COUNT} tokens")
        await hands.press("enter")
        await hands.until(lambda: hands.top(Running))
        await hands.see(r"Report saved to")
        await hands.press("escape")
        await hands.press("0")
        await hands.see(f"Revoke {COUNT} tokens")
        assert "interrupted" not in hands.text

    drive(console(connection(sandbox), tmp_path), scenario)
    assert sorted(revoked(sandbox)) == sorted(ids)


def test_it_can_be_kept_and_is_not_offered_again(sandbox: RunningSandbox, tmp_path: Path) -> None:
    killed_half_way(sandbox, tmp_path)
    untouched = never_sent(tmp_path)

    async def keep(hands: Hands) -> None:
        await hands.until(lambda: hands.top(Menu))
        await hands.press("j", "j", "enter")
        await hands.press("0")
        await hands.see("kept as it was")

    async def nothing(hands: Hands) -> None:
        await hands.see("live")
        await hands.until(lambda: hands.app.workbench.identity is not None)
        assert not hands.top(Menu)

    drive(console(connection(sandbox), tmp_path), keep)
    drive(console(connection(sandbox), tmp_path), nothing)
    assert untouched.isdisjoint(revoked(sandbox))


def test_read_only_does_not_offer_to_continue(sandbox: RunningSandbox, tmp_path: Path) -> None:
    killed_half_way(sandbox, tmp_path)
    untouched = never_sent(tmp_path)

    async def scenario(hands: Hands) -> None:
        await hands.until(lambda: hands.top(Menu))
        assert "Continue" not in hands.text
        await hands.press("enter")
        await hands.see("▸ journal")
        await hands.press("ctrl+r")
        await hands.see("read-only mode")

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)
    assert untouched.isdisjoint(revoked(sandbox))


def test_another_platform_s_work_is_not_offered_here(
    sandbox: RunningSandbox, demo_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    killed_half_way(sandbox, tmp_path)

    async def scenario(hands: Hands) -> None:
        await hands.until(lambda: hands.app.workbench.identity is not None)
        assert not hands.top(Menu)
        await hands.press("0")
        await hands.see("interrupted")
        await hands.press("ctrl+r")
        await hands.see("It belongs to")

    drive(console(connection(demo_sandbox), tmp_path), scenario)
