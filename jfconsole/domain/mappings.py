"""Identity mappings: which tokens of an OIDC provider get in, and what they get."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from jfconsole.domain.claim_patterns import pattern_problem
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import Fields, JsonObject, said
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import AdminScope, RolesScope, UnknownScope, UserScope, parse_scope, scope_concerns
from jfconsole.domain.text import Untrusted, visible

NAME_LIMIT: Final = 255
"""Source: terraform-provider-platform pkg/platform/resource_oidc_identity_mapping.go."""

FORBIDDEN_IN_NAMES: Final = "!@#$%^&*()+={}[]:;'\"<>,./?~`|\\ "
"""Source: terraform-provider-platform, resource_oidc_identity_mapping.go."""

EVERY_SERVICE: Final = "*@*"
"""The audience of a token whose mapping names none. Source: terraform-provider-platform, its documentation."""

_PROJECT_KEY: Final = re.compile(r"[a-z][a-z0-9-]{1,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSpec:
    """The access token that a mapping gives; None means that the server does not say.

    `expires_in` is in seconds. `self_revocable`: its bearer may revoke it. `extra` holds what we do not know.
    Source: JFrog REST API "Create an Identity Mapping"; terraform-provider-platform#318, #323, #328.
    """

    username: Untrusted | None = None
    username_pattern: Untrusted | None = None
    groups_pattern: Untrusted | None = None
    scope: Untrusted | None = None
    audience: Untrusted | None = None
    expires_in: int | None = None
    self_revocable: bool | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    def as_object(self) -> JsonObject:
        """The specification as the wire has it; what is not said is left out."""
        known = said(
            username=self.username,
            username_pattern=self.username_pattern,
            groups_pattern=self.groups_pattern,
            scope=self.scope,
            audience=self.audience,
            expires_in=self.expires_in,
            self_revocable=self.self_revocable,
        )
        return {**known, **self.extra}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityMapping:
    """One mapping of an integration (`provider_name`). `claims` is None where the server gives no object.

    A lower `priority` is looked at first, none last. With a `project_key` it belongs to a project, and goes before
    the global ones in exchanges that name the project.
    Source: JFrog REST API "Create an Identity Mapping"; JFrog help, "Identity Mappings".
    """

    name: Untrusted
    provider_name: Untrusted
    description: Untrusted | None = None
    priority: int | None = None
    claims: Mapping[str, Json] | None = None
    token_spec: TokenSpec = field(default_factory=TokenSpec)
    project_key: Untrusted | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What no two mappings of a platform have in common."""
        return mapping_key(self.provider_name, self.name, self.project_key)

    @property
    def opaque(self) -> bool:
        """Whether a part that we know has a form that we do not: then it is shown, and not edited or judged."""
        return not {"claims", "token_spec"}.isdisjoint(self.extra)

    def as_object(self) -> JsonObject:
        """The mapping as the wire has it; what is not said is left out."""
        known = said(
            name=self.name,
            provider_name=self.provider_name or None,
            description=self.description,
            priority=self.priority,
            claims=None if self.claims is None else dict(self.claims),
            token_spec=None if "token_spec" in self.extra else self.token_spec.as_object(),
            project_key=self.project_key or None,
        )
        return {**known, **self.extra}


@dataclass(frozen=True, slots=True)
class MappingRef:
    """Which mapping: its integration, its name and, for one of a project, the project's key."""

    provider: str
    name: str
    project: str | None = None

    @property
    def words(self) -> str:
        """For people; cleaned."""
        where = f" of project {visible(self.project)}" if self.project else ""
        return f"{visible(self.name)}{where} in {visible(self.provider)}"


def mapping_from(source: Mapping[str, Json], provider: str = "", name: str = "") -> IdentityMapping:
    """The mapping in a wire object; `provider` and `name` stand in where the object has none."""
    fields = Fields(source)
    return IdentityMapping(
        name=fields.text("name") or Untrusted(name),
        provider_name=fields.text("provider_name") or Untrusted(provider),
        description=fields.text("description"),
        priority=_number(fields, "priority"),
        claims=fields.object("claims"),
        token_spec=_spec_from(fields.object("token_spec") or {}),
        project_key=fields.text("project_key") or None,
        extra=fields.rest,
    )


def mapping_key(provider: str, name: str, project: str | None = None) -> str:
    """`github/build`, or `github/build@acme` for one of the project `acme`."""
    return f"{quote(provider, safe='')}/{quote(name, safe='')}{'@' + quote(project, safe='') if project else ''}"


