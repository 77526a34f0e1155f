"""Work of which only the latest piece counts: what was asked for before is dropped."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker


def latest(node: DOMNode, group: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Begin a piece of work of a group, and drop the one before it.

    It is handed over as something to call: a coroutine whose worker is dropped before it began would be told as one
    that nobody awaited.
    """
    _: Worker[None] = node.run_worker(work, group=group, exclusive=True)
