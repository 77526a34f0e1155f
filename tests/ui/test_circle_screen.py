"""The circle of trust by keys, with two platforms: one way, both ways, refused, and why."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jfconsole.services.journal_file import PlanState
from jfconsole.ui.screens.circle import CircleScreen
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.save_as import SaveAs
from jfconsole.ui.screens.wizard import WizardScreen
from jfconsole.ui.screens.wizard_end import PairingEnd
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.support.values import DAY, HOUR, kept_nowhere, listed, make, works
from tests.ui.test_living_tokens import SMALL, confirm, paste


@dataclass(frozen=True)
class Site:
    """One platform with its folder of trusted certificates."""

    sandbox: RunningSandbox
    folder: Path


def _site(folder: Path) -> Iterator[Site]:
    folder.mkdir(parents=True)
    with RunningSandbox("empty", arguments=["--trusted-keys", str(folder)]) as sandbox:
        yield Site(sandbox, folder)


@pytest.fixture
def east(tmp_path: Path) -> Iterator[Site]:
    yield from _site(tmp_path / "east")


@pytest.fixture
def west(tmp_path: Path) -> Iterator[Site]:
    yield from _site(tmp_path / "west")


async def open_circle(hands: Hands) -> None:
    await hands.see(r"\d of \d")
    await hands.press("colon")
    await hands.type("circle")
    await hands.press("enter")
    await hands.until(lambda: hands.top(CircleScreen))
    await hands.see("CN=JFrog Token Issuer")


async def save_to(hands: Hands, path: Path) -> None:
    await hands.until(lambda: hands.top(SaveAs))
    await hands.press("ctrl+u")
    await hands.type(str(path))
    await hands.press("enter")
    await hands.until(lambda: not hands.top(SaveAs))


async def name_peer(hands: Hands, peer: Site) -> None:
    """Fill in where the peer is, and as whom it is asked."""
    await hands.see("Its token")
    await hands.type(peer.sandbox.url)
    paste(hands, peer.sandbox.token)


@pytest.mark.parametrize("form", ["pem", pytest.param("der", marks=pytest.mark.deep)])
def test_it_shows_what_a_peer_needs_and_saves_it(form: str, east: Site, tmp_path: Path) -> None:
    file = tmp_path / f"us-east.{form}"

    async def scenario(hands: Hands) -> None:
        await open_circle(hands)
        await hands.see("jfrt@")
        await hands.press("s")
        await hands.until(lambda: hands.top(Menu))
        await hands.press(*(["j"] if form == "der" else []), "enter")
        await hands.see(r"~/127.0.0.1.crt")
        await save_to(hands, file)
        await hands.press("G")
        await hands.see("Reference tokens do not cross")
        await hands.press("escape")

    drive(console(connection(east.sandbox), tmp_path), scenario, SMALL)
    with east.sandbox.http() as client:
        pem = client.get("/access/api/v1/cert/root", params={"formatted": "true"}).text
    der = file.read_bytes() if form == "der" else ssl.PEM_cert_to_DER_cert(file.read_text())
    assert der == ssl.PEM_cert_to_DER_cert(pem)


@pytest.mark.deep
def test_paired_one_way_the_other_way_is_still_refused(east: Site, west: Site, tmp_path: Path) -> None:
    async def pairing(hands: Hands) -> None:
        await open_circle(hands)
        await hands.press("p")
        await hands.until(lambda: hands.top(WizardScreen))
        await name_peer(hands, west)
        await hands.press("ctrl+n")
        await hands.see("Both ways need both certificates")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.see("Neither platform is changed")
        await confirm(hands)
        await hands.until(lambda: hands.top(PairingEnd))
        await hands.see("does not have|have this one's root certificate")
        await hands.press("j", "s")
        await save_to(hands, west.folder / "us-east.crt")
        await hands.press("r")
        await hands.see("good +127.0.0.1:\\d+ believes the token")
        await hands.see("There is a user admin over there")
        await hands.press("escape")
        await hands.until(lambda: hands.top(CircleScreen))

    before = listed(east.sandbox, "admin")
    drive(console(connection(east.sandbox), tmp_path / "a"), pairing, SMALL)
    assert list(west.folder.iterdir()) == [], "what was taken in vanishes"
    assert listed(east.sandbox, "admin") == before, "the token of the trial is not stored"
    kept_nowhere(tmp_path / "a", west.sandbox.token)
    value = make(east.sandbox, expires_in=HOUR)["access_token"]
    back = make(west.sandbox, expires_in=HOUR)["access_token"]
    assert (works(west.sandbox, value), works(east.sandbox, back)) == (True, False)


@pytest.mark.deep
def test_both_ways_are_tried_with_a_token_of_the_peer(east: Site, west: Site, tmp_path: Path) -> None:
    back = make(west.sandbox, "admin", expires_in=HOUR)["access_token"]

    async def pairing(hands: Hands) -> None:
        await open_circle(hands)
        await hands.press("p")
        await hands.until(lambda: hands.top(WizardScreen))
        await name_peer(hands, west)
        await hands.press("ctrl+n")
        await hands.see("Both ways need both certificates")
        await hands.press("enter", "down", "enter")
        await hands.see("Token of the peer")
        paste(hands, back)
        await hands.press("ctrl+s")
        await confirm(hands)
        await hands.until(lambda: hands.top(PairingEnd))
        await hands.press("j", "s")
        await save_to(hands, west.folder / "us-east.crt")
        await hands.press("j", "j", "s")
        await save_to(hands, east.folder / "us-west.crt")
        await hands.press("r")
        await hands.until(lambda: hands.text.count("good") >= 2 and "bad" not in hands.text)

    drive(console(connection(east.sandbox), tmp_path / "a"), pairing, SMALL)
    value = make(east.sandbox, expires_in=HOUR)["access_token"]
    assert (works(west.sandbox, value), works(east.sandbox, back)) == (True, True)
    kept_nowhere(tmp_path / "a", back, west.sandbox.token)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "revocable": ({"expires_in": 30 * DAY}, "It is revocable"),
    "never": ({"expires_in": 0}, "It never expires"),
    "reference": ({"expires_in": HOUR, "include_reference_token": True}, "It is a reference token"),
}


@pytest.mark.parametrize("kind", ["good", *(pytest.param(kind, marks=pytest.mark.deep) for kind in REFUSED)])
def test_a_token_is_tried_on_a_peer_and_the_answer_explained(kind: str, east: Site, west: Site, tmp_path: Path) -> None:
    with east.sandbox.http() as client:
        pem = client.get("/access/api/v1/cert/root", params={"formatted": "true"}).text
    (west.folder / "us-east.crt").write_text(pem)
    fields, why = REFUSED.get(kind, ({"expires_in": HOUR}, "There is a user admin over there"))
    made = make(east.sandbox, "admin", **fields)
    value = made.get("reference_token", made["access_token"])

    async def scenario(hands: Hands) -> None:
        await open_circle(hands)
        await hands.press("t")
        await hands.until(lambda: hands.top(FormScreen))
        await name_peer(hands, west)
        paste(hands, value, 1)
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(CircleScreen))
        await hands.see("Tried on the peer")
        await hands.see(why)

    drive(console(connection(east.sandbox, read_only=True), tmp_path), scenario, SMALL)
    kept_nowhere(tmp_path / "state", value)


def test_this_very_platform_is_no_peer(east: Site, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_circle(hands)
        await hands.press("p")
        await hands.until(lambda: hands.top(WizardScreen))
        await name_peer(hands, east)
        await hands.press("ctrl+n")
        await hands.see("This is the platform that the console is connected")

    drive(console(connection(east.sandbox), tmp_path), scenario, SMALL)


@pytest.mark.deep
def test_without_a_token_one_is_made_for_the_trial_and_shown_to_nobody(east: Site, west: Site, tmp_path: Path) -> None:
    with east.sandbox.http() as client:
        pem = client.get("/access/api/v1/cert/root", params={"formatted": "true"}).text
    texts: list[str] = []

    async def tried(hands: Hands) -> None:
        await hands.press("t")
        await hands.until(lambda: hands.top(FormScreen))
        await name_peer(hands, west)
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.see("shown to nobody")
        await confirm(hands)
        await hands.until(lambda: hands.top(CircleScreen))
        await hands.see("Tried on the peer")

    async def scenario(hands: Hands) -> None:
        await open_circle(hands)
        await tried(hands)
        await hands.see("does not have|have this one's root certificate")
        (west.folder / "us-east.crt").write_text(pem)
        await tried(hands)
        await hands.see("There is a user admin over there")
        texts.append(hands.text)
        assert {entry.state for entry in await hands.app.workbench.history()} == {PlanState.ENDED}

    before = listed(east.sandbox, "admin")
    drive(console(connection(east.sandbox), tmp_path / "a"), scenario, SMALL)
    assert list(west.folder.iterdir()) == [], "what was taken in vanishes"
    assert listed(east.sandbox, "admin") == before, "what was made is not stored"
    assert "eyJ" not in "".join(texts)
    kept_nowhere(tmp_path / "a", west.sandbox.token)