def mapping_ref(key: str) -> MappingRef:
    """What a key stands for."""
    provider, _, rest = key.partition("/")
    name, _, project = rest.partition("@")
    return MappingRef(unquote(provider), unquote(name), unquote(project) or None)


def mapping_problems(mapping: IdentityMapping) -> tuple[FieldProblem, ...]:
    """Why a platform would refuse this mapping, or what in it has no effect. The linter looks at who gets in."""
    return (*_name_problems(mapping), *_place_problems(mapping), *spec_problems(mapping.token_spec, mapping))


def spec_problems(spec: TokenSpec, mapping: IdentityMapping | None = None) -> Iterator[FieldProblem]:
    """What is wrong with the token that a mapping gives."""
    yield from _who_problems(spec)
    yield from _scope_problems(spec, mapping)
    if spec.expires_in is None:
        yield FieldProblem(
            "expires_in", "Say how long the token lives: platforms differ on what they take otherwise", certain=False
        )
    elif spec.expires_in < 1:
        yield FieldProblem("expires_in", "The token must live for a second at least")


def _name_problems(mapping: IdentityMapping) -> Iterator[FieldProblem]:
    name = mapping.name
    if not name.strip():
        yield FieldProblem("name", "The name is empty")
    if len(name) > NAME_LIMIT:
        yield FieldProblem("name", f"The name has {len(name)} characters, more than {NAME_LIMIT}")
    if bad := sorted({char for char in name if char in FORBIDDEN_IN_NAMES}):
        shown = " ".join("a blank" if char == " " else char for char in bad)
        yield FieldProblem("name", f"The name contains {shown}; letters, digits, - and _ are allowed")


def _place_problems(mapping: IdentityMapping) -> Iterator[FieldProblem]:
    if mapping.priority is not None and mapping.priority < 1:
        yield FieldProblem("priority", "The priority is 1 or more; the lowest number is looked at first")
    if mapping.claims is None and "claims" not in mapping.extra:
        yield FieldProblem("claims", "The claims are missing: say which tokens get in")
    if mapping.project_key and not _PROJECT_KEY.fullmatch(mapping.project_key):
        yield FieldProblem(
            "project_key", "A project key is 2 to 32 small letters, digits and dashes, and starts with a letter"
        )


def _who_problems(spec: TokenSpec) -> Iterator[FieldProblem]:
    if spec.username and spec.username_pattern:
        yield FieldProblem("username_pattern", "Give a user or a pattern for one, not both")
    for name, pattern in (("username_pattern", spec.username_pattern), ("groups_pattern", spec.groups_pattern)):
        if pattern and (problem := pattern_problem(pattern)):
            yield FieldProblem(name, problem, certain=False)


def _scope_problems(spec: TokenSpec, mapping: IdentityMapping | None) -> Iterator[FieldProblem]:
    """Source of the refusal: JFrog's own agent examples record `token_spec Invalid scope`."""
    scopes = parse_scope(spec.scope) if spec.scope else ()
    if not scopes and not spec.username_pattern and not spec.groups_pattern:
        yield FieldProblem("scope", "Say what the token may do: a user, groups, or a pattern for one of them")
    for scope in scopes:
        if isinstance(scope, UnknownScope):
            yield FieldProblem("scope", f"{visible(scope.text)} is no scope: the platform answers “Invalid scope”")
        if isinstance(scope, RolesScope) and mapping is not None and not mapping.project_key:
            yield FieldProblem("scope", "Project roles need a mapping that belongs to the project")
        if isinstance(scope, UserScope | AdminScope) and not (spec.username or spec.username_pattern):
            yield FieldProblem("username", "This scope needs a user, or a pattern for one", certain=False)
    for concern in scope_concerns(spec.scope):
        if "groups entries" in concern:
            yield FieldProblem("scope", concern, certain=False)


def _spec_from(source: JsonObject) -> TokenSpec:
    fields = Fields(source)
    return TokenSpec(
        username=fields.text("username"),
        username_pattern=fields.text("username_pattern"),
        groups_pattern=fields.text("groups_pattern"),
        scope=fields.text("scope"),
        audience=fields.text("audience"),
        expires_in=_number(fields, "expires_in"),
        self_revocable=fields.flag("self_revocable"),
        extra=fields.rest,
    )


def _number(fields: Fields, name: str) -> int | None:
    """A whole number; whatever else it is stays in `rest`."""
    value = fields.rest.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        fields.rest.pop(name, None)
        return value
    return None
