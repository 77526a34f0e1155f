"""Every kind of token through everything that is done with one: checked, refreshed, rotated, revoked both ways."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.plans import Outcome
from jfconsole.domain.secret import Secret
from jfconsole.services.inspect import Pair
from jfconsole.services.living import Living
from jfconsole.services.session import Session
from jfconsole.services.token_check import TokenCheck
from jfconsole.services.token_rotate import Twin
from tests.support.revoking import Desk
from tests.support.sandbox import RunningSandbox
from tests.support.values import DAY, HOUR, ask, kept_nowhere, listed, make, works

KINDS: dict[str, dict[str, Any]] = {
    "user": {},
    "transient user": {"username": "nobody-of-that-name"},
    "admin": {"scope": "applied-permissions/admin"},
    "groups": {"scope": "applied-permissions/groups:readers"},
    "path": {"scope": "artifact:libs-local/**:r,w"},
    "system": {"scope": "system:metrics:r"},
    "never": {"expires_in": 0},
    "a day": {"expires_in": DAY},
    "short, forced": {"expires_in": HOUR, "force_revocable": True},
    "reference": {"include_reference_token": True},
    "another audience": {"audience": "jfrt@* jfxr@*"},
}
"""Those that can be revoked; what cannot is told by the tests of each way."""

EACH = [kind if kind == "reference" else pytest.param(kind, marks=pytest.mark.deep) for kind in KINDS]


@pytest.fixture
def desk(sandbox: RunningSandbox, tmp_path: Path) -> Desk:
    return Desk(sandbox, tmp_path)


def made_of(sandbox: RunningSandbox, kind: str, **more: Any) -> dict[str, Any]:
    fields = KINDS[kind] | more
    return make(sandbox, fields.pop("username", "ci"), **fields)


def whose(kind: str) -> str:
    return str(KINDS[kind].get("username", "ci"))


def values_of(made: dict[str, Any]) -> list[str]:
    return [str(made[name]) for name in ("access_token", "reference_token") if name in made]


def checking(value: str) -> Callable[[Session], Awaitable[TokenCheck]]:
    """The check of one value, to be asked with a session."""
    return lambda session: Living(session).check(Secret(value))


@pytest.mark.parametrize("kind", EACH)
def test_it_is_checked(kind: str, desk: Desk, sandbox: RunningSandbox) -> None:
    made = made_of(sandbox, kind)
    for found in [ask(desk, checking(value)) for value in values_of(made)]:
        assert found.accepted, found.explanation
        assert found.username == whose(kind)


@pytest.mark.parametrize("kind", EACH)
def test_it_is_refreshed_where_it_can_be(kind: str, desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    old = made_of(sandbox, kind, refreshable=True)
    pair = Pair(Secret(old["refresh_token"]), Secret(old["access_token"]))
    report = desk.carry_out(ask(desk, lambda session: Living(session).plan_refresh(pair)))
    new = report.products[0].secrets["access_token"].reveal()
    assert works(sandbox, new)
    assert not any(works(sandbox, value) for value in values_of(old))
    kept_nowhere(tmp_path, new, *values_of(old))


@pytest.mark.parametrize("kind", EACH)
def test_it_is_rotated(kind: str, desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    old = made_of(sandbox, kind)
    twin = Twin(audience=KINDS[kind].get("audience", "*@*"), reference="reference_token" in old, revoke_old=True)
    plan = ask(desk, lambda session: Living(session).plan_rotate(old["token_id"], twin, None))
    before = desk.runner.run(plan)
    new = [secret.reveal() for secret in before.products[0].secrets.values()]
    assert len(new) == len(values_of(old))
    assert before.waits
    assert all(works(sandbox, value) for value in (*new, *values_of(old))), "both, until the new one is in hand"
    desk.journal.handed_over(plan.id)
    desk.carry_on(plan)
    (row,) = [row for row in listed(sandbox, whose(kind)) if row["token_id"] != old["token_id"]]
    assert row["scope"] == old["scope"]
    assert not any(works(sandbox, value) for value in values_of(old))
    kept_nowhere(tmp_path, *new)


@pytest.mark.parametrize("way", ["id", "value", "reference value"])
@pytest.mark.parametrize("kind", EACH)
def test_it_is_revoked(way: str, kind: str, desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    made = made_of(sandbox, kind, include_reference_token=way.startswith("reference"))
    value = made["reference_token" if way.startswith("reference") else "access_token"]
    if way == "id":
        plan = desk.plan([token for token in desk.tokens("") if token.token_id == made["token_id"]])
    else:
        plan = ask(desk, lambda session: Living(session).plan_revoke_value(Secret(value)))
    assert desk.carry_out(plan).counts == {Outcome.DONE: 1}
    assert not any(works(sandbox, dead) for dead in values_of(made))
    assert listed(sandbox, whose(kind)) == []
    kept_nowhere(tmp_path, *values_of(made))
