"""What a token may do, given what its scope says and what its user and groups may do."""

from __future__ import annotations

from dataclasses import replace

from jfconsole.domain.access import AccessIndex, WhatCan
from jfconsole.domain.scopes import (
    AdminScope,
    ApiScope,
    GroupsScope,
    Scope,
    ServiceAdminScope,
    UserScope,
    parse_scope,
)
from jfconsole.domain.text import visible


def what_token_can(index: AccessIndex, scope: str | None, username: str) -> WhatCan:
    """What the bearer may do. Without a scope the server did not say it, and only the user's own rights are known."""
    scopes = parse_scope(scope) if scope else ()
    subject = f"token of {visible(username)}"
    if not scopes:
        found = index.what_user_can(username)
        unsaid = "The server does not say the token's scope: this is what its user may do"
        return replace(found, subject=subject, caveats=(unsaid, *found.caveats))
    parts = [_part(index, held, username) for held in scopes if not isinstance(held, ApiScope)]
    return WhatCan(
        subject=subject,
        everything=tuple(dict.fromkeys(reason for part in parts for reason in part.everything)),
        groups=tuple(dict.fromkeys(group for part in parts for group in part.groups)),
        paths=tuple(path for part in parts for path in part.paths),
        caveats=tuple(dict.fromkeys(caveat for part in parts for caveat in part.caveats)),
        direct=tuple(line for part in parts for line in part.direct),
    )


def _part(index: AccessIndex, scope: Scope, username: str) -> WhatCan:
    if isinstance(scope, UserScope):
        return index.what_user_can(username)
    if isinstance(scope, GroupsScope):
        own = scope.legacy and scope.names == ("*",)
        return index.what_groups_can(index.groups_of(username) if own else scope.names)
    if isinstance(scope, AdminScope | ServiceAdminScope):
        return _nothing(everything=(f"its scope makes it {scope.english()}",))
    return _nothing(direct=(scope.english(),))


def _nothing(everything: tuple[str, ...] = (), direct: tuple[str, ...] = ()) -> WhatCan:
    return WhatCan(subject="", everything=everything, groups=(), paths=(), caveats=(), direct=direct)
