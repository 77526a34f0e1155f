"""Fixtures for every test: sandboxes that are started once and fresh for each test."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.sandbox import RunningSandbox

# The same examples on every machine, however busy it is: what a run finds, the next one finds again.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")

WORKERS_PER_CORE = 1.5
"""A test of a screen waits for half of its time: another one can run meanwhile."""

DEEP_SECONDS = 1200
"""What a test of the deep tier may take, on a machine that has other things to do."""


def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` stands for."""
    return max(2, round(WORKERS_PER_CORE * (os.cpu_count() or 1)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The watchdog of the deep tier is a patient one."""
    for item in items:
        if item.get_closest_marker("deep"):
            item.add_marker(pytest.mark.timeout(DEEP_SECONDS))


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
