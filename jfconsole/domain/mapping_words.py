"""What can be said about an identity mapping: line by line, as JSON, and what a filter may ask."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from jfconsole.domain.audience import audience_in_english, parse_audience
from jfconsole.domain.claims import value_words
from jfconsole.domain.durations import format_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.group_facts import unknown_fields
from jfconsole.domain.lint_mappings import Finding, finding_record
from jfconsole.domain.mapping_facts import MappingView
from jfconsole.domain.mappings import EVERY_SERVICE, IdentityMapping, TokenSpec
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import is_admin, scope_in_english
from jfconsole.domain.text import concerns, visible
from jfconsole.domain.token_words import NOT_SAID, Fact

_UNREADABLE: Final = "in a form that this console cannot read"


def mapping_record(mapping: IdentityMapping) -> JsonObject:
    """The mapping as `--json` prints it and `apply -f` reads it: as the platform has it."""
    return mapping.as_object()


def view_record(view: MappingView) -> JsonObject:
    """The mapping with its place among the others, for lists; keys are stable."""
    return {
        "mapping": mapping_record(view.mapping),
        "place": view.place,
        "tied": view.tied,
        "shadowed_by": view.shadow.by.name if view.shadow else None,
        "findings": [finding_record(finding) for finding in view.findings],
    }


def mapping_schema() -> Schema[MappingView]:
    """The filter schema of mapping lists."""
    return Schema(
        _haystack,
        {
            FieldSpec("name", "text", ("mapping",), "its name"): lambda row: row.mapping.name,
            FieldSpec("integration", "text", ("provider",), "whose it is"): lambda row: row.mapping.provider_name,
            FieldSpec("project", "text", (), "the project it belongs to"): lambda row: row.mapping.project_key,
            FieldSpec("claim", "text", ("claims",), "a claim it wants"): lambda row: [*(row.mapping.claims or {})],
            FieldSpec("user", "text", ("username",), "whom it makes"): lambda row: row.mapping.token_spec.username,
            FieldSpec("scope", "text", (), "what it gives"): lambda row: row.mapping.token_spec.scope,
            FieldSpec("priority", "number", (), "its priority"): lambda row: row.mapping.priority or math.nan,
            FieldSpec("rule", "text", ("finding",), "what the linter finds"): lambda row: [
                finding.rule.value for finding in row.findings
            ],
            FieldSpec("strangers", "flag", ("blocked",), "the linter stops it"): lambda row: row.admits_strangers,
            FieldSpec("shadowed", "flag", (), "it never wins"): lambda row: row.shadow is not None,
            FieldSpec("admin", "flag", (), "it makes administrators"): lambda row: is_admin(
                row.mapping.token_spec.scope
            ),
        },
    )


def claims_words(claims: Mapping[str, Json] | None) -> str:
    """The claims on one line; cleaned."""
    if claims is None:
        return _UNREADABLE
    return ", ".join(f"{visible(name)} = {value_words(value)}" for name, value in claims.items()) or "none: anyone fits"


def who_words(spec: TokenSpec) -> str:
    """Who one becomes through it; cleaned."""
    parts = [
        f"user {visible(spec.username)}" if spec.username else "",
        f"user {visible(spec.username_pattern)}" if spec.username_pattern else "",
        f"groups {visible(spec.groups_pattern)}" if spec.groups_pattern else "",
        scope_in_english(spec.scope) if spec.scope else "",
    ]
    return " · ".join(part for part in parts if part) or NOT_SAID


def describe_view(view: MappingView) -> tuple[Fact, ...]:
    """A mapping with its place, and what the linter finds; cleaned text."""
    where = f"in project {visible(view.mapping.project_key)}" if view.mapping.project_key else "among the global ones"
    place = f"{view.place} {where}{', shared with another of the same priority' if view.tied else ''}"
    lines = [*describe_mapping(view.mapping), Fact("looked at", place)]
    if view.shadow:
        lines.append(Fact("beware", view.shadow.sentence))
    return (*lines, *map(finding_fact, view.findings))


def describe_mapping(mapping: IdentityMapping) -> tuple[Fact, ...]:
    """Everything that the platform tells about a mapping; cleaned text."""
    spec, audience = mapping.token_spec, mapping.token_spec.audience or EVERY_SERVICE
    named = (("user", spec.username), ("user pattern", spec.username_pattern), ("groups pattern", spec.groups_pattern))
    lines = [
        Fact("name", visible(mapping.name)),
        Fact("integration", visible(mapping.provider_name)),
        Fact("project", visible(mapping.project_key or "") or "none: it is global"),
        Fact("description", visible(mapping.description or "") or "none"),
        Fact("priority", "none: after all others" if mapping.priority is None else str(mapping.priority)),
        *_claim_facts(mapping),
        *(Fact(label, visible(text)) for label, text in named if text),
        Fact("gives", scope_in_english(spec.scope) if spec.scope else "what the patterns find"),
        Fact("scope", visible(spec.scope or "") or "none"),
        Fact("accepted by", f"{audience_in_english(parse_audience(audience))} ({visible(audience)})"),
        Fact("lives", format_duration(spec.expires_in) if spec.expires_in else NOT_SAID),
    ]
    if spec.self_revocable is not None:
        lines.append(Fact("own end", "its bearer may revoke it" if spec.self_revocable else "its bearer cannot end it"))
    lines += [Fact("beware", f"the name has {concern}") for concern in concerns(mapping.name)]
    return (*lines, *unknown_fields(mapping.extra), *unknown_fields(spec.extra))


def finding_fact(finding: Finding) -> Fact:
    """A finding as a line."""
    return Fact(finding.rule.value, f"{finding.sentence}. {finding.fix}".removesuffix(". "))


def _claim_facts(mapping: IdentityMapping) -> list[Fact]:
    if mapping.claims is None:
        return [Fact("claims", _UNREADABLE)]
    if not mapping.claims:
        return [Fact("claims", "none: every token of the issuer fits")]
    return [Fact("wants", f"{visible(name)} = {value_words(value)}") for name, value in mapping.claims.items()]


def _haystack(row: MappingView) -> str:
    mapping, spec = row.mapping, row.mapping.token_spec
    said = (mapping.name, mapping.provider_name, mapping.description, spec.username, spec.scope, mapping.project_key)
    claims = claims_words(mapping.claims)
    return "\n".join((*(text for text in said if text), claims)).lower()
