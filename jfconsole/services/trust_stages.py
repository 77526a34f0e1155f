"""The stages of a token that can be judged from here: the issuer's documents, the token itself, the mappings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jfconsole.domain.claim_patterns import Unresolved
from jfconsole.domain.claims import evaluate, value_words
from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import ConsoleError, DeadlineExceeded, Redirected, Refused, TlsUntrusted, Unreachable
from jfconsole.domain.integrations import Integration
from jfconsole.domain.issuers import EVIDENCED_ALGORITHMS, Discovery, PublishedKey, issuer_difference, key_problems
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.mappings import EVERY_SERVICE, IdentityMapping, MappingRef
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.times import utc_text
from jfconsole.domain.token_words import NOT_SAID, Fact
from jfconsole.services.issuer_words import key_words
from jfconsole.services.simulate import Simulation
from jfconsole.services.simulation_words import grant_facts
from jfconsole.services.trust_findings import (
    ChangeIntegration,
    ChangeMapping,
    Code,
    Found,
    Reorder,
    Stage,
    bad,
    doubtful,
    good,
)

LEEWAY = 60
"""Seconds by which clocks may differ before it is called so."""

_REACH = "The platform has to reach it as well"
_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
"""The kind of key that goes with the beginning of an algorithm's name. Source: RFC 7518, section 3.1; RFC 8037."""


def unreadable(stage: Stage, error: ConsoleError) -> Found:
    """A document of the issuer that could not be had from here."""
    code = Code.DISCOVERY_INVALID
    for kind, one in (
        (TlsUntrusted, Code.DISCOVERY_TLS),
        (DeadlineExceeded, Code.DISCOVERY_UNREACHABLE),
        (Unreachable, Code.DISCOVERY_UNREACHABLE),
        (Refused, Code.DISCOVERY_REFUSED),
        (Redirected, Code.DISCOVERY_REDIRECT),
    ):
        if isinstance(error, kind):
            code = one
            break
    if stage is Stage.KEYS:
        code = Code.KEYS_UNREACHABLE
    hint = visible(error.hint)
    fix = hint if _REACH in hint else f"{hint}. {_REACH}, from its own network and through its own proxy"
    return bad(stage, code, visible(error.message), fix.removeprefix(". "))


def judge_issuer(integration: Integration, discovery: Discovery) -> Found:
    """The issuer's own name for itself against the one that the integration wants, byte for byte."""
    evidence = (
        Fact("wanted", visible(integration.expected_issuer) or NOT_SAID),
        Fact("discovery says", visible(discovery.issuer or "") or NOT_SAID),
    )
    if discovery.issuer is None:
        return bad(
            Stage.ISSUER, Code.DISCOVERY_INVALID, "The discovery document names no issuer", "Check the URL", *evidence
        )
    difference = issuer_difference(integration.expected_issuer, discovery.issuer)
    if difference is None:
        return good(Stage.ISSUER, "The issuer calls itself what the integration wants, to the letter", *evidence)
    return bad(
        Stage.ISSUER,
        _difference_code(integration.expected_issuer, discovery.issuer),
        difference,
        "Write the issuer in the integration as it calls itself",
        *evidence,
        repair=_renamed_issuer(integration, discovery.issuer),
    )


def judge_keys(keys: Sequence[PublishedKey]) -> Found:
    """The keys that are published: none may be missing, private, or of an algorithm that nobody has seen work."""
    evidence = [Fact("key", key_words(key)) for key in keys]
    problems = list(key_problems(keys))
    if any(key.private for key in keys):
        fix = "Replace the key at once, and publish public members only"
        return bad(Stage.KEYS, Code.KEYS_PRIVATE, problems[0], fix, *evidence)
    if not keys:
        return bad(Stage.KEYS, Code.KEYS_UNUSABLE, problems[0], "Have the issuer publish its keys")
    if not problems:
        return good(Stage.KEYS, f"{len(keys):,} published, all of use", *evidence)
    unproven = any(key.algorithm and key.algorithm not in EVIDENCED_ALGORITHMS for key in keys)
    code = Code.ALGORITHM_UNPROVEN if unproven else Code.KEYS_UNUSABLE
    return doubtful(Stage.KEYS, code, "; ".join(problems), "Use RS256 or ES256, and give every key a kid", *evidence)


