"""What the trust doctor says: stages, reason codes, what came of each stage, and the change that would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from jfconsole.domain.checks import Verdict
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.integrations import Integration
from jfconsole.domain.mappings import IdentityMapping, MappingRef
from jfconsole.domain.redact import redact
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact


class Stage(StrEnum):
    """What a token has to get past, in this order."""

    PLATFORM = "platform"
    DISCOVERY = "discovery"
    ISSUER = "issuer"
    KEYS = "keys"
    TOKEN = "token"  # noqa: S105 (the name of a stage)
    TIMES = "times"
    AUDIENCE = "audience"
    MAPPING = "mapping"
    EXCHANGE = "exchange"
    USE = "use"


class Code(StrEnum):
    """Why a stage came out as it did. Stable: reports and scripts name them."""

    OK = "ok"
    NOT_TRIED = "not-tried"
    PLATFORM_UNREACHABLE = "platform-unreachable"
    PLATFORM_REFUSED = "platform-refused"
    BASE_URL = "base-url"
    PROVIDER_UNKNOWN = "provider-unknown"
    DISCOVERY_UNREACHABLE = "discovery-unreachable"
    DISCOVERY_TLS = "discovery-tls"
    DISCOVERY_REFUSED = "discovery-refused"
    DISCOVERY_REDIRECT = "discovery-redirect"
    DISCOVERY_INVALID = "discovery-invalid"
    DISCOVERY_STALE = "discovery-stale"
    ISSUER_SLASH = "issuer-slash"
    ISSUER_DIFFERS = "issuer-differs"
    KEYS_UNREACHABLE = "keys-unreachable"
    KEYS_PRIVATE = "keys-private"
    KEYS_UNUSABLE = "keys-unusable"
    KEYS_MISSING = "keys-missing"
    KEYS_EXTRA = "keys-extra"
    KID_NO_THUMBPRINT = "kid-no-thumbprint"
    JWKS_ELSEWHERE = "jwks-elsewhere"
    CONTENT_TYPE = "content-type"
    MAX_AGE = "max-age"
    ALGORITHM_UNLISTED = "algorithm-unlisted"
    ALGORITHM_UNPROVEN = "algorithm-unproven"
    NO_TOKEN = "no-token"  # noqa: S105 (a code)
    TOKEN_MALFORMED = "token-malformed"  # noqa: S105 (a code)
    TOKEN_UNSIGNED = "token-unsigned"  # noqa: S105 (a code)
    TOKEN_ISSUER = "token-issuer"  # noqa: S105 (a code)
    KID_UNKNOWN = "kid-unknown"
    KEY_TYPE = "key-type"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    CLOCK_SKEW = "clock-skew"
    AUDIENCE_DIFFERS = "audience-differs"
    AUDIENCE_MISSING = "audience-missing"
    ORGANIZATION_DIFFERS = "organization-differs"
    NO_MAPPINGS = "no-mappings"
    NO_MAPPING_MATCHES = "no-mapping-matches"
    PROJECT_NOT_NAMED = "project-not-named"
    MAPPING_SHADOWED = "mapping-shadowed"
    PATTERN_FAILS = "pattern-fails"
    TARGET_MISSING = "target-missing"
    EXCHANGE_AUDIENCE = "exchange-audience"
    EXCHANGE_KEYS = "exchange-keys"
    EXCHANGE_REFUSED = "exchange-refused"
    EXCHANGE_FAILED = "exchange-failed"
    TOKEN_REFUSED = "token-refused"  # noqa: S105 (a code)
    SEES_NOTHING = "sees-nothing"
    REGISTRY_REFUSES = "registry-refuses"


@dataclass(frozen=True, slots=True)
class ChangeIntegration:
    """Fields of the integration would have to be others."""

    before: Integration
    after: Integration


@dataclass(frozen=True, slots=True)
class ChangeMapping:
    """Claims of a mapping would have to be others."""

    before: IdentityMapping
    after: IdentityMapping


@dataclass(frozen=True, slots=True)
class Reorder:
    """The mapping would have to be looked at right before another one."""

    mapping: MappingRef
    before: str


Repair: TypeAlias = ChangeIntegration | ChangeMapping | Reorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of one stage of a doctor's walk. Sentences and evidence are cleaned; `seconds` is how long it took.

    `fix` says what to change, `repair` is that change where a plan can make it.
    """

    stage: StrEnum
    verdict: Verdict
    code: StrEnum = Code.OK
    sentence: str
    evidence: tuple[Fact, ...] = ()
    fix: str = ""
    repair: Repair | None = None
    seconds: float = 0.0

    @property
    def broken(self) -> bool:
        """Whether nothing behind it can work."""
        return self.verdict is Verdict.BAD


