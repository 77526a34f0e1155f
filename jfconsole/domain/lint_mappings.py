"""The linter of OIDC trust: what in an integration and its identity mappings lets strangers in, or lets nobody in.

Rules M01 to M11 look at what is configured; M12 tells what would become of a token, M13 whether those are there whom
it names (`lint_targets`). What blocks is not created without somebody typing that it is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jfconsole.domain.claim_binding import Wanted, has_binding_claims, wanted_claims
from jfconsole.domain.claim_shadowing import implies, shadows
from jfconsole.domain.claims import Evaluation, place_words, value_words
from jfconsole.domain.durations import HOUR, format_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.integrations import Integration
from jfconsole.domain.lint_values import value_concerns
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.provider_catalog import provider_of
from jfconsole.domain.providers import KnownClaim, Provider
from jfconsole.domain.scopes import is_admin
from jfconsole.domain.text import Untrusted, visible


class Rule(StrEnum):
    """What is looked for. The ids are stable: scripts and saved views name them."""

    ANYONE = "M01"
    NO_TENANT = "M02"
    EARLY_WILDCARD = "M03"
    POWERFUL = "M04"
    BROAD = "M05"
    NAMES_ONLY = "M06"
    AUDIENCE = "M07"
    PERMISSIVE = "M08"
    ISSUER = "M09"
    SHADOWS = "M10"
    VALUE = "M11"
    DRY_RUN = "M12"
    TARGET = "M13"


class Severity(StrEnum):
    """What a finding means for saving."""

    BLOCKS = "blocks"
    WARNS = "warns"
    INFORMS = "informs"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `mapping` is empty for a finding about the integration; `sentence` and `fix` are cleaned.

    `claim` is the claim's place in words, empty when it is about none.
    """

    rule: Rule
    severity: Severity
    mapping: Untrusted
    claim: str
    sentence: str
    fix: str


_LONG: Final = HOUR
_OR_MEANT: Final = "or type that it is meant"


def lint_mapping(
    mapping: IdentityMapping, integration: Integration, others: Iterable[IdentityMapping] = ()
) -> tuple[Finding, ...]:
    """Every finding about one mapping; `others` are the integration's other mappings, for what stands in whose way."""
    provider = provider_of(integration.issuer_url or "")
    wanted = wanted_claims(mapping.claims or {}, provider)
    linter = _Linter(mapping, provider, wanted)
    return (
        *linter.strangers(),
        *linter.token(),
        *linter.breadth(),
        *linter.order(others, integration.common_claims),
        *linter.values(),
    )


def passes(findings: Iterable[Finding]) -> bool:
    """Whether nothing blocks."""
    return all(finding.severity is not Severity.BLOCKS for finding in findings)


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that block."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCKS)


def dry_run(evaluation: Evaluation) -> tuple[Finding, ...]:
    """What becomes of a token: one finding for each mapping, in evaluation order."""
    found = []
    for verdict in evaluation.verdicts:
        name = visible(verdict.mapping.name)
        if verdict is evaluation.winner:
            sentence = f"{name} lets the token in"
        elif verdict.matches:
            sentence = f"{name} would let it in too, and comes later"
        else:
            reasons = [failing.sentence for failing in verdict.failing] or ["its claims cannot be read here"]
            sentence = f"{name} does not: {'; '.join(reasons)}"
        found.append(Finding(Rule.DRY_RUN, Severity.INFORMS, verdict.mapping.name, "", sentence, ""))
    return tuple(found)


def finding_record(finding: Finding) -> JsonObject:
    """The finding as `--json` prints it; keys are stable."""
    return {
        "rule": finding.rule.value,
        "severity": finding.severity.value,
        "mapping": finding.mapping or None,
        "claim": finding.claim or None,
        "sentence": finding.sentence,
        "fix": finding.fix,
    }


