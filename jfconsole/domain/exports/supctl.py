"""What the local issuer holds as `supctl` commands, which make the same on an Avassa system. No secret is in them.

Sources: Avassa how-to "Secrets" (vaults and their secrets), how-to "JFrog JWT" and API reference "Transit Keys", "JWT
Issuers", "JWT Issuer Roles", "Remote Registries". Inferred: a role is made below `jwt-issuers ISSUER roles`, as a
secret is below its vault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from jfconsole.domain.exports.shell import here_document
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.registries import PROVIDER, RemoteRegistry
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.transit_keys import DISTRIBUTE_ALL, TransitKey

_END: Final = "EOF"
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9./-]*")
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"})
"""Texts that some YAML reader takes for something else."""

_OURS: Final = (
    *("rotate-period", "overlap", "deletion-allowed", "jwks-max-age"),
    *("platform-url", "provider-name", "login-repository"),
)
"""Fields that an Avassa system has no word for, or whose word is not public."""


def export_state(state: IssuerState) -> str:
    """Everything, in the order in which it can be made, as one script that ends with a line break."""
    head = [
        "#!/bin/sh",
        "# The local issuer of jfconsole as supctl commands. Keys are made anew there: other kids, other JWKS.",
        "set -eu",
    ]
    everything = [text for objects in blocks(state).values() for text in objects.values()]
    return "\n\n".join(["\n".join(head), *everything]) + "\n"


def blocks(state: IssuerState) -> Mapping[str, Mapping[str, str]]:
    """Every object's commands by the plural of its kind and by its key, in the order in which they can be made."""
    return {
        "keys": {name: export_key(found.key) for name, found in state.keys.items()},
        "issuers": {name: export_issuer(found.issuer) for name, found in state.issuers.items()},
        "roles": {key: export_role(role) for key, role in state.roles.items()},
        "vaults": {name: export_vault(state, name) for name in state.vaults},
        "registries": {address: export_registry(registry) for address, registry in state.registries.items()},
    }


def export_key(key: TransitKey) -> str:
    """One transit key."""
    return _create(["transit-keys"], key.document())


def export_issuer(issuer: JwtIssuer) -> str:
    """One issuer."""
    return _create(["jwt-issuers"], issuer.document())


def export_role(role: IssuerRole) -> str:
    """One role, below its issuer."""
    document = {name: value for name, value in role.document().items() if name != "issuer"}
    return _create(["jwt-issuers", role.issuer, "roles"], document)


def export_vault(state: IssuerState, name: str) -> str:
    """One vault with its secrets, whose values are variables of the environment."""
    secrets = [key for key in state.secrets if key.startswith(f"{name}/")]
    made = _create(["vaults"], {"name": name, "distribute": dict(DISTRIBUTE_ALL)})
    return "\n\n".join([made, *(_secret(key, state.secrets[key]) for key in secrets)])


def export_registry(registry: RemoteRegistry) -> str:
    """One remote registry. Avassa always names the integration strongbox, so that only another name is told."""
    document = registry.document()
    if registry.provider_name == PROVIDER:
        del document["provider-name"]
    return _create(["remote-registries"], document, "image-registry")


def _secret(key: str, holds: Sequence[str]) -> str:
    vault, _, name = key.partition("/")
    variables = {held: re.sub("[^A-Z0-9]", "_", f"{vault}_{name}_{held}".upper()) for held in holds}
    body: JsonObject = {"name": name, "data": {held: f"{{{{{held}}}}}" for held in holds}}
    document = here_document(body, variables)  # JSON, which is YAML, with the values filled in as they are
    return "\n".join(
        [
            f"# Set {' and '.join(variables.values())} first, without leaving them in a history",
            f"supctl create strongbox vaults {vault} secrets {document.redirection}",
            document.lines,
        ]
    )


def _create(path: Sequence[str], document: JsonObject, root: str = "strongbox") -> str:
    said: JsonObject = {
        name: value for name, value in document.items() if name not in _OURS and value not in (None, [])
    }
    kept = {name: document[name] for name in _OURS if document.get(name) is not None}
    ours = [f"# {name}: {visible(_scalar(value))} is kept by jfconsole alone" for name, value in kept.items()]
    command = f"supctl create {root} {' '.join(path)} <<'{_END}'"
    return "\n".join([*ours, command, *_yaml(said), _END])


def _yaml(value: Json, indent: str = "") -> Iterator[str]:
    """Block YAML. Every text that is not plain stands in double quotes, as JSON writes it: YAML reads it alike."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _member(f"{indent}{_scalar(name)}:", member, indent)
    elif isinstance(value, list):
        yield from _items(value, indent)


def _member(label: str, value: Json, indent: str) -> Iterable[str]:
    if isinstance(value, dict | list) and value:
        return [label, *_yaml(value, f"{indent}  ")]
    return [f"{label} {_scalar(value)}"]


def _items(items: Sequence[Json], indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, dict | list) and item:
            first, *rest = _yaml(item, f"{indent}  ")
            yield f"{indent}- {first.strip()}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(item)}"


def _scalar(value: Json) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value)
