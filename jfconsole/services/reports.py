"""Report files: what a plan came to, as JSON lines that a script or an auditor can read."""

from __future__ import annotations

from pathlib import Path

from jfconsole.domain.plans import Report, StepResult
from jfconsole.domain.requests import Json
from jfconsole.services.plan_codec import canonical
from jfconsole.storage.private import private_dir, write_whole


def save_report(folder: Path, report: Report) -> Path | None:
    """Write the report as `<plan id>.jsonl`: one line on the plan, then one for each step.

    None when it cannot be written: the journal has everything, and a report is no reason to fail.
    """
    path = folder / f"{report.plan_id}.jsonl"
    lines = [_header(report), *(_line(result) for result in report.results)]
    try:
        private_dir(folder)
        write_whole(path, "".join(f"{canonical(line)}\n" for line in lines).encode())
    except OSError:
        return None
    return path


def _header(report: Report) -> Json:
    return {
        "plan": report.plan_id,
        "title": report.title,
        "origin": report.origin,
        "steps": len(report.results),
        "counts": {outcome.value: count for outcome, count in sorted(report.counts.items())},
        "complete": report.complete,
        "stopped": report.stopped,
    }


def _line(result: StepResult) -> Json:
    return {
        "ordinal": result.ordinal,
        "kind": result.kind,
        "key": result.key,
        "title": result.title,
        "outcome": result.outcome.value,
        "message": result.message,
        "at": result.at,
    }
