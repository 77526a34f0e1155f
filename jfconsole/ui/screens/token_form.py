"""What is asked about a token, the request that the answers describe, and what will come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from jfconsole.domain.access import AccessIndex, WhatCan
from jfconsole.domain.access_words import actions_by_target
from jfconsole.domain.answers import flag, names, text
from jfconsole.domain.audience import EVERY_SERVICE, SERVICES
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.lifetimes import EXPIRES, lifetime_fields, lifetime_of
from jfconsole.domain.scopes import (
    ACTIONS,
    AdminScope,
    ArtifactScope,
    GroupsScope,
    RolesScope,
    Scope,
    SystemScope,
    UserScope,
    format_scope,
    parse_scope,
)
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_access import what_token_can
from jfconsole.domain.token_forecast import forecast_lines
from jfconsole.domain.token_requests import TokenRequest, folded_username, request_problems
from jfconsole.services.session import Identity
from jfconsole.services.token_precheck import may_not, own_name

USER: Final = "everything its user may do"
ADMIN: Final = "administrate the whole platform"
GROUPS: Final = "what the members of groups may do"
ROLES: Final = "what project roles may do"
PATHS: Final = "something in repositories"
SYSTEM: Final = "something with the platform itself"
SEVERAL: Final = "several of these"
BY_HAND: Final = "a scope written by hand"

ALL: Final = "every service"
PICKED: Final = "only some"

_AREAS: Final = ("metrics", "livelogs", "identities", "permissions", "info/storage")
"""Source: terraform-provider-artifactory docs/resources/scoped_token.md, and its issue 1401 for the last."""

_LETTERS: Final = {word: letter for letter, word in ACTIONS.items() if letter in "rwdam"}
_FIELDS: Final = {"username": "user", "audience": "services", "expires_in": EXPIRES}
"""Fields of the form that answer for fields of a request, where they are called otherwise."""

Preview = Callable[[Answers], Sequence[str]]


def token_form(preview: Preview) -> Form:
    """A token that does not exist yet."""
    return Form(
        title="New token",
        fields=(_WHO, _SCOPE, *_SCOPE_DETAILS, *service_fields(), *lifetime_fields(), *_KIND, _DESCRIPTION),
        check=token_problems,
        preview=preview,
    )


def token_request(answers: Answers) -> TokenRequest:
    """The request that the answers describe. Raises ValueError with a sentence when they describe none yet."""
    return TokenRequest(
        username=folded_username(text(answers, "user")),
        scope=_scope(answers),
        audience=audience_of(answers),
        expires_in=lifetime_of(answers),
        refreshable=flag(answers, "refreshable"),
        reference=flag(answers, "reference"),
        force_revocable=not flag(answers, "circle"),
        description=text(answers, "description"),
    )


def token_problems(answers: Answers) -> Mapping[str, str]:
    """What the platform would refuse, by field of the form."""
    try:
        found = request_problems(token_request(answers))
    except ValueError as error:
        return {_field_of_scope(answers): str(error)}
    return {
        _field_of_scope(answers) if name == "scope" else _FIELDS.get(name, name): said for name, said in found.items()
    }


def foretold(answers: Answers, now: float, identity: Identity | None, index: AccessIndex | None) -> tuple[str, ...]:
    """What will come of the token, in sentences; cleaned. `index` is what is loaded about access, if anything is."""
    try:
        request = token_request(answers)
    except ValueError as error:
        return (str(error),)
    limits = may_not(identity, request) if identity is not None else ()
    own = own_name(identity) if identity is not None else ""
    reach = "What it reaches, and by which grants: f3" if index is None else reach_line(index, request, own)
    return (*limits, *forecast_lines(request, now), reach)


def reach_line(index: AccessIndex, request: TokenRequest, own: str) -> str:
    """Where the token will reach, in one sentence; cleaned."""
    can = what_token_can(index, request.scope, request.username or own)
    if can.everything:
        return f"It reaches everything: {visible(can.everything[0])}"
    reached = [*can.direct, *_reached(can)]
    return f"It reaches: {_some(reached)}" if reached else "It reaches nothing: no permission gives it anything"


def _reached(can: WhatCan) -> list[str]:
    held = sorted(actions_by_target(can.paths).items())
    return [f"{visible(target)} ({', '.join(sorted(map(visible, actions)))})" for (_, target), actions in held]


def _some(words: Sequence[str], most: int = 4) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return f"{', '.join(words[:most])}{more}"


def _scope(answers: Answers) -> str:
    wanted = text(answers, "scope")
    if wanted == BY_HAND:
        return text(answers, "by_hand")
    scopes = tuple(_scopes(wanted, answers))
    if not scopes:
        raise ValueError("Say below what the token may do")
    written = format_scope(scopes)
    if parse_scope(written) != scopes:
        raise ValueError("A name has characters that no scope can carry: blanks, colons, quotes or slashes")
    return written


def _scopes(wanted: str, answers: Answers) -> Iterable[Scope]:
    if wanted == USER:
        yield UserScope()
    if wanted == ADMIN:
        yield AdminScope()
    if wanted in {GROUPS, SEVERAL} and names(answers, "groups"):
        yield GroupsScope(names(answers, "groups"))
    if wanted in {ROLES, SEVERAL} and text(answers, "project") and text(answers, "roles"):
        yield RolesScope(Untrusted(text(answers, "project")), _listed(text(answers, "roles")))
    if wanted in {PATHS, SEVERAL}:
        yield from _artifact_scopes(answers)
    if wanted in {SYSTEM, SEVERAL} and names(answers, "area_actions"):
        yield SystemScope(Untrusted(text(answers, "area")), _letters(answers, "area_actions"))


def _artifact_scopes(answers: Answers) -> Iterable[Scope]:
    typed = text(answers, "path").strip("/")
    path = Untrusted(f"/{typed}" if typed else "")
    letters = _letters(answers, "actions")
    if letters:
        yield from (ArtifactScope(repository, path, letters) for repository in _listed(text(answers, "repositories")))


def _letters(answers: Answers, field: str) -> tuple[str, ...]:
    return tuple(_LETTERS[word] for word in names(answers, field))


def _listed(typed: str) -> tuple[Untrusted, ...]:
    return tuple(Untrusted(name.strip()) for name in typed.split(",") if name.strip())


def audience_of(answers: Answers) -> str:
    """The services that were chosen. Raises ValueError, with a sentence, when none was."""
    if text(answers, "services") == ALL:
        return EVERY_SERVICE
    wanted = names(answers, "picked_services")
    if not wanted:
        raise ValueError("Choose at least one service")
    return " ".join(f"{kind}@*" for kind, product in SERVICES.items() if product in wanted)


def _field_of_scope(answers: Answers) -> str:
    """Where to tell that the scope, or another part that is put together, will not do."""
    if text(answers, "services") == PICKED and not names(answers, "picked_services"):
        return "picked_services"
    return _PLACES.get(text(answers, "scope"), "scope")


def _when(field: str, *values: str) -> Callable[[Answers], bool]:
    return lambda answers: text(answers, field) in values


_PLACES: Final = {GROUPS: "groups", ROLES: "project", PATHS: "repositories", SYSTEM: "area_actions", BY_HAND: "by_hand"}

_WHO: Final = FormField(
    id="user",
    label="User",
    help="Empty: yourself. A name that does not exist makes a token for a transient user, who is nothing but a name.",
    kind=FieldKind.NAME,
    source="users",
)
_SCOPE: Final = FormField(
    id="scope",
    label="May do",
    help="The less, the better: a group with read on a few repositories is enough for most machines.",
    kind=FieldKind.CHOICE,
    choices=(USER, ADMIN, GROUPS, ROLES, PATHS, SYSTEM, SEVERAL, BY_HAND),
    default=USER,
)
_SCOPE_DETAILS: Final = (
    FormField(
        id="groups",
        label="Groups",
        help="Enter chooses among all groups. The token may do what their members may, whoever its user is.",
        kind=FieldKind.NAMES,
        source="groups",
        default=(),
        when=_when("scope", GROUPS, SEVERAL),
    ),
    FormField(
        id="project",
        label="Project",
        help="The key of the project, such as acme.",
        when=_when("scope", ROLES, SEVERAL),
    ),
    FormField(
        id="roles",
        label="Roles",
        help="With commas between them, as the project calls them: Developer, Viewer.",
        when=_when("scope", ROLES, SEVERAL),
    ),
    FormField(
        id="repositories",
        label="Repositories",
        help="Typed or chosen, with commas between them; patterns such as docker-* may be typed.",
        kind=FieldKind.NAME,
        source="repositories",
        several=True,
        when=_when("scope", PATHS, SEVERAL),
    ),
    FormField(
        id="path",
        label="Below path",
        help="A path or a pattern such as org/acme/**. Empty: the whole repository.",
        when=_when("scope", PATHS, SEVERAL),
    ),
    FormField(
        id="actions",
        label="Actions",
        help="What may be done there.",
        kind=FieldKind.SOME,
        choices=tuple(_LETTERS),
        default=(ACTIONS["r"],),
        when=_when("scope", PATHS, SEVERAL),
    ),
    FormField(
        id="area",
        label="Of the platform",
        help="Which part of the platform itself.",
        kind=FieldKind.CHOICE,
        choices=_AREAS,
        default=_AREAS[0],
        when=_when("scope", SYSTEM, SEVERAL),
    ),
    FormField(
        id="area_actions",
        label="Actions on it",
        help="Metrics, logs and storage can be read only. None: the platform itself is left out.",
        kind=FieldKind.SOME,
        choices=tuple(_LETTERS),
        default=(),
        when=_when("scope", SYSTEM, SEVERAL),
    ),
    FormField(
        id="by_hand",
        label="Scope",
        help='As applied-permissions/groups:readers,"release team" artifact:libs-local/**:r,w; read back below.',
        required=True,
        when=_when("scope", BY_HAND),
    ),
)


def service_fields(
    choices: tuple[str, ...] = (ALL, PICKED), help: str = "A token that one service accepts is of no use at the others."
) -> tuple[FormField, FormField]:
    """Who accepts the token, in two fields; the first of the choices is proposed. Read with `audience_of`."""
    return (
        FormField(
            id="services",
            label="Accepted by",
            help=help,
            kind=FieldKind.CHOICE,
            choices=choices,
            default=choices[0],
        ),
        FormField(
            id="picked_services",
            label="Services",
            help="The services that accept the token.",
            kind=FieldKind.SOME,
            choices=tuple(SERVICES.values()),
            default=(SERVICES["jfrt"],),
            when=_when("services", PICKED),
        ),
    )


_KIND: Final = (
    FormField(
        id="reference",
        label="Reference token",
        help="Also gives a short value of 64 characters that stands for the token, for clients that take no long one.",
        kind=FieldKind.FLAG,
        default=False,
    ),
    FormField(
        id="refreshable",
        label="Refreshable",
        help="Also gives a refresh token, by which its holder gets a new token when this one has expired.",
        kind=FieldKind.FLAG,
        default=False,
    ),
    FormField(
        id="circle",
        label="Circle of trust",
        help="For platforms that trust this one: they cannot look revoked tokens up, so it is not forced revocable.",
        kind=FieldKind.FLAG,
        default=False,
    ),
)
_DESCRIPTION: Final = FormField(
    id="description",
    label="Description",
    help="What it is for: the only label that the list of tokens shows. The id of the operation is added.",
)
