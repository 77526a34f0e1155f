"""The list of identity mappings as an administrator meets it, on a real sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.ui.screens.claims_editor import ClaimsEditor
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.mapping_order import MappingOrder
from jfconsole.ui.screens.mappings import MappingsScreen
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import make_user
from tests.support.sandbox import RunningSandbox
from tests.support.trust import OIDC, make_integration, make_mapping
from tests.ui.people import agree
from tests.ui.writes import sent


async def open_mappings(hands: Hands, only: str = "") -> None:
    await hands.see(r"\d+ of \d+")
    await hands.press("7")
    await hands.see("▸ mappings")
    await hands.until(lambda: getattr(hands.app.screen, "rows", None) is not None)
    if only:
        await hands.press("slash")
        await hands.type(only)
        await hands.press("enter")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_they_stand_in_evaluation_order(demo_sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int]) -> None:
    async def scenario(hands: Hands) -> None:
        await open_mappings(hands)
        await hands.see(r"(?s)1 +shop-release.*2 +quick-start.*3 +shop-branches")
        await hands.see(r"shop-branches +never wins")
        await hands.see(r"quick-start +stops M01")
        await hands.press("slash")
        await hands.type("shadowed")
        await hands.press("enter")
        await hands.see("1 of 7")

    drive(console(connection(demo_sandbox), tmp_path), scenario, size)


def test_one_is_made_claim_by_claim(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ci")
        make_integration(http, "gitlab", "https://gitlab.com", audience="jfrog")

    async def scenario(hands: Hands) -> None:
        await open_mappings(hands)
        await hands.press("n")
        await hands.see("gitlab")
        await hands.press("enter")
        await hands.until(lambda: hands.top(ClaimsEditor))
        await hands.see("M01 blocks")
        await hands.press("n", "enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press(*"project_path:acme/app:ref_type:branch:ref:main", "ctrl+s")
        await hands.until(lambda: hands.top(ClaimsEditor))
        await hands.see_no("M01 blocks")
        await hands.press("ctrl+s")
        await hands.see("New mapping of gitlab")
        await hands.type("build")
        await hands.press("tab", "tab", "tab", "tab", *"ci", "ctrl+s")
        await hands.see("Create mapping build")
        await agree(hands, MappingsScreen)
        await hands.see("gitlab +1 +build")

    drive(console(connection(sandbox), tmp_path), scenario, (140, 50))
    ((method, path, body),) = sent(sandbox)
    assert (method, path) == ("POST", f"{OIDC}/gitlab/identity_mappings")
    assert isinstance(body, dict)
    assert body["claims"] == {"sub": "project_path:acme/app:ref_type:branch:ref:main"}
    spec = body["token_spec"]
    assert (spec["username"], spec["scope"], spec["expires_in"]) == ("ci", "applied-permissions/user", 600)


@pytest.mark.deep
def test_an_edit_keeps_what_was_not_asked(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_integration(http, "ci", "https://ci.acme.test", audience="jfrog")
        make_mapping(
            http,
            "ci",
            "pull",
            {"sub": "job"},
            priority=3,
            scope='applied-permissions/groups:"readers"',
            audience="jfrt@*",
            expires_in=900,
        )

    async def scenario(hands: Hands) -> None:
        await open_mappings(hands, "pull")
        await hands.press("e")
        await hands.until(lambda: hands.top(ClaimsEditor))
        await hands.press("ctrl+s")
        await hands.see("Edit mapping pull")
        await hands.type("for the shop")
        await hands.press("ctrl+s")
        await hands.see("for the shop")
        await agree(hands, MappingsScreen)

    drive(console(connection(sandbox), tmp_path), scenario, (120, 50))
    ((method, _, body),) = sent(sandbox)
    assert method == "PUT"
    assert isinstance(body, dict)
    assert (body["description"], body["priority"], body["claims"]) == ("for the shop", 3, {"sub": "job"})
    spec = body["token_spec"]
    assert (spec["scope"], spec["audience"], spec["expires_in"]) == (
        'applied-permissions/groups:"readers"',
        "jfrt@*",
        900,
    )


@pytest.mark.deep
def test_marked_ones_are_deleted(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_integration(http, "ci", "https://ci.acme.test")
        for name in ("a", "b", "c"):
            make_mapping(http, "ci", name, {"sub": name})

    async def scenario(hands: Hands) -> None:
        await open_mappings(hands)
        await hands.see("3 of 3")
        await hands.press("space", "space", "ctrl+d")
        await hands.see("live on until they expire")
        await hands.see("Type delete 2 to confirm")
        await hands.type("delete 2")
        await hands.press("enter")
        await hands.see("2 done")
        await hands.press("escape")
        await hands.see("1 of 1")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert [method for method, _, _ in sent(sandbox)] == ["DELETE", "DELETE"]


@pytest.mark.deep
def test_the_order_is_changed_and_only_what_has_to_is_sent(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_integration(http, "ci", "https://ci.acme.test")
        make_mapping(http, "ci", "wide", {"sub": "*"}, priority=10)
        make_mapping(http, "ci", "narrow", {"sub": "job"}, priority=20)
        make_mapping(http, "ci", "other", {"ref": "main"}, priority=30)

    async def scenario(hands: Hands) -> None:
        await open_mappings(hands)
        await hands.see(r"narrow +never wins")
        await hands.press("j", "K")
        await hands.until(lambda: hands.top(MappingOrder))
        await hands.see("Each of them can win")
        await hands.press("K", "J")
        await hands.see("This is the order there is")
        await hands.press("K", "ctrl+s")
        await hands.see("No longer: narrow never wins: wide comes first")
        await agree(hands, MappingsScreen)
        await hands.see(r"(?s)1 +narrow.*2 +wide.*3 +other")
        await hands.press("G", "J")
        await hands.until(lambda: hands.top(MappingOrder))
        await hands.press("escape")
        await hands.until(lambda: hands.top(MappingsScreen))

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))
    ((method, path, body),) = sent(sandbox)
    assert (method, path) == ("PUT", f"{OIDC}/ci/identity_mappings/narrow")
    assert isinstance(body, dict)
    assert body["priority"] < 10


def test_one_alone_has_no_order(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_integration(http, "ci", "https://ci.acme.test")
        make_mapping(http, "ci", "pull", {"sub": "job"})

    async def scenario(hands: Hands) -> None:
        await open_mappings(hands)
        await hands.see("1 of 1")
        await hands.press("K")
        await hands.see("nothing to order")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_a_project_that_has_no_room_is_counted_and_told(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_mappings(hands, "project:mobile")
        await hands.see("1 of ")
        await hands.see(r"\d columns hidden")
        await hands.see_no("PROJECT")
        await hands.press("d")
        await hands.see("project +mobile")

    drive(console(connection(demo_sandbox), tmp_path), scenario, (80, 24))


@pytest.mark.deep
def test_a_user_who_is_not_there_is_told_before_it_is_saved(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_integration(http, "ci", "https://ci.acme.test")
        make_user(http, "builder")
        make_mapping(http, "ci", "pull", {"sub": "job"}, username="builder", scope="applied-permissions/user")
        http.delete("/access/api/v2/users/builder").raise_for_status()

    async def scenario(hands: Hands) -> None:
        await open_mappings(hands)
        await hands.see("1 of 1")
        await hands.see("M13 +There is no user builder")
        await hands.press("e")
        await hands.until(lambda: hands.top(ClaimsEditor))
        await hands.press("ctrl+s")
        await hands.see("Edit mapping pull")
        await hands.type("for the shop")
        await hands.press("ctrl+s")
        await hands.see("M13 pull: There is no user builder")
        await hands.press("escape")
        await hands.until(lambda: hands.top(FormScreen))

    drive(console(connection(sandbox), tmp_path), scenario, (160, 50))
    assert sent(sandbox) == []
