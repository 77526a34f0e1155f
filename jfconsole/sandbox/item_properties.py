"""Properties of files: `name=value,value;name=value`, in a query or behind a path (help page "Set Item Properties")."""

import re

_SEPARATORS = re.compile(r"(?<!\\)[;|]")
_EQUALS = re.compile(r"(?<!\\)=")
_COMMA = re.compile(r"(?<!\\),")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def parse(text: str) -> dict[str, list[str]]:
    """Properties by name, each with its values. A backslash takes the meaning from the sign behind it.

    Inferred: what has no name is left out.
    """
    found: dict[str, list[str]] = {}
    for entry in _SEPARATORS.split(text):
        name, *rest = _EQUALS.split(entry, maxsplit=1)
        if name:
            found[_plain(name)] = [_plain(value) for value in _COMMA.split("".join(rest))]
    return found


def of_path(path: str) -> dict[str, list[str]]:
    """The properties that a deployment names behind its path, as matrix parameters."""
    return parse(path.partition(";")[2])


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
