"""`jfconsole tokens create`: scope and audience built of options, the forecast in the plan, the value once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Final

from jfconsole.cli.plans import change
from jfconsole.domain.audience import EVERY_SERVICE, SERVICES
from jfconsole.domain.durations import parse_duration
from jfconsole.domain.errors import UsageError
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
from jfconsole.domain.token_requests import NEVER, USER_SCOPE, TokenRequest
from jfconsole.services.tokens import TokenService

_TYPES: Final = {name.casefold(): kind for kind, name in SERVICES.items()}


def create(arguments: argparse.Namespace) -> int:
    """Make one token as a plan; what came of it is handed over once."""
    request = read_request(arguments)
    return change(arguments, lambda session: TokenService(session).plan_create(request))


def read_request(arguments: argparse.Namespace) -> TokenRequest:
    """The token that the options describe. Raises UsageError for options that make no sense."""
    scope, audience = read_scope(arguments), read_audience(arguments)
    return TokenRequest(
        username=Untrusted(arguments.user),
        scope=USER_SCOPE if scope is None else scope,
        audience=EVERY_SERVICE if audience is None else audience,
        expires_in=read_lifetime(arguments.expires),
        refreshable=arguments.refreshable,
        reference=arguments.reference,
        force_revocable=not arguments.not_revocable,
        description=arguments.description,
        project_key=arguments.project,
    )


def read_scope(arguments: argparse.Namespace) -> str | None:
    """The scope that the options build, None without any. Raises UsageError for options that make no sense."""
    built = list(_built(arguments))
    if arguments.scope is None:
        return _written(built) if built else None
    if built:
        raise UsageError("--scope is the whole scope: nothing can be added to it", "Leave the other options out")
    return str(arguments.scope)


def _built(arguments: argparse.Namespace) -> Iterator[Scope]:
    if arguments.scope_user:
        yield UserScope()
    if arguments.admin:
        yield AdminScope()
    if arguments.group:
        yield GroupsScope(tuple(Untrusted(name) for name in dict.fromkeys(arguments.group)))
    yield from map(_role, arguments.role)
    yield from map(_repository, arguments.repo)
    yield from map(_area, arguments.system)


def _role(text: str) -> Scope:
    project, _, rest = text.partition(":")
    names = [name.strip() for name in rest.split(",")]
    scope = RolesScope(Untrusted(project), tuple(Untrusted(name) for name in names))
    if not all(names) or parse_scope(_written([scope])) != (scope,):
        raise UsageError(f"--role {visible(text)} is no role of a project", "Write PROJECT:ROLE or PROJECT:ROLE,ROLE")
    return scope


def _repository(text: str) -> Scope:
    found = parse_scope(f"artifact:{text}")
    if len(found) == 1 and isinstance(found[0], ArtifactScope) and found[0].repository and _known(found[0].actions):
        return found[0]
    raise UsageError(f"--repo {visible(text)} is no place with actions", f"Write libs-local/org/**:r,w; {_letters()}")


def _area(text: str) -> Scope:
    found = parse_scope(f"system:{text}")
    if len(found) == 1 and isinstance(found[0], SystemScope) and _known(found[0].actions):
        return found[0]
    raise UsageError(f"--system {visible(text)} is no area with actions", f"Write metrics:r; {_letters()}")


def _known(actions: Sequence[str]) -> bool:
    return all(letter in ACTIONS for letter in actions)


def _letters() -> str:
    return ", ".join(f"{letter} {word}" for letter, word in ACTIONS.items() if not word.startswith("action"))


def _written(scopes: Sequence[Scope]) -> str:
    try:
        return format_scope(scopes)
    except ValueError as problem:
        raise UsageError(f"{visible(str(problem))}", "A name must not be empty, and has no double quotes") from problem


def read_audience(arguments: argparse.Namespace) -> str | None:
    """The audience that the options build, None without any. Raises UsageError."""
    if arguments.audience is not None and arguments.service:
        raise UsageError("--audience is the whole audience: nothing can be added to it", "Leave --service out")
    if arguments.audience is not None:
        return str(arguments.audience)
    entries = dict.fromkeys(_service(name) for name in arguments.service)
    if not entries:
        return None
    return EVERY_SERVICE if EVERY_SERVICE in entries else " ".join(entries)


def _service(name: str) -> str:
    wanted = name.strip().casefold()
    kind = _TYPES.get(wanted, wanted)
    if wanted == "all":
        return EVERY_SERVICE
    if kind not in SERVICES:
        raise UsageError(f"There is no service {visible(name)}", f"Services: {', '.join(SERVICES.values())}, or all")
    return f"{kind}@*"


def read_lifetime(text: str) -> int | None:
    """Seconds, `NEVER`, or None for the platform's default. Raises UsageError."""
    wanted = text.strip().lower()
    if wanted in {"never", "default"}:
        return NEVER if wanted == "never" else None
    try:
        seconds = parse_duration(wanted)
    except ValueError as problem:
        raise UsageError(f"--expires: {visible(str(problem))}", "Or write `never` or `default`") from problem
    if not seconds:
        raise UsageError("--expires: a token that lives for no time is of no use", "For one without an end: never")
    return seconds