def judge_token(integration: Integration, token: DecodedJwt, keys: Sequence[PublishedKey] | None) -> Found:
    """What the token says of itself: who made it, and with which key. Its signature is left to the platform."""
    algorithm, kid = token.algorithm or "", token.key_id
    evidence = (
        Fact("alg", visible(algorithm) or "none"),
        Fact("kid", visible(kid or "") or "none"),
        Fact("iss", visible(token.issuer or "") or "none"),
        Fact("sub", visible(token.subject or "") or "none"),
        *(Fact("beware", problem) for problem in token.problems),
    )
    if not algorithm or algorithm.lower() == "none" or algorithm.upper().startswith("HS"):
        sentence = "The token is not signed with an issuer's key"
        return bad(Stage.TOKEN, Code.TOKEN_UNSIGNED, sentence, "Take the ID token of the workload", *evidence)
    return (
        _wrong_issuer(integration, token, evidence)
        or _wrong_key(algorithm, kid, keys, evidence)
        or _unproven(algorithm, evidence)
        or good(Stage.TOKEN, "It is a signed token of this issuer; the platform checks the signature", *evidence)
    )


def judge_times(token: DecodedJwt, now: float, platform_now: float | None) -> Found:
    """Whether the token is valid now, by this machine's clock, and by the platform's where that is known."""
    moments = (("iat", token.issued_at), ("nbf", token.not_before), ("exp", token.expires))
    evidence = [Fact(name, utc_text(at) or str(at)) for name, at in moments if at is not None]
    clocks = (("clock here", now), ("platform's", platform_now))
    evidence += [Fact(name, utc_text(at) or str(at)) for name, at in clocks if at is not None]
    return _clocks(token, now, platform_now, evidence) or _validity(token, now, evidence)


def judge_audience(integration: Integration, token: DecodedJwt, asked: str | None = None) -> Found:
    """The three audiences that are mixed up most: the token's, the integration's, and that of the services."""
    wanted, found = integration.audience, token.claims.get("aud")
    listed = found if isinstance(found, list) else [] if found is None else [found]
    evidence = (
        Fact("token's aud", value_words(found) if found is not None else "none"),
        Fact("integration's", visible(wanted or "") or "any"),
    )
    if not wanted:
        return good(Stage.AUDIENCE, "The integration takes any audience", *evidence)
    if wanted in listed:
        return good(Stage.AUDIENCE, "The token is meant for this integration", *evidence)
    fix = f"Have the workload ask for the audience {visible(wanted)}, or change the integration's"
    if not listed:
        sentence = "The token has no audience, and the integration wants one"
        return bad(Stage.AUDIENCE, Code.AUDIENCE_MISSING, sentence, fix, *evidence)
    only = listed[0] if len(listed) == 1 and isinstance(listed[0], str) else None
    repair = ChangeIntegration(integration, replace(integration, audience=Untrusted(only))) if only else None
    sentence = "The token is meant for another audience than the integration wants"
    return bad(Stage.AUDIENCE, Code.AUDIENCE_DIFFERS, sentence, fix, *evidence, repair=repair)


