"""Fixtures for every test: sandboxes that are started once and fresh for each test."""

import gc
import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.keyrings import MemoryKeyring, using
from tests.support.sandbox import RunningSandbox

# The same examples on every machine, however busy it is: what a run finds, the next one finds again.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")

WORKERS_PER_CORE = 1.5
"""A test of a screen waits for half of its time: another one can run meanwhile."""

SMALLEST = (80, 24)
"""Columns and lines of the smallest terminal that is promised to do."""

COLLECTED_AFTER = 50_000
"""Objects that are made before the youngest are collected."""

DEEP_SECONDS = 1200
"""What a test of the deep tier may take, on a machine that has other things to do."""


def pytest_configure() -> None:
    """A shell starts what it puts in the background with ctrl+c ignored, and every child would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` stands for."""
    return max(2, round(WORKERS_PER_CORE * (os.cpu_count() or 1)))


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector, which takes a seventh of the time, need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is shown at 80x24 is shown with more room in the deep tier, whose watchdog is a patient one.

    Walks through the whole console come first: nobody waits for them at the end.
    """
    for item in items:
        if _with_more_room(item):
            item.add_marker(pytest.mark.deep)
        if item.get_closest_marker("deep"):
            item.add_marker(pytest.mark.timeout(DEEP_SECONDS))
    items.sort(key=lambda item: "walk" not in item.name)


def _with_more_room(item: pytest.Item) -> bool:
    """Whether a test of the whole console runs on a large terminal; the small one is where things go wrong."""
    if not {"ui", "pty"}.intersection(item.path.parts) or not isinstance(item, pytest.Function):
        return False
    size = item.callspec.params.get("size") if hasattr(item, "callspec") else None
    return isinstance(size, tuple) and size[0] > SMALLEST[0]


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[RunningSandbox]:
    """A freshly installed platform, one process for the whole session. Tests want `sandbox`."""
    with RunningSandbox("empty") as running:
        yield running


@pytest.fixture
def sandbox(sandbox_process: RunningSandbox) -> RunningSandbox:
    """A freshly installed platform."""
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture
def a_keyring() -> Iterator[MemoryKeyring]:
    """The system has a keyring, and it is open."""
    backend = MemoryKeyring()
    with using(backend):
        yield backend


@pytest.fixture(scope="session")
def demo_sandbox_process() -> Iterator[RunningSandbox]:
    """The company with a story, one process for the whole session. Tests want `demo_sandbox`."""
    with RunningSandbox("demo") as running:
        yield running


@pytest.fixture
def demo_sandbox(demo_sandbox_process: RunningSandbox) -> RunningSandbox:
    """The company with a story, as it is told at the start."""
    demo_sandbox_process.reset()
    return demo_sandbox_process
