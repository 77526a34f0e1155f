"""Plans of the local issuer: what is new takes nobody's place, and another public base leaves every issuer its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import Conflict, NothingToChange, Refused, UsageError
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.plans import Plan
from jfconsole.domain.secret import Secret
from jfconsole.services.directory import Directory
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import ISSUER, KEY, REGISTRY, ROLE
from jfconsole.services.public_base import plan_public_base
from jfconsole.services.session import open_session
from tests.support.issuing import BASE, local_issuer, made


@pytest.fixture
def service(tmp_path: Path) -> Iterator[IssuerService]:
    made(tmp_path)
    service = IssuerService(tmp_path / "state")
    yield service
    service.close()


def test_what_is_there_is_not_made_again(service: IssuerService) -> None:
    for kind, record in (
        (KEY, {"name": "k"}),
        (ISSUER, {"name": "jfrog"}),
        (ROLE, {"issuer": "jfrog", "name": "pulls"}),
    ):
        with pytest.raises(Conflict, match="already"):
            service.plan_create(kind, {**record})
    plan = service.plan_create(REGISTRY, {"address": "r.example"})
    assert [step.kind for step in plan.steps] == ["remote-registry.create"]


def test_deleting_an_issuer_says_what_it_breaks(service: IssuerService, tmp_path: Path) -> None:
    with local_issuer(tmp_path) as issuer:
        issuer.put_issuer(JwtIssuer(name="other", signing_key="k"))
    (effect,) = service.plan_delete(ISSUER, "other").confirmation.effects
    assert "no token in its name verifies" in effect


def test_another_base_renames_the_issuers_that_have_no_url_of_their_own(service: IssuerService, tmp_path: Path) -> None:
    own = "https://own.example/jwt"
    with local_issuer(tmp_path) as issuer:
        issuer.put_issuer(JwtIssuer(name="other", signing_key="k", issuer=own))
        derived = issuer.state().url("jfrog")

    def planned(base: str) -> tuple[str, ...]:
        plan = asyncio.run(plan_public_base(service, None, base, follow=False))
        assert [step.kind for step in plan.steps] == ["issuer-settings.update"]
        assert plan.steps[0].inverse is not None
        return plan.confirmation.effects

    told = " ".join(planned("https://new.example"))
    assert derived.replace(BASE, "https://new.example") in told
    assert f"The issuer other has a URL of its own, and stays {own}" in told
    with pytest.raises(NothingToChange):
        planned(BASE)
    for bad in ("ftp://x", "http://new.example", "https://new.example/?x"):
        with pytest.raises(UsageError):
            planned(bad)
    tenant = service.local.state().tenant
    with local_issuer(tmp_path) as issuer:
        issuer.put_issuer(JwtIssuer(name="other", signing_key="k", issuer=f"https://new.example/{tenant}/jwt/jfrog"))
    with pytest.raises(UsageError, match="could not tell them apart"):
        planned("https://new.example")


def test_a_platform_that_cannot_be_asked_is_told_or_stands_in_the_way(service: IssuerService) -> None:
    nowhere = Connection(url="http://127.0.0.1:9", token=Secret("t"))

    async def planned(*, follow: bool) -> Plan:
        async with open_session(nowhere) as session:
            return await plan_public_base(service, Directory(session), "https://new.example", follow=follow)

    plan = asyncio.run(planned(follow=False))
    assert any("could not be asked" in effect for effect in plan.confirmation.effects)
    with pytest.raises(Refused, match="could not be asked") as refused:
        asyncio.run(planned(follow=True))
    assert "Leave the integrations out" in refused.value.hint
