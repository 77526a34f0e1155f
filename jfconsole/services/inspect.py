"""Inspecting a pasted credential: taken apart here first, and the platform asked about its id only on request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jfconsole.domain.errors import UsageError
from jfconsole.domain.jwt import ApiKey, DecodedJwt, Pasted, ReferenceToken, TokenId, Unrecognised, bare, recognise
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.times import utc_text
from jfconsole.domain.tokens import lookup_id, username_of

if TYPE_CHECKING:
    from jfconsole.domain.requests import Json
    from jfconsole.domain.token_words import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a pasted text is. `facts` are cleaned; `token_id` is what the platform can be asked about, if anything.

    `no_lookup` says why it cannot be asked, empty when it can. The pasted text itself is not kept.
    """

    pasted: Pasted
    facts: tuple[Fact, ...]
    token_id: Untrusted | None = None
    no_lookup: str = ""

    @property
    def recognised(self) -> bool:
        """Whether it is anything that we know."""
        return not isinstance(self.pasted, Unrecognised)


def inspect_pasted(text: Secret, now: float) -> Inspection:
    """Take a pasted text apart. Nothing is sent, nothing verified. `now` is in epoch seconds."""
    from jfconsole.domain.token_words import describe_pasted

    pasted = recognise(text.reveal())
    token_id, no_lookup = lookup_id(pasted)
    return Inspection(pasted=pasted, facts=describe_pasted(pasted, now), token_id=token_id, no_lookup=no_lookup)


def token_id_in(text: Secret) -> Untrusted | None:
    """The id that a token carries, if any; unverified."""
    return lookup_id(recognise(text.reveal()))[0]


@dataclass(frozen=True, slots=True)
class Pair:
    """A refresh token, and the access token that it belongs to where that is known."""

    refresh_token: Secret
    access_token: Secret | None = None


def pair_in(text: Secret) -> Pair:
    """The pair in `refresh_token=…` and `access_token=…` lines, or the text as a refresh token.

    Raises UsageError when there is none. Refresh tokens have no form of their own, so any other text passes for one.
    """
    lines = [line.strip().partition("=") for line in text.reveal().splitlines()]
    named = {name.strip(): value.strip() for name, found, value in lines if found}
    access = named.get("access_token", "")
    refresh = named.get("refresh_token", "") or ("" if access else bare(text.reveal()))
    if not refresh:
        raise UsageError("There is no refresh token in it", "Give it alone, or the lines that `tokens create` printed")
    if isinstance(recognise(refresh), DecodedJwt | ReferenceToken):
        raise UsageError("This is an access token, not the refresh token that came with it", "Give the refresh token")
    return Pair(Secret(refresh), Secret(access) if access else None)


def audience_in(text: Secret) -> tuple[Untrusted, ...]:
    """The audience that a token carries, entry by entry; unverified."""
    found = recognise(text.reveal())
    return found.audience if isinstance(found, DecodedJwt) else ()


def bare_secret(text: Secret) -> Secret:
    """A pasted credential without what people copy along with it: blanks, quotes, `Bearer`."""
    return Secret(bare(text.reveal()))


def fingerprint(text: Secret) -> str:
    """A name for a value that carries no id: it tells the same value again, and nothing about it."""
    return f"value-{hashlib.sha256(text.reveal().encode()).hexdigest()[:12]}"


def inspection_record(inspection: Inspection) -> dict[str, Json]:
    """The inspection as `--json` prints it. `kind` decides which other keys are there; they are stable."""
    match inspection.pasted:
        case DecodedJwt() as jwt:
            return {"kind": "jwt", **_jwt_record(jwt)}
        case ReferenceToken(expires=expires):
            return {"kind": "reference_token", "expiry": expires, "expiry_iso": utc_text(expires)}
        case ApiKey():
            return {"kind": "api_key"}
        case TokenId(value):
            return {"kind": "token_id", "token_id": value}
        case Unrecognised(problem):
            return {"kind": "unrecognised", "problem": problem}


def _jwt_record(jwt: DecodedJwt) -> dict[str, Json]:
    # Here, since exchanges need other things of this module, and credentials for a pull shall be there fast.
    from jfconsole.domain.audience import audience_in_english, parse_audience
    from jfconsole.domain.scopes import scope_in_english

    audience = " ".join(jwt.audience)
    return {
        "jfrog": jwt.is_jfrog,
        "signature_checked": False,
        "token_id": jwt.token_id,
        "subject": jwt.subject,
        "username": username_of(jwt.subject) if jwt.subject else None,
        "scope": jwt.scope,
        "scope_in_words": scope_in_english(jwt.scope),
        "audience": list(jwt.audience),
        "audience_in_words": audience_in_english(parse_audience(audience)),
        "issuer": jwt.issuer,
        "issued_at": jwt.issued_at,
        "issued_at_iso": utc_text(jwt.issued_at),
        "expiry": jwt.expires,
        "expiry_iso": utc_text(jwt.expires),
        "never_expires": "exp" not in jwt.claims,
        "revocable_claim": jwt.revocable,
        "algorithm": jwt.algorithm,
        "key_id": jwt.key_id,
        "problems": list(jwt.problems),
        "header": jwt.header,
        "claims": jwt.claims,
    }
