"""A token that is asked for: what the platform takes and refuses. Nothing here is sent.

Source of fields and limits: JFrog administration reference "createToken".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.audience import EVERY_SERVICE
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.scopes import SCOPE_LIMIT, AdminScope, GroupsScope, UserScope, format_scope, parse_scope
from jfconsole.domain.text import Untrusted, visible

NAME_LIMIT: Final = 255
AUDIENCE_LIMIT: Final = 255
DESCRIPTION_LIMIT: Final = 1024
"""Characters that the platform takes."""

OWN: Final = Untrusted("")
"""In the place of a user name: whoever asks."""

NEVER: Final = 0
"""The `expires_in` of a token that does not expire."""

USER_SCOPE: Final = UserScope().wire()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """What a token shall be.

    `username` is who it acts as, existing or not; empty means whoever asks. `expires_in` is in seconds, `NEVER` for no
    expiry, None for the platform's own default. `force_revocable` makes the platform store even a short-lived token
    and let it be revoked; tokens for a circle of trust must not have it.
    """

    username: Untrusted = OWN
    scope: str = USER_SCOPE
    audience: str = EVERY_SERVICE
    expires_in: int | None = None
    refreshable: bool = False
    reference: bool = False
    force_revocable: bool = True
    description: str = ""
    project_key: str = ""

    @property
    def is_admin(self) -> bool:
        """Whether its bearer administers the platform."""
        return any(isinstance(scope, AdminScope) for scope in parse_scope(self.scope))

    def as_object(self) -> JsonObject:
        """Under the names of the wire, without what is left to the platform's defaults."""
        named: JsonObject = {
            "username": self.username,
            "scope": self.scope,
            "audience": self.audience,
            "expires_in": self.expires_in,
            "refreshable": self.refreshable,
            "include_reference_token": self.reference,
            "force_revocable": self.force_revocable,
            "description": self.description,
            "project_key": self.project_key,
        }
        return {
            name: value for name, value in named.items() if value is not None and value is not False and value != ""
        }


def request_problems(request: TokenRequest) -> Mapping[str, str]:
    """What the platform would refuse, as a sentence by field; empty when nothing is known against it."""
    too_long = (
        ("username", request.username, NAME_LIMIT),
        ("scope", request.scope, SCOPE_LIMIT),
        ("audience", request.audience, AUDIENCE_LIMIT),
        ("description", request.description, DESCRIPTION_LIMIT),
    )
    found = {
        name: f"{len(text):,} characters; the platform takes {limit}"
        for name, text, limit in too_long
        if len(text) > limit
    }
    if request.expires_in is not None and request.expires_in < 0:
        found["expires_in"] = "A lifetime cannot be negative"
    if not request.scope.split():
        found["scope"] = "A scope is needed"
    return found


def merged_scope(scope: str) -> str:
    """The scope with its groups in one entry: several are accepted when a token is made, and refused in use.

    Source: terraform-provider-artifactory issue 1233.
    """
    scopes = parse_scope(scope)
    groups = [held for held in scopes if isinstance(held, GroupsScope) and not held.legacy]
    if len(groups) < 2:
        return scope
    names = dict.fromkeys(name for held in groups for name in held.names)
    one = GroupsScope(tuple(names))
    kept = [one if held is groups[0] else held for held in scopes if held is groups[0] or held not in groups]
    return format_scope(kept)


def folded_username(name: str) -> Untrusted:
    """The name as the platform stores it: in lower case. Source: jfrog-cli-core general/token/accesstokencreate.go."""
    return Untrusted(name.strip().lower())


def request_title(request: TokenRequest) -> str:
    """What is made, in a few words; cleaned."""
    whom = visible(request.username) or "this console's user"
    return f"Create {'an admin ' if request.is_admin else 'a '}token for {whom}"
