"""Living with tokens by keys, on the smallest terminal: refreshing, rotating, checking, revoking by value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.secret import Secret
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.paste import PasteToken
from jfconsole.ui.screens.refresh import RefreshEnd
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.rotation_end import RotationEnd
from jfconsole.ui.screens.running import Running
from jfconsole.ui.screens.secret_panel import SecretPanel
from jfconsole.ui.screens.token_check import TokenCheckScreen
from jfconsole.ui.screens.tokens import TokensScreen
from jfconsole.ui.widgets.secret_input import SecretInput
from tests.support.console import Hands, connection, console, drive
from tests.support.revoking import Desk
from tests.support.sandbox import RunningSandbox
from tests.support.values import DAY, HOUR, kept_nowhere, listed, make, works
from tests.support.verbs import plant, writes

SMALL = (80, 24)
Scenario = Callable[[Hands], Awaitable[None]]

KINDS: dict[str, dict[str, Any]] = {
    "user": {},
    "admin": {"scope": "applied-permissions/admin"},
    "groups": {"scope": "applied-permissions/groups:readers"},
    "never": {"expires_in": 0},
    "refreshable": {"refreshable": True},
    "reference": {"include_reference_token": True},
    "another audience": {"audience": "jfxr@*"},
}


def paste(hands: Hands, value: str, field: int = 0) -> None:
    """Put a value where a terminal's paste would; a key for each of a thousand letters takes seconds."""
    [*hands.app.screen.query(SecretInput)][field].value = value


async def choose(hands: Hands, name: str) -> None:
    """Bring the cursor to the token of that user."""
    await hands.see(name)
    await hands.press("slash")
    await hands.type(name)
    await hands.see("1 of ")
    await hands.press("enter")


async def confirm(hands: Hands) -> None:
    """Agree to what is reviewed, typing what is asked for."""
    await hands.until(lambda: hands.top(Review))
    review = hands.app.screen
    assert isinstance(review, Review)
    if review.plan.confirmation.phrase is None:
        await hands.press("tab", "enter")
    else:
        await hands.type(review.plan.confirmation.phrase)
        await hands.press("enter")


async def take(hands: Hands, panel: type[SecretPanel]) -> dict[str, Secret]:
    """Copy the value in the panel, the refresh token, too, where there is one; everything that came of the plan."""
    await hands.until(lambda: hands.top(panel))
    shown = hands.app.screen
    assert isinstance(shown, SecretPanel)
    await hands.press("c")
    await hands.see("clipboard")
    secrets = dict(shown.report.products[0].secrets)
    if "refresh_token" in secrets:
        await hands.press("escape")
        await hands.see("The refresh token was neither copied nor saved")
        await hands.press("enter")
        await hands.until(lambda: hands.top(panel))
        await hands.press("j", "j")
        await hands.see("refresh_token=•")
        await hands.press("c")
    picture = hands.app.export_screenshot()
    assert not any(secret.reveal()[-16:] in picture for secret in secrets.values())
    return secrets