def good(stage: StrEnum, sentence: str, *evidence: Fact) -> Found:
    """The stage is passed."""
    return Found(stage=stage, verdict=Verdict.GOOD, sentence=sentence, evidence=evidence)


def bad(stage: StrEnum, code: StrEnum, sentence: str, fix: str, *evidence: Fact, repair: Repair | None = None) -> Found:
    """The stage is where it ends."""
    return Found(
        stage=stage, verdict=Verdict.BAD, code=code, sentence=sentence, fix=fix, evidence=evidence, repair=repair
    )


def doubtful(
    stage: StrEnum, code: StrEnum, sentence: str, fix: str, *evidence: Fact, repair: Repair | None = None
) -> Found:
    """The stage is passed, and somebody should look at it."""
    return Found(
        stage=stage, verdict=Verdict.WARNING, code=code, sentence=sentence, fix=fix, evidence=evidence, repair=repair
    )


def unknown(stage: StrEnum, code: StrEnum, sentence: str, fix: str = "", *evidence: Fact) -> Found:
    """Nobody can tell from here."""
    return Found(stage=stage, verdict=Verdict.UNKNOWN, code=code, sentence=sentence, fix=fix, evidence=evidence)


def cause(found: Sequence[Found]) -> Found | None:
    """What to look at: the stage that is broken, else the first doubtful one; None when all is well."""
    broken = next((one for one in found if one.broken), None)
    return broken or next((one for one in found if one.verdict is Verdict.WARNING), None)


def is_healthy(found: Sequence[Found]) -> bool:
    """Whether no stage that was looked at is broken."""
    return not any(one.broken for one in found)


def diagnosis_record(integration: str, found: Sequence[Found]) -> JsonObject:
    """A diagnosis as `--json` prints it; keys are stable."""
    return {"integration": integration, **stages_record(found)}


def stages_record(found: Sequence[Found]) -> JsonObject:
    """Stages and what they come to, as `--json` prints them; keys are stable."""
    first = cause(found)
    return {
        "healthy": is_healthy(found),
        "cause": first.code.value if first else None,
        "stages": [_found_record(one) for one in found],
    }


def report_text(integration: str, host: str, found: Sequence[Found]) -> str:
    """The diagnosis to paste into a ticket: no token is in it, and what looks like a secret is masked."""
    first = cause(found)
    lines = [f"Trust of {visible(integration)} on {visible(host)}: {first.code.value if first else 'all is well'}"]
    lines += [line for one in found for line in stage_lines(one)]
    return redact("\n".join(lines))


def stage_lines(one: Found) -> list[str]:
    """One stage: how it came out, how long it took, what it was seen by, what to change."""
    head = f"{one.stage.value:<10} {one.verdict.value:<9} {one.code.value}  ({one.seconds:.1f} s)"
    told = [one.sentence, *(f"{fact.label}: {fact.text}" for fact in one.evidence)]
    return [head, *(f"{'':<10} {line}" for line in told), *([f"{'':<10} to change: {one.fix}"] if one.fix else [])]


def _found_record(one: Found) -> JsonObject:
    evidence: list[Json] = [{"label": fact.label, "text": redact(fact.text)} for fact in one.evidence]
    return {
        "stage": one.stage.value,
        "verdict": one.verdict.value,
        "code": one.code.value,
        "sentence": redact(one.sentence),
        "evidence": evidence,
        "seconds": round(one.seconds, 3),
        "fix": one.fix or None,
        "repairable": one.repair is not None,
    }
