"""What a token gets through the mapping that lets it in: a user or groups, a scope, an audience, a lifetime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jfconsole.domain.claim_patterns import Resolved, Unresolved, resolve_groups, resolve_user
from jfconsole.domain.mappings import EVERY_SERVICE, IdentityMapping
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import GroupsScope, UserScope, format_scope, parse_scope
from jfconsole.domain.text import Untrusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The access token that an exchange gives. `expires_in` is in seconds, None where the mapping does not say.

    `synthetic`: the name is no user's; it is made of the integration's and the mapping's, which some clients refuse.
    """

    username: Untrusted
    scope: Untrusted
    audience: Untrusted
    groups: tuple[Untrusted, ...] = ()
    expires_in: int | None = None
    synthetic: bool = False


def grant(mapping: IdentityMapping, claims: Mapping[str, Json]) -> Grant | Unresolved:
    """What the mapping gives to a token with these claims, or why the exchange fails.

    Inferred: groups that a pattern finds are added to those of the scope, and a user pattern without a scope gives
    what the user may do. User names come out in small letters, as in the help page "Dynamic Mapping". The name of a
    token without a user is `<integration>/<mapping>` (jfrog-client-go#951).
    """
    spec = mapping.token_spec
    user = resolve_user(spec.username_pattern, claims) if spec.username_pattern else None
    groups = resolve_groups(spec.groups_pattern, claims) if spec.groups_pattern else None
    for found in (user, groups):
        if isinstance(found, Unresolved):
            return found
    named = Untrusted(user.names[0].lower()) if isinstance(user, Resolved) else spec.username or None
    found_groups = groups.names if isinstance(groups, Resolved) else ()
    if any('"' in name for name in found_groups):
        return Unresolved("A group that the pattern finds has a double quote in its name, which no scope can carry")
    scope = _scope(spec.scope or "", found_groups, named is not None)
    return Grant(
        username=named or Untrusted(f"{mapping.provider_name}/{mapping.name}"),
        scope=Untrusted(scope),
        audience=spec.audience or Untrusted(EVERY_SERVICE),
        groups=tuple(name for part in parse_scope(scope) if isinstance(part, GroupsScope) for name in part.names),
        expires_in=spec.expires_in,
        synthetic=named is None,
    )


def _scope(given: str, found: tuple[Untrusted, ...], has_user: bool) -> str:
    """The scope as the platform would write it: one groups entry, since several are refused in use."""
    if not found:
        return given or (UserScope().wire() if has_user else "")
    scopes = parse_scope(given)
    named = [name for part in scopes if isinstance(part, GroupsScope) for name in part.names]
    others = [part for part in scopes if not isinstance(part, GroupsScope)]
    groups = ",".join(f'"{name}"' for name in dict.fromkeys((*named, *found)))
    return " ".join((*(format_scope([part]) for part in others), f"applied-permissions/groups:{groups}"))
