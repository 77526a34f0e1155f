"""From answers to the trust that is wanted: an integration, its mappings, and what each of them may reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.answers import listed, text
from jfconsole.domain.durations import parse_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers
from jfconsole.domain.groups import Group
from jfconsole.domain.integrations import Integration
from jfconsole.domain.mappings import IdentityMapping, TokenSpec
from jfconsole.domain.permissions import ordered
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import GroupsScope, UserScope, format_scope
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_requests import folded_username
from jfconsole.wizards import ci_forms as ask
from jfconsole.wizards.ci_recipe import CiRecipe, MappingPart, filled_claims
from jfconsole.wizards.onboarding_answers import kept
from jfconsole.wizards.onboarding_forms import ACCOUNT, SERVICES
from jfconsole.wizards.onboarding_plan import Wanted
from jfconsole.wizards.recipe import audience_of

_SOME: Final = "x"
"""What stands for the rest in a sample, where the answer ends with a wildcard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMapping:
    """One mapping. `access` is the group and the permission that are made for it, None where it uses what is there.

    `sample` are the claims of a token that it is meant for.
    """

    part: MappingPart
    mapping: IdentityMapping
    access: Wanted | None
    sample: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTrust:
    """What these answers ask for. Exactly one of `group` and `user` of a mapping is named in its token."""

    integration: Integration
    mappings: tuple[WantedMapping, ...]


def wanted(recipe: CiRecipe, answers: Answers, targets: Iterable[str]) -> WantedTrust:
    """What these answers ask for; `targets` are what permissions name for the chosen repositories.

    Raises ValueError for a lifetime or a name that is none.
    """
    integration, repositories = _integration(recipe, answers), tuple(map(Untrusted, targets))
    return WantedTrust(
        integration=integration,
        mappings=tuple(_mapping(recipe, part, answers, integration, repositories) for part in recipe.mappings),
    )


def kept_answers(answers: Answers) -> dict[str, Json]:
    """The answers as a plan keeps them: without the token that was pasted."""
    return kept({name: answer for name, answer in answers.items() if not isinstance(answer, Secret)})


def existing_names(recipe: CiRecipe, answers: Answers) -> tuple[str, dict[str, str]]:
    """What workloads act as, and the groups or users that must be there for it, by field."""
    chosen = text(answers, ask.ACTS_AS)
    name = {ask.EXISTING_GROUP: ask.THEIR_GROUP, ask.EXISTING_USER: ask.THEIR_USER}.get(chosen)
    if name is None:
        return chosen, {}
    fields = [ask.field_of(recipe, part, name) for part in recipe.mappings]
    return chosen, {field: text(answers, field) for field in fields}


def _integration(recipe: CiRecipe, answers: Answers) -> Integration:
    values = ask.values_of(recipe, answers)
    return Integration(
        name=Untrusted(text(answers, ask.INTEGRATION)),
        issuer_url=Untrusted(text(answers, ask.ISSUER)),
        provider_type=Untrusted(recipe.provider.provider_type.value),
        audience=Untrusted(text(answers, ask.AUDIENCE)),
        description=Untrusted(recipe.title),
        token_issuer=_some(ask.filled(recipe.token_issuer, values)),
        azure_app_id=_some(ask.filled(recipe.azure_app_id, values)),
        organization=_some(ask.filled(recipe.organization, values)),
    )


def _mapping(
    recipe: CiRecipe,
    part: MappingPart,
    answers: Answers,
    integration: Integration,
    repositories: tuple[Untrusted, ...],
) -> WantedMapping:
    values, way = ask.values_of(recipe, answers), recipe.way(text(answers, ask.WAY))
    claims = filled_claims({**way.claims, **part.claims}, values)
    access = _access(recipe, part, answers, repositories)
    mapping = IdentityMapping(
        name=Untrusted(text(answers, ask.field_of(recipe, part, ask.MAPPING))),
        provider_name=integration.name,
        description=Untrusted(ask.filled(part.description, values)),
        claims=claims,
        token_spec=_token(recipe, part, answers, access),
    )
    sample = _sample(recipe, part, answers, integration)
    return WantedMapping(part=part, mapping=mapping, access=access, sample=sample)


def _access(
    recipe: CiRecipe, part: MappingPart, answers: Answers, repositories: tuple[Untrusted, ...]
) -> Wanted | None:
    if text(answers, ask.ACTS_AS) != ask.OWN_GROUP:
        return None
    # The platform stores names of groups in lower case.
    name = Untrusted(text(answers, ask.field_of(recipe, part, ask.GROUP)).lower())
    description = ask.filled(part.description, ask.values_of(recipe, answers))
    return Wanted(
        group=Group(name=name, description=Untrusted(description)),
        permission_name=Untrusted(text(answers, ask.field_of(recipe, part, ask.PERMISSION))),
        repositories=repositories,
        actions=ordered(listed(answers, ask.field_of(recipe, part, ask.ACTIONS))),
        user=None,
        with_password=False,
        token=None,
    )


def _token(recipe: CiRecipe, part: MappingPart, answers: Answers, access: Wanted | None) -> TokenSpec:
    spec = TokenSpec(
        audience=Untrusted(audience_of(listed(answers, SERVICES))),
        expires_in=parse_duration(text(answers, ask.LIFETIME)),
    )
    chosen, names = existing_names(recipe, answers)
    if chosen == ask.EXISTING_USER:
        user = folded_username(names[ask.field_of(recipe, part, ask.THEIR_USER)])
        return _with(spec, format_scope([UserScope()]), user)
    if access is not None and access.group is not None:
        return _with(spec, format_scope([GroupsScope((access.group.name,))]))
    group = Untrusted(names[ask.field_of(recipe, part, ask.THEIR_GROUP)].lower())
    return _with(spec, format_scope([GroupsScope((group,))]))


def _with(spec: TokenSpec, scope: str, username: Untrusted | None = None) -> TokenSpec:
    return TokenSpec(username=username, scope=Untrusted(scope), audience=spec.audience, expires_in=spec.expires_in)


def _sample(recipe: CiRecipe, part: MappingPart, answers: Answers, integration: Integration) -> JsonObject:
    """The claims of a token: what was answered, an example for the rest, and what this mapping is for."""
    values = ask.values_of(recipe, answers)
    shown = {
        question.id: f"{given.removesuffix('*')}{_SOME if given.endswith('*') else ''}"
        if (given := values.get(question.id, ""))
        else question.example
        for question in recipe.questions
    }
    way = recipe.way(text(answers, ask.WAY))
    claims = {**recipe.sample, **_exact(way.claims), **part.claims}
    return {
        **filled_claims(claims, {**values, **shown}),
        "iss": integration.expected_issuer,
        "aud": integration.audience,
    }


def _exact(claims: object) -> JsonObject:
    """Of a way, the texts that a token has just so: a subject is one of several forms, and a sample has but one."""
    if not isinstance(claims, dict):
        return {}
    return {name: value for name, value in claims.items() if name == "sub" and "*" not in str(value)}


def _some(value: str) -> Untrusted | None:
    return Untrusted(value) if value else None


def account_of(answers: Answers) -> str:
    """The short name."""
    return text(answers, ACCOUNT)
