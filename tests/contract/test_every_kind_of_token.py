"""Every kind of token through everything that is done with one: checked, refreshed, rotated, revoked both ways."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.errors import NotFound
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.domain.secret import Secret
from jfconsole.services.inspect import Pair, inspect_pasted
from jfconsole.services.living import Living
from jfconsole.services.session import Session
from jfconsole.services.token_check import TokenCheck
from jfconsole.services.token_rotate import Twin
from jfconsole.services.tokens import TokenService
from tests.support.identity import make_group, make_project, make_user
from tests.support.oidc_issuer import OidcIssuer
from tests.support.revoking import Desk
from tests.support.sandbox import RunningSandbox
from tests.support.trust import exchange, make_integration, make_mapping
from tests.support.values import HOUR, ask, kept_nowhere, listed, make, works


@dataclass(frozen=True)
class Kind:
    """How a token is made, whose it is, and what the platform does not do with it."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    username: str = "ci"
    listed: bool = True
    revocable: bool = True


EXCHANGED = Kind(username="github/build", listed=False, revocable=False)
KINDS: dict[str, Kind] = {
    "user": Kind(),
    "transient user": Kind(username="nobody-of-that-name"),
    "groups": Kind({"scope": "applied-permissions/groups:readers,deployers"}),
    "admin": Kind({"scope": "applied-permissions/admin"}),
    "project role": Kind({"scope": 'applied-permissions/roles:acme:"Developer"', "project_key": "acme"}),
    "resource": Kind({"scope": "artifact:libs-local/**:r,w"}),
    "system": Kind({"scope": "system:metrics:r"}),
    "refreshable": Kind({"refreshable": True}),
    "reference": Kind({"include_reference_token": True}),
    "never": Kind({"expires_in": 0}),
    "another audience": Kind({"audience": "jfrt@* jfxr@*"}),
    "short, forced": Kind({"expires_in": HOUR, "force_revocable": True}),
    "four hours: stored, not revocable": Kind({"expires_in": 4 * HOUR}, revocable=False),
    "an hour: not stored": Kind({"expires_in": HOUR}, listed=False, revocable=False),
    "exchanged": EXCHANGED,
}
_AT_ONCE = ("project role", "reference", "an hour: not stored", "exchanged")
"""Those that everybody goes through; the others are for the deep tier."""

EACH = [pytest.param(KINDS[name], id=name, marks=() if name in _AT_ONCE else pytest.mark.deep) for name in KINDS]


@pytest.fixture
def desk(platform: RunningSandbox, tmp_path: Path) -> Desk:
    with platform.http() as client:
        make_user(client, "ci")
        make_group(client, "deployers")
        make_project(client, "acme")
    return Desk(platform, tmp_path)


def made_of(desk: Desk, kind: Kind, **more: Any) -> dict[str, Any]:
    """A token of that kind; the whole answer, with the id where the platform does not say it."""
    if kind is EXCHANGED:
        return _exchanged(desk)
    return make(desk.sandbox, kind.username, **kind.fields, **more)


def _exchanged(desk: Desk) -> dict[str, Any]:
    with OidcIssuer() as issuer, desk.sandbox.http() as client:
        make_integration(client, "github", issuer.url, audience="jfrog")
        make_mapping(client, "github", "build", {"sub": "job"}, scope="applied-permissions/user", expires_in=600)
        given: dict[str, Any] = exchange(client, "github", issuer.token(aud="jfrog")).raise_for_status().json()
    jwt = inspect_pasted(Secret(given["access_token"]), 0.0).pasted
    assert isinstance(jwt, DecodedJwt)
    return {**given, "token_id": jwt.token_id}


def values_of(made: dict[str, Any]) -> list[str]:
    return [str(made[name]) for name in ("access_token", "reference_token") if name in made]


def accepted(desk: Desk, made: dict[str, Any]) -> bool:
    """Whether Artifactory accepts each of its values."""
    (found,) = {works(desk.sandbox, value) for value in values_of(made)}
    return found


