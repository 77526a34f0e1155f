"""JWT issuers of our own: who signs, under which `iss`, and for how long tokens are good.

Field names follow Avassa's `jwt-issuers`. The issuer's URL is what a platform is told, what the discovery document
says and what stands in `iss`: the three are compared byte for byte by those who verify. Lengths are seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from jfconsole.domain.connection import is_loopback
from jfconsole.domain.durations import DAY, HOUR, MINUTE, format_duration
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuer_fields import DocumentFields
from jfconsole.domain.issuer_names import is_plain, name_problem
from jfconsole.domain.issuers import DISCOVERY_PATH, issuer_parts
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.transit_keys import DISTRIBUTE_ALL, SKEW

URL_LIMIT: Final = 255
"""Inferred: longer issuers are legal and meet limits of columns elsewhere."""

LONGEST_TTL: Final = 30 * DAY
LONG_TTL: Final = DAY
LEAST_TTL: Final = MINUTE

DEFAULT_MAX_AGE: Final = 300
"""Seconds that a JWKS may be kept. Inferred: verifiers poll every five minutes or less whatever it says."""

_MAX_AGES: Final = (10, DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtIssuer:
    """An issuer. `issuer` is its explicit URL, empty for one that is derived from the public base."""

    name: str
    signing_key: str
    issuer: str = ""
    default_ttl: int = HOUR
    max_ttl: int = DAY
    jwks_max_age: int = DEFAULT_MAX_AGE
    verbose_logging: bool = False
    distribute: JsonObject = field(default_factory=lambda: dict(DISTRIBUTE_ALL))

    def url(self, public_base: str, tenant: str) -> str:
        """Its `iss`. Source: Avassa API reference, "JWT Issuers": `<public base>/<tenant uuid>/jwt/<name>`."""
        return self.issuer or f"{public_base.rstrip('/')}/{tenant}/jwt/{self.name}"

    @property
    def least_overlap(self) -> int:
        """How long a retired key must stay published: its last token, a cached JWKS, the skew of clocks."""
        return self.max_ttl + self.jwks_max_age + SKEW

    def document(self) -> JsonObject:
        """The configuration as it is shown and applied."""
        return {
            "name": self.name,
            "signing-key": self.signing_key,
            "issuer": self.issuer or None,
            "default-ttl": format_duration(self.default_ttl),
            "max-ttl": format_duration(self.max_ttl),
            "jwks-max-age": format_duration(self.jwks_max_age),
            "verbose-logging": self.verbose_logging,
            "distribute": self.distribute,
        }


READ_ONLY: Final = ("discovery-url", "jwks-url", "issuer-url", "tenant", "roles", "published", "switches")
"""What `show` tells beside the configuration."""


def jwks_url(issuer_url: str) -> str:
    """Where the keys of an issuer are. Source: Avassa how-to "JFrog JWT", `<discovery-url>/jwks`."""
    return f"{issuer_url}/jwks"


def document_url(issuer_url: str) -> str:
    """Where the discovery document of an issuer is."""
    return f"{issuer_url}{DISCOVERY_PATH}"


def read_issuer(document: Json) -> tuple[JwtIssuer | None, tuple[FieldProblem, ...]]:
    """An issuer from its document, and what is wrong with it; None when a field cannot be read at all."""
    fields = DocumentFields(document, READ_ONLY)
    issuer = JwtIssuer(
        name=fields.text("name"),
        signing_key=fields.text("signing-key"),
        issuer=fields.text("issuer"),
        default_ttl=fields.seconds("default-ttl", HOUR),
        max_ttl=fields.seconds("max-ttl", DAY),
        jwks_max_age=fields.seconds("jwks-max-age", DEFAULT_MAX_AGE),
        verbose_logging=fields.flag("verbose-logging", False),
        distribute=fields.object("distribute") or dict(DISTRIBUTE_ALL),
    )
    if problems := fields.finish():
        return None, problems
    return issuer, tuple(issuer_problems(issuer))


def issuer_problems(issuer: JwtIssuer) -> Iterator[FieldProblem]:
    """What is wrong with an issuer's configuration; those that are not `certain` are advice."""
    if problem := name_problem(issuer.name, "issuer"):
        yield FieldProblem("name", problem)
    if problem := name_problem(issuer.signing_key, "signing key"):
        yield FieldProblem("signing-key", problem)
    if issuer.issuer:
        yield from _url_problems(issuer.issuer)
    yield from _ttl_problems(issuer)
    least, most = _MAX_AGES
    if not least <= issuer.jwks_max_age <= most:
        yield FieldProblem("jwks-max-age", f"This is {format_duration(least)} to {format_duration(most)}")


def url_problem(url: str) -> str | None:
    """Why a URL is no issuer, as a sentence; None for a good one.

    Source: OpenID Connect Discovery 1.0, section 3. A slash at the end is refused: the discovery URL would be the
    same with and without it, and `iss` would not.
    """
    parts = issuer_parts(url)
    if parts is None or not is_plain(url, URL_LIMIT) or set(url) & set('<>"{}|\\^`'):
        return f"{visible(url)[:80]!r} is no URL of printable ASCII with at most {URL_LIMIT} characters"
    if parts.username is not None or parts.password is not None:
        return "An issuer carries no credentials"
    if "?" in url or "#" in url:
        return "An issuer has no query and no fragment"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return "An issuer is https; plain http is for loopback addresses only"
    if url != f"{parts.scheme}://{parts.netloc.lower()}{parts.path}":
        return "Scheme and host are written in small letters: verifiers compare byte for byte"
    if url.endswith("/") or "//" in parts.path or {".", ".."} & set(parts.path.split("/")) or "%" in parts.path:
        return "The path has no slash at its end, no empty or dotted part and no percent sign"
    return None


def _url_problems(url: str) -> Iterator[FieldProblem]:
    if problem := url_problem(url):
        yield FieldProblem("issuer", problem)
    elif url.startswith("http:"):
        yield FieldProblem("issuer", "Plain http: good for a sandbox on this machine, and nothing else", certain=False)


def _ttl_problems(issuer: JwtIssuer) -> Iterator[FieldProblem]:
    if issuer.default_ttl < LEAST_TTL:
        yield FieldProblem("default-ttl", f"Tokens are good for {format_duration(LEAST_TTL)} at least")
    if issuer.default_ttl > issuer.max_ttl:
        yield FieldProblem("default-ttl", f"It is longer than max-ttl, {format_duration(issuer.max_ttl)}")
    if issuer.max_ttl > LONGEST_TTL:
        yield FieldProblem("max-ttl", f"Tokens are good for {format_duration(LONGEST_TTL)} at most")
    elif issuer.max_ttl > LONG_TTL:
        yield FieldProblem("max-ttl", "Nobody can take a minted token back: 24h is the advised limit", certain=False)
