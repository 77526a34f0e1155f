"""The token in use: what it is, and another one for an hour that is nowhere but in memory."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import Refused
from jfconsole.domain.plans import Plan
from jfconsole.domain.secret import Secret
from jfconsole.services.control import Control
from jfconsole.services.going_over import work_with
from jfconsole.services.paths import Paths
from jfconsole.services.workbench import Workbench
from tests.support.command import Command
from tests.support.sandbox import RunningSandbox
from tests.support.values import HOUR, kept_nowhere, listed, make, works


def paths(home: Path) -> Paths:
    return Paths(state=home / "state", config=home / "config")


@pytest.mark.parametrize(
    ("fields", "kind", "concern"),
    [
        ({"expires_in": 0}, "an access token", "It never expires"),
        ({"expires_in": HOUR}, "an access token", "The platform does not list it"),
        ({"expires_in": 6 * HOUR}, "an access token", "It expires in"),
        ({"include_reference_token": True}, "a reference token", ""),
    ],
)
def test_what_it_is(fields: dict[str, int], kind: str, concern: str, sandbox: RunningSandbox, tmp_path: Path) -> None:
    made = sandbox.create_token(username="ann", **({"expires_in": 90 * 24 * HOUR} | fields))
    value = str(made.get("reference_token", made["access_token"]))
    cli = Command(tmp_path, sandbox.url, value)
    own = cli("tokens", "own", "--json").json["own"]
    assert (own["token_id"], own["kind"], own["username"], own["admin"]) == (made["token_id"], kind, "ann", False)
    assert own["scope"] == "applied-permissions/user"
    assert own["never_expires"] == (fields.get("expires_in") == 0)
    assert any(concern in said for said in own["concerns"]) if concern else own["concerns"] == []
    plain = cli("tokens", "own")
    assert "JFROG_URL and JFROG_ACCESS_TOKEN" in plain.out
    assert value not in plain.out + plain.err


def test_one_hour_in_memory(sandbox: RunningSandbox, tmp_path: Path) -> None:
    old = make(sandbox, "boss", scope="applied-permissions/admin", expires_in=0)

    async def swap() -> tuple[Plan, str]:
        bench = Workbench(Connection(url=sandbox.url, token=Secret(old["access_token"])), paths(tmp_path))
        try:
            await bench.list_tokens()
            plan = await (await bench.living()).plan_session_token()
            report = await bench.run(plan, Control(), lambda progress: None)
            await work_with(bench, report)
            own = await (await bench.living()).own()
            assert own.identity.token_id == report.products[0].made
            assert "made for this session" in own.source
            listing = await bench.list_tokens()
            assert [view.token_id for view in listing.views if view.in_use] == [report.products[0].made]
            assert await bench.unfinished() == ()
            return plan, bench.connection.token.reveal()
        finally:
            await bench.close()

    plan, value = asyncio.run(swap())
    assert any("in memory alone" in effect for effect in plan.confirmation.effects)
    assert plan.confirmation.phrase == "boss", "an admin token is typed for"
    assert works(sandbox, value)
    assert works(sandbox, old["access_token"]), "the old one stays until somebody revokes it"
    new = next(row for row in listed(sandbox, "boss") if row["token_id"] != old["token_id"])
    assert new["expiry"] - new["issued_at"] == HOUR
    kept_nowhere(tmp_path, value, old["access_token"])


def test_who_is_no_administrator_does_not_become_one(sandbox: RunningSandbox, tmp_path: Path) -> None:
    mine = make(sandbox, "ann")["access_token"]

    async def swap() -> None:
        bench = Workbench(Connection(url=sandbox.url, token=Secret(mine)), paths(tmp_path))
        try:
            await (await bench.living()).plan_session_token()
        finally:
            await bench.close()

    with pytest.raises(Refused, match="admin scope"):
        asyncio.run(swap())
