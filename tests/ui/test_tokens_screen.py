"""The token console as an administrator meets it, on a real sandbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.running import Running
from jfconsole.ui.screens.tokens import TokensScreen
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox

DAY = 86_400
SIZES = [(80, 24), (120, 40), (200, 60)]


def make(sandbox: RunningSandbox, name: str, **fields: object) -> str:
    """A token of that user; returns its id."""
    defaults = {"username": name, "scope": "applied-permissions/user", "expires_in": 90 * DAY}
    token_id: str = sandbox.create_token(**{**defaults, **fields})["token_id"]
    return token_id


def revoked(sandbox: RunningSandbox) -> list[str]:
    """Ids in the order in which they were revoked on the platform."""
    return [
        change["key"] for change in sandbox.changes() if (change["kind"], change["action"]) == ("tokens", "deleted")
    ]


@pytest.mark.parametrize("size", SIZES)
def test_three_never_expiring_tokens_are_filtered_marked_and_revoked(
    sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int]
) -> None:
    doomed = {make(sandbox, f"old-{number}", expires_in=0) for number in range(3)}
    make(sandbox, "fresh")

    async def scenario(hands: Hands) -> None:
        await hands.see("old-0")
        await hands.press("slash")
        await hands.type("never old")
        await hands.see("3 of 5")
        await hands.press("enter", "asterisk", "ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await hands.see("Type revoke 3 to confirm")
        await hands.type("revoke 3")
        await hands.press("enter")
        await hands.see("3 done")
        report = Path((await hands.see(r"Report saved to\s+(\S+)")).group(1)) if size[0] > 100 else None
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))
        await hands.press("escape")
        await hands.see("2 of 2")
        await hands.see("old-0.*" if size[0] < 100 else "old-0.*revoked or lapsed")
        await hands.press("r")
        await hands.see_no("old-0")
        if report is not None:
            lines = [json.loads(line) for line in next((tmp_path / "state/reports").iterdir()).read_text().splitlines()]
            assert doomed <= {line.get("key") for line in lines}

    drive(console(connection(sandbox), tmp_path), scenario, size)
    assert set(revoked(sandbox)) == doomed


def test_one_token_is_revoked_through_a_dialog_whose_focus_is_on_cancel(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    lone = make(sandbox, "lone")

    async def scenario(hands: Hands) -> None:
        await hands.see("lone")
        await hands.press("slash", *"lone", "enter", "delete")
        await hands.until(lambda: hands.top(Review))
        await hands.press("enter")
        await hands.until(lambda: hands.top(TokensScreen))
        assert revoked(sandbox) == []
        await hands.press("ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await hands.press("tab", "enter")
        await hands.see("1 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert revoked(sandbox) == [lone]


def test_a_wrong_phrase_changes_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    for number in range(2):
        make(sandbox, f"pair-{number}")

    async def scenario(hands: Hands) -> None:
        await hands.see("pair-0")
        await hands.press("slash", *"pair", "enter", "asterisk", "ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await hands.type("revoke 3")
        await hands.press("enter", "enter", "tab", "tab", "enter")
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario)
    assert revoked(sandbox) == []


def test_enter_pressed_many_times_sends_one_call(sandbox: RunningSandbox, tmp_path: Path) -> None:
    lone = make(sandbox, "lone")
    sandbox.faults({"method": "DELETE", "path": "/access/api/v1/tokens/*", "kind": "latency", "seconds": 0.3})

    async def scenario(hands: Hands) -> None:
        await hands.see("lone")
        await hands.press("slash", *"lone", "enter", "ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await hands.press("tab", "enter", "enter", "enter")
        await hands.press("ctrl+d", "ctrl+d", "enter")
        await hands.press("1", "0", "1")
        await hands.until(lambda: hands.app.desk.latest is not None and hands.app.desk.latest.over)

    drive(console(connection(sandbox), tmp_path), scenario)
    assert revoked(sandbox) == [lone]
    deletes = [request for request in sandbox.requests() if request["method"] == "DELETE" and lone in request["path"]]
    assert len(deletes) == 1


def test_the_token_in_use_is_refused_among_others(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make(sandbox, "other")

    async def scenario(hands: Hands) -> None:
        await hands.see("in use")
        await hands.press("asterisk", "ctrl+d")
        await hands.see("The token that this console uses is among them")
        assert hands.top(TokensScreen)

    drive(console(connection(sandbox), tmp_path), scenario)
    assert revoked(sandbox) == []


def test_a_token_that_cannot_be_revoked_is_called_so(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make(sandbox, "brief", expires_in=4 * 3600)

    async def scenario(hands: Hands) -> None:
        await hands.see("brief")
        await hands.press("slash", *"brief", "enter", "ctrl+d")
        await hands.see("by the\\s+(│\\s+)?platform's|cannot be revoked")
        await hands.press("tab", "enter")
        await hands.see("1 failed")
        await hands.see("cannot be revoked; it lapses")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert revoked(sandbox) == []


def test_read_only_refuses_and_says_why(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make(sandbox, "other")

    async def scenario(hands: Hands) -> None:
        await hands.see("READ-ONLY")
        await hands.see("other")
        await hands.press("ctrl+d")
        await hands.see("read-only mode")
        await hands.press("colon", *"revoke", "enter")
        assert not hands.top(Review)

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)
    assert {request["method"] for request in sandbox.requests()} <= {"GET", "HEAD", "POST"}
    ours = [
        request for request in sandbox.requests() if request["headers"].get("user-agent", "").startswith("jfconsole")
    ]
    assert {request["method"] for request in ours} == {"GET"}


def test_a_token_without_rights_sees_its_own_and_is_told_so(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make(sandbox, "somebody")
    own = sandbox.create_token(username="guest", scope="applied-permissions/user", expires_in=30 * DAY)["access_token"]

    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.see("not admin")
        await hands.see(r"only\s+administrators may")
        assert "somebody" not in hands.text

    drive(console(connection(sandbox, token=own), tmp_path), scenario)


def test_a_pasted_token_is_decoded_here_and_not_sent(sandbox: RunningSandbox, tmp_path: Path) -> None:
    pasted = sandbox.create_token(username="leaky", scope="applied-permissions/groups:readers")["access_token"]

    async def scenario(hands: Hands) -> None:
        await hands.see("leaky")
        await hands.press("i")
        await hands.see("Inspect a token")
        hands.app.screen.query_one("SecretInput").insert_text_at_cursor(pasted)  # type: ignore[attr-defined]
        await hands.pilot.pause()
        assert pasted[:12] not in hands.text
        await hands.press("enter")
        await hands.see("leaky")
        assert hands.top(Viewer)
        assert pasted[:12] not in hands.text

    drive(console(connection(sandbox), tmp_path), scenario)
    assert not any(pasted in json.dumps(request) for request in sandbox.requests())


@pytest.mark.deep
def test_the_running_dialog_can_be_hidden_and_found_again(sandbox: RunningSandbox, tmp_path: Path) -> None:
    for number in range(12):
        make(sandbox, f"many-{number}")
    sandbox.faults({"method": "DELETE", "path": "/access/api/v1/tokens/*", "kind": "latency", "seconds": 4, "count": 8})

    async def scenario(hands: Hands) -> None:
        await hands.see("many-0")
        await hands.press("slash", *"many", "enter", "asterisk", "ctrl+d")
        await hands.type("revoke 12")
        await hands.press("enter")
        await hands.until(lambda: hands.top(Running))
        await hands.press("p", "escape")
        await hands.until(lambda: hands.top(TokensScreen))
        await hands.see(r"\d/12")
        await hands.press("B")
        await hands.until(lambda: hands.top(Running))
        await hands.press("p")
        await hands.see("12 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert len(revoked(sandbox)) == 12
