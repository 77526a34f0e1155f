"""Objects of the local issuer as lines for people: one for each field, and for each part of one that has several."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jfconsole.domain.certificates import certificate_fingerprint, is_certificate
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text
from jfconsole.domain.token_words import Fact

_TIMES: Final = frozenset({"published", "activated", "retired", "expires", "last"})
"""Fields that are epoch seconds."""

_AUTHORITIES: Final = "ca-cert"


def object_facts(item: JsonObject) -> Iterator[Fact]:
    """Every field; cleaned text."""
    for name, value in item.items():
        several = isinstance(value, list) and (name == _AUTHORITIES or any(isinstance(part, dict) for part in value))
        parts = value if isinstance(value, list) and several else [value]
        for number, part in enumerate(parts or [None]):
            yield Fact("" if number else name, _part(name, part))


def cell(value: Json) -> str:
    """A value as one line of cleaned text."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(cell, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{visible(name)} {_part(name, part)}" for name, part in value.items() if part is not None)
    return visible(str(value))


def _part(name: str, value: Json) -> str:
    if isinstance(value, str) and is_certificate(value):
        return f"SHA-256 {certificate_fingerprint(value)}"
    if name in _TIMES and isinstance(value, int) and not isinstance(value, bool):
        return local_text(value) or cell(value)
    return cell(value)
