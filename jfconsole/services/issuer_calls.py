"""Changes of the local issuer as requests, in the shape of Avassa's configuration API; they stay in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import ISSUER_ROOT, CallClass, Request
from jfconsole.domain.secret import Secret

KEYS: Final = "transit-keys"
ISSUERS: Final = "jwt-issuers"
ROLES: Final = "issuer-roles"
VAULTS: Final = "vaults"
SECRETS: Final = "vault-secrets"
REGISTRIES: Final = "remote-registries"
SETTINGS: Final = "settings"

TAKEN_BACK: Final = "taken-back"
"""What a deletion says when it takes back what an earlier plan made."""

ORIGIN: Final = "issuer:"
"""How the origin of a plan begins that changes nothing but the local issuer."""


def is_local(request: Request) -> bool:
    """Whether a request is for the local issuer, not for a platform."""
    return request.path.startswith(f"{ISSUER_ROOT}/")


def is_local_origin(origin: str) -> bool:
    """Whether a plan of this origin changes nothing but the local issuer."""
    return origin.startswith(ORIGIN)


def changes_issuer(plan: Plan) -> bool:
    """Whether any step of a plan changes the local issuer."""
    return any(is_local(request) for step in plan.steps for request in step.requests)


def read(collection: str, key: str = "") -> Request:
    """One object, or the names of all."""
    return Request(method="GET", path=_path(collection, key), call_class=CallClass.SAFE)


def put(collection: str, key: str, body: JsonObject) -> Request:
    """Make or replace an object."""
    return Request(method="PUT", path=_path(collection, key), call_class=CallClass.IDEMPOTENT, body=body)


def delete(collection: str, key: str) -> Request:
    """Delete an object."""
    return Request(method="DELETE", path=_path(collection, key), call_class=CallClass.IDEMPOTENT)


def take_back(collection: str, key: str) -> Request:
    """Delete an object that an earlier plan made: a key, too, whose deletion is not allowed otherwise."""
    return replace(delete(collection, key), body={TAKEN_BACK: True})


def rotate(key: str, active: int, *, emergency: bool) -> Request:
    """Rotate a key that signs with this version; with another one nothing happens."""
    body: JsonObject = {"active-version": active, "emergency": emergency}
    return Request(method="PUT", path=f"{_path(KEYS, key)}/rotate", call_class=CallClass.IDEMPOTENT, body=body)


def destroy(key: str, version: int) -> Request:
    """Take a retiring version of a key out of the JWKS."""
    path = f"{_path(KEYS, key)}/destroy"
    return Request(method="PUT", path=path, call_class=CallClass.IDEMPOTENT, body={"version": version})


def put_secret(key: str, values: Mapping[str, Secret]) -> Request:
    """Write the values of `vault/secret`; they are no part of what is kept and shown of the request."""
    data: JsonObject = {name: f"{{{{{name}}}}}" for name in values}
    call = put(SECRETS, key, {"data": data})
    return replace(call, secrets=dict(values))


def parts(request: Request) -> tuple[str, str, str]:
    """Collection, key and action of a request that was built here."""
    collection, _, rest = request.path.removeprefix(f"{ISSUER_ROOT}/").partition("/")
    key, _, action = rest.partition("/")
    return collection, unquote(key), action


def _path(collection: str, key: str) -> str:
    return f"{ISSUER_ROOT}/{collection}/{quote(key, safe='')}" if key else f"{ISSUER_ROOT}/{collection}"
