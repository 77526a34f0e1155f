"""Report files are safe to show, and never a reason to fail."""

from __future__ import annotations

import json
from pathlib import Path

from jfconsole.domain.errors import ExitCode
from jfconsole.domain.plans import Outcome, Report
from jfconsole.services.reports import save_report
from tests.unit.services.plans_at_hand import a_plan


def a_report(*outcomes: Outcome, message: str = "") -> Report:
    plan = a_plan()
    results = tuple(plan.result(ordinal, outcome, message) for ordinal, outcome in enumerate(outcomes))
    return Report(plan_id=plan.id, title=plan.title, origin=plan.origin, results=results)


def test_hostile_text_is_escaped(tmp_path: Path) -> None:
    report = a_report(Outcome.FAILED, message="\x1b[2J\u202e\n")
    saved = save_report(tmp_path / "reports", report)
    assert saved is not None
    raw = saved.read_text()
    assert raw.replace("\n", "").isprintable()
    assert raw.isascii()
    assert json.loads(raw.splitlines()[1])["message"] == "\x1b[2J\u202e\n"


def test_a_folder_that_cannot_be_written_gives_no_file(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")
    assert save_report(tmp_path / "reports", a_report(Outcome.DONE)) is None


def test_a_report_says_how_a_verb_ends() -> None:
    done, already, failed, unknown = Outcome.DONE, Outcome.ALREADY, Outcome.FAILED, Outcome.UNKNOWN
    assert a_report(done, already).exit_code is ExitCode.OK
    assert a_report(done, failed).exit_code is ExitCode.FAILED
    assert a_report(done, Outcome.PENDING).exit_code is ExitCode.FAILED
    assert a_report(failed, unknown).exit_code is ExitCode.UNKNOWN_OUTCOME
