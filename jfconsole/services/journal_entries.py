"""What the journal tells about its plans, and whether somebody is at work on one."""

from __future__ import annotations

import os
import platform
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final, NamedTuple

from jfconsole.domain.plans import Outcome, Plan, StepResult
from jfconsole.services.journal_file import PlanState

SIGN_OF_LIFE: Final = 30.0
"""Seconds after which a plan whose executor gave no sign of life counts as interrupted."""


class Moment(NamedTuple):
    """A commit: `durable` is false right before it and true right after it."""

    name: str
    durable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One plan in the journal; times in epoch seconds. `running`: a live process is executing it."""

    plan_id: str
    title: str
    origin: str
    state: PlanState
    created: float
    ended: float | None
    total: int
    counts: Counter[Outcome]
    running: bool
    stopped: str = ""

    @property
    def interrupted(self) -> bool:
        """Whether it can be continued or kept as it is."""
        return self.state is PlanState.OPEN and not self.running


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPlan:
    """A plan as it was reviewed, and how its steps stand. Its secrets were not kept."""

    entry: Entry
    plan: Plan
    results: tuple[StepResult, ...]

    @property
    def needs_secrets(self) -> tuple[int, ...]:
        """Steps, by ordinal, that cannot be sent from what was loaded, because they carried a secret."""
        return tuple(ordinal for ordinal, step in enumerate(self.plan.steps) if step.lacks_secrets)


def alive(host: str, pid: int, beat: float) -> bool:
    """Whether the process that owns a plan still executes it.

    A process that is gone for sure (same host, no such pid) is dead at once, so that a console that was killed can
    be continued by its successor without waiting. A pid alone proves nothing (it is used again, and means
    something else in another container), so a live owner must also have given a sign of life lately.
    An owner that was merely suspended notices at its next write that it lost the plan, and stops.
    """
    if abs(time.time() - beat) > SIGN_OF_LIFE:
        return False
    return host != platform.node() or _pid_exists(pid)


def _pid_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
