"""What a mapping gives, as questions: who one becomes, what the token may do, where, how long; and its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from jfconsole.domain.answers import flag, names, text, untrusted
from jfconsole.domain.audience import EVERY_SERVICE, SERVICES
from jfconsole.domain.claims import in_order
from jfconsole.domain.durations import format_duration, parse_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.integrations import Integration
from jfconsole.domain.lint_mappings import lint_mapping
from jfconsole.domain.mapping_words import who_words
from jfconsole.domain.mappings import IdentityMapping, TokenSpec, mapping_problems
from jfconsole.domain.provider_catalog import provider_of
from jfconsole.domain.scopes import AdminScope, GroupsScope, UserScope, format_scope, parse_scope
from jfconsole.domain.text import Untrusted, visible
from jfconsole.ui.screens.claims_editor import ClaimsEditor


class Gives(StrEnum):
    """What the token may do, as it is asked."""

    USER = "what its user may do"
    GROUPS = "what groups may do"
    PATTERNS = "what the patterns find"
    WRITTEN = "a scope of one's own"
    ADMIN = "administer everything"


_KEPT: Final = "as it is"
_EVERY: Final = "every service"
_LIFETIME: Final = "10m"
_PATTERN: Final = "{{claim}} stands for a claim's value; what follows | rewrites it: {{actor}} | $0@corp"


def mapping_form(
    integration: Integration,
    start: IdentityMapping,
    claims: JsonObject,
    others: Sequence[IdentityMapping],
    *,
    new: bool,
) -> Form:
    """`start` is the mapping as it is, or an empty one; `claims` were chosen already. The preview is the linter's."""
    title = f"New mapping of {visible(integration.name)}" if new else f"Edit mapping {visible(start.name)}"

    def preview(answers: Answers) -> Sequence[str]:
        return _preview(mapping_of(start, claims, answers), integration, others)

    return Form(
        title=title,
        fields=(*_place_fields(start, others, new=new), *_token_fields(start.token_spec)),
        check=lambda answers: _check(start, claims, answers),
        preview=preview,
    )


def claims_editor(
    integration: Integration,
    start: IdentityMapping,
    others: Sequence[IdentityMapping],
    proposed: JsonObject | None = None,
) -> ClaimsEditor:
    """Which tokens get in; the linter looks on. `proposed` stands there in the place of what the mapping has."""

    def judge(claims: JsonObject) -> Sequence[str]:
        return [
            f"{finding.rule.value} {finding.severity.value}: {finding.sentence}"
            for finding in lint_mapping(replace(start, claims=claims), integration, others)
        ]

    title = f"Which tokens of {integration.name} get in" + (f" through {start.name}" if start.name else "")
    return ClaimsEditor(title, dict(start.claims or {}), provider_of(integration.issuer_url or ""), judge, proposed)


def mapping_of(start: IdentityMapping, claims: JsonObject, answers: Answers) -> IdentityMapping:
    """The mapping that claims and answers describe; what is not asked stays as it was."""
    priority, description = text(answers, "priority"), untrusted(answers, "description")
    return replace(
        start,
        name=start.name or untrusted(answers, "name"),
        project_key=start.project_key or untrusted(answers, "project_key") or None,
        description=description if description or start.description is not None else None,
        priority=int(priority) if priority.isdecimal() else None,
        claims=claims,
        token_spec=_spec(start.token_spec, answers),
    )


def _place_fields(start: IdentityMapping, others: Sequence[IdentityMapping], *, new: bool) -> tuple[FormField, ...]:
    last = max((other.priority or 0 for other in in_order(others, start.project_key)), default=0)
    priority = (last + 1 if new else start.priority) or ""
    return (
        FormField(
            id="name",
            label="Name",
            help="Letters, digits, - and _. It stands in the user name of tokens without a user.",
            required=True,
            default=start.name,
            fixed=not new,
        ),
        FormField(id="description", label="Description", help="Whose it is.", default=start.description or ""),
        FormField(
            id="priority",
            label="Priority",
            help="The lowest number is looked at first; empty comes last of all.",
            default=str(priority),
            check=lambda typed: None if typed.isdecimal() and int(typed) else "A whole number, 1 or more",
        ),
        FormField(
            id="project_key",
            label="Project",
            help="Empty for all. One of a project counts in exchanges that name the project, before the others.",
            default=start.project_key or "",
            fixed=not new,
        ),
    )


def _token_fields(spec: TokenSpec) -> tuple[FormField, ...]:
    services = _services(spec.audience or EVERY_SERVICE)
    kinds = tuple(SERVICES.values())
    return (
        FormField(
            id="username",
            label="User",
            help="The user whose token it is. Some clients refuse tokens without one.",
            kind=FieldKind.NAME,
            source="users",
            default=spec.username or "",
        ),
        FormField(
            id="username_pattern",
            label="or user pattern",
            help=f"Finds the user. {_PATTERN}",
            default=spec.username_pattern or "",
            when=lambda answers: not text(answers, "username"),
        ),
        *_scope_fields(spec),
        FormField(
            id="groups_pattern",
            label="Groups pattern",
            help=f"Finds the groups. {_PATTERN}",
            default=spec.groups_pattern or "",
        ),
        FormField(
            id="service",
            label="For",
            help="Which services accept the token. It has nothing to do with the aud of the workload's token.",
            kind=FieldKind.CHOICE,
            choices=(_EVERY, *kinds, *((_KEPT,) if services == _KEPT else ())),
            default=services,
        ),
        FormField(
            id="expires_in",
            label="Lives",
            help="Such as 10m or 1h: as long as the job, or as the cache of a kubelet, that uses it.",
            required=True,
            default=format_duration(spec.expires_in).replace(" ", "") if spec.expires_in else _LIFETIME,
            check=_lifetime_problem,
        ),
        FormField(
            id="self_revocable",
            label="Own end",
            help="Its bearer may revoke it when the job is done.",
            kind=FieldKind.FLAG,
            default=bool(spec.self_revocable),
        ),
    )