def test_a_token_is_rotated_and_the_old_one_ends_when_the_new_one_is_in_hand(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    old = make(sandbox, scope="applied-permissions/groups:readers", description="nightly", expires_in=60 * DAY)
    taken: dict[str, Secret] = {}

    async def scenario(hands: Hands) -> None:
        await choose(hands, "ci")
        await hands.press("o")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("not known: choose")
        await hands.press("ctrl+s")
        await hands.see("Say which services accept the new token")
        await hands.press("enter", "down", "enter", "ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.see("is revoked when")
        await confirm(hands)
        await hands.until(lambda: hands.top(RotationEnd))
        await hands.see("accepts the new access token")
        assert works(sandbox, old["access_token"]), "nobody has the new one yet"
        await hands.press("escape")
        await hands.see("Nothing was copied or saved")
        await hands.press("enter")
        taken.update(await take(hands, RotationEnd))
        await hands.see("when you leave|When you leave")
        await hands.press("escape")
        await hands.until(lambda: hands.top(Running))
        await hands.see("2 done")
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    new = taken["access_token"].reveal()
    assert (works(sandbox, old["access_token"]), works(sandbox, new)) == (False, True)
    (row,) = listed(sandbox)
    assert (row["scope"], row["expiry"] - row["issued_at"]) == (old["scope"], 60 * DAY)
    kept_nowhere(tmp_path, new)


@pytest.mark.deep
def test_left_without_a_copy_the_old_token_stays_and_the_journal_ends_it(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    old = make(sandbox)

    async def scenario(hands: Hands) -> None:
        await choose(hands, "ci")
        await hands.press("o")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("enter", "down", "enter", "ctrl+s")
        await confirm(hands)
        await hands.until(lambda: hands.top(RotationEnd))
        await hands.see("accepts the new access token")
        await hands.press("escape")
        await hands.until(lambda: hands.top(Menu))
        await hands.press("j", "enter")
        await hands.until(lambda: hands.top(TokensScreen))
        assert works(sandbox, old["access_token"])
        await hands.press("0")
        await hands.see("Rotate token")
        await hands.press("ctrl+r")
        await hands.until(lambda: hands.top(Menu) or hands.top(RotationEnd))
        if hands.top(Menu):
            await hands.press("enter")
        await take(hands, RotationEnd)
        await hands.see("accepts the new access token")
        assert works(sandbox, old["access_token"])
        await hands.press("escape")
        await hands.see("2 done")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert not works(sandbox, old["access_token"])
    assert len(listed(sandbox)) == 1, "what nobody took was revoked"


def test_a_new_token_that_does_not_work_ends_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    plant(sandbox, users=[{"username": "ci", "email": "ci@example.com", "status": "disabled"}])
    old = make(sandbox)

    async def scenario(hands: Hands) -> None:
        await choose(hands, "ci")
        await hands.press("o")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("enter", "down", "enter", "ctrl+s")
        await confirm(hands)
        await hands.until(lambda: hands.top(RotationEnd))
        await hands.see("could not be proved to work")
        await hands.press("c", "escape")
        await hands.until(lambda: hands.top(Menu))
        await hands.press("j", "enter")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert old["token_id"] in {row["token_id"] for row in listed(sandbox)}


@pytest.mark.deep
def test_kept_it_comes_with_reminders(sandbox: RunningSandbox, tmp_path: Path) -> None:
    old = make(sandbox, expires_in=0)

    async def scenario(hands: Hands) -> None:
        await choose(hands, "ci")
        await hands.press("o")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("90 days")
        await hands.press("enter", "down", "enter", "tab", "tab", "tab", "enter", "down", "enter", "ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.see("stays valid")
        await confirm(hands)
        await hands.until(lambda: hands.top(RotationEnd))
        await hands.see("Reminder")
        await hands.press("j")
        await hands.see("BEGIN:VCALENDAR")
        await hands.press("s")
        await hands.see("Save Reminder")
        await hands.press("ctrl+u")
        await hands.type(str(tmp_path / "later.ics"))
        await hands.press("enter")
        await hands.see("Saved to")
        await hands.press("k", "c")
        await hands.see("clipboard")
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert works(sandbox, old["access_token"])
    assert len(listed(sandbox)) == 2
    text = (tmp_path / "later.ics").read_text().replace("\n ", "")
    assert f"jfconsole tokens revoke {old['token_id']}" in text


def test_a_pair_is_refreshed_and_the_old_one_said_dead(sandbox: RunningSandbox, tmp_path: Path) -> None:
    old = make(sandbox, refreshable=True)
    taken: dict[str, Secret] = {}

    async def scenario(hands: Hands) -> None:
        await hands.see("ci")
        await hands.press("F")
        await hands.until(lambda: hands.top(FormScreen))
        paste(hands, old["refresh_token"])
        paste(hands, old["access_token"], 1)
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.see("The old pair is dead at once")
        await confirm(hands)
        taken.update(await take(hands, RefreshEnd))
        await hands.see("The old pair is dead")
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert set(taken) == {"access_token", "refresh_token"}
    new = [secret.reveal() for secret in taken.values()]
    assert (works(sandbox, old["access_token"]), works(sandbox, taken["access_token"].reveal())) == (False, True)
    assert Desk(sandbox, tmp_path).journal.unfinished() == ()
    kept_nowhere(tmp_path, *new, old["access_token"], old["refresh_token"])


def test_a_refresh_that_is_refused_says_so_and_nothing_is_dead(sandbox: RunningSandbox, tmp_path: Path) -> None:
    old = make(sandbox, refreshable=True)

    async def scenario(hands: Hands) -> None:
        await hands.see("ci")
        await hands.press("F")
        await hands.until(lambda: hands.top(FormScreen))
        paste(hands, old["refresh_token"])
        await hands.press("ctrl+s")
        await confirm(hands)
        await hands.see("1 failed")
        assert hands.top(Running)
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert works(sandbox, old["access_token"])


@pytest.mark.deep
def test_the_console_goes_on_after_its_own_token_was_refreshed(sandbox: RunningSandbox, tmp_path: Path) -> None:
    own = make(sandbox, "ann", refreshable=True, expires_in=DAY)

    async def scenario(hands: Hands) -> None:
        await hands.see("in use")
        await hands.press("F")
        await hands.until(lambda: hands.top(FormScreen))
        paste(hands, own["refresh_token"])
        paste(hands, own["access_token"], 1)
        await hands.press("ctrl+s")
        await confirm(hands)
        await take(hands, RefreshEnd)
        await hands.see("This console works with the new one already")
        await hands.until(lambda: hands.app.workbench.identity is not None)
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))
        await hands.press("r")
        await hands.see("1 of 1")
        await hands.see("in use")

    drive(console(connection(sandbox, token=own["access_token"]), tmp_path), scenario, SMALL)
    assert not works(sandbox, own["access_token"])


@pytest.mark.parametrize(
    "kind", [kind if kind == "reference" else pytest.param(kind, marks=pytest.mark.deep) for kind in KINDS]
)
def test_a_leaked_token_of_every_kind_is_revoked_by_its_value(
    kind: str, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    made = make(sandbox, **KINDS[kind])
    value = made.get("reference_token", made["access_token"])

    async def scenario(hands: Hands) -> None:
        await hands.see("ci")
        await hands.press("ctrl+x")
        await hands.until(lambda: hands.top(PasteToken))
        paste(hands, value)
        await hands.press("enter")
        await hands.until(lambda: hands.top(Review))
        await hands.see(made["token_id"][:8])
        await confirm(hands)
        await hands.see("1 done")
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert not works(sandbox, value)
    assert listed(sandbox) == []
    kept_nowhere(tmp_path, value)


@pytest.mark.parametrize("kind", ["user", pytest.param("reference", marks=pytest.mark.deep)])
def test_a_pasted_token_is_checked_and_revoked_from_there(kind: str, sandbox: RunningSandbox, tmp_path: Path) -> None:
    made = make(sandbox, **KINDS[kind])
    value = made.get("reference_token", made["access_token"])

    async def scenario(hands: Hands) -> None:
        await hands.see("ci")
        await hands.press("T")
        await hands.until(lambda: hands.top(PasteToken))
        paste(hands, value)
        await hands.press("enter")
        await hands.until(lambda: hands.top(TokenCheckScreen))
        await hands.see("accepted · of ci")
        await hands.see("Artifactory accepts it as bearer")
        await hands.press("G")
        await hands.see("By permissions")
        await hands.press("ctrl+d")
        await confirm(hands)
        await hands.see("1 done")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert not works(sandbox, value)


def test_a_token_of_another_platform_is_not_sent_unless_somebody_says_so(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    with RunningSandbox("empty") as other:
        foreign = make(other)["access_token"]

    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("T")
        await hands.until(lambda: hands.top(PasteToken))
        paste(hands, foreign)
        await hands.press("enter")
        await hands.see("not sent")
        assert foreign not in str(sandbox.requests())
        await hands.press("s")
        await hands.see("not signed by this platform|of another issuer")
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_nothing_of_it_is_possible_in_read_only_mode_but_looking(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made = make(sandbox, expires_in=HOUR * 24)
    before = writes(sandbox)

    async def scenario(hands: Hands) -> None:
        await choose(hands, "ci")
        for key in ("o", "F", "ctrl+x"):
            await hands.press(key)
            await hands.see("read-only mode")
            assert hands.top(TokensScreen)
        await hands.press("T")
        await hands.until(lambda: hands.top(PasteToken))
        paste(hands, made["access_token"])
        await hands.press("enter")
        await hands.see("accepted · of ci")
        await hands.press("ctrl+d")
        assert hands.top(TokenCheckScreen)
        await hands.press("escape")

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario, SMALL)
    assert writes(sandbox) == before