class _Linter:
    """The rules on one mapping."""

    def __init__(self, mapping: IdentityMapping, provider: Provider | None, wanted: Sequence[Wanted]) -> None:
        self.mapping = mapping
        self.provider = provider
        self.wanted = wanted
        self.bound = any(claim.binds for claim in wanted)

    def strangers(self) -> Iterator[Finding]:
        """M01, M02, M03: whether somebody else's tokens get in."""
        early = [claim for claim in self.wanted if claim.too_early and claim.constrains]
        if self.mapping.opaque:
            yield self._blocks(Rule.ANYONE, "The claims are in a form that this console cannot read", "Look at them")
        elif not any(claim.constrains for claim in self.wanted):
            yield self._blocks(Rule.ANYONE, self._anyone(), self._binding_advice())
        elif not self.bound and not early:
            yield self._blocks(Rule.NO_TENANT, self._no_tenant(), self._binding_advice())
        for claim in early:
            yield self._early(claim)

    def token(self) -> Iterator[Finding]:
        """M04: a token that can do everything, or that lives long."""
        spec = self.mapping.token_spec
        if is_admin(spec.scope):
            yield self._blocks(
                Rule.POWERFUL,
                "Whoever gets in is an administrator of the whole platform",
                f"Give a user or groups with just the permissions it needs, {_OR_MEANT}",
            )
        if (spec.expires_in or 0) > _LONG:
            yield self._warns(
                Rule.POWERFUL,
                f"The token lives {format_duration(spec.expires_in or 0)}: who gets hold of it has it that long",
                f"Let it live as long as the job or the cache that uses it, {format_duration(_LONG)} or less for most",
            )

    def breadth(self) -> Iterator[Finding]:
        """M05, M06: more than one repository, any branch, pull requests; names that can change hands."""
        if not self.bound:
            return
        if not any(claim.pins for claim in self.wanted):
            yield self._warns(
                Rule.BROAD,
                "Everything of the owner gets in: no claim says which repository or pipeline",
                f"Add one of {self._named(lambda claim: claim.pins)}",
            )
        elif self._can_narrow() and not any(claim.narrows for claim in self.wanted):
            yield self._warns(
                Rule.BROAD,
                "Any branch gets in: no claim says which branch, environment or phase",
                f"Add one of {self._named(lambda claim: claim.narrows)}",
            )
        yield from self._pull_requests()
        if self._has_ids() and not any(claim.immutable for claim in self.wanted):
            yield self._warns(
                Rule.NAMES_ONLY,
                "Only names say who is meant: who takes a name over later gets in with it",
                f"Add one of {self._named(lambda claim: claim.immutable)}",
            )

    def order(self, others: Iterable[IdentityMapping], common: JsonObject) -> Iterator[Finding]:
        """M10: a mapping that takes all tokens of a narrower one, or whose tokens are all taken."""
        rest = [other for other in others if other.key != self.mapping.key]
        for shadow in shadows([self.mapping, *rest], common):
            if self.mapping not in (shadow.mapping, shadow.by):
                continue
            narrower = not implies({**common, **(shadow.by.claims or {})}, shadow.mapping.claims or {})
            fix = f"Give {visible(shadow.mapping.name)} a lower number than {visible(shadow.by.name)}"
            yield self._warns(Rule.SHADOWS, shadow.sentence, fix if narrower else "Delete one of the two")

    def values(self) -> Iterator[Finding]:
        """M11: values and names that can hardly be meant."""
        for claim in self.wanted:
            for sentence, fix in value_concerns(claim, self.provider):
                yield self._warns(Rule.VALUE, sentence, fix, place_words(claim.place))

    def _early(self, claim: Wanted) -> Finding:
        name = place_words(claim.place)
        sentence = f"{name} is {value_words(claim.value)}: the wildcard stands in what says whose it is"
        if self.bound:
            return self._warns(Rule.EARLY_WILDCARD, f"{sentence}; another claim keeps strangers out", "", name)
        example = claim.known.example if claim.known else ""
        fix = f"Write the owner out, with what ends it, as in {example}" if example else "Write it out, without *"
        return self._blocks(Rule.EARLY_WILDCARD, f"{sentence}, so strangers fit it", fix, name)

    def _pull_requests(self) -> Iterator[Finding]:
        if self.provider is None or self.provider.claim(("event_name",)) is None:
            return
        for claim in self.wanted:
            text = value_words(claim.value)
            if (claim.place == ("sub",) and ":pull_request" in text) or "pull_request_target" in text:
                yield self._warns(
                    Rule.BROAD,
                    f"{place_words(claim.place)} lets pull requests in: code that nobody has reviewed yet",
                    "Leave them out of a mapping that may write, or ask for an environment with reviewers",
                    place_words(claim.place),
                )

    def _can_narrow(self) -> bool:
        return self.provider is not None and any(claim.narrows for claim in self.provider.claims)

    def _has_ids(self) -> bool:
        return self.provider is not None and any(claim.immutable for claim in self.provider.claims)

    def _anyone(self) -> str:
        where = (
            f"Everybody who gets tokens from {self.provider.title}" if self.provider else "Every token of the issuer"
        )
        return f"{where} gets in: no claim says who"

    def _no_tenant(self) -> str:
        if not has_binding_claims(self.provider) or self.provider is None:
            return "The issuer is not one that this console knows, and no claim is an exact sub: strangers may fit"
        return f"No claim says whose workload of {self.provider.title} it is: strangers fit"

    def _binding_advice(self) -> str:
        if not has_binding_claims(self.provider):
            return f"Add the exact sub of the workload, {_OR_MEANT}"
        return f"Add one of {self._named(lambda claim: claim.binds)}, {_OR_MEANT}"

    def _named(self, quality: Callable[[KnownClaim], object]) -> str:
        """The claims of the platform that have a quality, by name."""
        claims = self.provider.claims if self.provider else ()
        return ", ".join(claim.name for claim in claims if quality(claim)) or "the exact sub"

    def _blocks(self, rule: Rule, sentence: str, fix: str, claim: str = "") -> Finding:
        return Finding(rule, Severity.BLOCKS, self.mapping.name, claim, sentence, fix)

    def _warns(self, rule: Rule, sentence: str, fix: str, claim: str = "") -> Finding:
        return Finding(rule, Severity.WARNS, self.mapping.name, claim, sentence, fix)
