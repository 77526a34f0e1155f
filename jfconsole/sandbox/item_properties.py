"""Properties of files: `name=value,value;name=value`, in a query or behind a path (help page "Set Item Properties")."""

import re

_SIGN = re.compile(r"\\?.", re.DOTALL)


def parse(text: str) -> dict[str, list[str]]:
    """Properties by name, each with its values. A backslash takes the meaning from the sign behind it.

    Inferred: what has no name is left out.
    """
    found: dict[str, list[str]] = {}
    for entry in _split(text, ";|"):
        name, *rest = _split(entry, "=", 1)
        if name:
            found[_plain(name)] = [_plain(value) for value in _split("".join(rest), ",")]
    return found


def of_path(path: str) -> dict[str, list[str]]:
    """The properties that a deployment names behind its path, as matrix parameters."""
    return parse(path.partition(";")[2])


def _split(text: str, separators: str, most: int | None = None) -> list[str]:
    """The parts between `separators`, the first `most` of them, that have no backslash before them."""
    parts = [""]
    for sign in _SIGN.findall(text):
        if sign in separators and (most is None or len(parts) <= most):
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _plain(text: str) -> str:
    return "".join(sign[-1] for sign in _SIGN.findall(text))
