"""Properties of files: `name=value,value;name=value`, in a query or behind a path (help page "Set Item Properties")."""

import re

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.errors import Message, bad_request

_SIGN = re.compile(r"\\?.", re.DOTALL)


def parse(text: str) -> dict[str, list[str]]:
    """Properties by name, each with its values, which add up if it is named again (dohq-artifactory
    `encode_matrix_parameters`). A backslash takes the meaning from the sign behind it.

    Inferred: what has no name is left out.
    """
    found: dict[str, list[str]] = {}
    for entry in _split(text, ";|"):
        name, *rest = _split(entry, "=", 1)
        if name:
            found.setdefault(_plain(name), []).extend(_plain(value) for value in _split("".join(rest), ","))
    return found


def of_body(fields: f.Fields) -> dict[str, list[str] | None]:
    """The properties in the body of a change, each with its values, or None where it is to be removed.

    Raises:
        Refusal: 400.
    """
    props = fields.get("props")
    if not isinstance(props, dict):
        raise bad_request(Message.INVALID_FIELD.format(field="props"))
    return {str(name): None if value is None else _texts(value) for name, value in props.items()}


def _texts(value: object) -> list[str]:
    values: list[object] = value if isinstance(value, list) else [value]
    texts = [one for one in values if isinstance(one, str)]
    if len(texts) != len(values):
        raise bad_request(Message.INVALID_FIELD.format(field="props"))
    return texts


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
