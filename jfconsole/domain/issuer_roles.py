"""Roles of an issuer: which tokens may be minted under it. Field names follow Avassa's "JWT Issuer Roles"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from jfconsole.domain.durations import MINUTE, format_duration
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.globs import glob_match, is_glob
from jfconsole.domain.issuer_fields import DocumentFields
from jfconsole.domain.issuer_names import is_plain, name_problem
from jfconsole.domain.requests import Json
from jfconsole.domain.subject_templates import template_problem
from jfconsole.domain.text import visible
from jfconsole.domain.transit_keys import DISTRIBUTE_ALL

DEFAULT_TTL: Final = 5 * MINUTE
DEFAULT_MAX_TTL: Final = 30 * MINUTE
PULL_TTL: Final = 5 * MINUTE
"""How long the token of a pull is good for. Source: Avassa how-to "JFrog JWT"."""

TEXT_LIMIT: Final = 255
"""Characters of a subject. Source: OpenID Connect Core 1.0, section 2, `sub`."""

CLAIM_TYPES: Final = ("string", "string-array", "integer", "boolean")
"""`string` and `string-array` are Avassa's; inferred: the others, for lack of a public list."""

RESERVED: Final = frozenset(
    (
        *("iss", "sub", "aud", "exp", "nbf", "iat", "jti"),
        *("azp", "nonce", "auth_time", "at_hash", "c_hash", "acr", "amr", "typ", "namespace"),
    )
)
"""Claims that a role cannot set. Source: openbao internal/vault/identity/store_oidc.go, and those that we write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedClaim:
    """A claim that a caller may set. `values` are globs; none means any value of the type."""

    name: str
    kind: str = "string"
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerRole:
    """What a token of this role may say. Lengths are seconds; `algorithm` empty means the key's own."""

    issuer: str
    name: str
    allowed_audiences: tuple[str, ...] = ()
    default_audiences: tuple[str, ...] = ()
    require_audience: bool = True
    subject_template: str = ""
    allowed_subject_patterns: tuple[str, ...] = ()
    default_ttl: int = DEFAULT_TTL
    max_ttl: int = DEFAULT_MAX_TTL
    algorithm: str = ""
    fixed_claims: tuple[tuple[str, str], ...] = ()
    allowed_claims: tuple[AllowedClaim, ...] = ()
    required_claims: tuple[str, ...] = ()
    verbose_logging: bool = False
    distribute: JsonObject = field(default_factory=lambda: dict(DISTRIBUTE_ALL))

    @property
    def key(self) -> str:
        """`issuer/role`: how it is named among all roles."""
        return f"{self.issuer}/{self.name}"

    def document(self) -> JsonObject:
        """The configuration as it is shown and applied."""
        return {
            "issuer": self.issuer,
            "name": self.name,
            "allowed-audiences": list(self.allowed_audiences),
            "default-audiences": list(self.default_audiences),
            "require-audience": self.require_audience,
            "subject-template": self.subject_template or None,
            "allowed-subject-patterns": list(self.allowed_subject_patterns),
            "default-ttl": format_duration(self.default_ttl),
            "max-ttl": format_duration(self.max_ttl),
            "algorithm": self.algorithm or None,
            "fixed-claims": [{"name": name, "value": value} for name, value in self.fixed_claims],
            "allowed-claims": [
                {"name": claim.name, "type": claim.kind, "allowed-values": list(claim.values)}
                for claim in self.allowed_claims
            ],
            "required-claims": list(self.required_claims),
            "verbose-logging": self.verbose_logging,
            "distribute": self.distribute,
        }


def read_role(document: Json) -> tuple[IssuerRole | None, tuple[FieldProblem, ...]]:
    """A role from its document, and what is wrong with it; None when a field cannot be read at all."""
    fields = DocumentFields(document)
    role = IssuerRole(
        issuer=fields.text("issuer"),
        name=fields.text("name"),
        allowed_audiences=fields.texts("allowed-audiences"),
        default_audiences=fields.texts("default-audiences"),
        require_audience=fields.flag("require-audience", True),
        subject_template=fields.text("subject-template"),
        allowed_subject_patterns=fields.texts("allowed-subject-patterns"),
        default_ttl=fields.seconds("default-ttl", DEFAULT_TTL),
        max_ttl=fields.seconds("max-ttl", DEFAULT_MAX_TTL),
        algorithm=fields.text("algorithm"),
        fixed_claims=tuple(_fixed(fields)),
        allowed_claims=tuple(_allowed(fields)),
        required_claims=fields.texts("required-claims"),
        verbose_logging=fields.flag("verbose-logging", False),
        distribute=fields.object("distribute") or dict(DISTRIBUTE_ALL),
    )
    if problems := fields.finish():
        return None, problems
    return role, tuple(role_problems(role))


def _fixed(fields: DocumentFields) -> Iterator[tuple[str, str]]:
    for item in fields.objects("fixed-claims"):
        entry = DocumentFields(item)
        yield entry.text("name"), entry.text("value")
        fields.problems += (FieldProblem("fixed-claims", problem.sentence) for problem in entry.finish())


def _allowed(fields: DocumentFields) -> Iterator[AllowedClaim]:
    for item in fields.objects("allowed-claims"):
        entry = DocumentFields(item)
        yield AllowedClaim(
            name=entry.text("name"), kind=entry.text("type", "string"), values=entry.texts("allowed-values")
        )
        fields.problems += (FieldProblem("allowed-claims", problem.sentence) for problem in entry.finish())


