"""Filters that a person saves: offered beside the ready views, renamed, forgotten, and used at the command line."""

from __future__ import annotations

from pathlib import Path

from jfconsole.services.settings import SettingStore
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.tokens import TokensScreen
from jfconsole.ui.screens.views import ViewsMenu
from tests.support.command import Command
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.support.values import make
from tests.support.verbs import plant

SMALL = (80, 24)


async def views(hands: Hands, *keys: str) -> None:
    await hands.press("f")
    await hands.until(lambda: hands.top(ViewsMenu), "the views")
    await hands.press(*keys)


async def name_it(hands: Hands, name: str) -> None:
    await hands.until(lambda: hands.top(FormScreen), "the form for a name")
    await hands.press("ctrl+u")
    await hands.type(name)
    await hands.press("ctrl+s")


def test_a_filter_is_saved_used_renamed_and_forgotten(sandbox: RunningSandbox, tmp_path: Path) -> None:
    for name in ("bot-one", "bot-two", "ann"):
        make(sandbox, name)
    store = SettingStore(tmp_path / "config")

    async def scenario(hands: Hands) -> None:
        await hands.see("4 of 4")
        await views(hands)
        assert "Save this filter" not in hands.text, "there is nothing to save"
        await hands.press("escape")
        screen = hands.app.screen
        assert isinstance(screen, TokensScreen)
        screen.bar.text = "subject:bot !never"
        await hands.see("2 of 4")
        await views(hands, "end", "enter")
        await name_it(hands, "Never expires")
        await hands.see("is a ready view of this list already")
        await name_it(hands, "[b]Bots[/]")
        await hands.see(r"Saved as \[b\]Bots\[/\]")
        assert store.load().filters == {"tokens": {"[b]Bots[/]": "subject:bot !never"}}
        screen.bar.text = ""
        await hands.see("4 of 4")
        await views(hands, "end")
        await hands.see(r"subject:bot !never · f2 gives it another name · del forgets it")
        await hands.press("enter")
        await hands.see("2 of 4")
        await views(hands, "f2")
        await name_it(hands, "Bots")
        await hands.until(lambda: store.load().filters == {"tokens": {"Bots": "subject:bot !never"}})
        await hands.until(lambda: hands.top(TokensScreen))
        await views(hands, "delete")
        await hands.see("Forget the filter Bots")
        await hands.press("j", "enter")
        await hands.see("Bots is forgotten")
        assert store.load().filters == {}
        await views(hands, "home", "delete")
        assert hands.top(Menu), "a ready view is not forgotten"

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_each_list_has_its_own(sandbox: RunningSandbox, tmp_path: Path) -> None:
    SettingStore(tmp_path / "config").put_filter("users", "Robots", "bot")

    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await views(hands)
        assert "Robots" not in hands.text
        await hands.press("escape", "2")
        await hands.see("▸ users")
        await hands.see(r"\d of \d")
        await views(hands, "end", "enter")
        await hands.see("0 of ")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_at_the_command_line(sandbox: RunningSandbox, tmp_path: Path) -> None:
    plant(sandbox, users=[{"username": "bot", "email": "b@example.com", "status": "disabled"}])
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    make(sandbox, "forever", expires_in=0)
    make(sandbox, "bot")
    SettingStore(tmp_path / "jfconsole" / "config").put_filter("tokens", "Bots", "subject:bot")

    def names(*words: str) -> set[str]:
        return {token["username"] for token in cli("tokens", "list", *words, "--json").json["tokens"]}

    assert names("--view", "Bots") == {"bot"}
    assert names("--view", "never-expires", "!inuse") == {"forever"}, "words narrow a view down"
    assert names("--view", "made-here") == set()
    cli("tokens", "create", "--user", "mine", "--service", "all", "--yes")
    assert names("--view", "Made here") == {"mine"} == names("here")
    users = cli("users", "list", "--view", "disabled", "--json").json
    assert ([user["username"] for user in users["users"]], users["filter"]) == (["bot"], "disabled")
    missing = cli("users", "list", "--view", "Bots")
    assert missing.code == 4
    assert "locked, disabled, invited" in missing.err
    refused = cli("tokens", "list", "--view", "refreshable-external")
    assert refused.code == 2
    assert "jfconsole lint tokens" in refused.err
