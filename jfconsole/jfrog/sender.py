"""What the API modules need from a transport, and what it gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from jfconsole.domain.requests import Request

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer (2xx), read to the end within its caps. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Sender(Protocol):
    """Sends requests under the transport's rules: origin, deadlines, caps, retries, read-only gate."""

    async def send(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """Send, and decode where the answer was read (off the caller's loop).

        Raises the ConsoleError family; OutcomeUnknown when a change was sent and its answer is lost.
        """
        ...
