"""Questions about access and how their answers look: every grant with the way by which somebody comes by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.access import AccessIndex, Grant, WhatCan, WhoCan
from jfconsole.domain.access_words import (
    administrator_words,
    denial_words,
    grant_words,
    path_words,
    what_can_record,
    who_can_record,
)
from jfconsole.domain.permission_facts import permission_record
from jfconsole.domain.permissions import Permission, Principal
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_access import what_token_can
from jfconsole.services.lint_permissions import Finding, finding_record, lint_permissions
from jfconsole.ui.text import show
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine

_SHOWN: Final = 300
"""Lines of one part; JSON (`y`) has them all."""

_MEMBERS: Final = 8
_WARNING: Final = "$text-warning"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown, part by part, and the same as a record."""

    sheets: tuple[Sheet, ...]
    record: Json


@dataclass(frozen=True, slots=True)
class Question:
    """A question to everything that is known about access. The title may be hostile, it is cleaned when drawn."""

    title: str
    answer: Callable[[AccessIndex], Answer]


def about_repository(repository: str, path: str = "") -> Question:
    """Who may do what in a repository, or with one path of it."""
    place = f"{repository}/{path}" if path else repository
    return Question(f"who can use {place}", lambda index: _who(index, index.who_can(repository, path or None)))


def about_user(username: str) -> Question:
    """What a user may do."""
    return Question(f"what {username} can do", lambda index: _what(index, index.what_user_can(username), username))


def about_group(name: str) -> Question:
    """What the members of a group may do by being in it."""
    return Question(f"what group {name} gives", lambda index: _group(index, name))


def about_token(scope: str | None, username: str) -> Question:
    """What the bearer of a token may do."""
    return Question(
        f"what a token of {username} can do",
        lambda index: _what(index, what_token_can(index, scope, username), username),
    )


def about_permission(name: str) -> Question:
    """What one permission gives to whom."""
    return Question(f"what permission {name} gives", lambda index: _permission(index, name))


def about_all_permissions() -> Question:
    """What the linter finds in all permissions and groups."""
    return Question("findings in permissions", lambda index: _findings(lint_permissions(index.world)))


# -- answers -----------------------------------------------------------------------------------------------


def _who(index: AccessIndex, answer: WhoCan) -> Answer:
    grants = [_with_members(index, grant) for grant in answer.grants]
    users = sorted(answer.users, key=str.lower)
    ways = [path_words(path, name) for name in users[:_SHOWN] for path in index.paths_of(name, answer)]
    sheets = [
        *_caveats(answer.caveats),
        _part("Granted by permissions", grants, "No permission gives anything here."),
        _part(f"Users, each with every way ({len(users):,})", ways, "No user comes by a grant.", len(users) - _SHOWN),
        *_denials(answer),
        _administrators(index),
    ]
    return Answer(tuple(sheets), who_can_record(answer))


def _what(index: AccessIndex, answer: WhatCan, username: str) -> Answer:
    own = set(index.groups_of(username))
    ways = [
        path_words(path, username) if path.via is None or path.via in own else grant_words(path.grant)
        for path in answer.paths
    ]
    return _told(answer, ways)


def _group(index: AccessIndex, name: str) -> Answer:
    answer = index.what_groups_can([name])
    told = _told(answer, [grant_words(path.grant) for path in answer.paths])
    group = next((group for key, group in index.world.groups.items() if key.casefold() == name.casefold()), None)
    members = [visible(member) for member in (group.members if group else None) or ()]
    part = _part(f"Its members ({len(members):,})", members, "Nobody is in it.")
    return Answer((*told.sheets, part), told.record)


def _told(answer: WhatCan, ways: Sequence[str]) -> Answer:
    sheets = _caveats(answer.caveats)
    if answer.everything:
        sheets.append(_part("May do everything", answer.everything, "", style=_WARNING))
    if answer.direct:
        sheets.append(_part("By its scope", answer.direct, ""))
    besides = "Besides, by permissions" if answer.everything else "By permissions"
    sheets.append(_part(f"{besides} ({len(ways):,})", ways, "No permission gives anything."))
    if answer.groups:
        sheets.append(_part(f"Groups ({len(answer.groups):,})", [visible(name) for name in answer.groups], ""))
    return Answer(tuple(sheets), what_can_record(answer))


