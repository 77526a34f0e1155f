"""One sandbox with the demo's data for the tests that only look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.sandbox import RunningSandbox


@pytest.fixture(scope="package")
def story() -> Iterator[RunningSandbox]:
    """Nobody may change it; whoever revokes starts a sandbox of its own."""
    with RunningSandbox("demo") as sandbox:
        yield sandbox
