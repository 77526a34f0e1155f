"""The circle of trust between two platforms: one way, both ways, refused; and why."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.command import Command
from tests.support.identity import make_user
from tests.support.sandbox import RunningSandbox
from tests.support.values import CALL, HOUR, kept_nowhere, listed, make, works

CROSSING: dict[str, Any] = {"expires_in": HOUR}


@dataclass(frozen=True)
class Site:
    """One platform with its folder of trusted keys."""

    sandbox: RunningSandbox
    folder: Path
    cli: Command
    token_file: Path

    def trust(self, other: Site, home: Path) -> None:
        """Put the other's certificate into the folder, as an administrator would."""
        file = home / f"of-{other.sandbox.url.rpartition(':')[2]}.crt"
        assert other.cli("trust-circle", "save-cert", str(file)).code == 0
        (self.folder / file.name).write_bytes(file.read_bytes())

    def check(self, peer: Site, *words: str, stdin: str = "") -> Any:
        """Whether the peer believes this platform."""
        where = ("--peer-url", peer.sandbox.url, "--peer-token-file", str(peer.token_file))
        return self.cli("trust-circle", "check", *where, *words, stdin=stdin)


def _site(home: Path, name: str) -> Iterator[Site]:
    folder = home / name / "trusted"
    folder.mkdir(parents=True)
    with RunningSandbox("empty", arguments=["--trusted-keys", str(folder)]) as sandbox:
        file = home / name / "token"
        file.write_text(sandbox.token)
        file.chmod(0o600)
        yield Site(sandbox, folder, Command(home / name, sandbox.url, sandbox.token), file)


@pytest.fixture
def east(tmp_path: Path) -> Iterator[Site]:
    yield from _site(tmp_path, "east")


@pytest.fixture
def west(tmp_path: Path) -> Iterator[Site]:
    yield from _site(tmp_path, "west")


def test_without_a_certificate_nobody_is_believed(east: Site, west: Site) -> None:
    ended = east.check(west, "--yes", "--json")
    assert ended.code == 1
    (check,) = ended.json["checks"]
    assert check["verdict"] == "bad"
    assert "does not have this one's root certificate" in check["detail"]


def test_trust_goes_one_way_and_then_both(east: Site, west: Site, tmp_path: Path) -> None:
    west.trust(east, tmp_path)
    ended = east.check(west, "--yes", "--json")
    assert (ended.code, ended.json["checks"][0]["verdict"]) == (0, "good")
    assert list(west.folder.iterdir()) == [], "what was taken in vanishes"
    assert west.check(east, "--yes").code == 1, "the other way needs the other certificate"
    east.trust(west, tmp_path)
    assert west.check(east, "--yes").code == 0
    value = make(east.sandbox, **CROSSING)["access_token"]
    assert works(west.sandbox, value)
    kept_nowhere(east.cli.home / "jfconsole", value)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "revocable": ({"expires_in": 30 * 24 * HOUR}, "It is revocable"),
    "forced": ({"expires_in": HOUR, "force_revocable": True}, "It is revocable"),
    "never": ({"expires_in": 0}, "It never expires"),
    "reference": ({**CROSSING, "include_reference_token": True}, "It is a reference token"),
    "another audience": ({**CROSSING, "audience": "jfxr@*"}, "Its audience does not cover"),
}


def test_what_does_not_cross_is_refused_and_explained(east: Site, west: Site, tmp_path: Path) -> None:
    west.trust(east, tmp_path)
    for fields, why in REFUSED.values():
        made = make(east.sandbox, **fields)
        value = made.get("reference_token", made["access_token"])
        ended = east.check(west, "--try", "-", stdin=value)
        assert (ended.code, why in ended.out) == (1, True), (fields, ended)
        assert value not in ended.out + ended.err
    assert "It has expired" in east.check(west, "--try", "-", stdin=_expired(east, west)).out


def _expired(east: Site, west: Site) -> str:
    """A token that expired a while ago, on both clocks."""
    now = east.sandbox.clock(advance=-2 * HOUR)
    value = str(make(east.sandbox, expires_in=HOUR)["access_token"])
    east.sandbox.clock(now=now + 2 * HOUR)
    assert not works(west.sandbox, value)
    return value


