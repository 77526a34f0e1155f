"""Wizards by keys, from the list of recipes to the proof; their state, refusals and what is there already."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from jfconsole.domain.plans import Outcome
from jfconsole.services.journal import Journal
from jfconsole.ui.screens.adoption import Adoption
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.find_menu import FindMenu
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.save_as import SaveAs
from jfconsole.ui.screens.tokens import TokensScreen
from jfconsole.ui.screens.wizard import WizardScreen
from jfconsole.ui.screens.wizard_end import WizardEnd
from tests.contract.test_onboarding import Onboarder
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import GROUPS, make_group, make_repository
from tests.support.ox_walk import choose_repository, open_ox, to_the_end
from tests.support.sandbox import RunningSandbox
from tests.ui.writes import sent


@pytest.fixture
def platform(sandbox: RunningSandbox) -> RunningSandbox:
    """Two repositories to choose from."""
    with sandbox.http() as http:
        make_repository(http, "docker-local")
        make_repository(http, "secret-local")
    return sandbox


@pytest.mark.deep
def test_what_was_set_up_before_gets_another_token(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Onboarder(platform, tmp_path)
    office.onboard(repositories=("docker-local",))
    office.journal.close()
    drive(console(connection(platform), tmp_path), _rotate, (80, 24))
    with platform.http() as http:
        tokens = http.get("/access/api/v1/tokens", params={"username": "ox-security"}).json()["tokens"]
    assert len(tokens) == 2


async def _rotate(hands: Hands) -> None:
    """Open what was set up before, and give it another token."""
    await hands.see(r"\d+ of \d+")
    await hands.press("w")
    await hands.until(lambda: hands.top(Menu), "the recipes")
    await hands.see("ox-security .set up with OX Security.")
    await hands.press("enter")
    await hands.see("Rotate its token")
    await hands.press("j", "enter")
    await hands.until(lambda: hands.top(Review), "the review")
    await hands.see("stays valid until it is")
    await hands.press("tab", "enter")
    await hands.until(lambda: hands.top(WizardEnd), "the end")
    await hands.see("good +It reads docker-local")
    await hands.press("escape")
    await hands.see("Nothing was copied or saved")
    await hands.press("j", "enter")
    await hands.until(lambda: hands.top(TokensScreen))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_scanner_is_set_up_proved_and_its_card_saved(
    platform: RunningSandbox, tmp_path: Path, size: tuple[int, int]
) -> None:
    card = tmp_path / "card.txt"

    async def scenario(hands: Hands) -> None:
        await open_ox(hands)
        await hands.see("good +This account may make")
        await choose_repository(hands)
        await to_the_end(hands)
        await hands.until(lambda: hands.top(Review), "the review")
        assert sent(platform) == []
        await hands.press("tab", "enter")
        await hands.until(lambda: hands.top(WizardEnd), "the end")
        await hands.see("good +It reads docker-local")
        assert "cmVmdGtu" not in hands.text
        await hands.press("s")
        await hands.until(lambda: hands.top(SaveAs))
        hands.app.screen.query_one("Input").value = str(card)  # type: ignore[attr-defined]
        await hands.press("enter")
        await hands.until(card.exists)
        await hands.until(lambda: hands.top(WizardEnd))
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(platform), tmp_path), scenario, size)
    written = card.read_text()
    assert "/artifactory" in written
    assert "cmVmdGtu" in written
    assert card.stat().st_mode & 0o777 == 0o600
    journal = Journal(tmp_path / "state" / "journal.db")
    (entry,) = journal.history()
    assert {result.outcome for result in journal.load(entry.plan_id).results} == {Outcome.DONE}
    journal.close()


@pytest.mark.deep
def test_what_is_there_already_is_taken_over_or_left_alone(platform: RunningSandbox, tmp_path: Path) -> None:
    with platform.http() as http:
        make_group(http, "ox-security", description="mine")

    async def scenario(hands: Hands) -> None:
        await open_ox(hands)
        await choose_repository(hands)
        await to_the_end(hands)
        await hands.until(lambda: hands.top(Adoption), "what exists")
        await hands.see("group ox-security")
        await hands.press("enter")
        await hands.until(lambda: hands.top(WizardScreen))
        await hands.see("choose other names")
        await hands.see(r"now +Access")
        await hands.see("Exists already: group ox-security")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Adoption))
        await hands.press("tab", "enter")
        await hands.until(lambda: hands.top(Review), "the review")

    drive(console(connection(platform), tmp_path), scenario)
    assert sent(platform) == []
    with platform.http() as http:
        assert http.get(f"{GROUPS}/ox-security").json()["description"] == "mine"


@pytest.mark.deep
def test_answers_stay_when_one_goes_back_and_leaving_asks(platform: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_ox(hands)
        await hands.press(*["backspace"] * 8, *"two")
        await choose_repository(hands)
        await hands.see("ox-two")
        await hands.press("ctrl+o")
        await hands.see(r"now +Account")
        await hands.see("ox-two")
        await hands.press("ctrl+n")
        await hands.see("docker-local")
        await hands.press("escape")
        await hands.see("Leave the wizard")
        await hands.press("enter")
        await hands.until(lambda: hands.top(WizardScreen))
        await hands.press("escape", "j", "enter")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(platform), tmp_path), scenario)
    assert sent(platform) == []


def test_a_wizard_is_found_by_what_it_is_called_or_says(platform: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see(r"\d+ of \d+")
        await hands.press("w", *"scans zz", "enter")
        await hands.see("Nothing here has these words")
        assert hands.top(FindMenu), "there is nothing to open"
        await hands.press("ctrl+u", *"github")
        await hands.see("GitHub Actions")
        menu = hands.app.screen.query_one(OptionList)
        assert [str(option.prompt).strip() for option in menu.options if not option.disabled] == [
            "GitHub Actions",
            "GitHub Enterprise Cloud with data residency",
            "GitHub Enterprise Cloud, issuer of its own",
            "GitHub Enterprise Server",
        ]
        await hands.press("up", "enter")
        await hands.until(lambda: hands.top(WizardScreen), "the wizard")
        await hands.see("GitHub Enterprise Server")

    drive(console(connection(platform), tmp_path), scenario)
    assert sent(platform) == []


def test_read_only_sets_nothing_up(platform: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("READ-ONLY")
        await hands.press("w")
        await hands.see("read-only mode")
        assert hands.top(TokensScreen)

    drive(console(connection(platform, read_only=True), tmp_path), scenario)
