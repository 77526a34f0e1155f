"""Keys that a person gives to actions: they work, are shown, and never mean two things."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.ui.actions import ACTIONS, BY_ID
from jfconsole.ui.keymap import problems, read_keymap, with_key, with_twins
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        ({"list.describe": "D2"}, ""),
        ({"list.describe": "f6, ?"}, "it is the key of app.help"),
        ({"list.describe": "y"}, "it is the key of list.json"),
        ({"list.describe": "y", "list.json": "f7"}, ""),
        ({"list.descibe": "f6"}, "did you mean list.describe?"),
        ({"tokens.revoke": "X"}, "more than a bare letter"),
        ({"tokens.revoke": "f8"}, ""),
        ({"list.describe": "escape"}, "the way out"),
        ({"list.describe": ""}, "needs a key"),
        ({"list.copy": ","}, "it is the key of app.settings"),
    ],
)
def test_what_is_wrong_is_told(keys: dict[str, str], wrong: str) -> None:
    found = list(problems(read_keymap(keys)))
    assert (wrong in " ".join(found)) if wrong else found == []


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        ({"tokens.revoke": "f8"}, {"tokens.revoke": "f8", "objects.delete": "f8"}),
        ({"objects.delete": "f8"}, {"tokens.revoke": "f8", "objects.delete": "f8"}),
        ({"objects.delete": "f8", "tokens.revoke": "f9"}, {"tokens.revoke": "f9", "objects.delete": "f8"}),
        ({"list.describe": "f8"}, {"list.describe": "f8"}),
        ({"no.such": "f8"}, {"no.such": "f8"}),
    ],
)
def test_what_means_the_same_moves_together_unless_it_is_named_itself(
    given: dict[str, str], moved: dict[str, str]
) -> None:
    assert with_twins(read_keymap(given)) == read_keymap(moved)


def test_a_key_that_is_given_goes_to_what_means_the_same_although_it_had_another() -> None:
    keymap = with_key(read_keymap({"tokens.revoke": "f9", "list.copy": "f5"}), BY_ID["objects.delete"], "f8")
    assert keymap == read_keymap({"objects.delete": "f8", "tokens.revoke": "f8", "list.copy": "f5"})
    assert next(iter(keymap)) == "objects.delete"


WAYS_OUT = {"app.back", "app.quit"}


def test_the_keys_that_actions_have_are_no_clash() -> None:
    keymap = {action.id: action.keys for action in ACTIONS if action.keys and action.id not in WAYS_OUT}
    assert list(problems(keymap)) == []


def settings(home: Path, keys: str) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text(f"[keys]\n{keys}\n")


def test_they_work_and_are_shown(sandbox: RunningSandbox, tmp_path: Path) -> None:
    settings(
        tmp_path, '"list.describe" = "f6"\n"app.ledger" = "f9"\n"table.cursor-down" = "f5"\n"objects.delete" = "f8"'
    )

    async def scenario(hands: Hands) -> None:
        await hands.see("f6 describe")
        await hands.see("f8 revoke")
        await hands.press("d")
        assert not hands.top(Viewer), "the old key means nothing now"
        await hands.press("f6")
        await hands.until(lambda: hands.top(Viewer), "the details")
        await hands.press("escape", "question_mark")
        await hands.see(r"f6 +Show everything known about the row")
        await hands.press("escape", "f9")
        await hands.see("ledger")

    drive(console(connection(sandbox), tmp_path), scenario, (200, 60))


def test_keys_with_two_meanings_are_not_used(sandbox: RunningSandbox, tmp_path: Path) -> None:
    settings(tmp_path, '"list.describe" = "y"')

    async def scenario(hands: Hands) -> None:
        await hands.see("y for list.describe: it is the key of list.json")
        await hands.press("escape")
        await hands.see("d describe")

    drive(console(connection(sandbox), tmp_path), scenario, (200, 40))