def _permission(index: AccessIndex, name: str) -> Answer:
    permission = index.world.permissions.get(name)
    if permission is None:
        return Answer((_part("By this permission", (), f"There is no permission {visible(name)} any more."),), None)
    grants = [_with_members(index, grant) for grant in _grants(permission)]
    found = [finding for finding in lint_permissions(index.world) if finding.permission == name]
    sheets = (
        _part("Given by it", grants, "It gives nothing to anybody."),
        _part("Findings", [_finding(finding) for finding in found], "None.", style=_WARNING),
    )
    return Answer(sheets, permission_record(permission))


def _findings(found: Sequence[Finding]) -> Answer:
    by_permission: dict[str, list[str]] = {}
    for finding in found:
        by_permission.setdefault(finding.permission, []).append(_finding(finding))
    sheets = [
        _part(f"Permission {visible(name)}" if name else "Groups", lines, "") for name, lines in by_permission.items()
    ]
    return Answer(
        tuple(sheets) or (_part("Findings", (), "None: every target, pattern and principal has an effect."),),
        [finding_record(finding) for finding in found],
    )


# -- parts -------------------------------------------------------------------------------------------------


def _grants(permission: Permission) -> Iterable[Grant]:
    kinds: tuple[Principal, ...] = ("groups", "users")
    for resource_type, section in permission.sections.items():
        for kind in kinds:
            for principal, actions in section.principals(kind).items():
                for name, target in section.targets.items():
                    yield Grant(kind, principal, permission.name, resource_type, name, target, actions)


def _with_members(index: AccessIndex, grant: Grant) -> str:
    """The grant, and who is in the group that has it."""
    words = grant_words(grant)
    if grant.kind == "users":
        return words
    group = next(iter(index.what_groups_can([grant.principal]).groups), None)
    members = index.world.groups[group].members if group is not None and group in index.world.groups else None
    return f"{words}  ({_counted(members)})" if members is not None else f"{words}  (no such group)"


def _counted(members: Sequence[Untrusted]) -> str:
    if not members:
        return "nobody is in it"
    more = f" and {len(members) - _MEMBERS:,} more" if len(members) > _MEMBERS else ""
    return f"{len(members):,} in it: {', '.join(map(visible, members[:_MEMBERS]))}{more}"


def _administrators(index: AccessIndex) -> Sheet:
    found = [administrator_words(admin) for admin in index.administrators()]
    return _part(f"Administrators, who may do everything ({len(found):,})", found, "None are known.")


def _denials(answer: WhoCan) -> list[Sheet]:
    lines = [denial_words(denial) for denial in answer.denials]
    return [_part("Kept out by exclude patterns", lines, "", style=_WARNING)] if lines else []


def _caveats(caveats: Iterable[str]) -> list[Sheet]:
    lines = list(caveats)
    return [_part("To know", lines, "", style=_WARNING)] if lines else []


def _finding(finding: Finding) -> str:
    return f"{finding.sentence}. {finding.fix}."


def _part(heading: str, lines: Iterable[str], none: str, beyond: int = 0, *, style: str = "") -> Sheet:
    """A heading and its lines; `beyond` says how many more things there are than lines were made for."""
    told = list(lines)
    left = len(told) - _SHOWN + max(beyond, 0) if len(told) > _SHOWN or beyond > 0 else 0
    shown = [SheetLine("  ·", line, style) for line in told[:_SHOWN]] or [SheetLine("", none, "$text-muted")]
    more = [SheetLine("", f"and {left:,} more: y shows all as JSON", "$text-muted")] if left > 0 else []
    return Sheet(show(heading, "bold $text-accent"), (*shown, *more), label_width=4)
