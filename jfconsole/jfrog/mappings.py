"""Identity mappings on the wire: `/access/api/v1/oidc/{integration}/identity_mappings`.

The project of a mapping is a query parameter on every call; in a body it is ignored, and the mapping becomes a global
one (terraform-provider-platform#310, #311). Source: JFrog REST API "Create an Identity Mapping" and its neighbours;
terraform-provider-platform pkg/platform/resource_oidc_identity_mapping.go.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.mappings import IdentityMapping, MappingRef, mapping_from
from jfconsole.domain.requests import LIST_DEADLINE, LIST_LIMIT, WRITE_DEADLINE, CallClass, Request
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog.answers import json_object, json_objects
from jfconsole.jfrog.integrations import integration_path
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Sender

READ_ONLY: Final = frozenset({"project_key"})
"""Fields that stand in answers only."""


def list_request(provider: str, project: str | None = None) -> Request:
    """The mappings of an integration; with a project, those of the project."""
    return Request(
        method="GET",
        path=_path(provider),
        query=_query(project),
        call_class=CallClass.SAFE,
        limit=LIST_LIMIT,
        deadline=LIST_DEADLINE,
    )


async def fetch_list(sender: Sender, provider: str, project: str | None = None) -> tuple[IdentityMapping, ...]:
    """The mappings of an integration, of one project where it is named. Raises NotFound for the integration."""
    return await sender.send(
        list_request(provider, project),
        lambda answer: tuple(_of(mapping_from(found, provider), project) for found in json_objects(answer)),
    )


def mapping_request(ref: MappingRef) -> Request:
    """The call that reads one mapping."""
    return Request(
        method="GET", path=_path(ref.provider, ref.name), query=_query(ref.project), call_class=CallClass.SAFE
    )


async def fetch(sender: Sender, ref: MappingRef) -> IdentityMapping:
    """One mapping. Raises NotFound."""
    return await sender.send(
        mapping_request(ref),
        lambda answer: _of(mapping_from(json_object(answer), ref.provider, ref.name), ref.project),
    )


def create_request(mapping: IdentityMapping) -> Request:
    """Make a mapping; any 2xx, or 409 when there is one of that name."""
    return Request(
        method="POST",
        path=_path(mapping.provider_name),
        query=_query(mapping.project_key),
        call_class=CallClass.CREATE,
        body=_body(mapping),
        deadline=WRITE_DEADLINE,
    )


def update_request(mapping: IdentityMapping) -> Request:
    """Replace a mapping: the platform takes the whole object.

    The path has the name, as terraform-provider-platform has it; one page of the documentation leaves it out.
    """
    return Request(
        method="PUT",
        path=_path(mapping.provider_name, mapping.name),
        query=_query(mapping.project_key),
        call_class=CallClass.IDEMPOTENT,
        body=_body(mapping),
        deadline=WRITE_DEADLINE,
    )


def delete_request(ref: MappingRef) -> Request:
    """Delete a mapping; 204."""
    return Request(
        method="DELETE",
        path=_path(ref.provider, ref.name),
        query=_query(ref.project),
        call_class=CallClass.IDEMPOTENT,
        deadline=WRITE_DEADLINE,
    )


def _path(provider: str, name: str | None = None) -> str:
    return f"{integration_path(provider)}/identity_mappings{'' if name is None else '/' + segment(name)}"


def _query(project: str | None) -> tuple[tuple[str, str], ...]:
    return (("project_key", project),) if project else ()


def _body(mapping: IdentityMapping) -> JsonObject:
    return {name: value for name, value in mapping.as_object().items() if name not in READ_ONLY}


def _of(mapping: IdentityMapping, project: str | None) -> IdentityMapping:
    """What was asked for with a project belongs to it, whether or not the answer repeats it."""
    return replace(mapping, project_key=Untrusted(project)) if project and not mapping.project_key else mapping
