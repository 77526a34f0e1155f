"""What arrived, for tests and for the curious. Secrets are never shown, but can be recognised."""

import hashlib
import re
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

_KEPT = 50_000
_BODY_KEPT = 65_536
_SHOWN_HEADERS = ("accept", "content-type", "content-length", "host", "origin", "user-agent", "uber-trace-id")
_CREDENTIAL_HEADERS = ("authorization", "x-jfrog-art-api", "cookie", "proxy-authorization")
_SECRET_NAME = re.compile(r"pass(word|phrase|wd)?|secret|token$|assertion|credential|private", re.IGNORECASE)
_TOKEN_LIKE = re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|cmVmdGtu[A-Za-z0-9+/=]{56}|AKCp8\w{8,}")


def fingerprint(secret: str) -> str:
    """What stands for a secret in the log: enough to prove that it arrived, of no other use."""
    return "masked:" + hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(slots=True)
class Arrival:
    """One request. Everything is kept as it came and masked when it is looked at."""

    seq: int
    time: float
    method: str
    path: str
    query: str
    headers: list[tuple[bytes, bytes]]
    body: bytes
    status: int | None = None
    """None while unanswered, and for good if the connection was dropped."""
    acted: bool = False
    """Whether the platform carried the request out, whatever the client saw."""
    fault: str | None = None
    token_id: str | None = None

    def shown(self) -> dict[str, object]:
        """The JSON form."""
        return {
            "seq": self.seq,
            "time": self.time,
            "method": self.method,
            "path": _masked(self.path),
            "query": _masked_form(self.query),
            "status": self.status,
            "acted": self.acted,
            "fault": self.fault,
            "token_id": self.token_id,
            "headers": _shown_headers(self.headers),
            "body": _shown_body(self.body),
        }


@dataclass(slots=True)
class RequestLog:
    """The last arrivals, oldest first; numbering never restarts before `clear`."""

    arrivals: deque[Arrival] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _count: int = 0

    def arrived(
        self, time: float, method: str, path: str, query: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> Arrival:
        """Note a request before anything is done about it."""
        self._count += 1
        arrival = Arrival(self._count, time, method, path, query, headers, body[:_BODY_KEPT])
        self.arrivals.append(arrival)
        return arrival

    def clear(self) -> None:
        """Forget everything."""
        self.arrivals.clear()
        self._count = 0


def _shown_headers(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    shown = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name in _SHOWN_HEADERS:
            shown[name] = value
        elif name in _CREDENTIAL_HEADERS:
            scheme, space, rest = value.partition(" ")
            shown[name] = f"{scheme} {fingerprint(rest)}" if space else fingerprint(value)
    return shown


def _shown_body(body: bytes) -> object:
    """JSON as JSON, forms and other text as text, the rest by its size; secrets by their fingerprints."""
    if not body:
        return None
    try:
        return _masked_json(msgspec.json.decode(body))
    except (ValueError, RecursionError):
        pass
    try:
        return _masked_form(body.decode())
    except UnicodeDecodeError:
        return f"{len(body)} bytes"


def _masked_json(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {str(key): _masked_json(item, str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked_json(item, name) for item in value]
    if isinstance(value, str):
        return fingerprint(value) if _SECRET_NAME.search(name) else _masked(value)
    return value


def _masked_form(text: str) -> str:
    """A form or query string with secret fields masked; text that is no form is only searched for tokens."""
    pairs = parse_qsl(text, keep_blank_values=True)
    if not any(_SECRET_NAME.search(name) for name, _ in pairs):
        return _masked(text)
    return urlencode([(name, _masked_field(name, value)) for name, value in pairs], quote_via=quote, safe=":/*@")


def _masked_field(name: str, value: str) -> str:
    return fingerprint(value) if _SECRET_NAME.search(name) else _masked(value)


def _masked(text: str) -> str:
    return _TOKEN_LIKE.sub(lambda match: fingerprint(match[0]), text)
