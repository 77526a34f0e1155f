"""One plan may change a platform and the local issuer: it is run, continued and taken back like every other."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.groups import Group
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.services import group_steps, issuer_steps
from jfconsole.services.control import Control
from jfconsole.services.journal import Journal
from jfconsole.services.ladder import edit_plan
from jfconsole.services.paths import Paths
from jfconsole.services.workbench import Workbench
from tests.support.command import Command
from tests.support.sandbox import RunningSandbox

PASSPHRASE = Secret("correct horse battery")


class Office:
    """A console at work on a sandbox and on an issuer of its own."""

    def __init__(self, sandbox: RunningSandbox, home: Path) -> None:
        self._sandbox = sandbox
        self._paths = Paths(state=home / "state", config=home / "config")

    def bench(self, *, read_only: bool = False) -> Workbench:
        token = Secret(self._sandbox.token)
        return Workbench(Connection(url=self._sandbox.url, token=token, read_only=read_only), self._paths)

    def groups(self) -> set[str]:
        with self._sandbox.http() as http:
            return {group["group_name"] for group in http.get("/access/api/v2/groups").json()["groups"]}

    def vaults(self) -> set[str]:
        bench = self.bench()
        names = {str(vault["name"]) for vault in bench.issuer.vaults()}
        bench.issuer.close()
        return names


@pytest.fixture
def office(sandbox: RunningSandbox, tmp_path: Path) -> Office:
    office = Office(sandbox, tmp_path)
    issuer = office.bench().issuer
    issuer.local.vault.create(PASSPHRASE, "https://id.acme.example")
    issuer.close()
    return office


def a_plan(bench: Workbench, name: str = "builds") -> Plan:
    vault = issuer_steps.create_step(issuer_steps.VAULT, name, {"name": name, "description": ""})
    group = group_steps.create_step(Group(name=Untrusted(name)))
    return edit_plan("Make both", bench.connection.url, [vault, group], ())


async def run(bench: Workbench, plan: Plan) -> Report:
    try:
        return await bench.run(plan, Control(), lambda progress: None)
    finally:
        await bench.close()


def test_it_is_run_and_taken_back(office: Office) -> None:
    before = office.groups(), office.vaults()
    bench = office.bench()
    bench.issuer.local.vault.unlock(PASSPHRASE)
    plan = a_plan(bench)
    assert asyncio.run(run(bench, plan)).counts == {Outcome.DONE: 2}
    assert (office.groups(), office.vaults()) == (before[0] | {"builds"}, before[1] | {"builds"})

    async def undo() -> Report:
        bench = office.bench()
        bench.issuer.local.vault.unlock(PASSPHRASE)
        return await run(bench, await bench.plan_undo(plan.id))

    assert asyncio.run(undo()).counts == {Outcome.DONE: 2}
    assert (office.groups(), office.vaults()) == before


def test_a_locked_vault_stops_it_and_it_is_continued_once_it_is_open(office: Office) -> None:
    bench = office.bench()
    plan = a_plan(bench)
    report = asyncio.run(run(bench, plan))
    assert report.counts == {Outcome.PENDING: 2}
    assert "locked" in report.stopped

    async def go_on() -> Report:
        bench = office.bench()
        bench.issuer.local.vault.unlock(PASSPHRASE)
        (entry,) = await bench.unfinished()
        try:
            return await bench.resume(entry.plan_id, Control(), lambda progress: None)
        finally:
            await bench.close()

    assert asyncio.run(go_on()).counts == {Outcome.DONE: 2}
    assert "builds" in office.groups() & office.vaults()


def test_read_only_keeps_the_issuer_as_it_is_too(office: Office) -> None:
    bench = office.bench(read_only=True)
    bench.issuer.local.vault.unlock(PASSPHRASE)
    vault = issuer_steps.create_step(issuer_steps.VAULT, "builds", {"name": "builds", "description": ""})
    report = asyncio.run(run(bench, edit_plan("Make one", bench.connection.url, [vault], ())))
    assert report.counts == {Outcome.PENDING: 1}
    assert "Read-only" in report.stopped
    assert office.vaults() == set()


def test_the_console_offers_what_is_unfinished_here_and_on_the_issuer_alone(office: Office) -> None:
    async def scenario() -> None:
        bench = office.bench()
        journal = Journal(bench.paths.journal)
        for origin in (bench.connection.url, bench.issuer.origin, "https://other.example"):
            plan = edit_plan(origin, origin, a_plan(bench).steps, ())
            journal.begin(plan)
            journal.release(plan, stopped="The disk is on fire")
        journal.close()
        assert {entry.origin for entry in await bench.unfinished()} == {bench.connection.url, bench.issuer.origin}
        await bench.close()

    asyncio.run(scenario())


def test_the_command_line_takes_back_and_goes_on_without_a_platform(tmp_path: Path) -> None:
    cli = Command(tmp_path)
    words = f"{PASSPHRASE.reveal()}\n"
    created = cli("vaults", "create", "--public-url", "https://id.acme.example", "--passphrase-stdin", stdin=words)
    assert created.code == 0, created.err
    record = tmp_path / "vault.json"
    record.write_text(json.dumps({"name": "builds", "description": ""}))
    opened = ("--yes", "--json", "--passphrase-stdin")
    made = cli("vaults", "apply", "-f", str(record), *opened, stdin=words)
    assert made.code == 0, made.err
    plan_id = made.json["report"]["plan"]
    undone = cli("journal", "undo", plan_id, *opened, stdin=words)
    assert undone.json["report"]["counts"] == {"done": 1}, undone.err
    assert cli("vaults", "list", "--json").json["vaults"] == []
    journal = Journal(Path(cli("paths", "--json").json["paths"]["journal"]))
    loaded = journal.load(plan_id).plan
    left = edit_plan("Make it again", loaded.origin, loaded.steps, ())
    journal.begin(left)
    journal.release(left, stopped="The disk is on fire")
    journal.close()
    assert cli("journal", "resume", left.id, *opened, stdin=words).json["report"]["counts"] == {"done": 1}
    assert [vault["name"] for vault in cli("vaults", "list", "--json").json["vaults"]] == ["builds"]
