"""`jfconsole snapshot`: a platform is kept as a file, compared with it, and brought back to it."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from jfconsole.domain.errors import NothingToChange
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.domain.snapshots import (
    INTEGRATIONS,
    KINDS,
    MAPPINGS,
    PERMISSIONS,
    TOKENS,
    Snapshot,
    canonical_text,
    compare,
    snapshot_from,
    uncompared,
)
from jfconsole.services.journal import Journal
from jfconsole.services.restoring import plan_restore
from jfconsole.services.runner import Runner
from jfconsole.services.session import open_session
from jfconsole.services.snapshot_files import SnapshotFiles
from jfconsole.services.snapshots import take_snapshot
from tests.support.command import Command
from tests.support.console import connection
from tests.support.sandbox import RunningSandbox
from tests.support.trust import make_mapping

ACCESS = "/access/api/v2"
OIDC = "/access/api/v1/oidc"
TOKENS_API = "/access/api/v1/tokens"


def snapshot_of(sandbox: RunningSandbox, token: str | None = None) -> Snapshot:
    async def take() -> Snapshot:
        async with open_session(connection(sandbox, token=token)) as session:
            return await take_snapshot(session)

    return asyncio.run(take())


def carry_out(sandbox: RunningSandbox, home: Path, plan: Plan) -> Report:
    async def transports() -> Report:
        async with open_session(connection(sandbox)) as session:
            runner = Runner(Journal(home / "journal.db"), home / "reports", session.new_transport)
            return await asyncio.to_thread(runner.run, plan)

    return asyncio.run(transports())


def delete_everything(http: httpx.Client, admin: str) -> None:
    """Leave nothing but the administrator."""

    def names(path: str, plural: str, name: str) -> list[str]:
        found: list[str] = []
        url = f"{path}?limit=1000"
        while url:
            page = http.get(url).json()
            found += [item[name] for item in page[plural]]
            cursor = page.get("cursor")
            url = f"{path}?limit=1000&cursor={cursor}" if cursor else ""
        return found

    own = http.get(f"{TOKENS_API}/me").json()["token_id"]
    for token in http.get(TOKENS_API).json()["tokens"]:
        if token["token_id"] != own:
            http.delete(f"{TOKENS_API}/{token['token_id']}")  # 400 for the short-lived, which only lapse
    for integration in http.get(OIDC).json():
        assert http.delete(f"{OIDC}/{integration['name']}").is_success
    for plural, name in (("permissions", "name"), ("users", "username"), ("groups", "group_name")):
        for found in names(f"{ACCESS}/{plural}", plural, name):
            if found not in {admin, "anonymous"}:
                assert http.delete(f"{ACCESS}/{plural}/{quote(found, safe='')}").is_success, found


def test_a_company_comes_back_but_for_tokens_and_passwords(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    with demo_sandbox.http() as http:
        integration = http.get(OIDC).json()[0]["name"]
        make_mapping(http, integration, "of-a-project", {"sub": "x"}, project_key="dsci", username="admin")
        make_mapping(http, integration, "of-a-project", {"sub": "y"}, username="admin")
    before = snapshot_of(demo_sandbox)
    assert set(before.objects) == set(KINDS)
    assert all(before.of(kind) for kind in KINDS), "there is something of every kind"
    owners = {found.get("project_key") for kind in (INTEGRATIONS, MAPPINGS) for found in before.of(kind).values()}
    assert owners == {None, "mobile", "dsci"}, "what belongs to projects, too"
    with demo_sandbox.http() as http:
        delete_everything(http, "admin")
    bare = snapshot_of(demo_sandbox)
    assert set(bare.of("users")) == {"admin", "anonymous"}
    assert not bare.of("groups")
    plan = plan_restore(before, bare)
    assert not plan.confirmation.by_yes, "the story has administrators, and a mapping that lets strangers in"
    report = carry_out(demo_sandbox, tmp_path, plan)
    assert [result.message for result in report.results if result.outcome is not Outcome.DONE] == []
    left = compare(before, snapshot_of(demo_sandbox))
    external = {name for kind in ("users", "groups") for name, found in before.of(kind).items() if _external(found)}
    disabled = {name for name, found in before.of("users").items() if found.get("status") == "disabled"}
    assert {difference.key for difference in left if difference.kind != TOKENS} == external | disabled
    told = "\n".join(plan.confirmation.effects)
    assert "Passwords do not come back" in told
    assert f"enabled when made again, until the web UI disables them: {', '.join(sorted(disabled))}" in told
    assert disabled
    gone = before.of(TOKENS).keys() - bare.of(TOKENS).keys()
    assert len(gone) > len(before.of(TOKENS)) // 2
    assert f"{len(gone)} tokens do not come back" in told
    assert {one.key for one in left if one.kind == TOKENS} == gone
    assert [one.key for one in left if one.kind != TOKENS and one.key not in told] == [], "every exception is listed"
    with pytest.raises(NothingToChange):
        plan_restore(Snapshot(platform="", taken=0), before)


def _external(found: dict[str, Any]) -> bool:
    return found.get("realm") not in (None, "internal")


def test_at_the_command_line(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    with sandbox.http() as http:
        http.post(f"{ACCESS}/groups", json={"name": "builds", "description": "one"})
    taken = tmp_path / "taken.json"
    assert cli("snapshot", "take", str(taken)).code == 0
    assert taken.stat().st_mode & 0o777 == 0o600
    assert sandbox.token not in taken.read_text()
    assert cli("snapshot", "take", str(taken)).code == 2, "it is not overwritten"
    assert cli("snapshot", "diff", str(taken)).code == 0
    assert cli("snapshot", "restore", str(taken), "--yes").code == 0, "nothing to do is well"
    with sandbox.http() as http:
        http.patch(f"{ACCESS}/groups/builds", json={"description": "two"})
        http.post(f"{ACCESS}/groups", json={"name": "others"})
    told = cli("snapshot", "diff", str(taken), "--json")
    assert told.code == 1
    assert [(found["kind"], found["key"], found["sign"]) for found in told.json["differences"]] == [
        ("groups", "builds", "~"),
        ("groups", "others", "+"),
    ]
    assert "~ group builds" in cli("snapshot", "diff", str(taken)).out
    later = cli("snapshot", "take", "-").out
    (tmp_path / "later.json").write_text(later)
    assert cli("snapshot", "diff", str(taken), str(tmp_path / "later.json")).code == 1
    assert cli("snapshot", "restore", str(taken), "--yes", "--read-only").code == 3
    restored = cli("snapshot", "restore", str(taken), "--yes", "--json")
    assert restored.json["report"]["counts"] == {"done": 1}
    with sandbox.http() as http:
        assert http.get(f"{ACCESS}/groups/builds").json()["description"] == "one"
        assert http.get(f"{ACCESS}/groups/others").is_success, "what the snapshot does not have is left alone"


def test_kept_ones_are_deleted_at_the_command_line(tmp_path: Path) -> None:
    """Looked at first, agreed to, and only what the console keeps; no server is asked."""
    cli = Command(tmp_path)
    folder = tmp_path / "jfconsole" / "state" / "snapshots"
    files = SnapshotFiles(folder)
    kept = [files.keep(Snapshot(platform="https://acme.example", taken=1.0)).name for _ in range(25)]
    (tmp_path / "mine.json").write_text("{}")
    assert cli("snapshot", "delete", kept[0], "none.json", "--yes").code == 4
    elsewhere = cli("snapshot", "delete", str(tmp_path / "mine.json"), "--yes")
    assert (elsewhere.code, "none of the snapshots" in elsewhere.err) == (4, True)
    looked = cli("snapshot", "delete", *kept[:2], "--plan")
    assert looked.code == 0
    assert [line for line in looked.out.splitlines() if line.startswith(tuple(kept[:2]))]
    assert "Nothing was done." in looked.out
    plan = cli("snapshot", "delete", *kept, "--plan", "--json").json["plan"]
    assert (plan["phrase"], plan["covered_by_yes"], len(plan["snapshots"])) == ("delete 25", True, 25)
    assert cli("snapshot", "delete", kept[0]).code == 3, "nobody can be asked"
    assert cli("snapshot", "delete", kept[0], "--yes", "--read-only").code == 3
    assert cli("snapshot", "delete", *kept, "--yes").code == 3, "more than one plan may delete"
    assert len(list(folder.iterdir())) == 25
    assert cli("snapshot", "delete", kept[0], kept[0], "--yes").out.splitlines() == [f"deleted  {kept[0]}"]
    ended = cli("snapshot", "delete", *kept[1:], "--yes", "--max-deletes", "24", "--json")
    assert (ended.code, len(ended.json["deleted"]), ended.json["failed"]) == (0, 24, [])
    assert cli("snapshot", "list", "--json").json == {"snapshots": []}
    assert (tmp_path / "mine.json").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": true}', '{"format": 99}', "[" * 100_000])
def test_what_is_no_snapshot_is_told_so(text: str, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(text)
    ended = Command(tmp_path, "http://127.0.0.1:9", "none")("snapshot", "diff", str(tmp_path / "file.json"))
    assert ended.code == 2
    assert "snapshot" in ended.err


@pytest.fixture
def two_servers(tmp_path: Path, sandbox: RunningSandbox, demo_sandbox: RunningSandbox) -> Command:
    """A command that knows two servers by their profiles."""
    cli = Command(tmp_path)
    for name, server in (("lab", sandbox), ("demo", demo_sandbox)):
        printing = shlex.join([sys.executable, "-c", f"print({server.token!r})"])
        assert cli("profiles", "add", name, "--url", server.url, "--token-command", printing).code == 0
    return cli


def test_two_servers_are_compared_by_their_profiles(two_servers: Command, sandbox: RunningSandbox) -> None:
    told = two_servers("snapshot", "diff", "--from-profile", "lab", "--to-profile", "demo", "--json")
    assert told.code == 1, told.err
    assert ("users", "ox-scanner", "+") in {(one["kind"], one["key"], one["sign"]) for one in told.json["differences"]}
    taken = two_servers("snapshot", "take", "--profile", "lab")
    assert taken.code == 0, taken.err
    (kept,) = two_servers("snapshot", "list", "--json").json["snapshots"]
    assert (kept["platform"], kept["problem"]) == (sandbox.url, None)
    name = Path(kept["file"]).name
    assert two_servers("snapshot", "diff", name, "--to-profile", "lab").code == 0
    assert two_servers("snapshot", "diff", "--from-profile", "lab").code == 0, "the default is the same one"
    for wrong in ((), (name, "--from-profile", "lab"), (name, name, "--to-profile", "lab")):
        assert two_servers("snapshot", "diff", *wrong).code == 2
    assert two_servers("snapshot", "diff", name, "--to-profile", "nope").code == 4


def test_a_kind_that_cannot_be_read_is_left_out_and_not_taken_for_empty(demo_sandbox: RunningSandbox) -> None:
    """Somebody who administers nothing: what they may not see is neither compared nor restored."""
    token = demo_sandbox.create_token(username="ines.silva", scope="applied-permissions/user")["access_token"]
    little, everything = snapshot_of(demo_sandbox, token), snapshot_of(demo_sandbox)
    assert PERMISSIONS not in little.objects
    assert any("permissions are not in it" in note for note in little.notes)
    assert PERMISSIONS in uncompared(little, everything)
    assert {one.kind for one in compare(little, everything)} <= set(little.objects)
    again = snapshot_from(canonical_text(little))
    assert again.objects.keys() == little.objects.keys()
    with pytest.raises(NothingToChange):
        plan_restore(replace(everything, objects={PERMISSIONS: everything.of(PERMISSIONS)}), little)


def test_the_same_objects_give_the_same_text(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    one, other = (json.loads(cli("snapshot", "take", "-").out) for _ in range(2))
    assert {**one, "taken": 0} == {**other, "taken": 0}
