"""Making a token by keys: the form, what it foretells, the review, and the panel in which the value is shown once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from jfconsole.domain.plans import Outcome
from jfconsole.services.journal import Journal
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.running import Running
from jfconsole.ui.screens.save_as import SaveAs
from jfconsole.ui.screens.secret_panel import SecretPanel
from jfconsole.ui.screens.tokens import TokensScreen
from jfconsole.ui.widgets.take_away import TakeAway
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import make_group, make_repository, make_user
from tests.support.sandbox import RunningSandbox
from tests.ui.writes import sent

CALL = "/access/api/v1/tokens"
SIZES = [(80, 24), (120, 40)]
LOST = {"method": "POST", "path": CALL, "kind": "drop", "when": "after", "count": 1}


async def open_form(hands: Hands) -> None:
    await hands.see(r"\d+ of \d+")
    await hands.press("n")
    await hands.until(lambda: hands.top(FormScreen))


async def go_to(hands: Hands, field: str) -> None:
    """Tab to a field."""
    wanted = hands.app.screen.query_one(f"#field-{field}")
    for _ in range(40):
        focused = hands.app.screen.focused
        if focused is not None and wanted in focused.ancestors_with_self:
            return
        await hands.press("tab")
    raise AssertionError(f"{field} cannot be reached by tab:\n{hands.text}")


async def choose(hands: Hands, field: str, choice: str) -> None:
    """Take a choice by its words."""
    await go_to(hands, field)
    control: Any = hands.app.screen.query_one(f"#field-{field}")
    words = [str(prompt) for prompt, _ in control._options]
    place = words.index(choice)
    now = words.index(str(control.value))
    await hands.press("enter", *(["down"] * (place - now) + ["up"] * (now - place)), "enter")
    await hands.until(lambda: control.value == choice, f"{choice} to be chosen")


async def review_and_make(hands: Hands) -> None:
    """From the form to the panel."""
    await hands.press("ctrl+s")
    await hands.until(lambda: hands.top(Review), "the review")
    await hands.press("tab", "enter")
    await hands.until(lambda: hands.top(SecretPanel), "the panel")


def asked(sandbox: RunningSandbox) -> dict[str, Any]:
    """What the console asked the platform for."""
    ((method, path, body),) = sent(sandbox)
    assert (method, path) == ("POST", CALL)
    assert isinstance(body, dict)
    return body


def outcomes(home: Path) -> list[Outcome]:
    """How the newest plan stands in the journal."""
    journal = Journal(home / "state" / "journal.db")
    newest = journal.history()[0]
    found = [result.outcome for result in journal.load(newest.plan_id).results]
    journal.close()
    return found


def works(sandbox: RunningSandbox, token: str) -> bool:
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        answer = client.get("/artifactory/api/system/version", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


@pytest.mark.parametrize("size", SIZES)
def test_a_token_is_made_and_its_value_saved(sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int]) -> None:
    file = tmp_path / "ci.token"

    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await hands.type("ci")
        await hands.see("It may do: everything its user may do")
        await go_to(hands, "reference")
        await hands.press("space")
        await go_to(hands, "description")
        await hands.type("nightly build")
        await review_and_make(hands)
        await hands.see("Reference token")
        assert "cmVmdGtu" not in hands.text
        assert outcomes(tmp_path) == [Outcome.HELD]
        await hands.press("v")
        await hands.see("cmVmdGtu")
        await hands.press("v")
        await hands.see_no("cmVmdGtu")
        await hands.press("s")
        await hands.until(lambda: hands.top(SaveAs))
        hands.app.screen.query_one("Input").value = str(file)  # type: ignore[attr-defined]
        await hands.press("enter")
        await hands.until(file.exists, "the file")
        await hands.until(lambda: hands.top(SecretPanel))
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))
        await hands.see("ci .*refe")
        await hands.press("slash", *"ci", "enter", "d")
        await hands.see("every service")
        await hands.see("from our ledger")
        await hands.see("by jfconsole jfc-")

    drive(console(connection(sandbox), tmp_path), scenario, size)
    body = asked(sandbox)
    assert (body["username"], body["expires_in"], body["force_revocable"]) == ("ci", 90 * 86_400, True)
    assert body["description"].startswith("nightly build (jfc-")
    assert outcomes(tmp_path) == [Outcome.DONE]
    assert file.stat().st_mode & 0o777 == 0o600
    assert works(sandbox, file.read_text().strip())


def built(answer: dict[str, Any]) -> tuple[str, str]:
    return answer["scope"], answer.get("audience", "*@*")


async def groups(hands: Hands) -> None:
    await choose(hands, "scope", "what the members of groups may do")
    await go_to(hands, "groups")
    await hands.press("enter")
    await hands.see("space marks")
    await hands.press("enter", "asterisk", "enter")
    await hands.until(lambda: hands.top(FormScreen))
    await hands.see("members of readers and release team")


async def roles(hands: Hands) -> None:
    await choose(hands, "scope", "what project roles may do")
    await go_to(hands, "project")
    await hands.type("acme")
    await go_to(hands, "roles")
    await hands.type("Developer, Viewer")


async def paths(hands: Hands) -> None:
    await choose(hands, "scope", "something in repositories")
    await go_to(hands, "repositories")
    await hands.press("down")
    await hands.see("space marks")
    await hands.press(*"docker", "enter", "enter")
    await hands.until(lambda: hands.top(FormScreen))
    await go_to(hands, "path")
    await hands.type("org/acme")
    await go_to(hands, "actions")
    await hands.press("tab", "space")
    await choose(hands, "services", "only some")


async def system(hands: Hands) -> None:
    await choose(hands, "scope", "something with the platform itself")
    await go_to(hands, "area_actions")
    await hands.press("space")


async def by_hand(hands: Hands) -> None:
    await choose(hands, "scope", "a scope written by hand")
    await go_to(hands, "by_hand")
    await hands.type("system:metrics:r artefact:x")
    await hands.see(r"not known to this console:\W+artefact:x")
    await hands.press(*["backspace"] * 11)
    await hands.see_no("artefact:x")


SCOPES: dict[str, tuple[Callable[[Hands], Awaitable[None]], str, str]] = {
    "groups": (groups, 'applied-permissions/groups:readers,"release team"', "*@*"),
    "roles": (roles, "applied-permissions/roles:acme:Developer,Viewer", "*@*"),
    "paths": (paths, "artifact:docker-local/org/acme:r,w", "jfrt@*"),
    "system": (system, "system:metrics:r", "*@*"),
    "by hand": (by_hand, "system:metrics:r", "*@*"),
}


@pytest.mark.parametrize("kind", SCOPES)
@pytest.mark.deep
def test_scopes_are_built_not_typed(kind: str, sandbox: RunningSandbox, tmp_path: Path) -> None:
    fill, scope, audience = SCOPES[kind]
    with sandbox.http() as http:
        make_group(http, "release team")
        make_repository(http, "docker-local")

    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await fill(hands)
        await review_and_make(hands)
        await hands.press("escape")
        await hands.see("Nothing was copied or saved")
        await hands.press("enter")
        assert hands.top(SecretPanel)
        assert outcomes(tmp_path) == [Outcome.HELD]
        await hands.press("escape", "j", "enter")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))
    assert built(asked(sandbox)) == (scope, audience)
    assert outcomes(tmp_path) == [Outcome.DONE]


@pytest.mark.deep
def test_what_the_platform_would_refuse_is_told_at_its_field(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await choose(hands, "scope", "what the members of groups may do")
        await hands.press("ctrl+s")
        await hands.see("Say below what the token may do")
        await choose(hands, "scope", "everything its user may do")
        await go_to(hands, "user")
        hands.app.screen.query_one("#field-user Input").value = "x" * 300  # type: ignore[attr-defined]
        await hands.press("ctrl+s")
        await hands.see("300 characters; the platform takes 255")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert sent(sandbox) == []


@pytest.mark.deep
def test_a_cancelled_review_brings_the_form_back(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see(r"\d+ of \d+")
        await hands.press("colon", *"create", "enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.type("ci")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.see("There is no user ci: the token is for a transient user")
        await hands.press("escape")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("ci")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert sent(sandbox) == []


@pytest.mark.deep
def test_what_it_reaches_is_told_before_it_is_made(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")

    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await hands.type("ada")
        await hands.see("by which grants:")
        await hands.press("f3")
        await hands.see("what a token of ada can do")
        await hands.until(lambda: hands.app.workbench._directory.access.loaded)  # type: ignore[union-attr]
        await hands.press("escape")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("pagedown")
        await hands.see("It reaches")

    drive(console(connection(sandbox), tmp_path), scenario)


@pytest.mark.deep
def test_who_is_no_administrator_is_told_so_in_the_form(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")
    own = sandbox.create_token(username="ada", scope="applied-permissions/user", expires_in=86_400)["access_token"]

    async def scenario(hands: Hands) -> None:
        await hands.see("not admin")
        await open_form(hands)
        await hands.see(r"Only an administrator may make tokens\W+for others")
        await hands.type("somebody")
        await hands.press("ctrl+s")
        await hands.see("Leave the user out")

    drive(console(connection(sandbox, token=own), tmp_path), scenario)
    assert sent(sandbox) == []


def test_read_only_makes_no_tokens(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("READ-ONLY")
        await hands.press("n")
        await hands.see("read-only mode")
        await hands.press("colon", *"create", "enter")
        await hands.pilot.pause()
        assert hands.top(TokensScreen)

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)


@pytest.mark.deep
def test_a_file_is_never_overwritten(sandbox: RunningSandbox, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")

    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await hands.type("ci")
        await review_and_make(hands)
        await hands.press("s")
        await hands.until(lambda: hands.top(SaveAs))
        hands.app.screen.query_one("Input").value = str(there)  # type: ignore[attr-defined]
        await hands.press("enter")
        await hands.see("already")
        hands.app.screen.query_one("Input").value = str(tmp_path / "new")  # type: ignore[attr-defined]
        await hands.press("enter")
        await hands.until((tmp_path / "new").exists)
        await hands.until(lambda: hands.top(SecretPanel))
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario)
    assert there.read_text() == "mine"


@pytest.mark.deep
def test_the_ready_texts_have_the_value_only_when_they_are_copied(
    sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    copied: list[str] = []

    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await hands.type("ci")
        await go_to(hands, "reference")
        await hands.press("space")
        await go_to(hands, "refreshable")
        await hands.press("space")
        await review_and_make(hands)
        await hands.see("use the reference token; t: the access token")
        seen = []
        for _ in range(12):
            await hands.press("j")
            seen.append(hands.text)
        assert not any("cmVmdGtu" in text or "eyJ" in text for text in seen)
        for pattern in ("docker login", "podman login", "--password-stdin", "index-url", "_authToken", "<server>"):
            assert any(pattern in text for text in seen), pattern
        await hands.press("home", *["j"] * 7, "c")
        await hands.until(lambda: "docker login" in hands.app.clipboard, "the copy")
        copied.append(hands.app.clipboard)
        await hands.press("t")
        await hands.see("use the access token; t: the reference token")
        await hands.press("c")
        await hands.until(lambda: "eyJ" in hands.app.clipboard, "the other copy")
        await hands.press("home", *["j"] * 3, "c")
        await hands.until(lambda: "refresh_token=" in hands.app.clipboard, "both halves")
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario)
    command, _, rest = copied[0].partition("\n")
    assert "--username ci --password-stdin" in command
    assert "cmVmdGtu" not in command
    assert works(sandbox, rest.split("\n")[0])


@pytest.mark.deep
def test_the_value_is_masked_again_when_the_terminal_loses_the_focus(sandbox: RunningSandbox, tmp_path: Path) -> None:
    from textual import events

    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await hands.type("ci")
        await review_and_make(hands)
        await hands.press("v")
        await hands.see("eyJ")
        with pytest.raises(Exception, match="A secret is on the screen"):
            hands.app.export_screenshot()
        hands.app.post_message(events.AppBlur())
        await hands.see_no("eyJ")
        hands.app.export_screenshot()
        await hands.press("v")
        hands.app.screen.query_one(TakeAway).mask()
        await hands.see_no("eyJ")

    drive(console(connection(sandbox), tmp_path), scenario)


@pytest.mark.deep
def test_a_token_whose_answer_was_lost_is_taken_back_and_made_again(sandbox: RunningSandbox, tmp_path: Path) -> None:
    sandbox.faults(LOST)

    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await hands.type("ci")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.press("tab", "enter")
        await hands.until(lambda: hands.top(Running))
        await hands.see("has reached nobody: it is taken")
        await hands.press("ctrl+r")
        await hands.until(lambda: hands.top(SecretPanel), "the panel")
        await hands.press("c", "escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario)
    assert [method for method, _, _ in sent(sandbox)] == ["POST", "DELETE", "POST"]
    with sandbox.http() as http:
        assert len(http.get(CALL, params={"username": "ci"}).json()["tokens"]) == 1


@pytest.mark.deep
def test_one_that_cannot_be_found_out_is_made_again_only_when_a_person_says_so(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    sandbox.faults(LOST)

    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await hands.type("ci")
        await choose(hands, "expires", "other")
        await go_to(hands, "expires_other")
        await hands.type("10m")
        await go_to(hands, "circle")
        await hands.press("space")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.press("tab", "enter")
        await hands.until(lambda: hands.top(Running))
        await hands.see("A token may exist until")
        await hands.press("ctrl+r")
        await hands.see("The token may exist already")
        await hands.press("enter")
        await hands.until(lambda: hands.top(TokensScreen))
        assert len(sent(sandbox)) == 1
        await hands.press("colon", *"ledger", "enter")
        await hands.see("possible orphan")

    async def next_time(hands: Hands) -> None:
        await hands.until(lambda: hands.top(Menu))
        await hands.see("Make another token")
        await hands.press("enter")
        await hands.until(lambda: hands.top(SecretPanel), "the panel")
        await hands.press("c", "escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))
    drive(console(connection(sandbox), tmp_path), next_time, (80, 24))
    assert len(sent(sandbox)) == 2


def test_no_value_is_written_anywhere_but_where_it_was_sent(
    sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    values: list[str] = []

    async def scenario(hands: Hands) -> None:
        await open_form(hands)
        await hands.type("ci")
        await review_and_make(hands)
        await hands.press("c")
        await hands.until(lambda: hands.app.clipboard.startswith("eyJ"))
        values.append(hands.app.clipboard)
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox), tmp_path), scenario)
    (value,) = values
    assert works(sandbox, value)
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and value.encode()[:60] in path.read_bytes()]
    assert kept == []
    assert not any(value in json.dumps(change) for change in sandbox.changes())
