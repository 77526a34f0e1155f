"""Request bodies: the same fields as JSON or as a form, checked one by one."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from jfconsole.sandbox.errors import Message, Refusal, bad_request

Fields = Mapping[str, object]
_FORM = "application/x-www-form-urlencoded"


async def read_fields(request: Request) -> Fields:
    """The fields of a JSON object or of a form, whichever the content type says.

    Inferred: without a content type the body speaks for itself, as some clients post JSON text without one.

    Raises:
        Refusal: 400 for a body that is neither; 415 for another content type.
    """
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind:
        kind = "application/json" if body.lstrip().startswith(b"{") else _FORM
    if kind == _FORM:
        return _form(body)
    if kind == "application/json" or kind.endswith("+json"):
        return _json(body)
    raise Refusal(415, Message.ACCESS_STATUS.format(status=415, phrase="Unsupported Media Type"))


async def read_json(request: Request) -> Fields:
    """The fields of a JSON object.

    Raises:
        Refusal: 415 without a JSON content type, 400 for anything but an object.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Refusal(415, Message.ACCESS_STATUS.format(status=415, phrase="Unsupported Media Type"))
    return _json(await request.body())


def text(fields: Fields, name: str, limit: int) -> str | None:
    """A string of at most `limit` characters; None if it is absent, null or empty."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise bad_request(Message.INVALID_FIELD.format(field=name))
    if len(value) > limit:
        raise bad_request(Message.TOO_LONG.format(field=name, limit=limit))
    return value


def flag(fields: Fields, name: str) -> bool:
    """A boolean, also as text in any case (forms of Python clients carry `True`); false if absent."""
    value = fields.get(name)
    if value is None or value == "":
        return False
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise bad_request(Message.INVALID_FIELD.format(field=name))


def boolean(fields: Fields, name: str) -> bool | None:
    """A JSON boolean; None if absent or null.

    Raises:
        Refusal: 400 for anything else.
    """
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise bad_request(Message.INVALID_FIELD.format(field=name))


def whole(fields: Fields, name: str) -> int | None:
    """A JSON number, whole and not negative; None if absent or null.

    Raises:
        Refusal: 400 for anything else.
    """
    value = fields.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise bad_request(Message.INVALID_FIELD.format(field=name))


def names(fields: Fields, name: str) -> list[str] | None:
    """A list of strings, each once, in order; None if absent or null.

    Raises:
        Refusal: 400 for anything else.
    """
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad_request(Message.INVALID_FIELD.format(field=name))
    return list(dict.fromkeys(value))


def seconds(fields: Fields, name: str) -> int | None:
    """A whole number of seconds, zero or more, also as text; None if absent."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise bad_request(Message.INVALID_EXPIRY)


def _form(body: bytes) -> Fields:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=100))
    except ValueError as error:
        raise bad_request(Message.INVALID_BODY) from error


def _json(body: bytes) -> Fields:
    try:
        value = msgspec.json.decode(body, type=dict[str, object])
    except (ValueError, RecursionError) as error:
        raise bad_request(Message.INVALID_BODY) from error
    return value
