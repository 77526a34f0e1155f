"""What the permission editor is made of besides itself: target rows, the form for patterns, names to choose from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain.forms import Answer, Form, FormField
from jfconsole.domain.permission_facts import MatrixRow, TargetLine, matching_repositories
from jfconsole.domain.permissions import (
    ANY_DISTRIBUTION,
    ANY_LOCAL,
    ANY_REMOTE,
    EVERY_PATH,
    ResourceType,
    Target,
)
from jfconsole.domain.repositories import RepositoryKind, RepositoryRow
from jfconsole.domain.text import Untrusted, visible
from jfconsole.services.directory import Directory
from jfconsole.ui.screens.permission_page import target_text
from jfconsole.ui.widgets.columns import Cell, Column

Load = Callable[[], Awaitable[Sequence[str]]]

_ON_REPOSITORIES: Final = frozenset({ResourceType.ARTIFACT, ResourceType.BUILD, ResourceType.RELEASE_BUNDLE})
_OFFERED: Final = (ANY_LOCAL, ANY_REMOTE, ANY_DISTRIBUTION)
_NAMED: Final = 4
_NOTHING: Final = "matches no repository"
_GROUP: Final = "group "
_USER: Final = "user "


def target_columns(matching: Callable[[TargetLine], str]) -> Sequence[Column[TargetLine]]:
    """Target, patterns, what it matches."""

    def matches(line: TargetLine) -> Cell:
        words = matching(line)
        return Cell(words.removeprefix("matches "), "warning" if words == _NOTHING else "muted")

    return (
        Column("target", "TARGET", lambda line, _: Cell(line.name), 18, 2, 50, 9, lambda line: line.name.lower()),
        Column("patterns", "PATTERNS", lambda line, _: Cell(target_text(line)), 16, 3, 90, 8),
        Column("matches", "MATCHES", lambda line, _: matches(line), 15, 0, 15, 5),
    )


def match_words(kind: str, names: Sequence[str], repositories: Sequence[RepositoryRow], *, full: bool = False) -> str:
    """`matches 3 repositories: a, b, c`; cleaned. `full` names them."""
    if not names:
        return "no targets yet: + adds some" if full else ""
    if kind not in _ON_REPOSITORIES:
        return "what its targets match cannot be listed" if full else "cannot be listed"
    if not repositories:
        return "reading the repositories …" if full else "…"
    found = list(dict.fromkeys(key for name in names for key in matching_repositories(name, repositories)))
    if not found:
        return _NOTHING
    count = f"matches {len(found):,} repositor{'y' if len(found) == 1 else 'ies'}"
    if not full:
        return count
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return f"{count}: {', '.join(map(visible, found[:_NAMED]))}{more}"


# -- patterns ----------------------------------------------------------------------------------------------


def pattern_form(line: TargetLine) -> Form:
    """Where in the target actions hold."""
    include = FormField(
        id="include",
        label="Include",
        help="Paths, with commas between: ** is everything, org/acme/** all below, *.jar within one folder.",
        default=", ".join(line.target.include),
    )
    exclude = FormField(
        id="exclude",
        label="Exclude",
        help="Paths that are kept out of what is included, written alike; nothing keeps nothing out.",
        default=", ".join(line.target.exclude),
    )
    return Form(title=f"Patterns of {visible(line.name)}", fields=(include, exclude), onward="Take over")


def patterns_in(answers: Mapping[str, Answer], before: Target) -> Target:
    """The target with these patterns. A list that was left alone stays as it is, commas in patterns included."""
    return replace(
        before,
        include=_patterns(str(answers["include"]), before.include) or (Untrusted(EVERY_PATH),),
        exclude=_patterns(str(answers["exclude"]), before.exclude),
    )


def _patterns(text: str, before: tuple[Untrusted, ...]) -> tuple[Untrusted, ...]:
    if text == ", ".join(before).strip():
        return before
    return tuple(dict.fromkeys(Untrusted(part.strip()) for part in text.split(",") if part.strip()))


# -- names to choose from ----------------------------------------------------------------------------------


def load_targets(directory: Directory, kind: str, held: Sequence[str]) -> Load:
    """Catch-alls first, then repositories; virtual ones are left out, because permissions hold for their members."""

    async def load() -> Sequence[str]:
        rows = (await directory.repositories.list()).views
        keys = [row.key for row in rows if row.kind != RepositoryKind.VIRTUAL.value]
        builds = [row.key for row in rows if row.package_type.lower() == "buildinfo"]
        wanted = builds if kind == ResourceType.BUILD and builds else [*_OFFERED, *keys]
        return [name for name in wanted if name not in held]

    return load


def load_principals(directory: Directory, held: Sequence[MatrixRow]) -> Load:
    """`group readers`, `user ada`: everybody who is not there yet."""
    there = {f"{row.kind[:-1]} {row.name}" for row in held}

    async def load() -> Sequence[str]:
        groups = [f"{_GROUP}{view.name}" for view in (await directory.groups.list()).views]
        users = [f"{_USER}{view.username}" for view in (await directory.users.list()).views]
        return [name for name in (*groups, *users) if name not in there]

    return load


def principal_of(chosen: str, action: str) -> MatrixRow:
    """Whom a chosen name means, with one action."""
    if chosen.startswith(_GROUP):
        return MatrixRow("groups", Untrusted(chosen.removeprefix(_GROUP)), frozenset({action}))
    return MatrixRow("users", Untrusted(chosen.removeprefix(_USER)), frozenset({action}))


PARTS: Final = {
    "QuietInput": ("Name", "The permission's name, which cannot be changed afterwards without making another one."),
    "SectionBar": ("Sections", "What the permission is about: repositories, builds, release bundles … ← and → choose."),
    "ResourceTable": (
        "Targets",
        "What the rights hold for. + adds one, enter edits its patterns of paths, del takes it out. ANY LOCAL and the "
        "like stand for all of a kind, those that are made later too.",
    ),
    "ActionMatrix": (
        "Who may do what",
        "A user or a group on each line. Space gives or takes the action under the cursor, + adds somebody, del takes "
        "the line out. What an action means stands below.",
    ),
}
"""What f1 says of each part of the editor: title and text, by the part's class."""
