"""Lists and claims of a role as one line of text each, as a person types them in a form, and back.

`a, b` is a list; `team=ci; env=prod` fixed claims; `env: string = dev | prod; ref` claims that a caller may set.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuer_roles import AllowedClaim
from jfconsole.domain.requests import Json


def names_in(text: str) -> list[str]:
    """Names with commas or blanks between them."""
    return text.replace(",", " ").split()


def names_text(names: Iterable[str]) -> str:
    """Names with commas between them."""
    return ", ".join(names)


def fixed_in(text: str) -> list[Json]:
    """`name=value; name=value` as a role's document has it. Raises ValueError with a sentence for people."""
    return [{"name": name, "value": value} for name, value in _pairs(text)]


def fixed_text(claims: Iterable[tuple[str, str]]) -> str:
    """Fixed claims on a line."""
    return "; ".join(f"{name}={value}" for name, value in claims)


def allowed_in(text: str) -> list[Json]:
    """`name: type = value | value; name` as a role's document has it; values may be globs."""
    return [_allowed(part) for part in _parts(text)]


def allowed_text(claims: Iterable[AllowedClaim]) -> str:
    """Claims that a caller may set on a line."""
    return "; ".join(_allowed_text(claim) for claim in claims)


def claims_in(text: str) -> JsonObject:
    """`name=value; name=value` as claims: a value is JSON, and a text where it is none. Raises ValueError."""
    return {name: _value(value) for name, value in _pairs(text)}


def _parts(text: str) -> Iterator[str]:
    yield from (part.strip() for part in text.split(";") if part.strip())


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in _parts(text):
        name, equals, value = part.partition("=")
        if not (equals and name.strip()):
            raise ValueError("Write NAME=VALUE, with ; between two of them")
        yield name.strip(), value.strip()


def _allowed(part: str) -> JsonObject:
    head, _, values = part.partition("=")
    name, _, kind = head.partition(":")
    listed: list[Json] = [value.strip() for value in values.split("|") if value.strip()]
    return {"name": name.strip(), "type": kind.strip() or "string", "allowed-values": listed}


def _allowed_text(claim: AllowedClaim) -> str:
    kind = "" if claim.kind == "string" else f": {claim.kind}"
    return f"{claim.name}{kind}{' = ' + ' | '.join(claim.values) if claim.values else ''}"


def _value(text: str) -> Json:
    try:
        found: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found