def checking(value: str) -> Callable[[Session], Awaitable[TokenCheck]]:
    return lambda session: Living(session).check(Secret(value))


@pytest.mark.parametrize("kind", EACH)
def test_it_is_checked(kind: Kind, desk: Desk) -> None:
    for value in values_of(made_of(desk, kind)):
        found = ask(desk, checking(value))
        assert found.accepted, found.explanation
        assert (found.username, found.row is not None) == (kind.username, kind.listed)


@pytest.mark.parametrize("kind", EACH)
def test_it_is_refreshed(kind: Kind, desk: Desk, tmp_path: Path) -> None:
    old = made_of(desk, kind, **({} if "refreshable" in kind.fields else {"refreshable": True}))
    if kind is EXCHANGED:
        assert "refresh_token" not in old, "an exchange gives none"
        return
    pair = Pair(Secret(old["refresh_token"]), Secret(old["access_token"]))
    report = desk.carry_out(ask(desk, lambda session: Living(session).plan_refresh(pair)))
    new = report.products[0].secrets["access_token"].reveal()
    assert works(desk.sandbox, new)
    assert not accepted(desk, old)
    kept_nowhere(tmp_path, new, *values_of(old))


@pytest.mark.parametrize("kind", EACH)
def test_it_is_rotated_as_one_plan(kind: Kind, desk: Desk, tmp_path: Path) -> None:
    old = made_of(desk, kind)
    twin = Twin(audience=kind.fields.get("audience", "*@*"), reference="reference_token" in old, revoke_old=True)

    def planned() -> Plan:
        return ask(desk, lambda session: Living(session).plan_rotate(old["token_id"], twin, None))

    if not kind.listed:
        with pytest.raises(NotFound):
            planned()
        return
    plan = planned()
    before = desk.runner.run(plan)
    new = values_of({name: secret.reveal() for name, secret in before.products[0].secrets.items()})
    assert len(new) == len(values_of(old))
    assert before.waits
    assert all(works(desk.sandbox, value) for value in (*new, *values_of(old))), "both, until the new one is in hand"
    desk.journal.handed_over(plan.id)
    ended = desk.runner.resume(plan.id)
    (row,) = [row for row in listed(desk.sandbox, kind.username) if row["token_id"] != old["token_id"]]
    assert row["scope"] == old["scope"]
    _revoked_or_called_so(kind, desk, old, ended)
    kept_nowhere(tmp_path, *new)


@pytest.mark.parametrize("kind", EACH)
def test_it_is_revoked_by_its_id(kind: Kind, desk: Desk, tmp_path: Path) -> None:
    made = made_of(desk, kind)
    chosen = [token for token in desk.tokens("") if token.token_id == made["token_id"]]
    if not kind.listed:
        assert chosen == [], "there is no row to revoke"
        with pytest.raises(NotFound):
            ask(desk, lambda session: TokenService(session).get(made["token_id"]))
        return
    _revoked_or_called_so(kind, desk, made, desk.carry_out(desk.plan(chosen)))
    kept_nowhere(tmp_path, *values_of(made))


@pytest.mark.parametrize("kind", EACH)
def test_it_is_revoked_by_its_value(kind: Kind, desk: Desk, tmp_path: Path) -> None:
    made = made_of(desk, kind)
    form = "reference_token" if "reference_token" in made else "access_token"
    plan = ask(desk, lambda session: Living(session).plan_revoke_value(Secret(made[form])))
    _revoked_or_called_so(kind, desk, made, desk.carry_out(plan))
    kept_nowhere(tmp_path, *values_of(made))


def _revoked_or_called_so(kind: Kind, desk: Desk, made: dict[str, Any], report: Report) -> None:
    """Dead and gone from the list, or said to be alive until it lapses."""
    last = report.results[-1]
    assert last.outcome is (Outcome.DONE if kind.revocable else Outcome.FAILED), last.message
    assert accepted(desk, made) is not kind.revocable
    left = made["token_id"] in {row["token_id"] for row in listed(desk.sandbox, kind.username)}
    assert left is (kind.listed and not kind.revocable)
