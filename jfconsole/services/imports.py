"""Users and memberships from CSV files: checked line by line, planned, and executed like any other plan.

Two kinds of files, told apart by their header:

    username,email,groups,profile_updatable,disable_ui_access      users; groups separated by `|` or `;`
    group,username,action                                          memberships; action is add (default) or remove

Users are made without a password, and a file with passwords is refused. Existing users are only put into groups that
they are not in. A line that makes no sense is named with its number; the others can be planned without it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.errors import Refused, UsageError
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.users import User, email_problem, username_problems
from jfconsole.services import group_steps, user_steps
from jfconsole.services.directory import Directory
from jfconsole.services.ladder import listed
from jfconsole.services.objects import IN_FLIGHT, in_parallel

USER_COLUMNS: Final = ("username", "email", "groups", "profile_updatable", "disable_ui_access")
MEMBERSHIP_COLUMNS: Final = ("group", "username", "action")
LONGEST: Final = 50_000
"""Lines that a file may have."""

_SEPARATORS: Final = re.compile(r"[|;]")
_YES: Final = frozenset({"yes", "true", "1"})
_NO: Final = frozenset({"no", "false", "0"})


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line is not imported; `line` counts from 1, the header being line 1. `sentence` is cleaned."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Membership:
    """One line of a file of memberships."""

    line: int
    group: Untrusted
    username: Untrusted
    add: bool


@dataclass(frozen=True, slots=True)
class NewUser:
    """One line of a file of users."""

    line: int
    user: User


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """A file as it was read: one of the two lists has entries."""

    users: tuple[NewUser, ...] = ()
    memberships: tuple[Membership, ...] = ()
    problems: tuple[LineProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """What a file comes to. `plan` is None when no line is left to do; `problems` are in the order of their lines."""

    plan: Plan | None
    problems: tuple[LineProblem, ...]
    unchanged: int


def read_file(text: str) -> ImportFile:
    """Read a file and check every line by itself.

    Raises UsageError when it is no CSV with a header that we know, has passwords, or is too long.
    """
    lines = list(_numbered(text))
    if not lines:
        raise UsageError("The file is empty", f"Its first line names the columns: {','.join(USER_COLUMNS)}")
    columns = [cell.strip().lower() for cell in lines[0][1]]
    _refuse_columns(columns)
    rows = [(number, dict(zip(columns, cells, strict=False)), len(cells)) for number, cells in lines[1:]]
    reader = _Memberships() if "group" in columns else _Users()
    for number, row, width in rows:
        if width > len(columns):
            reader.problems.append(LineProblem(number, f"It has {width} cells, and the header {len(columns)}"))
        else:
            reader.add(number, {name: cell.strip() for name, cell in row.items()})
    return reader.file()


async def plan_import(directory: Directory, file: ImportFile) -> Import:
    """Compare a file with the platform, and plan what is to be done. Nothing is changed: this is the dry run."""
    await directory.capabilities.require(Capability.ACCESS_USERS)
    names = {row.username.casefold(): row.username for row in await directory.users.search("")}
    groups = {name.casefold(): name for name in await directory.groups.search("")}
    draft = _Draft(problems=list(file.problems))
    if file.users:
        await _draft_users(directory, file.users, names, groups, draft)
    else:
        await _draft_memberships(directory, file.memberships, names, groups, draft)
    problems = tuple(sorted(draft.problems, key=lambda problem: problem.line))
    return Import(_plan(directory, draft), problems, draft.unchanged)


def refuse_problems(found: Import) -> None:
    """Raise Refused when lines were left out: a front end calls it unless a person agreed to go on without them."""
    if found.problems:
        first = found.problems[0]
        more = f" (and {len(found.problems) - 1} more)" if len(found.problems) > 1 else ""
        raise Refused(f"Line {first.line}: {first.sentence}{more}", "Correct the file, or go on without these lines")


@dataclass(slots=True)
class _Draft:
    steps: list[Step] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    unchanged: int = 0


class _Users:
    def __init__(self) -> None:
        self.problems: list[LineProblem] = []
        self._found: dict[str, NewUser] = {}

    def add(self, line: int, row: Mapping[str, str]) -> None:
        username = row.get("username", "")
        sentences = [*username_problems(username)]
        if problem := email_problem(row.get("email", "")):
            sentences.append(problem)
        if username.casefold() in self._found:
            sentences.append(f"{username} stands in line {self._found[username.casefold()].line} already")
        flags = {name: _flag(row.get(name, "")) for name in ("profile_updatable", "disable_ui_access")}
        sentences += [f"{name} is yes or no, not {row.get(name)!r}" for name, value in flags.items() if value is _ODD]
        if sentences:
            self.problems += [LineProblem(line, visible(sentence)) for sentence in sentences]
            return
        groups = dict.fromkeys(part.strip() for part in _SEPARATORS.split(row.get("groups", "")) if part.strip())
        self._found[username.casefold()] = NewUser(
            line,
            User(
                username=Untrusted(username),
                email=Untrusted(row["email"]),
                groups=tuple(Untrusted(group) for group in groups),
                profile_updatable=flags["profile_updatable"] == "yes" if flags["profile_updatable"] else None,
                disable_ui_access=flags["disable_ui_access"] == "yes" if flags["disable_ui_access"] else None,
                internal_password_disabled=True,
            ),
        )

    def file(self) -> ImportFile:
        return ImportFile(users=tuple(self._found.values()), problems=tuple(self.problems))


class _Memberships:
    def __init__(self) -> None:
        self.problems: list[LineProblem] = []
        self._found: dict[tuple[str, str], Membership] = {}

    def add(self, line: int, row: Mapping[str, str]) -> None:
        group, username = row.get("group", ""), row.get("username", "")
        action = row.get("action", "").lower() or "add"
        key = (group.casefold(), username.casefold())
        sentences = [f"The {name} is empty" for name, value in (("group", group), ("username", username)) if not value]
        if action not in ("add", "remove"):
            sentences.append(f"The action is add or remove, not {action!r}")
        if key in self._found:
            sentences.append(f"The same group and user stand in line {self._found[key].line} already")
        if sentences:
            self.problems += [LineProblem(line, visible(sentence)) for sentence in sentences]
            return
        self._found[key] = Membership(line, Untrusted(group), Untrusted(username), action == "add")

    def file(self) -> ImportFile:
        return ImportFile(memberships=tuple(self._found.values()), problems=tuple(self.problems))


_ODD: Final = "odd"


def _flag(cell: str) -> str:
    """`yes`, `no`, nothing, or something odd."""
    value = cell.lower()
    if not value:
        return ""
    return "yes" if value in _YES else "no" if value in _NO else _ODD


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        for count, cells in enumerate(reader):
            if count > LONGEST:
                raise UsageError(f"The file has more than {LONGEST:,} lines", "Import it in parts")
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        words = f"Line {reader.line_num} is no CSV: {error}"
        raise UsageError(words, "Save it as CSV with commas, in UTF-8") from error


def _refuse_columns(columns: Sequence[str]) -> None:
    if any("password" in column for column in columns):
        raise UsageError(
            "The file has a column of passwords: passwords are not imported",
            "Remove the column; users are made without a password, and are given one by hand where they need it",
        )
    known = USER_COLUMNS if "group" not in columns else MEMBERSHIP_COLUMNS
    if unknown := [column for column in columns if column not in known]:
        raise UsageError(f"Unknown columns: {', '.join(map(visible, unknown))}", f"Known are {', '.join(known)}")
    needed = ("group", "username") if "group" in columns else ("username", "email")
    if missing := [column for column in needed if column not in columns]:
        raise UsageError(f"The columns {', '.join(missing)} are missing", f"The first line is {','.join(known)}")


async def _draft_users(
    directory: Directory, wanted: Sequence[NewUser], names: Mapping[str, str], groups: Mapping[str, str], draft: _Draft
) -> None:
    known = [entry for entry in wanted if _known_groups(entry.line, entry.user.groups or (), groups, draft)]
    there = [names[entry.user.username.casefold()] for entry in known if entry.user.username.casefold() in names]
    current = {user.username.casefold(): user for user in await in_parallel(there, directory.users.fetch)}
    for entry in known:
        user = current.get(entry.user.username.casefold())
        if user is None:
            draft.steps.append(user_steps.create_step(entry.user))
            draft.created.append(entry.user.username)
        else:
            _draft_existing(entry, user, draft)


def _draft_existing(entry: NewUser, user: User, draft: _Draft) -> None:
    if (user.email or "").casefold() != (entry.user.email or "").casefold():
        sentence = f"{visible(user.username)} exists with another e-mail address: nothing of this line is done"
        draft.problems.append(LineProblem(entry.line, sentence))
        return
    held = user.groups or ()
    wanted = (*held, *(group for group in entry.user.groups or () if group not in held))
    _append(draft, user_steps.groups_step(user.username, held, wanted))


async def _draft_memberships(
    directory: Directory,
    wanted: Sequence[Membership],
    names: Mapping[str, str],
    groups: Mapping[str, str],
    draft: _Draft,
) -> None:
    by_group: defaultdict[str, list[Membership]] = defaultdict(list)
    for entry in wanted:
        if not _known_groups(entry.line, [entry.group], groups, draft):
            continue
        if entry.add and entry.username.casefold() not in names:
            draft.problems.append(LineProblem(entry.line, f"There is no user {visible(entry.username)}"))
            continue
        by_group[groups[entry.group.casefold()]].append(entry)
    found = await in_parallel(list(by_group), directory.groups.fetch)
    for entries, group in zip(by_group.values(), found, strict=True):
        held = group.members or ()
        gone = {entry.username.casefold() for entry in entries if not entry.add}
        new = [names[entry.username.casefold()] for entry in entries if entry.add]
        kept = [member for member in held if member.casefold() not in gone]
        becomes = [*kept, *(name for name in new if name not in kept)]
        _append(draft, group_steps.members_step(group.name, held, becomes))


def _append(draft: _Draft, step: Step | None) -> None:
    if step is None:
        draft.unchanged += 1
    else:
        draft.steps.append(step)


def _known_groups(line: int, wanted: Collection[str], groups: Mapping[str, str], draft: _Draft) -> bool:
    missing = [group for group in wanted if group.casefold() not in groups]
    draft.problems += [LineProblem(line, f"There is no group {visible(group)}") for group in missing]
    return not missing


def _plan(directory: Directory, draft: _Draft) -> Plan | None:
    if not draft.steps:
        return None
    count = len(draft.steps)
    effects = [f"{len(draft.created)} users are made without a password ({listed(draft.created)})"]
    if draft.problems:
        effects.append(f"{len({problem.line for problem in draft.problems})} lines of the file are left out")
    return Plan(
        title=f"Import {count} changes from a file",
        origin=directory.origin,
        steps=tuple(draft.steps),
        confirmation=Confirmation(
            verb=f"Import {count}", effects=tuple(effects if draft.created else effects[1:]), phrase=f"import {count}"
        ),
        in_flight=min(IN_FLIGHT, count),
        stop_on_failure=False,
    )
