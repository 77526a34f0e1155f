"""Letting GitHub's workflows in by keys, from the list of recipes to the proof with the token of a runner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from jfconsole.ui.screens.picker import Picker
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.save_as import SaveAs
from jfconsole.ui.screens.tokens import TokensScreen
from jfconsole.ui.screens.wizard import WizardScreen
from jfconsole.ui.screens.wizard_end import WizardEnd
from jfconsole.ui.widgets.secret_input import SecretInput
from tests.support.ci_walk import open_github, tell_the_workload, to_the_proof
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import make_group, make_repository, make_user
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trust import OIDC
from tests.ui.writes import sent

GITHUB = "https://token.actions.githubusercontent.com"


@pytest.fixture(scope="module")
def aliased() -> Iterator[RunningSandbox]:
    """A sandbox in which the stand-in answers for GitHub."""
    with RunningSandbox(arguments=["--allow-http-issuers", "--idp-alias", f"{GITHUB}=github"]) as running:
        yield running


@pytest.fixture
def platform(aliased: RunningSandbox) -> RunningSandbox:
    """With two repositories, and no permission to read all of them."""
    aliased.reset()
    with aliased.http() as http:
        for name in ("docker-local", "secret-local"):
            make_repository(http, name)
        http.delete("/access/api/v2/permissions/Anything")
    return aliased


def runner_token(sandbox: RunningSandbox, audience: str) -> str:
    """As a job of GitHub's gets one: asked of its runner, for the integration's audience."""
    job = sandbox.control("GET", "/idp/github")
    answer = httpx.get(
        f"{job['request_url']}&audience={audience}",
        headers={"Authorization": f"Bearer {job['request_token']}"},
        trust_env=False,
    )
    found: str = answer.raise_for_status().json()["value"]
    return found


def asked_by_the_workload(sandbox: RunningSandbox) -> list[str]:
    """What was asked with a token that is not the administrator's."""
    answered = [one for one in sandbox.requests() if one["headers"].get("user-agent", "").startswith("jfconsole")]
    own = {one["token_id"] for one in answered if one["path"].startswith("/access/api/v1/oidc")} - {None}
    return [one["path"] for one in answered if one["token_id"] not in own and one["status"] == 200]


def test_github_is_let_in_and_a_runner_s_token_reads_the_repository(platform: RunningSandbox, tmp_path: Path) -> None:
    workflow, token = tmp_path / "jfrog.yml", runner_token(platform, "jfrog-github")

    async def scenario(hands: Hands) -> None:
        await open_github(hands)
        await tell_the_workload(hands)
        await hands.see("jfrog-github")
        await to_the_proof(hands)
        hands.app.screen.query_one(SecretInput).value = token
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review), "the review")
        assert sent(platform) == []
        await hands.press("tab", "enter")
        await hands.until(lambda: hands.top(WizardEnd), "the end")
        await hands.see("good +The platform exchanges the workload's token")
        assert token not in hands.text
        await _scrolled_to(hands, "good +It reads docker-local")
        await hands.press("s")
        await hands.until(lambda: hands.top(SaveAs))
        hands.app.screen.query_one("Input").value = str(workflow)  # type: ignore[attr-defined]
        await hands.press("enter")
        await hands.until(workflow.exists)
        await hands.until(lambda: hands.top(WizardEnd))
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))
        await hands.press("0")
        await hands.see("Exchange with github")

    drive(console(connection(platform), tmp_path), scenario, (80, 24))
    _made(platform)
    setup = yaml.safe_load(workflow.read_text())["jobs"]["jfrog"]["steps"][1]
    assert setup["with"] == {"oidc-provider-name": "github", "oidc-audience": "jfrog-github"}
    assert setup["env"] == {"JF_URL": platform.url}
    asked = asked_by_the_workload(platform)
    assert any(path.endswith("/api/system/ping") for path in asked), asked
    assert any("docker-local" in path for path in asked), asked


@pytest.mark.deep
@pytest.mark.parametrize("what", ["group", "user"])
def test_who_is_there_already_is_picked_and_a_wrong_name_told(
    what: str, platform: RunningSandbox, tmp_path: Path
) -> None:
    with platform.http() as http:
        make_group(http, "builders")
        make_user(http, "builder")

    async def scenario(hands: Hands) -> None:
        await open_github(hands)
        await tell_the_workload(hands)
        await hands.press("ctrl+n")
        await hands.see(r"now +Access")
        await hands.press("enter", *["down"] * (1 if what == "group" else 2), "enter")
        await hands.see(f"Existing {what}")
        await hands.press("tab", "tab")
        await hands.type("nobody-here")
        await hands.press("ctrl+n")
        await hands.see(f"There is no {what} nobody-here")
        await hands.press("ctrl+u", "down")
        await hands.until(lambda: hands.top(Picker))
        await hands.type("builder")
        await hands.see("builder" if what == "user" else "builders")
        await hands.press("enter")
        await hands.until(lambda: hands.top(WizardScreen))
        await hands.press("ctrl+n")
        await hands.see(r"now +Token")

    drive(console(connection(platform), tmp_path), scenario, (80, 24))
    assert sent(platform) == []


async def _scrolled_to(hands: Hands, pattern: str) -> None:
    """The proof has three lines here: what went wrong stands first, the rest below."""
    trial = hands.app.screen.query_one("#trial")
    while pattern and not trial.is_vertical_scroll_end:
        trial.scroll_page_down(animate=False)
        await hands.pilot.pause()
    await hands.see(pattern)


def _made(sandbox: RunningSandbox) -> None:
    with sandbox.http() as http:
        integration: Json = http.get(f"{OIDC}/github").json()
        (mapping,) = http.get(f"{OIDC}/github/identity_mappings").json()
    assert (integration["issuer_url"], integration["organization"]) == (GITHUB, "acme")
    assert mapping["claims"] == {
        "repository_owner_id": "65",
        "repository_id": "74",
        "ref": "refs/heads/main",
    }
    assert mapping["token_spec"]["scope"] == "applied-permissions/groups:github"