def role_problems(role: IssuerRole) -> Iterator[FieldProblem]:
    """What is wrong with a role by itself; those that are not `certain` are advice."""
    for name, value in (("issuer", role.issuer), ("name", role.name)):
        if problem := name_problem(value, "issuer" if name == "issuer" else "role"):
            yield FieldProblem(name, problem)
    yield from _audience_problems(role)
    yield from _subject_problems(role)
    yield from _ttl_problems(role)
    yield from _claim_problems(role)


def _audience_problems(role: IssuerRole) -> Iterator[FieldProblem]:
    for text in (*role.allowed_audiences, *role.default_audiences):
        if not is_plain(text, TEXT_LIMIT):
            yield FieldProblem("allowed-audiences", f"{visible(text)[:80]!r} is no audience: printable, without blanks")
    for text in role.default_audiences:
        if is_glob(text):
            yield FieldProblem("default-audiences", f"{text} stands in tokens as it is: it cannot have a *")
        elif role.allowed_audiences and not any(glob_match(pattern, text) for pattern in role.allowed_audiences):
            yield FieldProblem("default-audiences", f"{visible(text)} matches none of allowed-audiences")
    if not role.allowed_audiences and not role.default_audiences and role.require_audience:
        yield FieldProblem("allowed-audiences", "Without any audience nothing can be minted, since one is required")
    if any(pattern.strip("*") == "" for pattern in role.allowed_audiences):
        yield FieldProblem("allowed-audiences", "A bare * lets a token be made for anyone", certain=False)


def _subject_problems(role: IssuerRole) -> Iterator[FieldProblem]:
    if role.subject_template and role.allowed_subject_patterns:
        yield FieldProblem("allowed-subject-patterns", "With subject-template the caller has no say in the subject")
    if role.subject_template:
        if problem := template_problem(role.subject_template):
            yield FieldProblem("subject-template", problem)
        if not is_plain(role.subject_template, TEXT_LIMIT):
            yield FieldProblem("subject-template", "A subject is printable ASCII without blanks")
    elif not role.allowed_subject_patterns:
        yield FieldProblem("subject-template", "The role needs subject-template, or allowed-subject-patterns")
    for pattern in role.allowed_subject_patterns:
        if not is_plain(pattern, TEXT_LIMIT):
            yield FieldProblem("allowed-subject-patterns", f"{visible(pattern)[:80]!r} is no subject")
        elif not pattern.strip("*"):
            yield FieldProblem("allowed-subject-patterns", "A bare * lets the caller be anyone", certain=False)


def _ttl_problems(role: IssuerRole) -> Iterator[FieldProblem]:
    if role.default_ttl < 1:
        yield FieldProblem("default-ttl", "Tokens are good for a second at least")
    if role.default_ttl > role.max_ttl:
        yield FieldProblem("default-ttl", f"It is longer than max-ttl, {format_duration(role.max_ttl)}")
    if role.max_ttl < PULL_TTL:
        words = f"A pull of images asks for {format_duration(PULL_TTL)}: it would be refused"
        yield FieldProblem("max-ttl", words, certain=False)


def _claim_problems(role: IssuerRole) -> Iterator[FieldProblem]:
    fixed, allowed = [name for name, _ in role.fixed_claims], [claim.name for claim in role.allowed_claims]
    yield from _name_problems("fixed-claims", fixed)
    yield from _name_problems("allowed-claims", allowed)
    yield from _name_problems("required-claims", role.required_claims)
    for name in set(fixed) & set(allowed):
        yield FieldProblem("allowed-claims", f"{visible(name)} is fixed: a caller cannot set it")
    for _, value in role.fixed_claims:
        if problem := template_problem(value):
            yield FieldProblem("fixed-claims", problem)
    for claim in role.allowed_claims:
        if claim.kind not in CLAIM_TYPES:
            yield FieldProblem("allowed-claims", f"{visible(claim.kind)} is none of {', '.join(CLAIM_TYPES)}")
    for name in set(role.required_claims) - set(fixed) - set(allowed):
        yield FieldProblem("required-claims", f"{visible(name)} is neither fixed nor allowed: it could never be there")


def _name_problems(field_name: str, names: Sequence[str]) -> Iterator[FieldProblem]:
    for name in names:
        if not is_plain(name, TEXT_LIMIT):
            yield FieldProblem(field_name, f"{visible(name)[:80]!r} is no name of a claim")
        elif name in RESERVED:
            yield FieldProblem(field_name, f"{name} is set by the issuer, and by nobody else")
    if len(set(names)) != len(names):
        yield FieldProblem(field_name, "A claim stands there twice")


def role_in_issuer_problems(role: IssuerRole, issuer_max_ttl: int, key_algorithm: str) -> Iterator[FieldProblem]:
    """What is wrong with a role under its issuer."""
    if role.max_ttl > issuer_max_ttl:
        yield FieldProblem("max-ttl", f"The issuer allows {format_duration(issuer_max_ttl)} at most")
    if role.algorithm and role.algorithm != key_algorithm:
        yield FieldProblem("algorithm", f"The issuer's key signs with {key_algorithm}, not {visible(role.algorithm)}")
