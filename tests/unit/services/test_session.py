from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import BadResponse, ConsoleError, NotAuthenticated, UsageError
from jfconsole.domain.secret import Secret
from jfconsole.jfrog import tokens
from jfconsole.services.session import Identity, Unknown, open_session
from tests.faults.calls import connection
from tests.support import fault_server as fault
from tests.support.fault_server import Behaviour, FaultServer, Wire

ME = {
    "token_id": "0f0c",
    "subject": "jfac@01/users/ad/min",
    "issued_at": 1,
    "issuer": "jfac@01",
    "expiry": 1_900_000_000,
    "scope": "applied-permissions/admin",
}
GONE = fault.reply(404, "404 page not found")
FORBIDDEN = fault.reply(403, {"errors": [{"code": "FORBIDDEN", "message": "not an admin"}]})
EXPIRED = fault.reply(401, {"errors": [{"code": "UNAUTHORIZED", "message": "Invalid token, expired"}]})
SIGN_IN = fault.reply(200, "<html><title>Sign in</title></html>")

ALL_WELL = {
    "tokens/me": fault.reply(200, ME),
    "basic_authentication_enabled": fault.reply(200, True),
    "artifactory/api/system/version": fault.reply(200, {"version": "7.146.10"}),
    "access/api/v1/system/version": fault.reply(200, {"name": "7.200.1"}),
    "service_id": fault.reply(200, "jfrt@01abc"),
}


def jwt(**claims: object) -> Secret:
    parts = [{"typ": "JWT", "alg": "RS256", "kid": "k"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return Secret(f"{encoded[0]}.{encoded[1]}.c2lnbmF0dXJl")


OWN = jwt(sub="jfac@01/users/bob", scp="applied-permissions/user", jti="jti-1", iss="jfac@01", exp=1_900_000_001)


def by_path(**changed: Behaviour) -> Behaviour:
    """A platform whose endpoints answer as above, or as changed (`me`, `probe`, `version`, `access`, `service`)."""
    names = dict(zip(("me", "probe", "version", "access", "service"), ALL_WELL, strict=True))
    behaviours = ALL_WELL | {names[name]: behaviour for name, behaviour in changed.items()}

    async def behave(wire: Wire) -> bool:
        chosen = next(found for end, found in behaviours.items() if wire.arrival.target.endswith(end))
        return await chosen(wire)

    return behave


def identified(
    platform: Behaviour, change: Callable[[Connection], Connection] = lambda given: given, *, threaded: bool = False
) -> Identity | ConsoleError:
    async def scenario() -> Identity | ConsoleError:
        async with (
            FaultServer(platform) as server,
            open_session(change(connection(server.url)), threaded=threaded) as session,
        ):
            try:
                return await session.identify()
            except ConsoleError as error:
                return error

    return asyncio.run(scenario())


@pytest.mark.parametrize("threaded", [False, True])
def test_all_is_known(threaded: bool) -> None:
    assert identified(by_path(), threaded=threaded) == Identity(
        username="ad/min",  # type: ignore[arg-type]
        token_id="0f0c",
        scope="applied-permissions/admin",  # type: ignore[arg-type]
        expires=1_900_000_000,
        admin=True,
        platform_version="7.146.10",  # type: ignore[arg-type]
        access_version="7.200.1",  # type: ignore[arg-type]
        service_id="jfrt@01abc",  # type: ignore[arg-type]
    )


def test_a_token_that_never_expires_and_says_no_scope() -> None:
    plain = {name: value for name, value in ME.items() if name not in {"expiry", "scope"}}
    found = identified(by_path(me=fault.reply(200, plain)))
    assert isinstance(found, Identity)
    assert found.expires is None
    assert found.scope == Unknown("the platform does not say")


@pytest.mark.parametrize(
    ("part", "field"), [("version", "platform_version"), ("access", "access_version"), ("service", "service_id")]
)
@pytest.mark.parametrize("failing", [GONE, FORBIDDEN, EXPIRED, SIGN_IN, fault.reply(500, "x")])
def test_each_part_is_unknown_by_itself(part: str, field: str, failing: Behaviour) -> None:
    found = identified(by_path(**{part: failing}))
    assert isinstance(found, Identity)
    unknown = [name for name in Identity.__dataclass_fields__ if isinstance(getattr(found, name), Unknown)]
    assert unknown == [field]
    assert getattr(found, field).reason


@pytest.mark.parametrize(
    ("changed", "admin"),
    [
        ({"probe": FORBIDDEN}, False),
        ({"probe": GONE}, True),
        ({"probe": GONE, "service": FORBIDDEN}, False),
        ({"probe": GONE, "service": GONE}, True),
        ({"probe": GONE, "service": GONE, "me": fault.reply(200, ME | {"scope": "applied-permissions/user"})}, None),
        ({"probe": fault.reply(500, "x")}, None),
    ],
)
def test_whether_the_token_is_an_admins(changed: dict[str, Any], admin: bool | None) -> None:
    found = identified(by_path(**changed))
    assert isinstance(found, Identity)
    assert (
        (isinstance(found.admin, Unknown), found.admin) == (True, found.admin)
        if admin is None
        else found.admin is admin
    )


def test_without_an_answer_about_itself_the_token_is_read_here() -> None:
    found = identified(by_path(me=GONE), lambda given: replace(given, token=OWN))
    assert isinstance(found, Identity)
    assert found.local
    assert (found.username, found.token_id) == ("bob", "jti-1")
    assert (found.scope, found.expires) == ("applied-permissions/user", 1_900_000_001)


def test_an_opaque_token_stays_unknown() -> None:
    found = identified(by_path(me=GONE))
    assert isinstance(found, Identity)
    assert isinstance(found.username, Unknown)
    assert "page not found" in found.username.reason
    assert not found.local


@pytest.mark.parametrize(
    ("platform", "error", "words"),
    [(EXPIRED, NotAuthenticated, "expired"), (SIGN_IN, BadResponse, "Sign in"), (fault.garbage, BadResponse, "HTTP")],
)
def test_when_nothing_can_be_learnt_the_error_is_told(platform: Behaviour, error: type, words: str) -> None:
    found = identified(platform)
    assert isinstance(found, ConsoleError)
    assert type(found) is error
    assert words in found.message


def test_a_useless_ca_file_is_told_on_opening(tmp_path: Any) -> None:
    async def scenario(threaded: bool) -> None:
        given = replace(connection("https://acme.example"), ca_cert=tmp_path / "none.pem")
        with pytest.raises(UsageError, match="cannot be read"):
            async with open_session(given, threaded=threaded):
                pass

    for threaded in (False, True):
        asyncio.run(scenario(threaded))


def test_a_worker_in_another_loop_shares_the_log() -> None:
    async def scenario() -> None:
        async with (
            FaultServer(fault.reply(200, {"tokens": []})) as server,
            open_session(connection(server.url), threaded=True) as session,
        ):
            async with session.new_transport() as mine:
                await tokens.fetch_list(mine)
            await tokens.fetch_list(session.sender)
            assert session.log.count == 2

    asyncio.run(scenario())