def _scope_fields(spec: TokenSpec) -> tuple[FormField, ...]:
    """What the token may do."""
    gives, groups = _given(spec)
    return (
        FormField(
            id="gives",
            label="May do",
            help="The scope of the token.",
            kind=FieldKind.CHOICE,
            choices=tuple(Gives),
            default=gives,
        ),
        FormField(
            id="groups",
            label="Groups",
            help="Enter chooses among all groups.",
            kind=FieldKind.NAMES,
            source="groups",
            default=groups,
            when=lambda answers: text(answers, "gives") == Gives.GROUPS,
        ),
        FormField(
            id="scope",
            label="Scope",
            help='As the platform writes it, such as applied-permissions/roles:shop:"Developer"',
            default=spec.scope or "",
            when=lambda answers: text(answers, "gives") == Gives.WRITTEN,
        ),
    )


def _spec(before: TokenSpec, answers: Answers) -> TokenSpec:
    username = untrusted(answers, "username") or None
    revocable = flag(answers, "self_revocable")
    return replace(
        before,
        username=username,
        username_pattern=None if username else untrusted(answers, "username_pattern") or None,
        groups_pattern=untrusted(answers, "groups_pattern") or None,
        scope=_kept_scope(before, answers) or Untrusted(_scope(answers)),
        audience=_audience(before, text(answers, "service")),
        expires_in=_lifetime(text(answers, "expires_in"), before),
        self_revocable=revocable if revocable or before.self_revocable is not None else None,
    )


def _kept_scope(before: TokenSpec, answers: Answers) -> Untrusted | None:
    """The scope to the letter as the platform has it, where it was not meant to change."""
    same = (text(answers, "gives"), names(answers, "groups")) == _given(before)
    return before.scope if same and text(answers, "gives") != Gives.WRITTEN else None


def _scope(answers: Answers) -> str:
    match text(answers, "gives"):
        case Gives.USER:
            return UserScope().wire()
        case Gives.ADMIN:
            return AdminScope().wire()
        case Gives.GROUPS:
            held = names(answers, "groups")
            return format_scope([GroupsScope(held)]) if held and all('"' not in name for name in held) else ""
        case Gives.WRITTEN:
            return text(answers, "scope")
    return ""


def _given(spec: TokenSpec) -> tuple[str, tuple[Untrusted, ...]]:
    """Which of the choices a scope is, with its groups."""
    match parse_scope(spec.scope or ""):
        case (UserScope(),):
            return Gives.USER, ()
        case (AdminScope(),):
            return Gives.ADMIN, ()
        case (GroupsScope() as scope,):
            return Gives.GROUPS, scope.names
        case ():
            fresh = not (spec.username_pattern or spec.groups_pattern)
            return (Gives.USER if fresh else Gives.PATTERNS), ()
    return Gives.WRITTEN, ()


def _services(audience: str) -> str:
    kind, _, which = audience.partition("@")
    if audience == EVERY_SERVICE:
        return _EVERY
    return SERVICES.get(kind, _KEPT) if which == "*" else _KEPT


def _audience(before: TokenSpec, service: str) -> Untrusted:
    if service == _KEPT:
        return before.audience or Untrusted(EVERY_SERVICE)
    kind = next((kind for kind, title in SERVICES.items() if title == service), None)
    return Untrusted(f"{kind}@*" if kind else EVERY_SERVICE)


def _lifetime(typed: str, before: TokenSpec) -> int | None:
    try:
        return parse_duration(typed) or None
    except ValueError:
        return before.expires_in


def _lifetime_problem(typed: str) -> str | None:
    try:
        return None if parse_duration(typed) else "The token must live for a second at least"
    except ValueError as problem:
        return visible(str(problem))


def _check(start: IdentityMapping, claims: JsonObject, answers: Answers) -> Mapping[str, str]:
    found = mapping_problems(mapping_of(start, claims, answers))
    asked = {"username_pattern": "username_pattern", "scope": "gives", "claims": "name"}
    return {asked.get(one.field, one.field): one.sentence for one in reversed(found) if one.certain}


def _preview(mapping: IdentityMapping, integration: Integration, others: Sequence[IdentityMapping]) -> Sequence[str]:
    findings = [
        f"{finding.rule.value} {finding.severity.value}: {finding.sentence}"
        for finding in lint_mapping(mapping, integration, others)
    ]
    open_points = [problem.sentence for problem in mapping_problems(mapping) if not problem.certain]
    return (f"Gives {who_words(mapping.token_spec)}", *findings, *open_points)
