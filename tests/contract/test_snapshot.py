"""`jfconsole snapshot`: a platform is kept as a file, compared with it, and brought back to it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from jfconsole.domain.errors import NothingToChange
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.domain.snapshots import Snapshot, compare
from jfconsole.services.journal import Journal
from jfconsole.services.runner import Runner
from jfconsole.services.session import open_session
from jfconsole.services.snapshots import plan_restore, take_snapshot
from tests.support.command import Command
from tests.support.console import connection
from tests.support.sandbox import RunningSandbox

ACCESS = "/access/api/v2"
OIDC = "/access/api/v1/oidc"


def snapshot_of(sandbox: RunningSandbox) -> Snapshot:
    async def take() -> Snapshot:
        async with open_session(connection(sandbox)) as session:
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

    for integration in http.get(OIDC).json():
        assert http.delete(f"{OIDC}/{integration['name']}").is_success
    for plural, name in (("permissions", "name"), ("users", "username"), ("groups", "group_name")):
        for found in names(f"{ACCESS}/{plural}", plural, name):
            if found not in {admin, "anonymous"}:
                assert http.delete(f"{ACCESS}/{plural}/{quote(found, safe='')}").is_success, found


def test_a_company_comes_back_but_for_tokens_and_passwords(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    before = snapshot_of(demo_sandbox)
    assert all(before.of(kind) for kind in before.objects), "there is something of every kind"
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
    assert {difference.key for difference in left if difference.kind != "tokens"} <= external
    assert any("Passwords do not come back" in effect for effect in plan.confirmation.effects)
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


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": true}', '{"format": 99}', "[" * 100_000])
def test_what_is_no_snapshot_is_told_so(text: str, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(text)
    ended = Command(tmp_path, "http://127.0.0.1:9", "none")("snapshot", "diff", str(tmp_path / "file.json"))
    assert ended.code == 2
    assert "snapshot" in ended.err


def test_the_same_objects_give_the_same_text(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    one, other = (json.loads(cli("snapshot", "take", "-").out) for _ in range(2))
    assert {**one, "taken": 0} == {**other, "taken": 0}
