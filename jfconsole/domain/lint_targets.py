"""Whom the token of a mapping speaks for: what comes of it when they are not there, rule M13, and when they are
administrators, rule M04.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from jfconsole.domain.claim_grants import Grant
from jfconsole.domain.lint_mappings import Finding, Rule, Severity
from jfconsole.domain.mappings import TokenSpec
from jfconsole.domain.scopes import UserScope, group_names, parse_scope
from jfconsole.domain.text import Untrusted, visible


class Standing(Enum):
    """What became of looking a user or a group up. UNKNOWN: this token may not look."""

    THERE = "there"
    ADMINISTRATOR = "administrator"
    DISABLED = "disabled"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Targets:
    """Names that are given, not found by a pattern. `own_rights`: what the user may do is what the token may do."""

    user: Untrusted | None
    own_rights: bool
    groups: tuple[Untrusted, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """How users and groups stand, by name. Those that nobody looked up are not in it."""

    users: Mapping[str, Standing] = field(default_factory=dict)
    groups: Mapping[str, Standing] = field(default_factory=dict)


def targets(username: Untrusted | None, scope: str) -> Targets:
    """Whom a token of this user and scope speaks for."""
    own = any(isinstance(part, UserScope) for part in parse_scope(scope))
    return Targets(username or None, bool(username) and own, tuple(map(Untrusted, group_names(scope))))


def grant_targets(given: Grant) -> Targets:
    """Whom the token of a grant speaks for; a name that is made up is nobody's."""
    return targets(None if given.synthetic else given.username, given.scope)


def spec_targets(spec: TokenSpec) -> Targets:
    """Whom a mapping names. Inferred: without a scope and a pattern for groups, the token may what its user may."""
    scope = spec.scope or ("" if spec.groups_pattern else UserScope().wire())
    return targets(spec.username, scope)


def target_findings(wanted: Targets, known: Known, mapping: Untrusted) -> tuple[Finding, ...]:
    """Those that are not there, or are no more."""
    return tuple(
        Finding(Rule.TARGET, Severity.WARNS, mapping, "", sentence, fix) for sentence, fix in _absent(wanted, known)
    )


def power_findings(wanted: Targets, known: Known, mapping: Untrusted) -> tuple[Finding, ...]:
    """Those who may do everything. Inferred: a token of a group with administrator rights has them too."""
    named = (
        [f"user {visible(wanted.user or '')}"] if wanted.own_rights and _administers(wanted.user, known.users) else []
    )
    named += [f"group {visible(name)}" for name in wanted.groups if _administers(name, known.groups)]
    return tuple(
        Finding(Rule.POWERFUL, Severity.WARNS, mapping, "", f"The {one} administers the whole platform", _NARROW)
        for one in named
    )


def _administers(name: str | None, standings: Mapping[str, Standing]) -> bool:
    return standings.get(name or "") is Standing.ADMINISTRATOR


def user_in_the_way(wanted: Targets, known: Known) -> str:
    """Why the exchange fails because of its user, as a sentence; empty when it does not.

    Source: jfrog/jfrog-credentials-provider tells its users that the user must exist. Inferred: a name whose rights
    are not given may be anyone's, and nobody who is disabled gets a token.
    """
    standing = known.users.get(wanted.user or "")
    name = visible(wanted.user or "")
    if standing is Standing.MISSING and wanted.own_rights:
        return f"There is no user {name}, whose rights the token would have"
    return f"The user {name} is disabled" if standing is Standing.DISABLED else ""


def standing_words(wanted: Targets, known: Known) -> tuple[str, ...]:
    """`the user ci is there`, `the group readers is missing`: each that was looked for, cleaned."""
    named = [("user", wanted.user, known.users), *(("group", name, known.groups) for name in wanted.groups)]
    return tuple(
        f"the {what} {visible(name)} {_STANDING_WORDS[found.get(name, Standing.UNKNOWN)]}"
        for what, name, found in named
        if name
    )


def _absent(wanted: Targets, known: Known) -> Iterator[tuple[str, str]]:
    if sentence := user_in_the_way(wanted, known):
        yield f"{sentence}: nobody gets in", _MEND
    for name in wanted.groups:
        if known.groups.get(name) is Standing.MISSING:
            yield f"There is no group {visible(name)}: the token has nothing of it", "Make the group, or name another"


_STANDING_WORDS: Final = {
    Standing.THERE: "is there",
    Standing.ADMINISTRATOR: "is there, and an administrator",
    Standing.DISABLED: "is disabled",
    Standing.MISSING: "is missing",
    Standing.UNKNOWN: "was not found out about",
}

_NARROW: Final = "Name a user or groups with just the permissions that are needed"

_MEND: Final = "Make or enable the user, or name another"
