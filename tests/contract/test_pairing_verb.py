"""Pairing two platforms without a screen: secrets from files, certificates and steps to take away, and the proof."""

from __future__ import annotations

from pathlib import Path

from tests.contract.test_trust_circle import Site, east, west
from tests.support.command import Ended
from tests.support.values import HOUR, kept_nowhere, listed, make, works

__all__ = ["east", "west"]

BOTH = "each believes the other"


def answers(peer: Site, ways: str = "the peer believes this platform") -> str:
    return f'recipe = "pair-platforms"\n[peer]\nurl = "{peer.sandbox.url}"\n[trust]\nways = "{ways}"\n'


def paired(here: Site, there: Site, *words: str, ways: str = "the peer believes this platform") -> Ended:
    """Run the wizard; what it asks as a secret comes from the peer's token file, unless told otherwise."""
    secret = () if any(word.startswith("token=") for word in words) else ("--secret", f"token={there.token_file}")
    run = ("wizard", "run", "pair-platforms", "--answers", "-", "--yes", *secret, *words)
    return here.cli(*run, stdin=answers(there, ways))


def test_one_way_and_then_both(east: Site, west: Site, tmp_path: Path) -> None:
    before = listed(east.sandbox, "admin")
    saved = tmp_path / "saved.toml"
    assert paired(east, west, "--plan", "--save-answers", str(saved)).code == 0
    assert west.sandbox.url in saved.read_text()
    assert west.sandbox.token not in saved.read_text()
    refused = paired(east, west, "--json", "--output", str(tmp_path / "first"))
    assert refused.code == 1
    (check,) = refused.json["proof"]
    assert "does not have this one's root certificate" in check["detail"]
    files = {Path(one["path"]).name: one["path"] for one in refused.json["artefacts"]}
    assert set(files) == {"pairing.txt", "127.0.0.1.crt"}
    assert refused.json["products"] == [], "the token of the trial is shown to nobody"
    assert "access/keys/trusted" in Path(files["pairing.txt"]).read_text()

    (west.folder / "us-east.crt").write_text(Path(files["127.0.0.1.crt"]).read_text())
    ended = paired(east, west)
    assert ended.code == 0, ended.err
    assert "good" in ended.err
    assert list(west.folder.iterdir()) == [], "what was taken in vanishes"

    back = tmp_path / "back"
    back.write_text(make(west.sandbox, "admin", expires_in=HOUR)["access_token"])
    back.chmod(0o600)
    words = ("--json", "--secret", f"back={back}", "--output", str(tmp_path / "second"))
    assert paired(east, west, *words, ways=BOTH).code == 1, "the other way needs the other certificate"
    theirs = tmp_path / "second" / "127.0.0.1-peer.crt"
    (east.folder / "us-west.crt").write_text(theirs.read_text())
    both = paired(east, west, "--json", "--secret", f"back={back}", ways=BOTH)
    assert both.code == 0
    assert {check["verdict"] for check in both.json["proof"]} == {"good"}
    assert works(east.sandbox, back.read_text())
    assert listed(east.sandbox, "admin") == before, "no trial is stored"
    assert {plan["state"] for plan in east.cli("journal", "list", "--json").json["plans"]} == {"ended"}
    kept_nowhere(east.cli.home / "jfconsole", west.sandbox.token, back.read_text())


def test_what_is_no_secret_of_it_is_refused_and_nothing_is_made(east: Site, tmp_path: Path) -> None:
    open_file = tmp_path / "open"
    open_file.write_text(east.sandbox.token)
    open_file.chmod(0o644)
    wrong = {
        "chmod 600": ("--secret", f"token={open_file}"),
        "QUESTION=FILE": ("--secret", "token="),
        "there are token": ("--secret", f"token={east.token_file}", "--secret", f"back={east.token_file}"),
        "stdin holds one thing": ("--secret", "token=-"),
    }
    for words, given in wrong.items():
        ended = paired(east, east, *given)
        assert (ended.code, words in ended.err) == (2, True), ended
    missing = east.cli("wizard", "run", "pair-platforms", "--answers", "-", "--yes", stdin=answers(east))
    assert (missing.code, "--secret token=FILE" in missing.err) == (2, True)
    inside = answers(east).replace("[trust]", 'token = "abc"\n[trust]')
    within = east.cli("wizard", "run", "pair-platforms", "--answers", "-", "--yes", stdin=inside)
    assert (within.code, "secrets do not belong" in within.err) == (2, True)
    assert [one for one in east.sandbox.requests() if one["method"] == "POST"] == []


def test_its_questions_are_told_with_the_way_to_give_secrets(east: Site) -> None:
    shown = east.cli("wizard", "show", "pair-platforms", "--json").json
    assert [page["id"] for page in shown["pages"]] == ["peer", "trust"]
    assert "--secret token=FILE" in east.cli("wizard", "show", "pair-platforms", "--answers").out
    ended = paired(east, east, "--plan")
    assert (ended.code, "This is the platform that the console is connected to" in ended.err) == (3, True)
