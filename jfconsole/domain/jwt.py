"""Taking a pasted credential apart, here and without asking anyone. Nothing is verified: no signature, no issuer.

Layout of JFrog access tokens: header `ver, typ, alg, kid`, claims `sub, scp, aud, iss, ext, iat, exp, jti`; `aud` is a
string or an array, `ext` a string that holds JSON. Source: jfrog-client-go auth/authutils.go and
vault-plugin-secrets-artifactory artifactory_test.go.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted

TEXT_LIMIT: Final = 65_536
"""Characters that are looked at. Real access tokens have about one thousand."""

DEPTH_LIMIT: Final = 32
"""How deep the JSON of a token may nest."""

_BEARER: Final = re.compile(r"(?:authorization\s*:\s*)?bearer\s+", re.IGNORECASE)
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]*")
_REFERENCE: Final = re.compile(r"reftkn:(\d{2}):(\d{10}):([A-Za-z0-9]+)")
_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_SERVICE_ID: Final = re.compile(r"jf[a-z]+@\S+")
_OPENING: Final = re.compile(rb'[\[{]|[\]}]|"(?:[^"\\]|\\.)*"', re.DOTALL)
_API_KEY_PREFIX: Final = "AKCp8"
_QUOTES: Final = "\"'`"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedJwt:
    """A JWT taken apart. Times are epoch seconds; None means that the claim is absent or unusable.

    `problems` are sentences about what is odd in it.
    """

    header: dict[str, Json]
    claims: dict[str, Json]
    problems: tuple[str, ...] = ()
    audience: tuple[Untrusted, ...] = ()
    expires: int | None = None
    issued_at: int | None = None
    not_before: int | None = None
    revocable: bool | None = None
    """What the `ext` claim says; None when it says nothing."""

    @property
    def algorithm(self) -> Untrusted | None:
        """`alg` of the header."""
        return _text(self.header.get("alg"))

    @property
    def key_id(self) -> Untrusted | None:
        """`kid` of the header."""
        return _text(self.header.get("kid"))

    @property
    def subject(self) -> Untrusted | None:
        """`sub`."""
        return _text(self.claims.get("sub"))

    @property
    def scope(self) -> Untrusted | None:
        """`scp`, as one scope string."""
        return _text(self.claims.get("scp"))

    @property
    def issuer(self) -> Untrusted | None:
        """`iss`."""
        return _text(self.claims.get("iss"))

    @property
    def token_id(self) -> Untrusted | None:
        """`jti`: on the JFrog Platform the token's id."""
        return _text(self.claims.get("jti"))

    @property
    def is_jfrog(self) -> bool:
        """Whether it looks like an access token of a JFrog Platform: its issuer is a service id."""
        return bool(self.issuer and _SERVICE_ID.fullmatch(self.issuer))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceToken:
    """A reference token of the platform. It carries its expiry (epoch seconds, None: never) and nothing else.

    Source: vault-plugin-secrets-artifactory README (64 characters); the inner form from public samples.
    """

    version: str
    expires: int | None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key of Artifactory (`AKCp8…`). Source: jfrog-client-go http/httpclient/client.go."""


@dataclass(frozen=True, slots=True)
class TokenId:
    """The id of a token: it can be looked up, and it is no secret."""

    value: Untrusted


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """None of these. `problem` says what it looked like and where it failed; it never quotes the pasted text."""

    problem: str


Pasted: TypeAlias = DecodedJwt | ReferenceToken | ApiKey | TokenId | Unrecognised


@dataclass(slots=True)
class _Notes:
    """Problems found on the way."""

    found: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        if problem not in self.found:
            self.found.append(problem)


class _Malformed(Exception):
    """The text is no JWT; the message says where it failed."""


def recognise(pasted: str) -> Pasted:
    """What a pasted text is. Blanks, line breaks, quotes and `Bearer` around it do not matter. Never raises."""
    if len(pasted) > TEXT_LIMIT:
        return Unrecognised(f"longer than any token ({TEXT_LIMIT:,} characters are looked at)")
    text = bare(pasted)
    if not text:
        return Unrecognised("nothing was given")
    if text.startswith(_API_KEY_PREFIX) and text.isalnum():
        return ApiKey()
    if _UUID.fullmatch(text):
        return TokenId(Untrusted(text.lower()))
    return _reference(text) or decode(text)


def decode(pasted: str) -> DecodedJwt | Unrecognised:
    """The parts of a JWT, unverified. Never raises."""
    try:
        return _decode(bare(pasted[: TEXT_LIMIT + 1]))
    except _Malformed as problem:
        return Unrecognised(str(problem))


def bare(pasted: str) -> str:
    """The pasted text without what people copy along with a token."""
    text = pasted.strip().strip(_QUOTES).strip()
    text = _BEARER.sub("", text, count=1) if _BEARER.match(text) else text
    return "".join(text.strip(_QUOTES).split())


def _reference(text: str) -> ReferenceToken | None:
    if len(text) % 4 or not text.isascii():
        return None
    try:
        inner = base64.b64decode(text, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    found = _REFERENCE.fullmatch(inner)
    return ReferenceToken(version=found[1], expires=int(found[2]) or None) if found else None


def _decode(text: str) -> DecodedJwt:
    parts = text.split(".")
    if len(parts) == 5:
        raise _Malformed("an encrypted JWT (five parts): it cannot be read without its key")
    if len(parts) != 3 or not parts[0]:
        raise _Malformed("neither a JWT (three parts with dots) nor a reference token, an API key or a token id")
    notes = _Notes()
    header = _json_part(parts[0], "header", notes)
    claims = _json_part(parts[1], "claims", notes)
    _check_signature(parts[2], header, notes)
    return DecodedJwt(
        header=header,
        claims=claims,
        audience=_audience(claims.get("aud"), notes),
        expires=_time(claims, "exp", notes),
        issued_at=_time(claims, "iat", notes),
        not_before=_time(claims, "nbf", notes),
        revocable=_revocable(claims.get("ext"), notes),
        problems=tuple(notes.found),
    )


def _check_signature(part: str, header: dict[str, Json], notes: _Notes) -> None:
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        notes.add("The header names no algorithm")
    elif algorithm.lower() == "none":
        notes.add("The algorithm is none: anyone could have written this token")
    if not part:
        notes.add("The signature is missing")
    elif not _SEGMENT.fullmatch(part.rstrip("=")):
        notes.add("The signature is not base64url")


def _json_part(part: str, name: str, notes: _Notes) -> dict[str, Json]:
    raw = _base64url(part, name)
    if _depth(raw) > DEPTH_LIMIT:
        raise _Malformed(f"the {name} of this JWT nest deeper than {DEPTH_LIMIT} levels")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=lambda pairs: _unique(pairs, name, notes),
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError) as problem:
        raise _Malformed(f"the {name} of this JWT are not JSON") from problem
    if not isinstance(value, dict):
        raise _Malformed(f"the {name} of this JWT are no JSON object")
    return cast(dict[str, Json], value)


def _base64url(part: str, name: str) -> bytes:
    bare = part.rstrip("=")
    if not _SEGMENT.fullmatch(bare):
        raise _Malformed(f"the {name} of this JWT are not base64url")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as problem:
        raise _Malformed(f"the {name} of this JWT are cut short") from problem


def _depth(raw: bytes) -> int:
    """How deep JSON text nests, found without parsing it; brackets inside strings do not count."""
    deepest = level = 0
    for found in _OPENING.finditer(raw):
        if found[0] in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif found[0] in b"]}":
            level -= 1
    return deepest


def _unique(pairs: list[tuple[str, Json]], name: str, notes: _Notes) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        notes.add(f"The {name} have one name twice: readers may differ on what it means")
    return value


def _no_constant(constant: str) -> Json:
    raise ValueError(f"{constant} is no JSON")


def _text(value: Json) -> Untrusted | None:
    return Untrusted(value) if isinstance(value, str) else None


def _audience(value: Json, notes: _Notes) -> tuple[Untrusted, ...]:
    """`aud` as entries. JFrog writes several services into one string, separated by blanks."""
    if value is None:
        return ()
    entries = value if isinstance(value, list) else [value]
    words = [word for entry in entries if isinstance(entry, str) for word in entry.split()]
    if any(not isinstance(entry, str) for entry in entries):
        notes.add("The claim aud holds something other than text")
    return tuple(Untrusted(word) for word in words)


def _time(claims: dict[str, Json], name: str, notes: _Notes) -> int | None:
    """A time claim in epoch seconds; fractions are cut."""
    if name not in claims:
        return None
    value = claims[name]
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return int(value)
    except (OverflowError, ValueError):
        pass
    notes.add(f"The claim {name} is no time in seconds")
    return None


def _revocable(ext: Json, notes: _Notes) -> bool | None:
    """The mark that makes a short token revocable: `ext` is a string with JSON, `{"revocable":"true"}`."""
    if not isinstance(ext, str):
        return None
    try:
        value = json.loads(ext) if len(ext) < 1000 and ext.count("[") + ext.count("{") < DEPTH_LIMIT else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        notes.add("The claim ext is no JSON object")
        return None
    mark = value.get("revocable")
    return str(mark).lower() == "true" if mark is not None else None
