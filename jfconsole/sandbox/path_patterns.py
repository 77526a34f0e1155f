"""Ant patterns, by which permissions say what they cover."""

import functools
import re
from collections.abc import Iterable


def covers(includes: Iterable[str], excludes: Iterable[str], path: str, *, folder: bool = False) -> bool:
    """Whether `path` matches one of `includes` and none of `excludes`.

    A folder is also covered if something below it could be: otherwise one could never get there to read. As in
    `SecurityServiceImpl` of Artifactory 6.20, mirrored by knottnhupfer/artifactory-oss; inferred: with no include
    pattern at all nothing is covered.
    """
    if any(matches(pattern, path) for pattern in excludes if pattern):
        return False
    return any(matches(pattern, path) or (folder and could_contain(pattern, path)) for pattern in includes)


def matches(pattern: str, path: str) -> bool:
    """Whether `path` is one that `pattern` stands for: `?` is a character, `*` some, `**` some segments of a path.

    A pattern that ends in a slash covers all below it. Cases differ.
    """
    return _compiled(pattern).fullmatch(path) is not None


def could_contain(pattern: str, folder: str) -> bool:
    """Whether a path below `folder` could match `pattern`."""
    wanted = [part for part in _full(pattern).split("/") if part]
    for part in (part for part in folder.split("/") if part):
        if not wanted:
            return False
        if wanted[0] == "**":
            return True
        if not _segment(wanted[0]).fullmatch(part):
            return False
        wanted = wanted[1:]
    return bool(wanted)


def _full(pattern: str) -> str:
    return pattern + "**" if pattern.endswith("/") else pattern


@functools.lru_cache(4096)
def _segment(part: str) -> re.Pattern[str]:
    return re.compile(_expression(part), re.DOTALL)


@functools.lru_cache(4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Segment by segment; a `**` takes its slash with it, so that it may stand for no segment at all."""
    parts = [part for part in _full(pattern).split("/") if part]
    pieces: list[str] = []
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            pieces.append("(?:(?:^|/).*)?" if last else "(?:(?:^|/)[^/]+)*")
        else:
            pieces.append("(?:^|/)" + _expression(part))
    return re.compile("".join(pieces), re.DOTALL)


def _expression(part: str) -> str:
    """The expression of one segment, which is never empty."""
    return "[^/]+" if set(part) == {"*"} else "".join(_translated(character) for character in part)


def _translated(character: str) -> str:
    if character == "*":
        return "[^/]*"
    return "[^/]" if character == "?" else re.escape(character)
