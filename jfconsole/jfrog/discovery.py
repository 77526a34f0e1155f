"""What an issuer publishes, fetched from here: its discovery document and its keys.

Source: OpenID Connect Discovery 1.0, sections 3 and 4; RFC 7517.
"""

from __future__ import annotations

from dataclasses import dataclass

from jfconsole.domain.errors import BadResponse
from jfconsole.domain.fields import Fields
from jfconsole.domain.issuers import PRIVATE_MEMBERS, Discovery, PublishedKey, discovery_url, same_origin
from jfconsole.domain.requests import Json
from jfconsole.jfrog.public_fetch import Document, PublicFetcher


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an issuer, and the document that they came in."""

    keys: tuple[PublishedKey, ...]
    document: Document


@dataclass(frozen=True, slots=True)
class Found:
    """The discovery of an issuer, and the document that it came in."""

    discovery: Discovery
    document: Document


async def fetch_discovery(fetcher: PublicFetcher, issuer_url: str, azure_app_id: str = "") -> Found:
    """What the issuer at this URL says about itself; it is not judged here. Raises as `PublicFetcher.fetch`."""
    document = await fetcher.fetch(discovery_url(issuer_url, azure_app_id))
    fields = Fields(document.content)
    algorithms = fields.names("id_token_signing_alg_values_supported")
    return Found(
        Discovery(
            url=document.url,
            issuer=fields.text("issuer"),
            jwks_uri=fields.text("jwks_uri"),
            algorithms=algorithms or (),
        ),
        document,
    )


async def fetch_keys(fetcher: PublicFetcher, discovery: Discovery) -> Keys:
    """The keys that a discovery document leads to. Raises BadResponse when it names none, else as `fetch`.

    Keys on another origin than the document's are fetched from the public net only.
    """
    if not discovery.jwks_uri:
        raise BadResponse("The discovery document does not say where the keys are", "It has no text in jwks_uri")
    elsewhere = not same_origin(discovery.url, discovery.jwks_uri)
    document = await fetcher.fetch(discovery.jwks_uri, public_only=elsewhere)
    listed = document.content.get("keys")
    if not isinstance(listed, list):
        raise BadResponse("The document with the keys has no list of keys", "It is no JWKS: look at it")
    return Keys(tuple(_key(member) for member in listed if isinstance(member, dict)), document)


def _key(source: dict[str, Json]) -> PublishedKey:
    fields = Fields(source)
    return PublishedKey(
        key_id=fields.text("kid"),
        kind=fields.text("kty"),
        algorithm=fields.text("alg"),
        use=fields.text("use"),
        curve=fields.text("crv"),
        private=tuple(sorted(PRIVATE_MEMBERS & source.keys())),
    )
