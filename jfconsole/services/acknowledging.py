"""What the linter finds in a plan on OIDC trust: told before it runs, and typed where strangers would get in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.errors import Refused
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.lint_mappings import Finding, Severity, blocking
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible


def acknowledged(plan: Plan, findings: Iterable[Finding], name: str, *, strict: bool) -> Plan:
    """The plan with what was found among its effects. What blocks has to be answered by typing `name`.

    No `--yes` stands for that. `strict` is for plans that nobody reads line by line, such as those of recipes.
    Raises Refused for them when anything blocks.
    """
    found = list(dict.fromkeys(findings))
    stops = blocking(found)
    if stops and strict:
        raise Refused(f"{_told(stops[0])}", stops[0].fix)
    effects = [_told(finding) for finding in sorted(found, key=_weight) if finding.severity is not Severity.INFORMS]
    confirmation = replace(plan.confirmation, effects=(*effects, *plan.confirmation.effects))
    if stops:
        confirmation = replace(confirmation, phrase=name, by_yes=False)
    return replace(plan, confirmation=confirmation)


def adopting(plan: Plan, what: str, before: JsonObject, after: JsonObject) -> Plan:
    """The plan as one that takes over what exists already: the differences stand among its effects."""
    told = [f"{line.sign} {line.text}" for line in diff_lines(before, after)]
    confirmation = replace(plan.confirmation, effects=(*plan.confirmation.effects, *told))
    return replace(plan, title=f"Adopt {what}", confirmation=confirmation)


def news(before: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
    """What is found in the new state and was not in the old one, with everything that blocks."""
    known = {(finding.rule, finding.mapping, finding.claim, finding.sentence) for finding in before}
    return [
        finding
        for finding in after
        if finding.severity is Severity.BLOCKS
        or (finding.rule, finding.mapping, finding.claim, finding.sentence) not in known
    ]


def _told(finding: Finding) -> str:
    where = f"{visible(finding.mapping)}: " if finding.mapping else ""
    return f"{finding.rule.value} {where}{finding.sentence}"


def _weight(finding: Finding) -> int:
    return [Severity.BLOCKS, Severity.WARNS, Severity.INFORMS].index(finding.severity)
