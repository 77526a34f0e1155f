"""The circle of trust between platforms: what makes one believe the tokens of another, and why it does not.

Sources: JFrog help "Access Tokens" (circle of trust) and "Security Restrictions"; vault-plugin-secrets-artifactory for
the certificate.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.audience import EVERY_SERVICE
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.jwt import DecodedJwt, Pasted, ReferenceToken
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.times import local_text, utc_text
from jfconsole.domain.token_standing import has_expired

FOLDER: Final = "$JFROG_HOME/artifactory/var/etc/access/keys/trusted"
"""Where a platform looks for certificates of others."""

RULES: Final = (
    "Trust goes one way: a platform that has the other's certificate believes the other's tokens; two ways need two",
    "Only tokens that cannot be revoked cross: make them to live less than the revocable threshold (6 h by default), "
    "and do not force them to be revocable",
    "Reference tokens do not cross: they are known to the platform that made them alone",
    "The audience has to cover the other platform: *@*, or jfrt@* and the like, not one service id of the first",
    "Users and groups must exist on both sides, by the same name: a token gives what its name may do over there",
    "Key pairs are made at the first start: a platform that shall have a pair of its own gets it before that",
)

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCertificate:
    """The certificate behind a platform's tokens. Times are in epoch seconds, `fingerprint` is SHA-256."""

    der: bytes
    subject: Untrusted
    fingerprint: str
    not_before: float
    not_after: float
    key_id: str

    @property
    def pem(self) -> str:
        """As a file holds it."""
        return ssl.DER_cert_to_PEM_cert(self.der)


def certificate_name(host: str) -> str:
    """`us-east.crt` for `us-east.acme.com`: a name by which people tell whose it is, of the first label of the host."""
    bare = host.partition(":")[0] if not host.startswith("[") else "platform"
    label = bare if bare.replace(".", "").isdigit() else bare.partition(".")[0]
    return f"{_UNSAFE.sub('-', label).strip('-.') or 'platform'}.crt"


def peer_steps(file: str, host: str, peer: str) -> tuple[str, ...]:
    """What to do by hand, so that a peer believes this platform's tokens."""
    return (
        f"Copy {visible(file)} to one node of {visible(peer)}, into {FOLDER}/",
        "Give it to the user that runs Artifactory there, readable for it alone",
        "Wait until the file vanishes from the folder: that is how Access says that it was taken in. "
        "A file that stays was not: see access-service.log",
        "Other nodes of a cluster get it by themselves, through the database",
        f"Try it: jfconsole trust-circle check --peer-url https://{visible(peer)} --peer-token-file FILE, "
        f"connected to {visible(host)}",
    )


def obstacles(pasted: Pasted, peer_service: str, now: float) -> tuple[str, ...]:
    """Why a token cannot cross, as far as its text tells. `peer_service` is the other Artifactory's id, or empty."""
    if isinstance(pasted, ReferenceToken):
        return ("It is a reference token, which is known to the platform that made it alone",)
    if not isinstance(pasted, DecodedJwt):
        return ("It is no access token",)
    checks = (
        (has_expired(pasted, now), "It has expired"),
        (pasted.revocable is True, "It is revocable: the other platform would have to ask whether it was revoked"),
        (
            "exp" not in pasted.claims,
            "It never expires: such tokens are revocable, and the other platform cannot ask about them",
        ),
        (not _covers(pasted, peer_service), "Its audience does not cover the Artifactory of the other platform"),
    )
    return tuple(sentence for holds, sentence in checks if holds)


def explain_refusal(words: str, found: tuple[str, ...]) -> str:
    """Why the other platform refuses a token, the surest reason first; cleaned."""
    if found:
        return found[0]
    if "signature" in words.casefold():
        return "The other platform does not have this one's root certificate, or has that of an earlier key"
    return f"The other platform says: {visible(words)}" if words else "The other platform refuses it without a reason"


def certificate_record(certificate: RootCertificate) -> JsonObject:
    """For `--json`; keys are stable."""
    return {
        "subject": certificate.subject,
        "sha256": certificate.fingerprint,
        "key_id": certificate.key_id,
        "not_before_iso": utc_text(certificate.not_before),
        "not_after_iso": utc_text(certificate.not_after),
        "pem": certificate.pem,
    }


def validity_words(certificate: RootCertificate) -> str:
    """From when until when it holds, in local time."""
    return f"{local_text(certificate.not_before)} to {local_text(certificate.not_after)} local"


def _covers(jwt: DecodedJwt, service: str) -> bool:
    wanted = {"*", EVERY_SERVICE, "jfrt@*", service}
    return not jwt.audience or any(entry in wanted for entry in jwt.audience)
