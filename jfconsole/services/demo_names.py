"""Names on which the demo's platform and its local issuer have to agree; light, for what starts both."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.jwt_issuers import JwtIssuer

TENANT: Final = "1b6f6a52-0d5c-4a8e-9f3b-2c7d9e1a4b60"
ISSUER: Final = "registry"
ROLE: Final = "registry-pull"
SUBJECT: Final = "registry-pull"
"""What the platform trusts: its integration `strongbox` names the issuer, its mapping the subject."""


def issuer_url(base: str) -> str:
    """The URL of that issuer, below the public base."""
    return JwtIssuer(name=ISSUER, signing_key=ISSUER).url(base, TENANT)
