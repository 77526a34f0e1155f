"""How a simulation looks: what is checked first, each mapping claim by claim, the winner, the advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from jfconsole.domain.claims import MappingVerdict
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.services.simulate import Simulation
from jfconsole.services.simulation_words import advice_facts, grant_facts, mark_words, result_words
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.screens.trust_list import fact_lines
from jfconsole.ui.text import show
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine

_GOOD = "$text-success"
_BAD = "$text-error"


def simulation_sheets(simulation: Simulation, glyphs: Glyphs) -> Sequence[Sheet]:
    """The parts of the page, the result first: it must be in sight on a small terminal."""
    return (
        Sheet(show(result_words(simulation), _GOOD if simulation.succeeds else _BAD), _grant(simulation), dense=True),
        Sheet(
            show("Before the mappings", "bold $text-accent"),
            tuple(_checks(simulation, glyphs)),
            label_width=4,
            dense=True,
        ),
        *(
            Sheet(
                _heading(place, simulation, verdict, glyphs), tuple(_claims(verdict, glyphs)), label_width=4, dense=True
            )
            for place, verdict in enumerate(simulation.evaluation.verdicts, 1)
        ),
        *_advice(simulation),
    )


def _grant(simulation: Simulation) -> tuple[SheetLine, ...]:
    return fact_lines(grant_facts(simulation))


def _advice(simulation: Simulation) -> Iterator[Sheet]:
    facts: tuple[Fact, ...] = advice_facts(simulation)
    if facts:
        yield Sheet(show("To look at", "bold $text-accent"), fact_lines(facts), label_width=14, dense=True)


def _checks(simulation: Simulation, glyphs: Glyphs) -> Iterator[SheetLine]:
    for check in simulation.checks:
        sign, word, style = _sign(check.passed, glyphs)
        yield SheetLine(f"  {sign}", f"{word}: {check.sentence}", style)


def _claims(verdict: MappingVerdict, glyphs: Glyphs) -> Iterator[SheetLine]:
    for claim in verdict.claims:
        sign, word, style = _sign(claim.matches, glyphs)
        yield SheetLine(f"  {sign}", f"{word}: {claim.sentence}", style)
    if not verdict.claims:
        yield SheetLine("", "It wants no claim: every token of the issuer fits", "$text-warning")


def _heading(place: int, simulation: Simulation, verdict: MappingVerdict, glyphs: Glyphs) -> Content:
    project = f" of project {visible(verdict.mapping.project_key)}" if verdict.mapping.project_key else ""
    wins = verdict is simulation.evaluation.winner
    mark = show(f"  {mark_words(simulation, verdict)}", f"bold {_GOOD}" if wins else "$text-muted")
    return show(f"{place}  {visible(verdict.mapping.name)}{project}", "bold") + mark


def _sign(passed: bool | None, glyphs: Glyphs) -> tuple[str, str, str]:
    """Glyph, word and style: colour alone says nothing."""
    if passed is None:
        return glyphs.bullet, "not known", "$text-muted"
    return (glyphs.ok, "passes", "") if passed else (glyphs.fail, "fails", _BAD)
