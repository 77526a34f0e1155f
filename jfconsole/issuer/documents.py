"""The two documents that an issuer publishes, made from public data alone: they serve while the vault is locked.

The fields are those of GitHub's issuer, which JFrog Platforms are known to accept. An issuer that only mints has
neither an authorization nor a token endpoint, and names none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.issuers import DISCOVERY_PATH
from jfconsole.domain.jwt_issuers import jwks_url

DISCOVERY_TYPE: Final = "application/json"
"""Source: RFC 8414, section 3.2."""

JWKS_TYPE: Final = "application/jwk-set+json"
"""Source: RFC 7517, section 8.5.1; kubernetes pkg/routes/openidmetadata.go sends the same."""

JWKS_PATH: Final = "/jwks"

_CLAIMS: Final = ("aud", "exp", "iat", "iss", "jti", "nbf", "sub")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is served. `path` is relative to the issuer's URL, `max_age` in seconds."""

    path: str
    content_type: str
    body: bytes
    max_age: int

    @property
    def digest(self) -> str:
        """SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def cache_control(self) -> str:
        """The header of the same name."""
        return f"public, max-age={self.max_age}"


def documents(state: IssuerState, issuer: str, now: int) -> tuple[Document, Document]:
    """The keys and the discovery document of an issuer, in the order in which they are published."""
    age = state.issuers[issuer].issuer.jwks_max_age
    keys = jwks(state, issuer, now)
    return (
        Document(JWKS_PATH, JWKS_TYPE, _encoded(keys), age),
        Document(DISCOVERY_PATH, DISCOVERY_TYPE, _encoded(discovery(state, issuer, now)), age),
    )


def digest(made: Iterable[Document]) -> str:
    """SHA-256 of documents: where each is, what it says, as what it is served and for how long it may be kept."""
    told = [[one.path, one.content_type, one.cache_control, one.digest] for one in made]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def jwks(state: IssuerState, issuer: str, now: int) -> JsonObject:
    """The published keys. No two share a kid: kids are thumbprints."""
    found = {version.kid: version.jwk.document() for version in state.published_versions(issuer, now)}
    return {"keys": list(found.values())}


def discovery(state: IssuerState, issuer: str, now: int) -> JsonObject:
    """The discovery document; its algorithms are those of the published keys."""
    url = state.url(issuer)
    algorithms = sorted({version.jwk.alg for version in state.published_versions(issuer, now)})
    extra = {name for role in state.roles.values() if role.issuer == issuer for name in _role_claims(state, role.key)}
    return {
        "issuer": url,
        "jwks_uri": jwks_url(url),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(algorithms),
        "scopes_supported": ["openid"],
        "claims_supported": [*_CLAIMS, *sorted(extra)],
    }


def _role_claims(state: IssuerState, role: str) -> list[str]:
    found = state.roles[role]
    return [name for name, _ in found.fixed_claims] + [claim.name for claim in found.allowed_claims]


def _encoded(document: JsonObject) -> bytes:
    return json.dumps(document, indent=2).encode() + b"\n"
