"""Making integrations and identity mappings on a sandbox, and exchanging tokens there."""

import httpx

from tests.support.identity import made
from tests.support.sandbox import Json

OIDC = "/access/api/v1/oidc"
EXCHANGE = f"{OIDC}/token"
GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
GENERIC = "Generic OpenID Connect"


def make_integration(client: httpx.Client, name: str, issuer_url: str, **fields: object) -> Json:
    """A new integration, of the generic type unless told."""
    body: Json = {"name": name, "issuer_url": issuer_url, "provider_type": GENERIC, **fields}
    return made(client.post(OIDC, json=body))


def make_mapping(
    client: httpx.Client,
    provider: str,
    name: str,
    claims: Json | None = None,
    *,
    project_key: str | None = None,
    priority: int | None = None,
    **token_spec: object,
) -> Json:
    """A new identity mapping that gives `readers` unless its token spec says otherwise."""
    spec = token_spec or {"scope": "applied-permissions/groups:readers"}
    body = {"name": name, "provider_name": provider, "claims": claims or {}, "token_spec": spec, "priority": priority}
    query = {"project_key": project_key} if project_key else {}
    return made(client.post(f"{OIDC}/{provider}/identity_mappings", params=query, json=body))


def exchange(client: httpx.Client, provider: str, token: str, **fields: object) -> httpx.Response:
    """Offer a token, as every client does."""
    body = {"grant_type": GRANT, "subject_token_type": ID_TOKEN, "subject_token": token, "provider_name": provider}
    return client.post(EXCHANGE, json=body | fields)
