"""Ant patterns and access, decided a second time and as simply as can be, to compare with."""


def matches(pattern: str, path: str) -> bool:
    """Whether the segments of `path` are those that `pattern` stands for, one by one."""
    wanted = (pattern + "**" if pattern.endswith("/") else pattern).split("/")
    return _segments([part for part in wanted if part], [part for part in path.split("/") if part])


def _segments(wanted: list[str], found: list[str]) -> bool:
    if not wanted:
        return not found
    if wanted[0] == "**":
        return any(_segments(wanted[1:], found[index:]) for index in range(len(found) + 1))
    return bool(found) and _characters(wanted[0], found[0]) and _segments(wanted[1:], found[1:])


def _characters(wanted: str, found: str) -> bool:
    if not wanted:
        return not found
    if wanted[0] == "*":
        return any(_characters(wanted[1:], found[index:]) for index in range(len(found) + 1))
    return bool(found) and wanted[0] in ("?", found[0]) and _characters(wanted[1:], found[1:])