def judge_mappings(
    integration: Integration, mappings: Sequence[IdentityMapping], simulation: Simulation, project: str | None
) -> Found:
    """Which mapping would let the token in, and whether it is the one that is meant."""
    organization = next((check for check in simulation.checks if check.what == "organization"), None)
    if organization is not None and organization.passed is False:
        fix = "Correct the organisation of the integration, or take a token of its workflows"
        return bad(Stage.MAPPING, Code.ORGANIZATION_DIFFERS, organization.sentence, fix)
    if not mappings:
        name = visible(integration.name)
        fix = "Make one: e or n on the identity mappings, or `jfconsole mappings apply`"
        return bad(Stage.MAPPING, Code.NO_MAPPINGS, f"{name} has no identity mapping: nobody gets in", fix)
    winner = simulation.evaluation.winner
    if winner is None:
        return _no_winner(simulation, project)
    name = visible(winner.mapping.name)
    evidence = (Fact("wins", name), *grant_facts(simulation), *_services(winner.mapping))
    if isinstance(simulation.grant, Unresolved):
        fix = "Change the pattern, or have the workload bring the claim"
        return bad(Stage.MAPPING, Code.PATTERN_FAILS, simulation.grant.sentence, fix, *evidence)
    if simulation.accident:
        return _shadowed(winner.mapping, simulation, evidence)
    return good(Stage.MAPPING, f"{name} lets it in", *evidence)


# -- inside ----------------------------------------------------------------------------------------------------


def _difference_code(expected: str, found: str) -> Code:
    return Code.ISSUER_SLASH if expected.rstrip("/") == found.rstrip("/") else Code.ISSUER_DIFFERS


def _renamed_issuer(integration: Integration, issuer: Untrusted) -> ChangeIntegration:
    """Only a slash is taken over into the URL: where its keys come from is not for a document to say."""
    same_place = (integration.issuer_url or "").rstrip("/") == issuer.rstrip("/")
    if same_place:
        after = replace(integration, issuer_url=issuer, token_issuer=issuer if integration.token_issuer else None)
    else:
        after = replace(integration, token_issuer=issuer)
    return ChangeIntegration(integration, after)


def _wrong_issuer(integration: Integration, token: DecodedJwt, evidence: tuple[Fact, ...]) -> Found | None:
    wanted = integration.expected_issuer
    difference = issuer_difference(wanted, token.issuer or "")
    if difference is None:
        return None
    close = token.issuer is not None and _difference_code(wanted, token.issuer) is Code.ISSUER_SLASH
    return bad(
        Stage.TOKEN,
        Code.ISSUER_SLASH if close else Code.TOKEN_ISSUER,
        f"The token is of another issuer than the integration wants. {difference}",
        "Take a token of this issuer; if it is one, write the issuer in the integration as the token has it",
        *evidence,
        repair=_renamed_issuer(integration, token.issuer) if token.issuer and close else None,
    )


def _wrong_key(
    algorithm: str, kid: str | None, keys: Sequence[PublishedKey] | None, evidence: tuple[Fact, ...]
) -> Found | None:
    if keys is None:
        return None
    known = [key for key in keys if key.key_id == kid]
    if not known:
        sentence = f"The issuer publishes no key {visible(kid)}" if kid else "The token names no key (kid)"
        fix = "Take a new token; if that has it too, the issuer must publish the key that it signs with"
        return bad(Stage.TOKEN, Code.KID_UNKNOWN, sentence, fix, *evidence)
    kind = _TYPES.get(algorithm[:2])
    if kind and known[0].kind and known[0].kind != kind:
        sentence = f"The token is signed with {visible(algorithm)}, and its key is of the kind {visible(known[0].kind)}"
        return bad(Stage.TOKEN, Code.KEY_TYPE, sentence, "Have the issuer give every key a kid of its own", *evidence)
    return None


def _unproven(algorithm: str, evidence: tuple[Fact, ...]) -> Found | None:
    if algorithm in EVIDENCED_ALGORITHMS:
        return None
    sentence = f"It is signed with {visible(algorithm)}: JFrog is known to check RS256 and ES256"
    fix = "Sign with RS256 or ES256, where the issuer can"
    return doubtful(Stage.TOKEN, Code.ALGORITHM_UNPROVEN, sentence, fix, *evidence)


