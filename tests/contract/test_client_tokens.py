"""Our client against the sandbox: tokens, users, what the platform says about itself and about us."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import NotAllowed, NotAuthenticated, NotFound, OutcomeUnknown
from jfconsole.domain.secret import Secret
from jfconsole.domain.users import UserStatus
from jfconsole.jfrog import system, tokens, users
from jfconsole.jfrog.system import Service
from jfconsole.jfrog.tokens import Revocation, TokenOrder, TokenQuery
from jfconsole.jfrog.transport import Transport
from jfconsole.services.session import Identity, Unknown, open_session
from tests.support.fake_clock import FakeClock
from tests.support.sandbox import RunningSandbox

T = TypeVar("T")

THREE_HOURS = 10_800


def ask(sandbox: RunningSandbox, call: Callable[[Transport], Awaitable[T]], token: str | None = None) -> T:
    """What a call to the sandbox gives; as its administrator unless told otherwise. Waiting takes no time."""

    async def scenario() -> T:
        given = Connection(url=sandbox.url, token=Secret(token or sandbox.token))
        async with Transport(given, clock=FakeClock()) as transport:
            return await call(transport)

    return asyncio.run(scenario())


def listed(sandbox: RunningSandbox, query: TokenQuery = tokens.EVERYTHING, token: str | None = None) -> list[str]:
    found = ask(sandbox, lambda sender: tokens.fetch_list(sender, query), token)
    return [row.token_id for row in found.tokens]


def test_a_token_from_list_to_grave(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="scan-bot", description="scanner é", expires_in=90_000)["token_id"]
    listing = ask(sandbox, tokens.fetch_list)
    (row,) = [row for row in listing.tokens if row.token_id == made]
    assert (row.username, row.description, row.lifetime, row.refreshable) == ("scan-bot", "scanner é", 90_000, False)
    assert ask(sandbox, lambda sender: tokens.fetch(sender, made)).subject == row.subject
    assert ask(sandbox, lambda sender: tokens.fetch_list(sender, previous=listing)) is listing
    assert ask(sandbox, lambda sender: tokens.revoke(sender, made)) is Revocation.REVOKED
    assert made not in listed(sandbox)
    assert ask(sandbox, lambda sender: tokens.fetch_list(sender, previous=listing)) is not listing
    assert ask(sandbox, lambda sender: tokens.revoke(sender, made)) is Revocation.ALREADY_GONE
    with pytest.raises(NotFound):
        ask(sandbox, lambda sender: tokens.fetch(sender, made))


def test_a_token_that_never_expires(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(expires_in=0)["token_id"]
    assert ask(sandbox, lambda sender: tokens.fetch(sender, made)).expiry is None


def test_filters_and_order(sandbox: RunningSandbox) -> None:
    ids = [
        sandbox.create_token(username="bob", description="ci-one", expires_in=50_000)["token_id"],
        sandbox.create_token(username="bob", description="ci-two", expires_in=40_000, refreshable=True)["token_id"],
        sandbox.create_token(username="ann", description="other", expires_in=60_000)["token_id"],
    ]
    assert set(listed(sandbox, TokenQuery(username="bob"))) == set(ids[:2])
    assert set(listed(sandbox, TokenQuery(description="ci-*"))) == set(ids[:2])
    assert listed(sandbox, TokenQuery(refreshable=True)) == [ids[1]]
    assert listed(sandbox, TokenQuery(token_id=ids[2])) == [ids[2]]
    by_expiry = TokenQuery(username="bob", order_by=TokenOrder.EXPIRY)
    assert listed(sandbox, by_expiry) == [ids[1], ids[0]]
    assert listed(sandbox, TokenQuery(username="bob", order_by=TokenOrder.EXPIRY, descending=True)) == ids[:2]


def test_a_short_token_cannot_be_revoked(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(expires_in=THREE_HOURS + 60)["token_id"]
    assert ask(sandbox, lambda sender: tokens.revoke(sender, made)) is Revocation.NOT_REVOCABLE
    assert made in listed(sandbox)


def test_a_revoke_whose_answer_is_lost(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(expires_in=90_000)["token_id"]
    sandbox.faults(
        {"kind": "drop", "when": "after", "method": "DELETE", "path": f"/access/api/v1/tokens/{made}", "count": 1}
    )
    assert ask(sandbox, lambda sender: tokens.revoke(sender, made)) is Revocation.ALREADY_GONE
    assert [change["action"] for change in sandbox.changes() if change["key"] == made] == ["created", "deleted"]


def test_a_revoke_whose_answers_are_all_lost(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(expires_in=90_000)["token_id"]
    sandbox.faults({"kind": "drop", "when": "after", "method": "DELETE", "path": f"/access/api/v1/tokens/{made}"})
    with pytest.raises(OutcomeUnknown):
        ask(sandbox, lambda sender: tokens.revoke(sender, made))


def test_whose_token_it_is(sandbox: RunningSandbox) -> None:
    async def identify(token: str) -> Identity:
        async with open_session(Connection(url=sandbox.url, token=Secret(token)), threaded=True) as session:
            return await session.identify()

    admin = asyncio.run(identify(sandbox.token))
    assert (admin.username, admin.admin, admin.local) == (sandbox.username, True, False)
    assert admin.token_id in listed(sandbox)
    assert str(admin.service_id).startswith("jfrt@")
    assert admin.platform_version == ask(sandbox, system.artifactory_version)
    assert admin.access_version == ask(sandbox, system.access_version)

    made = sandbox.create_token(username="bob", scope="applied-permissions/user", expires_in=90_000)
    other = asyncio.run(identify(made["access_token"]))
    assert (other.username, other.admin, other.token_id) == ("bob", False, made["token_id"])
    assert isinstance(other.service_id, Unknown)


def test_a_reference_token_is_as_good(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="bob", include_reference_token=True, expires_in=90_000)
    own = ask(sandbox, tokens.fetch_own, made["reference_token"])
    assert own.token_id == made["token_id"]
    assert listed(sandbox, token=made["reference_token"]) == [made["token_id"]]


def test_tokens_that_are_refused(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(expires_in=90_000)
    header, payload, _ = made["access_token"].split(".")
    ask(sandbox, lambda sender: tokens.revoke(sender, made["token_id"]))
    short = sandbox.create_token(expires_in=60)
    sandbox.clock(advance=3600)
    refused = {
        made["access_token"]: "revoked",
        short["access_token"]: "expired",
        f"{header}.{payload}.AAAA": "another platform",
        "garbage": "Copy it again",
    }
    for token, words in refused.items():
        with pytest.raises(NotAuthenticated) as raised:
            ask(sandbox, tokens.fetch_list, token)
        assert words in f"{raised.value.message}. {raised.value.hint}"


def test_what_is_for_admins_only(sandbox: RunningSandbox) -> None:
    token = sandbox.create_token(username="bob", scope="applied-permissions/user")["access_token"]
    for call in (users.fetch_all, system.root_certificate):
        with pytest.raises(NotAllowed) as raised:
            ask(sandbox, call, token)
        assert "admin" in raised.value.hint


def test_users_page_by_page(demo_sandbox: RunningSandbox) -> None:
    async def by_fives(sender: Transport) -> list[str]:
        return [row.username async for page in users.pages(sender, limit=5) for row in page]

    everyone = ask(demo_sandbox, users.fetch_all)
    assert ask(demo_sandbox, by_fives) == [row.username for row in everyone]
    assert len({row.username for row in everyone}) == len(everyone) > 5
    assert {row.status for row in everyone} >= {UserStatus.ENABLED, UserStatus.DISABLED, UserStatus.LOCKED}


def test_pings_and_certificate(sandbox: RunningSandbox) -> None:
    for service in Service:
        ask(sandbox, lambda sender, service=service: system.ping(sender, service), "nonsense")  # type: ignore[misc]
    assert ssl.DER_cert_to_PEM_cert(ask(sandbox, system.root_certificate)).startswith("-----BEGIN")


def test_a_later_platform_is_still_understood(demo_sandbox: RunningSandbox) -> None:
    before = ask(demo_sandbox, tokens.fetch_list)
    demo_sandbox.future()
    after = ask(demo_sandbox, tokens.fetch_list)
    assert after.tokens == before.tokens
    assert ask(demo_sandbox, users.fetch_all)


def test_over_tls_with_a_named_authority() -> None:
    with RunningSandbox("empty", tls=True) as sandbox:
        assert sandbox.ca_cert

        async def scenario() -> None:
            given = Connection(url=sandbox.url, token=Secret(sandbox.token), ca_cert=Path(str(sandbox.ca_cert)))
            async with open_session(given) as session:
                assert (await session.identify()).username == "admin"

        asyncio.run(scenario())
