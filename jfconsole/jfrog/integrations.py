"""OIDC integrations on the wire: `/access/api/v1/oidc` (cloud 7.73.1, self-hosted 7.77.3 and newer).

Lists are bare arrays. No answer to a write is relied on: what came of it is read back. Source: JFrog REST API "Create
OIDC Configuration" and its neighbours; terraform-provider-platform pkg/platform/resource_oidc_configuration.go.
"""

from __future__ import annotations

from typing import Final

from jfconsole.domain.integrations import Integration, integration_from
from jfconsole.domain.requests import LIST_DEADLINE, LIST_LIMIT, WRITE_DEADLINE, CallClass, Request
from jfconsole.jfrog.answers import json_object, json_objects
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Sender

PATH: Final = "/access/api/v1/oidc"


def list_request() -> Request:
    """All integrations that the caller may see, in one answer."""
    return Request(method="GET", path=PATH, call_class=CallClass.SAFE, limit=LIST_LIMIT, deadline=LIST_DEADLINE)


async def fetch_list(sender: Sender) -> tuple[Integration, ...]:
    """All integrations. Admins only, and project admins for those of their projects."""
    return await sender.send(list_request(), lambda answer: tuple(map(integration_from, json_objects(answer))))


def integration_request(name: str) -> Request:
    """The call that reads one integration."""
    return Request(method="GET", path=integration_path(name), call_class=CallClass.SAFE)


async def fetch(sender: Sender, name: str) -> Integration:
    """One integration. Raises NotFound."""
    return await sender.send(integration_request(name), lambda answer: integration_from(json_object(answer), name))


def create_request(integration: Integration) -> Request:
    """Make an integration; any 2xx, or 409 when there is one of that name."""
    return Request(
        method="POST",
        path=PATH,
        call_class=CallClass.CREATE,
        body=integration.as_object(),
        deadline=WRITE_DEADLINE,
    )


def update_request(integration: Integration) -> Request:
    """Replace an integration: the platform takes the whole object."""
    return Request(
        method="PUT",
        path=integration_path(integration.name),
        call_class=CallClass.IDEMPOTENT,
        body=integration.as_object(),
        deadline=WRITE_DEADLINE,
    )


def delete_request(name: str) -> Request:
    """Delete an integration."""
    return Request(
        method="DELETE", path=integration_path(name), call_class=CallClass.IDEMPOTENT, deadline=WRITE_DEADLINE
    )


def integration_path(name: str) -> str:
    """Where one integration is."""
    return f"{PATH}/{segment(name)}"
