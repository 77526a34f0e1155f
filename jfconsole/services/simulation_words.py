"""A simulation in words: what is checked first, each mapping claim by claim, the winner and what it gives."""

from __future__ import annotations

from collections.abc import Iterator

from jfconsole.domain.audience import audience_in_english, parse_audience
from jfconsole.domain.claim_grants import Grant
from jfconsole.domain.claim_patterns import Unresolved
from jfconsole.domain.claims import MappingVerdict
from jfconsole.domain.durations import format_duration
from jfconsole.domain.lint_targets import Known, grant_targets, standing_words
from jfconsole.domain.mapping_words import finding_fact
from jfconsole.domain.scopes import scope_in_english
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.services.simulate import Simulation


def simulation_facts(simulation: Simulation) -> tuple[Fact, ...]:
    """Everything about a simulation, line by line; cleaned text."""
    return (
        *(Fact(_passed(check.passed), check.sentence) for check in simulation.checks),
        *_mapping_facts(simulation),
        *grant_facts(simulation),
        *advice_facts(simulation),
        Fact("result", result_words(simulation)),
    )


def result_words(simulation: Simulation) -> str:
    """What comes of it, in a sentence."""
    winner = simulation.evaluation.winner
    if winner is None:
        count = len(simulation.evaluation.verdicts)
        return (
            "It does not get in: there is no mapping" if not count else f"It gets in through none of {count:,} mappings"
        )
    name = visible(winner.mapping.name)
    if isinstance(simulation.grant, Unresolved):
        return f"It does not get in: {name} matches, and gives nothing"
    if simulation.target_problem:
        return f"It does not get in, although {name} matches: {_lower(simulation.target_problem)}"
    if not simulation.succeeds:
        return f"It does not get in, although {name} matches: look at what fails before the mappings"
    return f"It gets in through {name}"


def mark_words(simulation: Simulation, verdict: MappingVerdict) -> str:
    """What a mapping is to this token: the winner, behind it, or not for it."""
    winner = simulation.evaluation.winner
    if verdict is winner:
        return "wins"
    if verdict.matches and winner is not None:
        return f"shadowed by {visible(winner.mapping.name)}"
    if verdict.mapping.opaque:
        return "cannot be read here"
    return "does not match"


def grant_facts(simulation: Simulation) -> tuple[Fact, ...]:
    """What the winner gives, and whether those are there whom it names; cleaned text."""
    found = simulation.grant
    if found is None:
        return ()
    if isinstance(found, Unresolved):
        return (Fact("fails", found.sentence),)
    audience = audience_in_english(parse_audience(found.audience))
    lives = format_duration(found.expires_in) if found.expires_in else "as long as the platform says"
    made = " (made of the integration's and the mapping's, which some clients refuse)" if found.synthetic else ""
    return (
        Fact("user", f"{visible(found.username)}{made}"),
        Fact("gives", f"{scope_in_english(found.scope)} ({visible(found.scope)})"),
        Fact("accepted by", f"{audience} ({visible(found.audience)})"),
        Fact("lives", lives),
        *_target_facts(found, simulation.known),
    )


def _target_facts(found: Grant, known: Known | None) -> Iterator[Fact]:
    words = standing_words(grant_targets(found), known) if known is not None else ()
    if words:
        yield Fact("looked up", ", ".join(words))


def advice_facts(simulation: Simulation) -> tuple[Fact, ...]:
    """The nearest miss with what would change it, a winner by accident, findings; cleaned text."""
    lines: list[Fact] = []
    if simulation.change is not None:
        lines.append(Fact("nearest miss", visible(simulation.change.mapping.name)))
        lines += [Fact("change", sentence) for sentence in simulation.change.sentences]
    lines += [
        Fact(
            "beware", f"{visible(mapping.name)} was made for it, and is never reached: give it a lower priority number"
        )
        for mapping in simulation.accident
    ]
    return (*lines, *map(finding_fact, simulation.findings))


def _mapping_facts(simulation: Simulation) -> Iterator[Fact]:
    for place, verdict in enumerate(simulation.evaluation.verdicts, 1):
        project = f" of project {visible(verdict.mapping.project_key)}" if verdict.mapping.project_key else ""
        yield Fact(f"{place}", f"{visible(verdict.mapping.name)}{project}: {mark_words(simulation, verdict)}")
        for claim in verdict.claims:
            yield Fact("", f"  {_passed(claim.matches)}: {claim.sentence}")


def _lower(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}"


def _passed(passed: bool | None) -> str:
    return {True: "passes", False: "fails", None: "not known"}[passed]
