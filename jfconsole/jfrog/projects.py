"""Projects on the wire: `/access/api/v1/projects`, reading only.

Source: JFrog REST API "Get Projects List".
"""

from __future__ import annotations

from jfconsole.domain.requests import LIST_DEADLINE, LIST_LIMIT, CallClass, Request
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog.answers import json_objects
from jfconsole.jfrog.sender import Sender


async def fetch_keys(sender: Sender) -> tuple[Untrusted, ...]:
    """The keys of all projects, for others than administrators of those that they administer."""
    request = Request(
        method="GET",
        path="/access/api/v1/projects",
        call_class=CallClass.SAFE,
        limit=LIST_LIMIT,
        deadline=LIST_DEADLINE,
    )
    found = await sender.send(request, json_objects)
    return tuple(Untrusted(key) for one in found if isinstance(key := one.get("project_key"), str) and key)
