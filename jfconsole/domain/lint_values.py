"""Claims of a mapping that can hardly be meant as they are written: they match nothing, or something else."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final

from jfconsole.domain.claim_binding import Wanted
from jfconsole.domain.claims import place_words, value_words
from jfconsole.domain.providers import STANDARD_CLAIMS, ClaimType, Provider
from jfconsole.domain.requests import Json
from jfconsole.domain.text import concerns, visible

_TEXT: Final = frozenset({ClaimType.TEXT, ClaimType.FLAG_TEXT})


def value_concerns(claim: Wanted, provider: Provider | None) -> Iterator[tuple[str, str]]:
    """What is odd about one claim, and what to do, in pairs of sentences."""
    if unknown := _unknown_name(claim, provider):
        yield unknown
    if claim.value == []:
        yield f"{place_words(claim.place)} is a list of nothing: the mapping never matches", "Add a value"
    for value in claim.value if isinstance(claim.value, list) else [claim.value]:
        for what, fix in _concerns(value, _type(claim, provider)):
            yield f"{place_words(claim.place)} is {value_words(value)}: {what}", fix


def _unknown_name(claim: Wanted, provider: Provider | None) -> tuple[str, str] | None:
    """Tokens of a platform that is known have no such claim; most likely the name is misspelt."""
    if provider is None or provider.knows(claim.place[0]):
        return None
    known = [*dict.fromkeys(one.place[0] for one in provider.claims), *STANDARD_CLAIMS]
    near = difflib.get_close_matches(claim.place[0], known, 1)
    sentence = f"Tokens of {provider.title} have no claim {visible(claim.place[0])} that this console knows of"
    return sentence, f"Did you mean {near[0]}?" if near else "Look at a token of one"


def _type(claim: Wanted, provider: Provider | None) -> ClaimType | None:
    known = provider.claim(claim.place) if provider else None
    if known is None:
        return ClaimType.TEXT if claim.place == ("sub",) else None
    return known.type


def _concerns(value: Json, kind: ClaimType | None) -> Iterator[tuple[str, str]]:
    if kind in _TEXT and not isinstance(value, str):
        yield "tokens have text there, which never equals it", "Put it in quotes"
    if kind in (ClaimType.NUMBER, ClaimType.FLAG) and isinstance(value, str):
        yield f"tokens have a {kind.value} there, which never equals text", "Leave the quotes out"
    if isinstance(value, str):
        yield from _text_concerns(value)
    if isinstance(value, dict) and not value:
        yield "anything that is an object matches", "Say what must be in it"


def _text_concerns(text: str) -> Iterator[tuple[str, str]]:
    if not text:
        yield "tokens hardly have an empty text there", "Take the claim out, or give it a value"
    if text != text.strip():
        yield "it begins or ends with a blank", "Take the blank away"
    if "?" in text:
        yield "a question mark stands for itself, only * is a wildcard", "Use * if any text is meant"
    if text.strip("*") == "" and text:
        yield "every value matches, only its absence does not", "Say which value is meant"
    for concern in concerns(text):
        yield f"it has {concern}", "Type it again"
