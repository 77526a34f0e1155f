"""The policy of minting: what is asked for, against a role and its issuer, gives claims or a refusal. No I/O.

Times are epoch seconds, lengths seconds. Limits are refused, never silently lowered: a caller who asks for more than
is allowed must know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.globs import glob_match
from jfconsole.domain.issuer_errors import Refusal
from jfconsole.domain.issuer_names import is_plain
from jfconsole.domain.issuer_roles import RESERVED, TEXT_LIMIT, AllowedClaim, IssuerRole
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.requests import Json
from jfconsole.domain.subject_templates import expand
from jfconsole.domain.text import visible

BACKDATED: Final = 60
"""Seconds that `nbf` lies before `iat`, for verifiers whose clock is behind. Inferred; GitHub takes 300."""

AUDIENCES_LIMIT: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class MintRequest:
    """What a caller asks for. `subject` empty and `ttl` None leave it to the role."""

    issuer: str
    role: str
    audiences: tuple[str, ...] = ()
    subject: str = ""
    ttl: int | None = None
    claims: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MintContext:
    """Where a token is minted: the issuer's URL, the values of template variables, and the time."""

    issuer_url: str
    variables: Mapping[str, str]
    now: int


class Denied(Exception):
    """A rule stands in the way."""

    def __init__(self, rule: str, sentence: str, allowed: str = "") -> None:
        super().__init__(sentence)
        self.refusal = Refusal(rule, sentence, allowed)


def decide(request: MintRequest, issuer: JwtIssuer, role: IssuerRole, context: MintContext) -> JsonObject:
    """The claims of the token, but for its `jti`. Raises Denied with the rule that stands in the way."""
    audiences = _audiences(request, role)
    subject = _subject(request, role, context)
    ttl = _ttl(request, issuer, role)
    extra = _claims(request, role, context)
    claims: JsonObject = {"iss": context.issuer_url, "sub": subject}
    if audiences:
        claims["aud"] = audiences[0] if len(audiences) == 1 else list(audiences)
    claims["iat"], claims["nbf"], claims["exp"] = context.now, context.now - BACKDATED, context.now + ttl
    claims.update(extra)
    return claims


def _audiences(request: MintRequest, role: IssuerRole) -> Sequence[str]:
    wanted = tuple(dict.fromkeys(request.audiences)) or role.default_audiences
    if not wanted:
        if role.require_audience:
            raise Denied("audience-required", "The role requires an audience", _offered(role))
        return ()
    if len(wanted) > AUDIENCES_LIMIT:
        raise Denied("audience-count", f"{len(wanted)} audiences are too many", f"{AUDIENCES_LIMIT} at most")
    for audience in wanted:
        if not is_plain(audience, TEXT_LIMIT):
            words = f"audience {visible(audience)[:80]!r} is empty or not printable"
            raise Denied("audience-text", words, _offered(role))
        if not _audience_allowed(audience, role):
            raise Denied("audience-not-allowed", f"audience not allowed: {audience}", _offered(role) or "none")
    return wanted


def _offered(role: IssuerRole) -> str:
    return ", ".join(role.allowed_audiences or role.default_audiences)


def _audience_allowed(audience: str, role: IssuerRole) -> bool:
    """By the globs of the role, word for word in the first place; without any, only what it sets by itself."""
    if not role.allowed_audiences:
        return audience in role.default_audiences
    if audience in role.allowed_audiences:
        return True
    return any(glob_match(pattern, audience) for pattern in role.allowed_audiences)


def _subject(request: MintRequest, role: IssuerRole, context: MintContext) -> str:
    if role.subject_template:
        subject = _expanded(role.subject_template, context, "subject-template")
        if request.subject not in ("", subject):
            raise Denied("subject-override", "The role sets the subject; a caller cannot", subject)
    else:
        subject = request.subject
        allowed = ", ".join(role.allowed_subject_patterns)
        if not subject:
            raise Denied("subject-required", "The role sets no subject, and none was given", allowed)
        if not any(glob_match(pattern, subject) for pattern in role.allowed_subject_patterns):
            raise Denied("subject-not-allowed", f"subject not allowed: {visible(subject)[:80]}", allowed)
    if not is_plain(subject, TEXT_LIMIT):
        raise Denied("subject-text", f"subject {visible(subject)[:80]!r} is not printable, or too long")
    return subject


def _ttl(request: MintRequest, issuer: JwtIssuer, role: IssuerRole) -> int:
    ttl = role.default_ttl if request.ttl is None else request.ttl
    if ttl < 1:
        raise Denied("ttl-least", "A token is good for a second at least", "1s")
    if ttl > role.max_ttl:
        raise Denied(
            "ttl-role", f"{format_duration(ttl)} is longer than the role's max-ttl", format_duration(role.max_ttl)
        )
    if ttl > issuer.max_ttl:
        words = f"{format_duration(ttl)} is longer than the issuer's max-ttl"
        raise Denied("ttl-issuer", words, format_duration(issuer.max_ttl))
    return ttl


def _claims(request: MintRequest, role: IssuerRole, context: MintContext) -> JsonObject:
    if not (role.fixed_claims or request.claims or role.required_claims):
        return {}  # as most roles have it
    found: JsonObject = {name: _expanded(value, context, "fixed-claims") for name, value in role.fixed_claims}
    rules = {claim.name: claim for claim in role.allowed_claims}
    for name, value in request.claims.items():
        if name in RESERVED or name in found:
            raise Denied("claim-reserved", f"The claim {visible(name)[:80]} is not for callers to set", _listed(rules))
        if name not in rules:
            raise Denied("claim-not-allowed", f"claim not allowed: {visible(name)[:80]}", _listed(rules))
        _check_claim(rules[name], value)
        found[name] = value
    for name in role.required_claims:
        if name not in found:
            raise Denied("claim-required", f"The role requires the claim {name}", _listed(rules))
    return found


def _check_claim(rule: AllowedClaim, value: Json) -> None:
    if not _of_type(rule.kind, value):
        raise Denied("claim-type", f"The claim {rule.name} is no {rule.kind}", rule.kind)
    for text in _texts(value):
        if rule.values and not any(glob_match(pattern, text) for pattern in rule.values):
            raise Denied(
                "claim-value", f"value of {rule.name} not allowed: {visible(text)[:80]}", ", ".join(rule.values)
            )


def _of_type(kind: str, value: Json) -> bool:
    if kind == "string-array":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, bool) if kind == "boolean" else kind == "string" and isinstance(value, str)


def _texts(value: Json) -> Iterator[str]:
    """What the globs of a claim are held against."""
    if isinstance(value, list):
        yield from (str(item) for item in value)
    else:
        yield str(value).lower() if isinstance(value, bool) else str(value)


def _expanded(template: str, context: MintContext, rule: str) -> str:
    try:
        return expand(template, context.variables)
    except KeyError as missing:
        raise Denied(rule, f"There is no value for ${{{missing.args[0]}}} here") from missing


def _listed(rules: Mapping[str, AllowedClaim]) -> str:
    return ", ".join(rules) or "none"
