"""Exchanges by the console on a sandbox with a real issuer, and whether the simulator foretells what comes of them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from random import Random
from typing import Any

import pytest

from jfconsole.domain.claim_grants import Grant
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import BadResponse, ConsoleError, NotAuthenticated, OutcomeUnknown, ReadOnly, Rejected
from jfconsole.domain.request_log import RequestLog
from jfconsole.domain.scopes import group_names
from jfconsole.domain.secret import Secret
from jfconsole.jfrog.exchange import Exchanged, ExchangeOrder, Reason, exchange, refusal
from jfconsole.jfrog.transport import Transport
from jfconsole.services.integrations import IntegrationService
from jfconsole.services.mappings import MappingService
from jfconsole.services.session import open_session
from jfconsole.services.simulate import Simulation, decoded, simulate
from tests.contract.test_claim_matching_agreement import Claims, a_token, wanted_claims
from tests.support.identity import make_user
from tests.support.oidc_issuer import OidcIssuer
from tests.support.sandbox import RunningSandbox
from tests.support.trust import make_integration, make_mapping


def connection(platform: RunningSandbox, *, read_only: bool = False) -> Connection:
    return Connection(url=platform.url, token=Secret(platform.token), read_only=read_only)


def exchanged(platform: RunningSandbox, order: ExchangeOrder, log: RequestLog | None = None) -> Exchanged:
    async def asked() -> Exchanged:
        async with Transport(connection(platform), log=log) as transport:
            return await exchange(transport, order)

    return asyncio.run(asked())


def trust(platform: RunningSandbox, issuer: OidcIssuer, **fields: object) -> None:
    with platform.http() as client:
        make_user(client, "puller")
        make_integration(client, "ci", issuer.url, audience="jfrog", **fields)
        spec: dict[str, Any] = {
            "username": "puller",
            "scope": "applied-permissions/user",
            "audience": "jfrt@*",
            "expires_in": 600,
        }
        make_mapping(client, "ci", "pull", {"sub": "job"}, **spec)


def order(token: str, provider: str = "ci", **more: object) -> ExchangeOrder:
    return ExchangeOrder(provider=provider, token=Secret(token), **more)  # type: ignore[arg-type]


def test_a_token_is_exchanged_and_works(platform: RunningSandbox, issuer: OidcIssuer) -> None:
    trust(platform, issuer)
    log = RequestLog()
    pasted = issuer.token(aud="jfrog")
    answer = exchanged(platform, order(pasted, provider_type="GitHub", audience="jfrog", reference=True), log)
    assert (answer.username, answer.scope, answer.expires_in) == ("puller", "applied-permissions/user", 600)
    assert answer.reference_token
    (arrival,) = [one for one in platform.requests() if one["path"].endswith("/oidc/token")]
    assert "authorization" not in {name.lower() for name in arrival["headers"]}
    for shown in (repr(answer), str(answer), repr(list(log.entries()))):
        assert pasted not in shown
        assert answer.access_token.reveal() not in shown
    with platform.http(token=answer.access_token.reveal()) as bearer:
        assert bearer.get("/artifactory/api/system/version").status_code == 200


@pytest.mark.parametrize(
    ("claims", "provider", "reason", "message"),
    [
        ({"aud": "another"}, "ci", Reason.AUDIENCE, "another audience than the integration wants"),
        ({"aud": None}, "ci", Reason.AUDIENCE, "another audience than the integration wants"),
        ({"aud": "jfrog", "sub": "stranger"}, "ci", Reason.CREDENTIALS, "does not accept the token for any identity"),
        ({"aud": "jfrog", "exp": 1}, "ci", Reason.CREDENTIALS, "does not accept the token for any identity"),
        ({"aud": "jfrog"}, "no-such", Reason.CREDENTIALS, "does not accept the token for any identity"),
    ],
)
def test_refusals_say_what_they_mean(
    platform: RunningSandbox,
    issuer: OidcIssuer,
    claims: dict[str, Any],
    provider: str,
    reason: Reason,
    message: str,
) -> None:
    trust(platform, issuer)
    with pytest.raises(Rejected, match=message) as caught:
        exchanged(platform, order(issuer.token(**claims), provider))
    assert refusal(caught.value.detail).reason is reason
    assert caught.value.hint
    assert "credentials" not in caught.value.message.lower().partition(":")[0]


def test_a_dead_issuer_is_told_apart(platform: RunningSandbox, issuer: OidcIssuer) -> None:
    trust(platform, issuer)
    token = issuer.token(aud="jfrog")
    issuer.stop()
    with pytest.raises(Rejected, match="could not get the key") as caught:
        exchanged(platform, order(token))
    assert refusal(caught.value.detail).reason is Reason.KEYS


def test_what_is_no_token_is_told_apart(platform: RunningSandbox, issuer: OidcIssuer) -> None:
    trust(platform, issuer)
    with pytest.raises(Rejected) as caught:
        exchanged(platform, order("no.token.atall"))
    assert refusal(caught.value.detail).reason in (Reason.CREDENTIALS, Reason.INPUT, Reason.KEYS)


def test_a_lost_answer_is_not_repeated(platform: RunningSandbox, issuer: OidcIssuer) -> None:
    trust(platform, issuer)
    platform.faults(
        {"method": "POST", "path": "/access/api/v1/oidc/token", "kind": "drop", "when": "after", "count": 1}
    )
    with pytest.raises(OutcomeUnknown, match="may have made a token, which nobody has"):
        exchanged(platform, order(issuer.token(aud="jfrog")))
    assert len([one for one in platform.requests() if one["path"].endswith("/oidc/token")]) == 1


def test_an_answer_without_a_token_is_no_success(platform: RunningSandbox, issuer: OidcIssuer) -> None:
    trust(platform, issuer)
    platform.faults({"method": "POST", "path": "/access/api/v1/oidc/token", "kind": "garbage", "when": "after"})
    with pytest.raises((OutcomeUnknown, BadResponse)):
        exchanged(platform, order(issuer.token(aud="jfrog")))


def test_read_only_exchanges_nothing(platform: RunningSandbox, issuer: OidcIssuer) -> None:
    async def asked() -> Exchanged:
        async with Transport(connection(platform, read_only=True)) as transport:
            return await exchange(transport, order(issuer.token()))

    with pytest.raises(ReadOnly):
        asyncio.run(asked())


def simulated(platform: RunningSandbox, pasted: str, project: str | None = None, now: float = 0.0) -> Simulation:
    """What the simulator says of a pasted token, on what the platform has."""

    async def asked() -> Simulation:
        async with open_session(connection(platform)) as session:
            integration = await IntegrationService(session).get("ci")
            mappings = await MappingService(session).list("ci", [project or ""])
        at = now or time.time()
        token = decoded(Secret(pasted), at)
        return simulate(integration, mappings, token.claims, now=at, token=token, project=project)

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("claims", "failing"),
    [
        ({"aud": "jfrog"}, ""),
        ({"aud": ["x", "jfrog"]}, ""),
        ({"aud": "another"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": "jfrog", "exp": 1}, "expiry"),
        ({"aud": "jfrog", "nbf": 9_999_999_999, "exp": 9_999_999_999}, "start"),
        ({"aud": "jfrog", "iss": "https://another.test"}, "issuer"),
    ],
)
def test_what_is_checked_first_is_foretold(
    platform: RunningSandbox, issuer: OidcIssuer, claims: dict[str, Any], failing: str
) -> None:
    trust(platform, issuer)
    pasted = issuer.token(**claims)
    found = simulated(platform, pasted)
    assert [check.what for check in found.checks if check.passed is False] == ([failing] if failing else [])
    assert found.succeeds is not bool(failing)
    if failing:
        with pytest.raises(Rejected):
            exchanged(platform, order(pasted))
    else:
        assert exchanged(platform, order(pasted)).username == "puller"


@pytest.mark.parametrize("rounds", [6, pytest.param(60, marks=pytest.mark.deep)])
def test_what_comes_of_a_token_is_foretold(platform: RunningSandbox, issuer: OidcIssuer, rounds: int) -> None:
    """Over real exchanges: the simulator's winner gives what the platform gives, and none means a refusal."""
    random, seen = Random(rounds), Counter[str]()
    with platform.http() as client:
        for _ in range(rounds):
            if client.get("/access/api/v1/oidc/ci").status_code == 200:
                client.delete("/access/api/v1/oidc/ci").raise_for_status()
            make_integration(client, "ci", issuer.url)
            tokens: list[Claims] = [a_token(random) for _ in range(4)]
            for place in range(4):
                scope = f"applied-permissions/groups:g{place}"
                claims = wanted_claims(random, random.choice(tokens)) or {"sub": "nobody"}
                make_mapping(
                    client, "ci", f"m{place}", claims, priority=random.randint(1, 3), scope=scope, expires_in=60
                )
            for token in tokens:
                said: dict[str, Any] = {"sub": None, **token}
                pasted = issuer.token(**said)
                found = simulated(platform, pasted)
                winner = found.evaluation.winner
                seen["winner"] += winner is not None
                try:
                    answer = exchanged(platform, order(pasted))
                except NotAuthenticated:
                    assert winner is None, token
                else:
                    assert isinstance(found.grant, Grant), token
                    assert group_names(answer.scope) == found.grant.groups, token
                    assert answer.username == found.grant.username
    assert seen["winner"] >= 0.3 * 4 * rounds


def test_errors_belong_to_one_family(platform: RunningSandbox) -> None:
    with pytest.raises(ConsoleError):
        exchanged(platform, order(""))
