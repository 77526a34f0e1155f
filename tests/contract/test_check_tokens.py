"""Checking tokens: accepted or not, why not, whose, what it can do; and to whom it is never sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.checks import Verdict
from jfconsole.domain.secret import Secret
from jfconsole.domain.token_standing import Origin, Standing
from jfconsole.services.directory import Directory
from jfconsole.services.session import Session
from jfconsole.services.token_check import TokenCheck, check_token, with_access
from tests.support.command import Command
from tests.support.identity import artifact_resource, make_permission, make_repository, make_user
from tests.support.revoking import Desk
from tests.support.sandbox import RunningSandbox
from tests.support.values import CALL, DAY, HOUR, ask, kept_nowhere, make

Spoil = Callable[[RunningSandbox, dict[str, Any]], str]


@pytest.fixture
def desk(sandbox: RunningSandbox, tmp_path: Path) -> Desk:
    return Desk(sandbox, tmp_path)


def checked(desk: Desk, value: str, *, send: bool = False) -> TokenCheck:
    async def check(session: Session) -> TokenCheck:
        found = await check_token(session, Secret(value), send=send)
        return await with_access(found, Directory(session).access)

    return ask(desk, check)


def revoked(sandbox: RunningSandbox, made: dict[str, Any]) -> str:
    with sandbox.http() as client:
        client.delete(f"{CALL}/{made['token_id']}").raise_for_status()
    return str(made["access_token"])


def expired(sandbox: RunningSandbox, made: dict[str, Any]) -> str:
    sandbox.clock(advance=31 * DAY)
    return str(made["access_token"])


def altered(sandbox: RunningSandbox, made: dict[str, Any]) -> str:
    head, claims, signature = made["access_token"].split(".")
    return ".".join([head, claims, signature[::-1]])


def disabled(sandbox: RunningSandbox, made: dict[str, Any]) -> str:
    with sandbox.http() as client:
        make_user(client, "ci")
    sandbox.control("POST", "/state", {"users": [{"username": "ci", "email": "ci@example.com", "status": "disabled"}]})
    return str(made["access_token"])


def as_it_is(sandbox: RunningSandbox, made: dict[str, Any]) -> str:
    return str(made.get("reference_token", made["access_token"]))


CASES: dict[str, tuple[dict[str, Any], Spoil, Standing]] = {
    "good": ({}, as_it_is, Standing.ACCEPTED),
    "never expires": ({"expires_in": 0}, as_it_is, Standing.ACCEPTED),
    "short and not stored": ({"expires_in": HOUR}, as_it_is, Standing.ACCEPTED),
    "reference": ({"include_reference_token": True}, as_it_is, Standing.ACCEPTED),
    "admin": ({"scope": "applied-permissions/admin"}, as_it_is, Standing.ACCEPTED),
    "revoked": ({}, revoked, Standing.REVOKED),
    "expired": ({}, expired, Standing.EXPIRED),
    "for another service": ({"audience": "jfxr@*"}, as_it_is, Standing.WRONG_AUDIENCE),
    "altered": ({}, altered, Standing.BAD_SIGNATURE),
    "of a disabled user": ({}, disabled, Standing.SUBJECT_DISABLED),
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_platform_makes_of_it(case: str, desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    fields, spoil, expected = CASES[case]
    made = make(sandbox, **fields)
    value = spoil(sandbox, made)
    if case == "expired":  # our own token, too
        desk.connection = replace(
            desk.connection, token=Secret(make(sandbox, "boss", scope="applied-permissions/admin")["access_token"])
        )
    found = checked(desk, value)
    assert found.standing is expected
    assert found.username == "ci"
    verdicts = {check.what: check.verdict for check in found.checks}
    good = Verdict.GOOD if expected is Standing.ACCEPTED else Verdict.BAD
    assert verdicts["Artifactory accepts it as bearer"] is good
    assert verdicts["Artifactory accepts it as the password of ci"] is good
    assert (found.can is not None) == found.accepted
    kept_nowhere(tmp_path, value)
    assert all("revoke" not in arrival["path"] for arrival in sandbox.requests())


def test_a_token_of_another_platform_is_sent_only_when_wanted(desk: Desk, sandbox: RunningSandbox) -> None:
    with RunningSandbox("empty") as other:
        value = make(other)["access_token"]
    found = checked(desk, value)
    assert (found.origin, found.standing, found.checks) == (Origin.OTHER, Standing.NOT_SENT, ())
    assert not [arrival for arrival in sandbox.requests() if arrival["status"] == 401], "nothing was tried"
    assert checked(desk, value, send=True).standing is Standing.OTHER_ISSUER


def test_what_it_can_do_follows_its_scope(desk: Desk, sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        make_repository(client, "libs")
        make_permission(client, "libs", artifact=artifact_resource(["libs"], groups={"readers": ["READ"]}))
    by_group = checked(desk, make(sandbox, scope="applied-permissions/groups:readers")["access_token"])
    assert by_group.can is not None
    assert "libs" in [path.grant.permission for path in by_group.can.paths]
    assert not by_group.can.everything
    by_admin = checked(desk, make(sandbox, scope="applied-permissions/admin")["access_token"])
    assert by_admin.can is not None
    assert by_admin.can.everything


def test_who_is_no_administrator_checks_as_well(sandbox: RunningSandbox, tmp_path: Path) -> None:
    own = make(sandbox, "ann")["access_token"]
    found = checked(Desk(sandbox, tmp_path, token=own), make(sandbox)["access_token"])
    assert found.standing is Standing.ACCEPTED
    assert found.can is None
    assert found.can_not_known


def test_the_verb(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    value = make(sandbox)["access_token"]
    file = tmp_path / "token"
    file.write_text(value)
    file.chmod(0o600)
    good = cli("tokens", "check", str(file), "--json")
    assert (good.code, good.json["check"]["standing"], good.json["check"]["username"]) == (0, "accepted", "ci")
    assert good.json["check"]["what_can"] is not None
    plain = cli("tokens", "check", "--no-access", stdin=f"Bearer {value}\n")
    assert plain.code == 0
    assert "accepted. The platform accepts it" in plain.out
    nonsense = cli("tokens", "check", stdin="hunter2")
    assert nonsense.code == 2
    file.chmod(0o644)
    assert cli("tokens", "check", str(file)).code == 2
    for shown in (good, plain, nonsense):
        assert value not in shown.out + shown.err
        assert "hunter2" not in shown.out + shown.err
    file.unlink()
    kept_nowhere(tmp_path, value)
    log = json.dumps([arrival for arrival in sandbox.requests() if arrival["method"] != "GET"])
    assert "artifactory" not in log
