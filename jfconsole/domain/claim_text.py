"""Claim values as people type them, and back."""

from __future__ import annotations

import json
from typing import Final

from jfconsole.domain.providers import ClaimType
from jfconsole.domain.requests import Json

HELP: Final = (
    'Text as it is; * stands for any text. ["a", "b"] is any of these. In quotes: text, whatever it looks like.'
)
_JSON_STARTS: Final = ("[", "{", '"')


def claim_value(text: str, kind: ClaimType = ClaimType.TEXT) -> Json:
    """The value that a text means, for a claim of that type. Raises ValueError with a sentence."""
    typed = text.strip()
    if typed.startswith(_JSON_STARTS) or (kind in (ClaimType.NUMBER, ClaimType.FLAG) and typed):
        try:
            value: Json = json.loads(typed)
        except (ValueError, RecursionError) as problem:
            raise ValueError(f"This is no {_EXPECTED.get(kind, 'JSON')}") from problem
        return value
    if not typed:
        raise ValueError("Say what the claim must be")
    return typed


def claim_text(value: Json) -> str:
    """What somebody would type for a value."""
    if isinstance(value, str) and value and value == value.strip() and not value.startswith(_JSON_STARTS):
        return value
    return json.dumps(value, ensure_ascii=True)


_EXPECTED: Final = {ClaimType.NUMBER: "number", ClaimType.FLAG: "true or false"}
