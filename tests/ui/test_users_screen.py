"""The list of users as an administrator meets it, on a real sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.text import visible
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.picker import Picker
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.users import UsersScreen
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import (
    GROUPS,
    PASSWORD,
    PERMISSIONS,
    USERS,
    artifact_resource,
    make_group,
    make_permission,
    make_user,
)
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import HOSTILE, RAW_CONTROL, plant
from tests.ui.hostile import HOSTILE_NAMES
from tests.ui.people import agree, open_list
from tests.ui.writes import assert_harmless, sent


async def open_users(hands: Hands, only: str = "") -> None:
    """Go to the users and put the cursor on the first one of that name."""
    await open_list(hands, "2", "users", only)


async def confirm(hands: Hands, done: str = "1 done") -> None:
    """Go past the review, and wait for the end."""
    await agree(hands, UsersScreen, done)


def user(sandbox: RunningSandbox, name: str) -> dict[str, Any]:
    with sandbox.http() as http:
        found: dict[str, Any] = http.get(f"{USERS}/{name}").json()
    return found


@pytest.mark.deep
def test_a_user_is_made_with_a_group_and_a_password(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_group(http, "scanners")

    async def scenario(hands: Hands) -> None:
        await open_users(hands)
        await hands.press("n")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.type("ox-scanner")
        await hands.press("ctrl+s")
        await hands.see("E-mail is needed")
        await hands.type("nonsense")
        await hands.press("ctrl+s")
        await hands.see("'nonsense' is no e-mail address")
        await hands.press("end", *"@example.com", "enter", "enter")
        await hands.until(lambda: hands.top(Picker))
        await hands.see("scanners")
        await hands.press(*"scan", "enter", "space", "enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("tab", "enter", "down", "enter", "tab", *PASSWORD, "enter", *"Passw0rd2", "ctrl+s")
        await hands.see("It differs from the password above")
        await hands.press("backspace", "1", "ctrl+s")
        await hands.see("Create user ox-scanner")
        await hands.see("1 × POST")
        assert PASSWORD not in hands.text
        await confirm(hands)
        await hands.see("ox-scanner +enabled +internal")

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))
    made = user(sandbox, "ox-scanner")
    assert {"readers", "scanners"} >= set(made["groups"]) >= {"scanners"}
    assert (made["email"], made["admin"], made["internal_password_disabled"]) == ("nonsense@example.com", False, False)


@pytest.mark.deep
def test_an_edit_sends_what_changed_and_nothing_else(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "ada")
        await hands.press("e")
        await hands.see("Edit user ada")
        await hands.press("ctrl+s")
        await hands.see("There is nothing to change")
        await hands.press("end", *".org")
        await hands.press("escape")
        await hands.see("what you typed is forgotten|go on with the form")
        await hands.press("enter", "ctrl+s")
        await hands.see("ada@example.com.org")
        await hands.see("1 × PATCH")
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    assert [(method, path) for method, path, _ in sent(sandbox)] == [("PATCH", f"{USERS}/ada")]
    assert sent(sandbox)[0][2] == {"email": "ada@example.com.org"}


@pytest.mark.deep
def test_groups_are_changed_as_a_difference(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        for name in ("old", "new", "kept"):
            make_group(http, name)
        make_user(http, "ada", groups=["old", "kept"])

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "ada")
        await hands.press("m")
        await hands.see("space marks")
        await hands.press(*"!kept", "enter", "space", "space", "enter")
        await hands.until(lambda: hands.top(Review))
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    ((method, path, body),) = sent(sandbox)
    assert (method, path) == ("PATCH", f"{USERS}/ada/groups")
    assert body == {"add": ["new"], "remove": ["old"]}


@pytest.mark.deep
def test_locked_users_are_found_and_let_in_again(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        for name in ("ada", "ben", "eve"):
            make_user(http, name)
    for name in ("ada", "ben"):
        lock(sandbox, name)

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "eve")
        await hands.press("colon", *"unlock", "enter")
        await hands.see("None of these users is locked")
        await hands.press("f", "down", "enter")
        await hands.see("2 of 5")
        await hands.see("ada +locked !")
        await hands.press("asterisk", "colon", *"unlock", "enter")
        await hands.see("Unlock 2 users")
        await hands.type("unlock 2 users")
        await hands.press("enter")
        await hands.see("2 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert {user(sandbox, name)["status"] for name in ("ada", "ben")} == {"enabled"}


def lock(sandbox: RunningSandbox, name: str) -> None:
    """Fail to log in as somebody until the platform has enough."""
    sandbox.settings(lock_policy={"enabled": True, "login_attempts": 3})
    with sandbox.http(token="") as http:
        for _ in range(4):
            http.get("/artifactory/api/repositories", auth=(name, "wrong"))
    assert user(sandbox, name)["status"] == "locked"


def test_a_deletion_says_what_stays_behind(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")
    sandbox.create_token(username="ada", scope="applied-permissions/user")

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "ada")
        await hands.press("ctrl+d")
        await hands.see("Delete user ada")
        await hands.see("1 token")
        await hands.see("not revoked by it")
        await hands.press("enter")
        await hands.until(lambda: hands.top(UsersScreen))
        assert user(sandbox, "ada")["username"] == "ada"
        await hands.press("delete")
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    assert sent(sandbox) == [("DELETE", f"{USERS}/ada", None)]


@pytest.mark.deep
def test_many_are_deleted_when_their_number_is_typed(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        for number in range(3):
            make_user(http, f"temp-{number}")

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "temp")
        await hands.press("asterisk")
        await hands.see("delete 3")
        await hands.press("ctrl+d")
        await hands.see("Type delete 3 to confirm")
        await hands.type("delete 3")
        await hands.press("enter")
        await hands.see("3 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert sorted(path for _, path, _ in sent(sandbox)) == [f"{USERS}/temp-{number}" for number in range(3)]


def test_a_password_is_set_and_expired_without_showing_it(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "ada")
        await hands.press("colon", *"password", "enter")
        await hands.see("Set the password of ada")
        await hands.press(*"N3wSecret", "enter", *"N3wSecret", "ctrl+s")
        await hands.see("The old password does not come back")
        assert "N3wSecret" not in hands.text
        await confirm(hands)
        await hands.press("colon", *"expire", "enter")
        await hands.see("The user has to choose a new password")
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    assert [path for _, path, _ in sent(sandbox)] == [f"{USERS}/ada/password", f"{USERS}/ada/password/expire"]


@pytest.mark.deep
def test_a_change_in_between_sends_nothing_and_is_shown(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "ada")
        await hands.press("e")
        await hands.see("Edit user ada")
        await hands.press("end", *".org", "ctrl+s")
        await hands.until(lambda: hands.top(Review))
        with sandbox.http() as http:
            http.patch(f"{USERS}/ada", json={"email": "other@example.com"}).raise_for_status()
        await hands.press("tab", "enter")
        await hands.see("other@example.com")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert sent(sandbox) == []
    assert user(sandbox, "ada")["email"] == "other@example.com"


def test_read_only_refuses_every_change(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_users(hands, "admin")
        for key in ("n", "e", "m", "ctrl+d"):
            await hands.press(key)
            await hands.see("read-only mode")
            assert hands.top(UsersScreen)

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)
    assert sent(sandbox) == []


def test_the_pane_tells_the_rest_and_why_a_realm_is_not_ours(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("in use|admin")
        await hands.press("2")
        await hands.see("40 of 40")
        await hands.press("slash", *"aisha", "enter")
        await hands.see(r"e-mail\s+aisha.khan@acme.test")
        await hands.see(r"beware\s+The user comes from the")
        await hands.press("f", "end", "up", "enter")  # below it is what saves the filter
        await hands.see("4 of 40")
        await hands.see("marta.keller")

    drive(console(connection(demo_sandbox), tmp_path), scenario, (120, 40))


def test_a_platform_that_is_too_old_is_told_in_a_sentence(tmp_path: Path) -> None:
    with RunningSandbox(arguments=["--emulate", "7.77"]) as old:
        with old.http() as http:
            make_user(http, "ada")

        async def scenario(hands: Hands) -> None:
            await open_users(hands, "ada")
            await hands.press("e")
            await hands.see("Edit user ada")
            await hands.press("end", *".org", "ctrl+s")
            await hands.see(r"needs Artifactory 7\.84\.3, and this\s+(│\s+│\s+)?is 7\.77")
            assert hands.top(FormScreen)

        drive(console(connection(old), tmp_path), scenario)
        assert sent(old) == []


def test_hostile_group_names_neither_act_nor_hide(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        answers = [http.post(GROUPS, json={"name": name[:60]}) for name in HOSTILE_NAMES if "\ud800" not in name]
        accepted = [answer.json()["name"] for answer in answers if answer.status_code == 201]
        make_user(http, "victim", groups=accepted)
    assert len(accepted) > 5

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "victim")
        await hands.press("m")
        await hands.see("space marks")
        assert_harmless(hands)
        await hands.press("escape", "d")
        await hands.until(lambda: hands.top(Viewer))
        assert_harmless(hands)
        shown = "".join(hands.text.split()).replace("│", "")
        assert [name for name in accepted if "".join(visible(name).split()) not in shown] == []

    drive(console(connection(sandbox), tmp_path), scenario, (160, 50))


@pytest.mark.deep
def test_a_user_is_renamed_with_groups_and_grants(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_group(http, "team")
        make_user(http, "ada", groups=["team"])
        make_permission(http, "pull", artifact=artifact_resource(["ANY LOCAL"], users={"ada": ["READ"]}))

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "ada")
        await hands.press("f2")
        await hands.see("Rename user ada")
        await hands.press("ctrl+s")
        await hands.see("That is its name already")
        await hands.press("end", *"-two", "ctrl+s")
        await hands.see("The password cannot be carried over")
        await hands.press("escape")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("ada-two")
        await hands.press("ctrl+s")
        await hands.see("1 permission .pull. names ada-two")
        await confirm(hands, "3 done")
        await hands.see("ada-two")

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))
    made = user(sandbox, "ada-two")
    assert ("team" in made["groups"], made["internal_password_disabled"]) == (True, True)
    with sandbox.http() as http:
        actions = http.get(f"{PERMISSIONS}/pull").json()["resources"]["artifact"]["actions"]
        assert http.get(f"{USERS}/ada").status_code == 404
    assert actions["users"] == {"ada-two": ["READ"]}


@pytest.mark.deep
def test_a_cancelled_review_brings_the_form_back(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_users(hands)
        await hands.press("n")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press(*"cleo", "enter", *"cleo@example.com", "tab", "tab", "enter", "down", "enter")
        await hands.press("tab", *PASSWORD, "enter", *PASSWORD, "ctrl+s")
        await hands.see("Create user cleo")
        await hands.press("enter")
        await hands.until(lambda: hands.top(FormScreen))
        for words in ("cleo@example.com", "set the one typed below", "Give the secret again"):
            await hands.see(words)
        assert PASSWORD not in hands.text
        await hands.press("escape")
        await hands.see("Leave the form")
        await hands.press("down", "enter")
        await hands.until(lambda: hands.top(UsersScreen))

    drive(console(connection(sandbox), tmp_path), scenario)
    assert sent(sandbox) == []


@pytest.mark.deep
def test_a_cancelled_review_brings_the_choice_back(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_group(http, "new")
        make_user(http, "ada")

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "ada")
        await hands.press("m")
        await hands.see("space marks")
        await hands.press(*"new", "enter", "space", "enter")
        await hands.until(lambda: hands.top(Review))
        await hands.press("escape")
        await hands.until(lambda: hands.top(Picker))
        await hands.see("space marks")
        await hands.press("ctrl+s")
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    assert [(method, body) for method, _, body in sent(sandbox)] == [("PATCH", {"add": ["new"]})]


@pytest.mark.deep
def test_a_choice_outlives_a_platform_that_does_not_answer(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_group(http, "new")
        make_user(http, "ada")

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "ada")
        await hands.press("m")
        await hands.see("space marks")
        sandbox.faults({"kind": "status", "status": 403, "method": "GET", "path": f"{USERS}/ada"})
        await hands.press(*"new", "enter", "space", "enter")
        await hands.see("403|not allowed|may not")
        assert hands.top(Picker)
        sandbox.faults()
        await hands.see("space marks")
        await hands.press("ctrl+s")
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    assert "new" in user(sandbox, "ada")["groups"]


@pytest.mark.deep
def test_a_new_user_gets_global_roles(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_users(hands)
        await hands.press("n")
        await hands.see("Audit the platform")
        await hands.press(*"cleo", "enter", *"cleo@example.com", *["shift+tab"] * 4, "space")
        await hands.see("The global role platform_auditor")
        await hands.press("ctrl+s")
        await hands.see("Create user cleo")
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario, (200, 60))
    made = user(sandbox, "cleo")
    assert (made["platform_auditor"], made["watch_manager"]) == (True, False)


def test_a_filter_that_asks_for_details_has_them_read(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_group(http, "team")
        make_user(http, "zoe", groups=["team"])

    async def scenario(hands: Hands) -> None:
        await open_users(hands)
        await hands.press("slash")
        await hands.type("group:team")
        await hands.see("1 of 3")
        await hands.see("zoe")

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))


@pytest.mark.deep
def test_a_form_shows_a_hostile_name_as_what_it_is(sandbox: RunningSandbox, tmp_path: Path) -> None:
    plant(sandbox, users=[{"username": HOSTILE, "email": f"{HOSTILE}@a.test"}])

    async def scenario(hands: Hands) -> None:
        await open_users(hands, "red")
        for key, title in (("f2", "Rename user"), ("e", "Edit user")):
            await hands.press(key)
            await hands.see(title)
            await hands.see("a\u241b.31mred\ufffdgnp")
            assert not RAW_CONTROL.search(hands.text)
            if key == "f2":
                await hands.press("escape")
                await hands.until(lambda: hands.top(UsersScreen))
        await hands.press("ctrl+s")
        await hands.see("There is nothing to change")

    drive(console(connection(sandbox), tmp_path), scenario, (120, 40))
