"""Looking for what may not be there."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from jfconsole.domain.errors import NotFound

T = TypeVar("T")


async def or_none(reading: Awaitable[T]) -> T | None:
    """What is read; None when there is no such thing."""
    try:
        return await reading
    except NotFound:
        return None
