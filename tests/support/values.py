"""What tests of living tokens share: making them, trying them, and looking for their values where none may be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx

from jfconsole.services.session import Session, open_session
from tests.support.revoking import Desk
from tests.support.sandbox import RunningSandbox

T = TypeVar("T")

CALL = "/access/api/v1/tokens"
HOUR = 3600
DAY = 24 * HOUR


def make(sandbox: RunningSandbox, username: str = "ci", **fields: Any) -> dict[str, Any]:
    """A token of a user, for a month unless told; the whole answer."""
    return sandbox.create_token(username=username, **({"expires_in": 30 * DAY} | fields))


def works(sandbox: RunningSandbox, token: str) -> bool:
    """Whether Artifactory accepts it as bearer."""
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        answer = client.get("/artifactory/api/system/version", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def listed(sandbox: RunningSandbox, username: str = "ci") -> list[dict[str, Any]]:
    """The listed tokens of a user."""
    with sandbox.http() as client:
        found: list[dict[str, Any]] = client.get(CALL, params={"username": username}).json()["tokens"]
    return found


def ask(desk: Desk, question: Callable[[Session], Awaitable[T]]) -> T:
    """Ask the services something, with a session of the desk's connection."""

    async def asked() -> T:
        async with open_session(desk.connection) as session:
            return await question(session)

    return asyncio.run(asked())


def kept_nowhere(home: Path, *values: str) -> None:
    """No file below a folder holds any of these values."""
    assert all(values)
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(value.encode() in content for value in values), path