def _clocks(token: DecodedJwt, now: float, platform_now: float | None, evidence: list[Fact]) -> Found | None:
    """Clocks that differ explain what looks like an old token, or one from the future."""
    fix = "Set the clocks by a time server: the issuer's, the platform's, and this machine's"
    if platform_now is not None and abs(platform_now - now) > LEEWAY:
        apart = format_duration(int(abs(platform_now - now)))
        sentence = f"The clock of this machine and the platform's are {apart} apart"
        return bad(Stage.TIMES, Code.CLOCK_SKEW, sentence, fix, *evidence)
    if token.issued_at is not None and token.issued_at > now + LEEWAY:
        ahead = format_duration(int(token.issued_at - now))
        sentence = f"The token was issued {ahead} in the future: the issuer's clock is ahead"
        return bad(Stage.TIMES, Code.CLOCK_SKEW, sentence, fix, *evidence)
    return None


def _validity(token: DecodedJwt, now: float, evidence: list[Fact]) -> Found:
    if token.expires is None:
        fix = "Take the ID token of the workload: all of them have an end"
        return bad(Stage.TIMES, Code.TOKEN_MALFORMED, "The token has no expiry (exp)", fix, *evidence)
    if token.expires <= now:
        ago = format_duration(int(now - token.expires) or 1)
        fix = "Take a new token, and exchange it at once: most live for minutes"
        return bad(Stage.TIMES, Code.EXPIRED, f"The token expired {ago} ago", fix, *evidence)
    if token.not_before is not None and token.not_before > now:
        sentence = f"The token is not valid for another {format_duration(int(token.not_before - now) or 1)}"
        return bad(Stage.TIMES, Code.NOT_YET_VALID, sentence, "Wait, and compare the issuer's clock", *evidence)
    left = format_duration(int(token.expires - now) or 1)
    return good(Stage.TIMES, f"The token is valid for another {left}", *evidence)


def _no_winner(simulation: Simulation, project: str | None) -> Found:
    if found := _of_projects(simulation, project):
        return found
    change, nearest = simulation.change, simulation.evaluation.nearest
    evidence = [Fact("nearest miss", visible(nearest.mapping.name))] if nearest else []
    evidence += [Fact("differs", claim.sentence) for claim in (nearest.failing if nearest else ())]
    fix = "; ".join(change.sentences) if change else "Make a mapping for this workload"
    after = replace(change.mapping, claims=change.claims) if change else None
    return bad(
        Stage.MAPPING,
        Code.NO_MAPPING_MATCHES,
        f"None of {len(simulation.evaluation.verdicts):,} mappings lets it in",
        fix,
        *evidence,
        repair=ChangeMapping(change.mapping, after) if change and after else None,
    )


def _of_projects(simulation: Simulation, project: str | None) -> Found | None:
    """A mapping of a project would do, if the exchange named the project."""
    for mapping in simulation.evaluation.left_out:
        if mapping.project_key and mapping.project_key != project:
            winner = evaluate([mapping], simulation.claims, mapping.project_key).winner
            if winner is not None:
                name, key = visible(mapping.name), visible(mapping.project_key)
                sentence = f"Only {name} fits, which belongs to the project {key}; the exchange does not name it"
                fix = f"Have the client send project_key {key}"
                return bad(Stage.MAPPING, Code.PROJECT_NOT_NAMED, sentence, fix, Fact("fits", f"{name} of {key}"))
    return None


def _shadowed(winner: IdentityMapping, simulation: Simulation, evidence: tuple[Fact, ...]) -> Found:
    meant = simulation.accident[0]
    movable = meant.project_key == winner.project_key
    order = Reorder(MappingRef(meant.provider_name, meant.name, meant.project_key or None), winner.name)
    return doubtful(
        Stage.MAPPING,
        Code.MAPPING_SHADOWED,
        f"{visible(winner.name)} wins, and {visible(meant.name)}, which was made for it, never does",
        f"Give {visible(meant.name)} a lower priority number than {visible(winner.name)}",
        *evidence,
        repair=order if movable else None,
    )


def _services(mapping: IdentityMapping) -> Iterator[Fact]:
    """The audience that has nothing to do with the token's."""
    yield Fact("services'", visible(mapping.token_spec.audience or EVERY_SERVICE))
