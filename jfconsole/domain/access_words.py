"""Access told to people and to scripts: one line for each reason, and records for `--json`.

Texts are cleaned and can be shown as they are; records carry names as the platform sent them.
"""

from __future__ import annotations

from collections.abc import Iterable

from jfconsole.domain.access import AccessPath, Administrator, Denial, Grant, WhatCan, WhoCan
from jfconsole.domain.diff_words import target_words
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible


def grant_words(grant: Grant) -> str:
    """`group readers → permission ox → libs-local: org/** → READ`."""
    who = f"{grant.kind[:-1]} {visible(grant.principal)}"
    return f"{who} → {_where(grant)}"


def path_words(path: AccessPath, username: str) -> str:
    """`user alice → group readers → permission ox → libs-local: org/** → READ`."""
    through = f" → group {visible(path.via)}" if path.via is not None else ""
    return f"user {visible(username)}{through} → {_where(path.grant)}"


def administrator_words(admin: Administrator) -> str:
    """`alice, by group platform-admins`."""
    return f"{visible(admin.username)}{f', by group {visible(admin.via)}' if admin.via is not None else ''}"


def denial_words(denial: Denial) -> str:
    """Who is kept out by an exclude pattern."""
    names = [f"user {visible(name)}" for name in denial.users] + [f"group {visible(name)}" for name in denial.groups]
    return (
        f"permission {visible(denial.permission)} → {visible(denial.target)} excludes it by "
        f"{visible(denial.pattern)}: nothing from there for {', '.join(names)}"
    )


def who_can_record(answer: WhoCan) -> JsonObject:
    """The answer as `access who-can --json` prints it; keys are stable."""
    return {
        "repository": answer.repository,
        "path": answer.path,
        "action": answer.action,
        "grants": [_grant_record(grant) for grant in answer.grants],
        "groups": [*answer.groups],
        "users": [*sorted(answer.users)],
        "administrators": [{"username": admin.username, "via_group": admin.via} for admin in answer.administrators],
        "denied": [
            {
                "permission": denial.permission,
                "target": denial.target,
                "pattern": denial.pattern,
                "users": [*denial.users],
                "groups": [*denial.groups],
            }
            for denial in answer.denials
        ],
        "caveats": [*answer.caveats],
    }


def what_can_record(answer: WhatCan) -> JsonObject:
    """The answer as `access what-can --json` prints it; keys are stable."""
    return {
        "subject": answer.subject,
        "everything": [*answer.everything],
        "groups": [*answer.groups],
        "grants": [{"via_group": path.via, **_grant_record(path.grant)} for path in answer.paths],
        "by_scope": [*answer.direct],
        "caveats": [*answer.caveats],
    }


def actions_by_target(paths: Iterable[AccessPath]) -> dict[tuple[str, str], set[str]]:
    """All actions that somebody has, by resource type and target; what patterns narrow is in the paths."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in paths:
        found.setdefault((path.grant.resource_type, path.grant.target), set()).update(path.grant.actions)
    return found


def _where(grant: Grant) -> str:
    reach = f"“{visible(grant.pattern)}”" if grant.pattern is not None else target_words(grant.patterns.as_object())
    actions = ", ".join(map(visible, grant.actions))
    kind = "" if grant.resource_type == "artifact" else f"{visible(grant.resource_type)} "
    return f"permission {visible(grant.permission)} → {kind}{visible(grant.target)}: {reach} → {actions}"


def _grant_record(grant: Grant) -> dict[str, Json]:
    return {
        "principal_kind": grant.kind[:-1],
        "principal": grant.principal,
        "permission": grant.permission,
        "resource_type": grant.resource_type,
        "target": grant.target,
        "include_patterns": [*grant.patterns.include],
        "exclude_patterns": [*grant.patterns.exclude],
        "matched_pattern": grant.pattern,
        "actions": [*grant.actions],
    }
