"""From an answer's bytes to values: text, JSON, or a type. What does not fit is a BadResponse that says what came."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

import msgspec

from jfconsole.domain.errors import BadResponse, ErrorDetail, TooLarge
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted, visible
from jfconsole.jfrog.envelopes import is_html, plain_words
from jfconsole.jfrog.sender import Answer

T = TypeVar("T")

DEPTH_LIMIT: Final = 64
"""Levels of nesting that a JSON answer may have."""

_CHECK_URL: Final = "Check the URL: it must be the platform's base URL, such as https://acme.jfrog.io"
_ASK_THE_VERSION: Final = "Another version of the platform may answer differently; keep the request log for a report"
_TOKENS_OF_JSON: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_ESCAPE: Final = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
"""Any escape of JSON; the group is a lone surrogate."""

_REPLACEMENT: Final = rb"\ufffd"


def nothing(answer: Answer) -> None:
    """For calls whose answer's body means nothing."""


def text(answer: Answer, longest: int = 10_000) -> Untrusted:
    """A short plain text, without the blanks around it."""
    found = answer.body.decode("utf-8", "replace").strip()
    if len(found) > longest or is_html(found):
        raise _unexpected(answer, "a short text")
    return Untrusted(found)


def json_value(answer: Answer) -> Json:
    """The JSON value. Lone surrogates, which nothing could write again, become U+FFFD."""
    if _deeper_than(answer.body, DEPTH_LIMIT):
        raise _too_deep()
    try:
        found: Json = msgspec.json.decode(_repaired(answer.body))
    except ValueError as error:
        raise _unexpected(answer, "JSON", error) from error
    return found


def json_object(answer: Answer) -> dict[str, Json]:
    """The JSON object."""
    found = json_value(answer)
    if not isinstance(found, dict):
        raise _unexpected(answer, "a JSON object")
    return found


def json_objects(answer: Answer) -> tuple[dict[str, Json], ...]:
    """The objects of a bare JSON array; anything else in it is left out."""
    found = json_value(answer)
    if not isinstance(found, list):
        raise _unexpected(answer, "a JSON array")
    return tuple(item for item in found if isinstance(item, dict))


def typed(answer: Answer, kind: type[T]) -> T:
    """The answer as a msgspec type: unknown members are ignored, members that are null count as missing.

    Lone surrogates and broken UTF-8 become U+FFFD, so that one odd name does not make a whole list unreadable.
    """
    try:
        return _decoder(kind).decode(answer.body)
    except (ValueError, RecursionError):
        return _typed_tolerantly(answer, kind)


def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Made once for each type: making one costs more than a small answer."""
    if kind not in _decoders:
        _decoders[kind] = msgspec.json.Decoder(kind)
    return _decoders[kind]


_decoders: Final[dict[type, msgspec.json.Decoder[Any]]] = {}


def _typed_tolerantly(answer: Answer, kind: type[T]) -> T:
    body = _repaired(answer.body)
    try:
        return _decoder(kind).decode(body)
    except msgspec.ValidationError:
        return _typed_without_nulls(body, kind)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise _unexpected(answer, "JSON", error) from error


def _typed_without_nulls(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.convert(_without_nulls(msgspec.json.decode(body)), kind)
    except msgspec.ValidationError as error:
        raise BadResponse(
            f"The answer is JSON of another shape than expected: {visible(str(error))}", _ASK_THE_VERSION
        ) from error
    except RecursionError as error:
        raise _too_deep() from error


def _without_nulls(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _repaired(body: bytes) -> bytes:
    """The same JSON in proper UTF-8 and without escapes of lone surrogates."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        body = body.decode("utf-8", "replace").encode("utf-8")
    return _ESCAPE.sub(lambda match: _REPLACEMENT if match[1] else match[0], body)


def _deeper_than(body: bytes, limit: int) -> bool:
    """Whether brackets outside strings are nested deeper than that; brackets that are few need no look."""
    if body.count(b"[") + body.count(b"{") <= limit:
        return False
    depth = 0
    for match in _TOKENS_OF_JSON.finditer(body):
        first = match[0][0]
        if first in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def _too_deep() -> TooLarge:
    return TooLarge(f"The answer is JSON nested deeper than {DEPTH_LIMIT} levels", _CHECK_URL)


def _unexpected(answer: Answer, expected: str, error: Exception | None = None) -> BadResponse:
    words = answer.body[:2000].decode("utf-8", "replace")
    return BadResponse(
        f"The answer is {_in_words(answer, words, error)}, where {expected} was expected",
        _CHECK_URL,
        ErrorDetail(server_text=Untrusted(words)),
    )


def _in_words(answer: Answer, words: str, error: Exception | None) -> str:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not words.strip():
        return "empty"
    if is_html(words):
        return f"a web page (“{visible(plain_words(words))}”)"
    if words.lstrip()[:1] in "{[" or kind.endswith("json"):
        return f"broken JSON ({visible(str(error))[:120]})"
    if kind in {"", "text/plain"}:
        return f"plain text (“{visible(plain_words(words))[:120]}”)"
    return f"{visible(kind)[:80]}, {len(answer.body):,} bytes"