def test_names_have_to_exist_on_both_sides(east: Site, west: Site, tmp_path: Path) -> None:
    west.trust(east, tmp_path)
    for site in (east, west):
        with site.sandbox.http() as client:
            make_user(client, "ann")
    known = make(east.sandbox, "ann", **CROSSING)["access_token"]
    assert "There is a user ann over there." in east.check(west, "--try", "-", stdin=known).out
    scope = "applied-permissions/groups:ghosts"
    nobody = make(east.sandbox, "nobody", scope=scope, **CROSSING)["access_token"]
    ended = east.check(west, "--try", "-", "--json", stdin=nobody)
    assert [check["verdict"] for check in ended.json["checks"]] == ["good", "warning", "warning"]


def test_the_peer_does_not_revoke_what_it_did_not_issue(east: Site, west: Site, tmp_path: Path) -> None:
    west.trust(east, tmp_path)
    value = make(east.sandbox, **CROSSING)["access_token"]
    with west.sandbox.http() as client:
        answer = client.request("DELETE", f"{CALL}/revoke", json={"token": value})
    assert answer.status_code == 400
    assert works(west.sandbox, value)


def test_what_is_no_certificate_stays(east: Site, west: Site) -> None:
    (west.folder / "nonsense.crt").write_text("hello")
    (west.folder / "notes.txt").write_text("hello")
    assert works(west.sandbox, west.sandbox.token)
    assert sorted(path.name for path in west.folder.iterdir()) == ["nonsense.crt", "notes.txt"]
    assert east.check(west, "--yes").code == 1


def test_what_a_platform_shows_of_itself(east: Site, tmp_path: Path) -> None:
    shown = east.cli("trust-circle", "show", "--json").json["trust"]
    with httpx.Client(base_url=east.sandbox.url, trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {east.sandbox.token}"
        pem = client.get("/access/api/v1/cert/root", params={"formatted": "true"}).text
        assert client.get("/artifactory/api/system/service_id").text == shown["artifactory_id"]
    der = ssl.PEM_cert_to_DER_cert(pem)
    assert shown["certificate"]["sha256"].replace(":", "") == hashlib.sha256(der).hexdigest()
    assert shown["access_id"] in shown["certificate"]["subject"]
    assert shown["certificate"]["not_after_iso"].startswith("7000")
    text = east.cli("trust-circle", "show").out
    assert "access/keys/trusted" in text
    assert "Reference tokens do not cross" in text
    for words, content in (((), pem.encode()), (("--der",), der)):
        file = tmp_path / f"east{len(words)}.crt"
        assert east.cli("trust-circle", "save-cert", str(file), *words).code == 0
        assert file.read_bytes().split() == content.split()
    assert east.cli("trust-circle", "save-cert", str(tmp_path / "east0.crt")).code == 2, "nothing is overwritten"


def test_the_trial_leaves_no_token_that_can_be_used(east: Site, west: Site) -> None:
    before = listed(east.sandbox, "admin")
    ended = east.check(west, "--yes")
    assert "eyJ" not in ended.out + ended.err
    assert listed(east.sandbox, "admin") == before, "what was made for the trial is not stored"
    assert west.token_file.read_text() == west.sandbox.token


def test_a_trial_whose_answer_was_lost_is_not_made_again_by_itself(east: Site, west: Site) -> None:
    pairing = f'recipe = "pair-platforms"\n[peer]\nurl = "{west.sandbox.url}"\n'
    secret = ("--secret", f"token={west.token_file}")
    for trial in (
        lambda: east.check(west, "--yes"),
        lambda: east.cli("wizard", "run", "pair-platforms", "--answers", "-", "--yes", *secret, stdin=pairing),
    ):
        east.sandbox.faults({"method": "POST", "path": CALL, "kind": "drop", "when": "after", "count": 1})
        before = len(posts(east))
        ended = trial()
        assert (ended.code, len(posts(east)) - before) == (5, 1), ended
        assert "nothing is made a second time by itself" in ended.err
        assert "--make-another" in ended.err


def posts(site: Site) -> list[str]:
    """The calls that make something."""
    return [one["path"] for one in site.sandbox.requests() if one["method"] == "POST"]
