"""A sender whose answers stand in a list: for decoding rules, where a socket would add nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.requests import Request
from jfconsole.jfrog.sender import Answer

T = TypeVar("T")


def answer(body: object = b"", status: int = 200, kind: str = "application/json") -> Answer:
    """An answer; a body that is no bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {"content-type": kind}, raw)


@dataclass
class RecordingSender:
    """Gives the prepared answers or errors in order, and keeps what was asked."""

    prepared: list[Answer | ConsoleError]
    asked: list[Request] = field(default_factory=list)

    async def send(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """The next prepared answer."""
        self.asked.append(request)
        found = self.prepared.pop(0)
        if isinstance(found, ConsoleError):
            raise found
        return decode(found)
