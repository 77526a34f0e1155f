"""What can be asked about tokens in a filter line.

Who created a token is not among them: the platform's list does not say.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from jfconsole.domain.filters import FieldSpec, Getter, Schema
from jfconsole.domain.scopes import (
    AdminScope,
    ArtifactScope,
    GroupsScope,
    RolesScope,
    ServiceAdminScope,
    SystemScope,
    UserScope,
    group_names,
    scope_kinds,
    scope_label,
)
from jfconsole.domain.token_facts import SubjectState, TokenView
from jfconsole.domain.tokens import Revocability, revocability

_ORPHANED: Final = frozenset({SubjectState.MISSING, SubjectState.DISABLED, SubjectState.LOCKED})
_KINDS: Final[tuple[tuple[str, tuple[type, ...]], ...]] = (
    ("user", (UserScope,)),
    ("admin", (AdminScope, ServiceAdminScope)),
    ("groups", (GroupsScope,)),
    ("roles", (RolesScope,)),
    ("system", (SystemScope,)),
    ("repository", (ArtifactScope,)),
)


def token_schema(
    clock: Callable[[], float] = time.time,
    *,
    external: Callable[[str], bool] | None = None,
    here: Callable[[str], bool] | None = None,
) -> Schema[TokenView]:
    """The filter schema of token lists. `clock` gives epoch seconds, for `expired`.

    `external` says whether a user comes from elsewhere, `here` whether a token, by its id, was made by this console;
    without them nothing can be asked about it.
    """
    more: dict[FieldSpec, Getter[TokenView]] = {}
    if external is not None:
        more[FieldSpec("external", "flag", (), "its user comes from LDAP, SAML or SCIM")] = lambda row: external(
            row.username
        )
    if here is not None:
        more[FieldSpec("here", "flag", (), "this console made it")] = lambda row: here(row.token_id)
    return Schema(lambda row: row.haystack, {**_text_fields(), **_time_fields(), **_flag_fields(clock), **more})


def _text_fields() -> dict[FieldSpec, Getter[TokenView]]:
    return {
        FieldSpec("subject", "text", ("user", "username"), "the user the token acts as"): lambda row: row.username,
        FieldSpec("scope", "text", (), "what it may do: user, admin, groups: …, repo: …"): lambda row: _scope_texts(
            row.token.scope
        ),
        FieldSpec("group", "text", (), "a group its scope names"): lambda row: group_names(row.token.scope),
        FieldSpec("kind", "choice", (), "the kind of scope", tuple(name for name, _ in _KINDS)): lambda row: _kinds(
            row.token.scope
        ),
        FieldSpec("description", "text", ("desc",), "its description"): lambda row: row.token.description,
        FieldSpec("id", "text", ("token_id",), "its id"): lambda row: row.token.token_id,
        FieldSpec("issuer", "text", (), "the service that issued it"): lambda row: row.token.issuer,
        FieldSpec("project", "text", (), "the project it belongs to"): lambda row: row.token.project,
        FieldSpec("state", "choice", (), "the state of its user", tuple(SubjectState)): _state,
    }


def _time_fields() -> dict[FieldSpec, Getter[TokenView]]:
    return {
        FieldSpec("expires", "duration_until", ("expiry",), "when it ends: expires<7d"): lambda row: row.token.expiry,
        FieldSpec("created", "duration_since", ("issued",), "its age: created>1y"): lambda row: row.token.issued_at,
        FieldSpec("used", "duration_since", ("last_used",), "last use, where the server says it"): _last_used,
    }


def _flag_fields(clock: Callable[[], float]) -> dict[FieldSpec, Getter[TokenView]]:
    def expired(row: TokenView) -> bool:
        expiry = row.token.expiry
        return expiry is not None and expiry <= clock()

    return {
        FieldSpec("never", "flag", (), "it never expires"): lambda row: row.token.expiry is None,
        FieldSpec("expired", "flag", (), "its time is over"): expired,
        FieldSpec("admin", "flag", (), "its scope is admin"): lambda row: row.is_admin,
        FieldSpec("refreshable", "flag", (), "it can be refreshed"): lambda row: row.token.refreshable,
        FieldSpec("groups", "flag", (), "its scope names groups"): lambda row: _has(row, GroupsScope),
        FieldSpec("missing", "flag", (), "its user does not exist"): lambda row: _in(row, SubjectState.MISSING),
        FieldSpec("disabled", "flag", (), "its user is disabled"): lambda row: _in(row, SubjectState.DISABLED),
        FieldSpec("locked", "flag", (), "its user is locked"): lambda row: _in(row, SubjectState.LOCKED),
        FieldSpec("orphaned", "flag", (), "its user is missing, disabled or locked"): _orphaned,
        FieldSpec("nodesc", "flag", (), "it has no description"): lambda row: not (row.token.description or "").strip(),
        FieldSpec("short", "flag", (), "perhaps not revocable, by the default threshold"): _short,
        FieldSpec("inuse", "flag", (), "the token this console works with"): lambda row: row.in_use,
    }


@lru_cache(maxsize=4096)
def _scope_texts(scope: str | None) -> tuple[str, ...]:
    """Both forms people search for: as the table shows it, and as the server wrote it."""
    return (scope_label(scope), scope) if scope else ()


@lru_cache(maxsize=4096)
def _kinds(scope: str | None) -> tuple[str, ...]:
    kinds = scope_kinds(scope)
    return tuple(name for name, types in _KINDS if not kinds.isdisjoint(types))


def _state(row: TokenView) -> str:
    return row.subject_state.value


def _last_used(row: TokenView) -> float:
    used = row.token.last_used
    return math.nan if used is None else used


def _has(row: TokenView, kind: type) -> bool:
    return kind in scope_kinds(row.token.scope)


def _in(row: TokenView, state: SubjectState) -> bool:
    return row.subject_state is state


def _orphaned(row: TokenView) -> bool:
    return row.subject_state in _ORPHANED


def _short(row: TokenView) -> bool:
    return revocability(row.token) is Revocability.UNCERTAIN
