"""Simulating an exchange: which mapping a token would get in through, and what it would get. Nothing is sent.

The token is taken apart here. Its signature is not checked: that takes the issuer's keys, and the doctor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jfconsole.domain.claim_changes import SmallestChange, smallest_change, wins_by_accident
from jfconsole.domain.claim_grants import Grant, grant
from jfconsole.domain.claim_patterns import Unresolved
from jfconsole.domain.claims import Evaluation, evaluate, value_words
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.integrations import Integration
from jfconsole.domain.issuers import EVIDENCED_ALGORITHMS, issuer_difference
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.lint_integrations import lint_integration
from jfconsole.domain.lint_mappings import Finding, dry_run, finding_record, lint_mapping
from jfconsole.domain.lint_targets import Known, grant_targets, user_in_the_way
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.times import utc_text
from jfconsole.services.inspect import inspect_pasted


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """One thing that the platform checks before it looks at mappings. `passed` is None where it cannot be told here."""

    what: str
    passed: bool | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What would become of a token. `grant` is what the winner gives, or why its patterns make nothing of it.

    `accident` are narrower mappings that match too and that the winner keeps from being reached. `findings` are the
    linter's, on the integration and on the winner; `dry_run` tells of each mapping. `known` is how those stand whom
    the winner names, None while nobody looked them up.
    """

    claims: Mapping[str, Json]
    checks: tuple[TokenCheck, ...]
    evaluation: Evaluation
    grant: Grant | Unresolved | None
    change: SmallestChange | None
    accident: tuple[IdentityMapping, ...]
    findings: tuple[Finding, ...]
    dry_run: tuple[Finding, ...]
    known: Known | None = None

    @property
    def succeeds(self) -> bool:
        """Whether the exchange would give a token, as far as can be told here."""
        granted = isinstance(self.grant, Grant) and not self.target_problem
        return granted and all(check.passed is not False for check in self.checks)

    @property
    def target_problem(self) -> str:
        """Why the exchange fails because of its user, as a sentence; empty when it does not, or nobody looked."""
        if self.known is None or not isinstance(self.grant, Grant):
            return ""
        return user_in_the_way(grant_targets(self.grant), self.known)


def decoded(pasted: Secret, now: float) -> DecodedJwt:
    """The pasted token, taken apart. Raises UsageError when it is no JWT. `now` is in epoch seconds."""
    found = inspect_pasted(pasted, now).pasted
    if not isinstance(found, DecodedJwt):
        raise UsageError("That is no ID token: a workload's token is a JWT", "Paste it whole, three parts with dots")
    return found


def simulate(
    integration: Integration,
    mappings: Sequence[IdentityMapping],
    claims: Mapping[str, Json],
    *,
    now: float,
    token: DecodedJwt | None = None,
    project: str | None = None,
    only: str | None = None,
) -> Simulation:
    """How the integration and its mappings judge these claims; `token` is where they came from, if from one.

    `project` and `only` (a mapping's name) are what an exchange may name. `now` is in epoch seconds.
    """
    evaluation = evaluate(mappings, claims, project or integration.project_key, only)
    winner, nearest = evaluation.winner, evaluation.nearest
    on_winner = lint_mapping(winner.mapping, integration, mappings) if winner else ()
    return Simulation(
        claims=claims,
        checks=tuple(_checks(integration, claims, token, now)),
        evaluation=evaluation,
        grant=grant(winner.mapping, claims) if winner else None,
        change=smallest_change(nearest) if nearest else None,
        accident=wins_by_accident(evaluation, integration.common_claims),
        findings=(*lint_integration(integration), *on_winner),
        dry_run=dry_run(evaluation),
    )


def simulation_record(simulation: Simulation) -> JsonObject:
    """The simulation as `--json` prints it; keys are stable."""
    winner = simulation.evaluation.winner
    return {
        "succeeds": simulation.succeeds,
        "checks": [{"what": one.what, "passed": one.passed, "sentence": one.sentence} for one in simulation.checks],
        "winner": winner.mapping.name if winner else None,
        "grant": _grant_record(simulation.grant),
        "mappings": _verdict_records(simulation.evaluation),
        "smallest_change": _change_record(simulation.change),
        "wins_over": [mapping.name for mapping in simulation.accident],
        "findings": [finding_record(finding) for finding in simulation.findings],
        "target_problem": simulation.target_problem or None,
    }


