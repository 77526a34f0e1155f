"""The doctor's look at whom a mapping makes of a workload: a user who is not there gets no token."""

from __future__ import annotations

from dataclasses import replace

from jfconsole.domain.checks import Verdict
from jfconsole.domain.claim_grants import Grant
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.lint_targets import grant_targets, target_findings, user_in_the_way
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_words import Fact
from jfconsole.jfrog.sender import Sender
from jfconsole.services.mapping_targets import look_up
from jfconsole.services.simulate import Simulation
from jfconsole.services.trust_findings import Code, Found, Stage, bad, doubtful


async def judge_targets(sender: Sender, found: Found, simulation: Simulation) -> Found:
    """What came of the mappings, unless those are missing whom the winner names. Not looked up is not missing."""
    given = simulation.grant
    if found.broken or not isinstance(given, Grant):
        return found
    wanted = grant_targets(given)
    try:
        known = await look_up(sender, [wanted])
    except ConsoleError:
        return found
    missing = target_findings(wanted, known, Untrusted(""))
    evidence = (*found.evidence, *(Fact("beware", one.sentence) for one in missing))
    if sentence := user_in_the_way(wanted, known):
        return bad(Stage.MAPPING, Code.TARGET_MISSING, sentence, missing[0].fix, *evidence)
    if missing and found.verdict is Verdict.GOOD:
        return doubtful(Stage.MAPPING, Code.TARGET_MISSING, missing[0].sentence, missing[0].fix, *evidence)
    return replace(found, evidence=evidence)
