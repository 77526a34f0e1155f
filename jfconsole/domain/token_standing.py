"""Whether a token is this platform's, and why it is not accepted: told apart as far as token and answers tell."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jfconsole.domain.audience import EVERY_SERVICE
from jfconsole.domain.jwt import ApiKey, DecodedJwt, Pasted, ReferenceToken, TokenId, Unrecognised
from jfconsole.domain.token_facts import SubjectState
from jfconsole.domain.tokens import PERSISTENCY_THRESHOLD

USER_INTERFACE: Final = "jffe@"
"""How the issuer of tokens begins that were made in the web UI. Source: sample tokens in vault-plugin-secrets-
artifactory; it says nothing about the platform."""


class Origin(StrEnum):
    """Who issued a token, as far as its text tells."""

    THIS = "this platform"
    OTHER = "another issuer"
    UNKNOWN = "the text does not tell"


class Standing(StrEnum):
    """What a platform makes of a token."""

    ACCEPTED = "accepted"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OTHER_ISSUER = "of another issuer"
    WRONG_AUDIENCE = "not for this service"
    BAD_SIGNATURE = "not signed by this platform"
    SUBJECT_DISABLED = "its user is disabled"
    REFUSED = "refused"
    NOT_KNOWN = "not known"
    NOT_SENT = "not sent"


@dataclass(frozen=True, slots=True)
class Issuer:
    """What is known of a platform as an issuer: its Access service ids, and the ids of its keys."""

    ids: Collection[str] = ()
    key_ids: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found out about a token. None: not known. `words` are the server's own, for a refusal."""

    artifactory: bool | None = None
    access: bool | None = None
    words: str = ""
    listed: bool | None = None
    user: SubjectState = SubjectState.UNKNOWN


def key_id_of(certificate: bytes) -> str:
    """The `kid` of tokens that are signed with the key of a root certificate (DER).

    It is the base64url SHA-256 of the certificate. Source: computed from the fixtures of
    vault-plugin-secrets-artifactory (test_utils.go, artifactory_test.go), which belong together.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(certificate).digest()).rstrip(b"=").decode("ascii")


def origin_of(pasted: Pasted, known: Issuer) -> Origin:
    """Who issued it. Nothing is verified: anybody can write an issuer into a text."""
    match pasted:
        case DecodedJwt() as jwt if jwt.is_jfrog:
            return _origin_of_jwt(jwt, known)
        case DecodedJwt() | Unrecognised():
            return Origin.OTHER
        case ReferenceToken() | ApiKey() | TokenId():
            return Origin.UNKNOWN


def _origin_of_jwt(jwt: DecodedJwt, known: Issuer) -> Origin:
    if jwt.key_id in known.key_ids or jwt.issuer in known.ids:
        return Origin.THIS
    if known.key_ids:
        return Origin.OTHER
    from_ui = (jwt.issuer or "").startswith(USER_INTERFACE)
    return Origin.UNKNOWN if from_ui or not known.ids else Origin.OTHER


def standing(pasted: Pasted, origin: Origin, evidence: Evidence, now: float) -> Standing:
    """What the platform makes of the token, the surest reason first. `now` is in epoch seconds."""
    if evidence.artifactory:
        return Standing.ACCEPTED
    if evidence.access:
        return Standing.WRONG_AUDIENCE if not _is_for_artifactory(pasted) else Standing.REFUSED
    if evidence.artifactory is None:
        return Standing.NOT_KNOWN
    return _why_refused(pasted, origin, evidence, now)


def _why_refused(pasted: Pasted, origin: Origin, evidence: Evidence, now: float) -> Standing:
    said = evidence.words.casefold()
    reasons = (
        (Standing.OTHER_ISSUER, origin is Origin.OTHER),
        (Standing.EXPIRED, has_expired(pasted, now) or "expired" in said),
        (Standing.REVOKED, "revoked" in said or (evidence.listed is False and _was_stored(pasted))),
        (Standing.BAD_SIGNATURE, "signature" in said),
        (Standing.WRONG_AUDIENCE, "audience" in said),
        (Standing.SUBJECT_DISABLED, evidence.user is SubjectState.DISABLED),
    )
    return next((reason for reason, holds in reasons if holds), Standing.REFUSED)


EXPLANATIONS: Final = {
    Standing.ACCEPTED: "The platform accepts it",
    Standing.EXPIRED: "It has expired: make another one",
    Standing.REVOKED: "It was revoked, or refreshed: the platform knows it no more",
    Standing.OTHER_ISSUER: "Another platform or identity provider issued it, and this platform does not trust that one",
    Standing.WRONG_AUDIENCE: "It is good, and made for other services: Artifactory is not in its audience",
    Standing.BAD_SIGNATURE: "Its signature is not this platform's: it was altered, or belongs to another platform",
    Standing.SUBJECT_DISABLED: "Its user is disabled: enable the user, or revoke the token",
    Standing.REFUSED: "The platform refuses it, and does not say why",
    Standing.NOT_KNOWN: "Whether the platform accepts it could not be found out",
    Standing.NOT_SENT: "It was not sent: it is plainly of another issuer, and would only become known here",
}
"""What each standing means, and what to do."""


def has_expired(pasted: Pasted, now: float) -> bool:
    """Whether the text itself says that it has expired."""
    expires = pasted.expires if isinstance(pasted, DecodedJwt | ReferenceToken) else None
    return expires is not None and expires <= now


def _is_for_artifactory(pasted: Pasted) -> bool:
    """Whether the audience covers Artifactory; a token that does not tell counts as covering it."""
    if not isinstance(pasted, DecodedJwt) or not pasted.audience:
        return True
    return any(entry in ("*", EVERY_SERVICE) or entry.startswith("jfrt@") for entry in pasted.audience)


def _was_stored(pasted: Pasted) -> bool:
    """Whether the platform lists such a token by its documented default, so that absence means something."""
    if not isinstance(pasted, DecodedJwt):
        return isinstance(pasted, ReferenceToken)
    if pasted.revocable or pasted.expires is None or pasted.issued_at is None:
        return True
    return pasted.expires - pasted.issued_at >= PERSISTENCY_THRESHOLD
