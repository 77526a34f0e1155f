"""How plans, reports and journal entries are printed: in words, or as the JSON that scripts rely on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from jfconsole.cli.output import print_json, print_lines, remark
from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.plans import Outcome, Plan, Report, Step, StepResult, summary
from jfconsole.domain.requests import Json, Request
from jfconsole.domain.text import visible
from jfconsole.domain.times import utc_text

_QUIET: Final = frozenset({Outcome.DONE, Outcome.ALREADY})
_NAMED: Final = 20
"""Steps that went well are named one by one up to so many."""


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """What would be done; nothing was."""
    if as_json:
        print_json({"plan": plan_record(plan)})
        return
    print_lines([visible(plan.title), f"  on {visible(plan.origin)}", ""])
    for step in plan.steps:
        print_lines([visible(step.title), *(f"  {visible(request_words(request))}" for request in step.requests)])
        print_lines(f"    {line}" for line in _diff(step))
    print_lines(["", *(f"{visible(effect)}." for effect in plan.confirmation.effects), "Nothing was done."])


def print_export(plan: Plan, to: str, *, as_json: bool) -> None:
    """The plan as another tool has it; nothing was done."""
    from jfconsole.domain.exports.formats import Format, export_plan  # here, since few ask for it

    text = export_plan(plan, Format(to))
    if as_json:
        print_json({"plan": plan_record(plan), "export": {"format": to, "text": text}})
    else:
        print_lines(text.splitlines())


def print_nothing(sentence: str, *, planned: bool, as_json: bool) -> None:
    """Everything is as wanted already: with `--json` the plan, or the report, is null."""
    if as_json:
        print_json({"plan" if planned else "report": None})
    else:
        remark(f"{visible(sentence)}.")


def change_lines(plan: Plan) -> Iterator[str]:
    """What changes, step by step, for a person to agree to. Deletions are told by the effects of the plan."""
    told = [(step, lines) for step in plan.steps if (lines := _diff(step))]
    for step, lines in told[:_NAMED]:
        yield visible(step.title)
        yield from (f"  {line}" for line in lines)
    if len(told) > _NAMED:
        yield f"and {len(told) - _NAMED:,} more"


def print_report(report: Report, *, as_json: bool) -> None:
    """What a plan came to."""
    if as_json:
        print_json({"report": report_record(report)})
    else:
        print_lines(report_lines(report))


def report_lines(report: Report) -> list[str]:
    """Every step that needs attention by name, the sum, and how to go on; cleaned."""
    lines = [*step_lines(report.results), f"{visible(report.title)}: {summary(report.counts)}"]
    if report.stopped:
        lines.append(f"It ended early: {visible(report.stopped)}")
    if not report.complete:
        lines.append(f"Go on with: jfconsole journal resume {report.plan_id}")
    if report.saved:
        lines.append(f"Report: {visible(str(report.saved))}")
    return lines


def step_lines(results: Iterable[StepResult]) -> list[str]:
    """Steps with their outcome and message. Where they are many, those that went well are left out."""
    listed = list(results)
    few = len(listed) <= _NAMED
    shown = [result for result in listed if few or result.outcome not in _QUIET]
    width = max((len(result.outcome.value) for result in shown), default=0)
    return [f"{result.outcome.value:<{width}}  {visible(result.title)}{_because(result)}" for result in shown]


def plan_record(plan: Plan) -> dict[str, Json]:
    """A plan for `--json`; keys are stable. Secrets stand as place holders in `body`."""
    return {
        "id": plan.id,
        "title": plan.title,
        "origin": plan.origin,
        "effects": list(plan.confirmation.effects),
        "phrase": plan.confirmation.phrase,
        "covered_by_yes": plan.confirmation.by_yes,
        "steps": [_step_record(step) for step in plan.steps],
    }


def report_record(report: Report) -> dict[str, Json]:
    """A report for `--json`; keys are stable."""
    return {
        "plan": report.plan_id,
        "title": report.title,
        "origin": report.origin,
        "complete": report.complete,
        "stopped": report.stopped or None,
        "counts": counts_record(report.counts),
        "steps": [result_record(result) for result in report.results],
        "saved": str(report.saved) if report.saved else None,
        "exit_code": int(report.exit_code),
    }


def counts_record(counts: dict[Outcome, int]) -> dict[str, Json]:
    """Outcomes that occurred, and how often."""
    return {outcome.value: counts[outcome] for outcome in Outcome if counts[outcome]}


def result_record(result: StepResult) -> dict[str, Json]:
    """How one step ended; `at` in epoch seconds, null when it was never sent."""
    return {
        "ordinal": result.ordinal,
        "kind": result.kind,
        "key": result.key,
        "title": result.title,
        "outcome": result.outcome.value,
        "message": result.message or None,
        "at": result.at or None,
        "at_iso": utc_text(result.at) if result.at else None,
    }


def request_words(request: Request) -> str:
    """Method and path, with the query where there is one."""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    return f"{request.method} {request.path}{f'?{query}' if query else ''}"


def _step_record(step: Step) -> dict[str, Json]:
    return {
        "kind": step.kind,
        "key": step.key,
        "title": step.title,
        "before": step.before,
        "after": step.after,
        "diff": list(_diff(step)),
        "requests": [
            {
                "method": request.method,
                "path": request.path,
                "query": {name: value for name, value in request.query},
                "body": request.body,
            }
            for request in step.requests
        ],
    }


def _diff(step: Step) -> list[str]:
    """What differs, in words. When a whole object goes the title says all; when a part does (`a.part.delete`), not."""
    if step.after is None and step.kind.count(".") == 1:
        return []
    return [f"{line.sign} {line.text}" for line in diff_lines(step.before, step.after) if line.text]


def _because(result: StepResult) -> str:
    return f": {visible(result.message)}" if result.message else ""
