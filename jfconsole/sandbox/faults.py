"""Faults on demand: which requests go wrong, and how. Carrying them out is the edge's business."""

import fnmatch
import functools
import random
import re
import zlib
from email.utils import formatdate
from typing import Literal

import msgspec

from jfconsole.sandbox.errors import Refusal, access_envelope, artifactory_envelope

_BOMB_CHUNK = bytes(1 << 20)
_HTML = (
    "<html>\r\n<head><title>{title}</title></head>\r\n"
    "<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
)

Kind = Literal["status", "latency", "drop", "drip", "truncate", "garbage", "rate_limit", "redirect"]
Garbage = Literal["html", "invalid_json", "deep_json", "huge_integer", "gzip_bomb", "empty"]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule: requests that match it go wrong in the way of its `kind`.

    Rules are tried in order. Every matching `latency` adds up; of the other kinds the first that fires decides.
    """

    kind: Kind
    method: str = "*"
    path: str = "*"
    """Glob over the decoded path; `*` also matches `/`."""
    when: Literal["before", "after"] = "before"
    """Whether the platform acts: `before` keeps the request from it, `after` spoils the answer to a deed done.
    A latency before still acts, later; drip and truncate always act."""
    count: int | None = None
    """How many times it fires; None is for ever."""
    skip: int = 0
    """How many matching requests pass unharmed first."""
    probability: float = 1.0
    seed: int = 0
    """Of the dice that `probability` throws."""
    status: int = 500
    body: Literal["access", "artifactory", "html", "plain"] = "access"
    message: str = "Injected fault"
    seconds: float = 1.0
    """Of latency, and between two chunks of a drip."""
    chunk: int = 1
    """Bytes of a drip's chunk."""
    how: Literal["reset", "close"] = "reset"
    """Drop with RST, or with an orderly FIN and no answer."""
    garbage: Garbage = "html"
    size: int = 300_000_000
    """Decoded bytes of a gzip bomb; levels of a deep document and digits of a huge integer are a thousandth."""
    retry_after: int | None = 1
    """Seconds; None sends no header."""
    retry_after_date: bool = False
    """Give `Retry-After` as an HTTP date instead of seconds."""
    location: str = "/redirected"

    @property
    def acts(self) -> bool:
        """Whether the platform carries the request out."""
        return self.when == "after" or self.kind in ("latency", "drip", "truncate")


class Reply(msgspec.Struct):
    """A complete answer on its way out."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class _Armed:
    """A rule with what it remembers."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.fired = 0
        self._passed = 0
        self._dice = random.Random(fault.seed)
        self._path = re.compile(fnmatch.translate(fault.path))

    def fires(self, method: str, path: str) -> bool:
        fault = self.fault
        if fault.method not in ("*", method) or not self._path.match(path):
            return False
        if self._passed < fault.skip:
            self._passed += 1
            return False
        if fault.count is not None and self.fired >= fault.count:
            return False
        if fault.probability < 1 and self._dice.random() >= fault.probability:
            return False
        self.fired += 1
        return True


class FaultBook:
    """The rules in force."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def arm(self, faults: list[Fault]) -> None:
        """Put `faults` in the place of all earlier rules."""
        self._armed = [_Armed(fault) for fault in faults]

    def strike(self, method: str, path: str) -> list[Fault]:
        """The faults that befall a request: latencies, then at most one of another kind."""
        latencies: list[Fault] = []
        for armed in self._armed:
            if armed.fires(method, path):
                if armed.fault.kind != "latency":
                    return [*latencies, armed.fault]
                latencies.append(armed.fault)
        return latencies

    def shown(self) -> list[dict[str, object]]:
        """The rules, and how often each fired."""
        return [{**msgspec.to_builtins(armed.fault), "fired": armed.fired} for armed in self._armed]


def reply_of(fault: Fault, now: float) -> Reply:
    """The answer that a fault gives in place of the platform's; `now` is real time, as clients see it."""
    match fault.kind:
        case "rate_limit":
            return _rate_limit(fault, now)
        case "redirect":
            headers = [(b"location", fault.location.encode("latin-1"))]
            return Reply(fault.status if 300 <= fault.status < 400 else 302, headers, b"")
        case "garbage":
            return _garbage(fault)
        case _:
            return _status(fault, fault.status)


def _status(fault: Fault, status: int) -> Reply:
    refusal = Refusal(status, fault.message)
    match fault.body:
        case "html":
            html = _HTML.format(title=f"{status} {fault.message}").encode()
            return Reply(status, [(b"content-type", b"text/html")], html)
        case "plain":
            return Reply(status, [(b"content-type", b"text/plain; charset=utf-8")], fault.message.encode())
        case "artifactory":
            body = bytes(artifactory_envelope(refusal).body)
        case "access":
            body = bytes(access_envelope(refusal).body)
    return Reply(status, [(b"content-type", b"application/json")], body)


def _rate_limit(fault: Fault, now: float) -> Reply:
    reply = _status(fault, 429)
    if fault.retry_after is not None:
        date = formatdate(now + fault.retry_after, usegmt=True)
        value = date if fault.retry_after_date else str(fault.retry_after)
        reply.headers.append((b"retry-after", value.encode()))
    return reply


def _garbage(fault: Fault) -> Reply:
    json = [(b"content-type", b"application/json")]
    few = max(1, fault.size // 1000)
    match fault.garbage:
        case "html":
            return Reply(200, [(b"content-type", b"text/html")], _HTML.format(title="Welcome").encode())
        case "invalid_json":
            return Reply(200, json, b'{"tokens":[{"token_id":"')
        case "deep_json":
            return Reply(200, json, b'{"tokens":' + b"[" * few + b"]" * few + b"}")
        case "huge_integer":
            return Reply(200, json, b'{"tokens":[{"issued_at":' + b"9" * few + b"}]}")
        case "empty":
            return Reply(200, json, b"")
        case "gzip_bomb":
            return Reply(200, [*json, (b"content-encoding", b"gzip")], _bomb(fault.size))


@functools.lru_cache(2)
def _bomb(size: int) -> bytes:
    """A gzip file of `size` zero bytes."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    whole, rest = divmod(size, len(_BOMB_CHUNK))
    chunks = [squeeze.compress(_BOMB_CHUNK) for _ in range(whole)]
    return b"".join((*chunks, squeeze.compress(bytes(rest)), squeeze.flush()))