def _checks(
    integration: Integration, claims: Mapping[str, Json], token: DecodedJwt | None, now: float
) -> Iterator[TokenCheck]:
    yield _issuer_check(integration, claims)
    yield _audience_check(integration, claims)
    yield from _time_checks(claims, now)
    if token is not None:
        yield _algorithm_check(token)
    if integration.organization and not integration.enable_permissive_configuration:
        yield _organization_check(integration.organization, claims)


def _issuer_check(integration: Integration, claims: Mapping[str, Json]) -> TokenCheck:
    issuer = claims.get("iss")
    if not isinstance(issuer, str):
        return TokenCheck("issuer", None, "The claims name no issuer (iss); every token has one")
    difference = issuer_difference(integration.expected_issuer, issuer)
    return TokenCheck("issuer", difference is None, difference or "The issuer is the integration's")


def _audience_check(integration: Integration, claims: Mapping[str, Json]) -> TokenCheck:
    """Source: setup-jfrog-cli#270: an integration's audience is enforced where there is one."""
    wanted, found = integration.audience, claims.get("aud")
    if not wanted:
        return TokenCheck("audience", True, "The integration wants no particular audience")
    if found is None:
        return TokenCheck("audience", False, f"The token has no audience (aud); {visible(wanted)} is wanted")
    listed = found if isinstance(found, list) else [found]
    shown = f"The audience is {value_words(found)}"
    return TokenCheck("audience", wanted in listed, f"{shown}; {visible(wanted)} is wanted")


def _time_checks(claims: Mapping[str, Json], now: float) -> Iterator[TokenCheck]:
    expires, starts = _time(claims.get("exp")), _time(claims.get("nbf"))
    if expires is None:
        yield TokenCheck("expiry", None, "The claims have no expiry (exp); every token has one")
    else:
        words = "has expired" if expires <= now else "is valid until"
        yield TokenCheck("expiry", expires > now, f"The token {words} {utc_text(expires)}")
    if starts is not None and starts > now:
        yield TokenCheck("start", False, f"The token is not valid before {utc_text(starts)}: compare the clocks")


def _time(value: Json) -> int | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
    return int(value) if usable and isinstance(value, int | float) else None


def _algorithm_check(token: DecodedJwt) -> TokenCheck:
    name = token.algorithm or ""
    if name in EVIDENCED_ALGORITHMS:
        return TokenCheck("algorithm", True, f"It is signed with {name}")
    if not name or name.lower() == "none" or name.upper().startswith("HS"):
        return TokenCheck("algorithm", False, "It is not signed with an issuer's key")
    return TokenCheck("algorithm", None, f"It is signed with {visible(name)}; JFrog is known to check RS256 and ES256")


def _organization_check(organization: str, claims: Mapping[str, Json]) -> TokenCheck:
    """Inferred: the platform compares it with `repository_owner`."""
    owner = claims.get("repository_owner")
    if owner is None:
        return TokenCheck("organization", None, f"No repository_owner; {visible(organization)} is wanted")
    return TokenCheck(
        "organization", owner == organization, f"The owner is {value_words(owner)}; {visible(organization)} is wanted"
    )


def _grant_record(found: Grant | Unresolved | None) -> Json:
    match found:
        case Grant():
            return {
                "username": found.username,
                "scope": found.scope,
                "groups": [*found.groups],
                "audience": found.audience,
                "expires_in": found.expires_in,
                "synthetic_username": found.synthetic,
            }
        case Unresolved(sentence):
            return {"fails": sentence}
        case None:
            return None


def _verdict_records(evaluation: Evaluation) -> list[Json]:
    return [
        {
            "name": verdict.mapping.name,
            "project_key": verdict.mapping.project_key,
            "priority": verdict.mapping.priority,
            "matches": verdict.matches,
            "claims": [
                {
                    "claim": [*one.place],
                    "verdict": one.verdict.value,
                    "operator": one.operator.value,
                    "expected": one.expected,
                    "actual": one.actual,
                    "sentence": one.sentence,
                }
                for one in verdict.claims
            ],
        }
        for verdict in evaluation.verdicts
    ]


def _change_record(change: SmallestChange | None) -> Json:
    if change is None:
        return None
    return {"mapping": change.mapping.name, "claims": change.claims, "sentences": [*change.sentences]}
