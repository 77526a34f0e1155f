"""The token service: unchanged lists are the same object, subjects degrade with a reason, one's own token is known."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import NotFound, Refused
from jfconsole.domain.secret import Secret
from jfconsole.domain.token_facts import SubjectState
from jfconsole.services.inspect import inspect_pasted
from jfconsole.services.session import open_session
from jfconsole.services.tokens import ME, TokenService
from tests.support.sandbox import RunningSandbox

T = TypeVar("T")


def on(sandbox: RunningSandbox, work: Callable[[TokenService], Awaitable[T]], token: str | None = None) -> T:
    """Run work with the service of a fresh session."""

    async def opened() -> T:
        connection = Connection(url=sandbox.url, token=Secret(token or sandbox.token))
        async with open_session(connection) as session:
            return await work(TokenService(session))

    return asyncio.run(opened())


def test_an_unchanged_list_is_the_same_object(sandbox: RunningSandbox) -> None:
    async def work(service: TokenService) -> None:
        first = await service.list()
        assert await service.list(first) is first
        sandbox.create_token(username="scan-bot")
        second = await service.list(first)
        assert second is not first
        assert len(second.views) == len(first.views) + 1
        assert await service.list(second) is second

    on(sandbox, work)


def test_learning_the_subjects_makes_a_new_list_once(sandbox: RunningSandbox) -> None:
    async def work(service: TokenService) -> None:
        first = await service.list()
        assert {view.subject_state for view in first.views} == {SubjectState.UNKNOWN}
        await service.subjects()
        second = await service.list(first)
        assert second is not first
        assert {view.subject_state for view in second.views} == {SubjectState.ENABLED}
        await service.subjects()
        assert await service.list(second) is second

    on(sandbox, work)


def test_users_are_read_once_in_a_while(sandbox: RunningSandbox) -> None:
    async def work(service: TokenService) -> None:
        for _ in range(3):
            await service.subjects()

    on(sandbox, work)
    asked = [request for request in sandbox.requests() if request["path"] == "/access/api/v2/users"]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"kind": "status", "status": 403}, "only administrators may"),
        ({"kind": "status", "status": 404}, "it needs Artifactory 7.49.3"),
        ({"kind": "garbage"}, "could not be read"),
    ],
)
def test_subjects_that_cannot_be_read(sandbox: RunningSandbox, fault: dict[str, object], why: str) -> None:
    sandbox.faults({"path": "/access/api/v2/users", **fault})
    found = on(sandbox, lambda service: service.subjects())
    assert found.states is None
    assert why in found.reason


def test_every_state_of_the_story_is_told(demo_sandbox: RunningSandbox) -> None:
    async def work(service: TokenService) -> set[SubjectState]:
        await service.subjects()
        return {view.subject_state for view in (await service.list()).views}

    states = on(demo_sandbox, work)
    assert {SubjectState.ENABLED, SubjectState.DISABLED, SubjectState.LOCKED, SubjectState.MISSING} <= states


def test_a_jwt_knows_itself_without_a_call(sandbox: RunningSandbox) -> None:
    async def work(service: TokenService) -> str | None:
        return await service.find_in_use()

    in_use = on(sandbox, work)
    assert sandbox.requests() == []
    assert on(sandbox, lambda service: service.me()).token_id == in_use


def test_a_reference_token_asks_who_it_is(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(
        username="admin", scope="applied-permissions/admin", include_reference_token=True, expires_in=90_000
    )

    async def work(service: TokenService) -> None:
        assert not any(view.in_use for view in (await service.list()).views)
        assert await service.find_in_use() == made["token_id"]
        assert [view.token_id for view in (await service.list()).views if view.in_use] == [made["token_id"]]

    on(sandbox, work, made["reference_token"])


def test_get_and_me(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="scan-bot", expires_in=90_000, description="scanner")

    async def work(service: TokenService) -> None:
        assert (await service.get(made["token_id"])).token.description == "scanner"
        assert (await service.get(ME)).in_use
        with pytest.raises(NotFound):
            await service.get("0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10")

    on(sandbox, work)


def test_a_pasted_token_is_looked_up_by_its_id_only(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="scan-bot", expires_in=90_000)

    async def work(service: TokenService) -> None:
        inspection = inspect_pasted(Secret(made["access_token"]), time.time())
        assert (await service.look_up(inspection)).token_id == made["token_id"]
        with pytest.raises(NotFound, match="cannot be asked"):
            await service.look_up(inspect_pasted(Secret("nonsense"), time.time()))

    before = len(sandbox.requests())
    on(sandbox, work)
    sent = sandbox.requests()[before:]
    assert [request["path"] for request in sent] == [f"/access/api/v1/tokens/{made['token_id']}"]
    assert made["access_token"] not in repr(sent)


def test_the_token_in_use_is_kept_out_of_bulk(sandbox: RunningSandbox) -> None:
    sandbox.create_token(username="scan-bot", expires_in=90_000)

    async def work(service: TokenService) -> None:
        views = (await service.list()).views
        with pytest.raises(Refused):
            service.plan_revoke(views)
        plan = service.plan_revoke([view for view in views if not view.in_use])
        assert (plan.origin, len(plan.steps)) == (sandbox.url, 1)

    on(sandbox, work)
