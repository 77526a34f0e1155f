"""Include and exclude patterns of permission targets: Ant's wildcards on paths.

`**` as a whole segment stands for any number of segments, also none; `*` for any text within a segment, `?` for one
character of it. A pattern that ends with `/` means everything below. Matching takes time in proportion to pattern
times path, whatever the pattern: a regular expression could be made to backtrack for hours.
Source: Apache Ant manual, "Patterns"; that JFrog uses it, JFrog help "Include and Exclude Patterns".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")

EVERY_PATH: Final = "**"
_WILD: Final = frozenset("*?")


@dataclass(frozen=True, slots=True)
class PathVerdict:
    """What a target's patterns say about one path: the pattern that lets it in, and the one that keeps it out."""

    included_by: str | None
    excluded_by: str | None

    @property
    def admitted(self) -> bool:
        """Whether the path is covered."""
        return self.included_by is not None and self.excluded_by is None


def judge_path(path: str, include: Sequence[str], exclude: Iterable[str]) -> PathVerdict:
    """How a path fares with the patterns of one target.

    Inferred: a target whose list of include patterns is empty covers every path, as in Artifactory's own matching.
    """
    includes = include or (EVERY_PATH,)
    return PathVerdict(
        next((pattern for pattern in includes if matches(pattern, path)), None),
        next((pattern for pattern in exclude if matches(pattern, path)), None),
    )


def matches(pattern: str, path: str) -> bool:
    """Whether the path matches the pattern. Slashes at either end of the path, and doubled ones, do not count."""
    if pattern == EVERY_PATH:
        return True
    return _wild_match(_segments(pattern), _path_segments(path), EVERY_PATH.__eq__, _segment_matches)


def admits_nothing(include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether the patterns obviously contradict each other: each include is covered by an exclude."""
    includes = include or (EVERY_PATH,)
    return all(any(covers(outer, inner) for outer in exclude) for inner in includes)


def covers(outer: str, inner: str) -> bool:
    """Whether `outer` surely matches everything that `inner` does. False may also mean that it is not obvious."""
    if outer in (EVERY_PATH, inner):
        return True
    head, found, rest = outer.rpartition("/**")
    if not found or rest or _WILD & set(head):
        return not _WILD & set(inner) and matches(outer, inner)
    return inner == head or inner.startswith(f"{head}/")


def _segments(pattern: str) -> list[str]:
    ending = [EVERY_PATH] if pattern.endswith("/") else []
    return [*_path_segments(pattern), *ending]


def _path_segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _segment_matches(pattern: str, segment: str) -> bool:
    if not _WILD & set(pattern):
        return pattern == segment
    return _wild_match(pattern, segment, "*".__eq__, lambda wanted, found: wanted in ("?", found))


def _wild_match(
    pattern: Sequence[T], items: Sequence[T], is_any: Callable[[T], bool], fits: Callable[[T, T], bool]
) -> bool:
    """Whether the items fit the pattern, in which some places stand for any run of items.

    Only the last such place is ever reconsidered: what an earlier one could take, a later one can take too.
    """
    at = place = 0
    resume_place, resume_at = -1, 0
    while at < len(items):
        if place < len(pattern) and is_any(pattern[place]):
            resume_place, resume_at = place, at
            place += 1
        elif place < len(pattern) and fits(pattern[place], items[at]):
            place, at = place + 1, at + 1
        elif resume_place >= 0:
            resume_at += 1
            place, at = resume_place + 1, resume_at
        else:
            return False
    return all(is_any(left) for left in pattern[place:])
