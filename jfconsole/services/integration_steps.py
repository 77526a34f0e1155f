"""Steps on OIDC integrations: made, changed, deleted. The platform takes whole objects, so that a change is a PUT."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from jfconsole.domain.diff_words import diff_lines, summary_words
from jfconsole.domain.diffs import merge, same
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.integrations import Integration, integration_from
from jfconsole.domain.plans import Step
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.jfrog import integrations as wire
from jfconsole.jfrog.sender import Sender
from jfconsole.services.handlers import Rebased, StepHandler
from jfconsole.services.objects import Create, Delete, ObjectKind, Update

CREATE: Final = "integration.create"
UPDATE: Final = "integration.update"
DELETE: Final = "integration.delete"


def create_step(integration: Integration) -> Step:
    """Make an integration."""
    after = integration.as_object()
    return Step(
        kind=CREATE,
        key=integration.name,
        title=f"Create integration {visible(integration.name)}",
        before=None,
        after=after,
        requests=(wire.create_request(integration),),
        inverse=_delete(integration.name, after),
        unique=True,
    )


def update_step(before: Integration, after: Integration) -> Step | None:
    """Replace an integration by another state of it. None when nothing differs."""
    step, back = _update(before, after), _update(after, before)
    return None if step is None else replace(step, inverse=back)


def delete_step(integration: Integration) -> Step:
    """Delete an integration. Its mappings have steps of their own, before this one."""
    again = replace(create_step(integration), inverse=None)
    return replace(_delete(integration.name, integration.as_object()), inverse=again)


class Replace(Update):
    """Handles `integration.update`: what others changed in other fields is carried over into the whole object."""

    def rebased(self, step: Step, current: Json) -> Rebased | None:
        """The PUT for the integration as it is now, with our changes on top."""
        if current is None or same(current, step.before):
            return None
        merged = merge(step.before, current, step.after)
        if not merged.clean or trusts_elsewhere(step.before, current):
            return None
        carried = update_step(integration_from(as_object(current)), integration_from(merged.merged))
        theirs = summary_words(diff_lines(step.before, current))
        return None if carried is None else Rebased(carried, f"Merged with what changed meanwhile: {theirs}")

    def moved(self, step: Step, current: Json) -> str | None:
        """Somebody changed the same fields in another way, or whom the integration trusts."""
        if current is not None and trusts_elsewhere(step.before, current) and not self.reached(step, current):
            words = summary_words(diff_lines(step.before, current))
            return f"Integration {visible(step.key)} trusts another issuer than when it was reviewed: {words}"
        return super().moved(step, current)


def trusts_elsewhere(before: Json, current: Json) -> bool:
    """Whether it is another issuer, audience or organisation whose tokens count: a review holds for one only."""
    fields = ("issuer_url", "token_issuer", "audience", "organization", "enable_permissive_configuration")
    old, new = as_object(before), as_object(current)
    return any((old.get(name) or None) != (new.get(name) or None) for name in fields)


async def _fetch(sender: Sender, name: str) -> JsonObject:
    return (await wire.fetch(sender, name)).as_object()


async def _all_names(sender: Sender) -> Collection[str]:
    return [integration.name for integration in await wire.fetch_list(sender)]


INTEGRATION: Final = ObjectKind("integration", _fetch, _all_names)

HANDLERS: Final[Mapping[str, StepHandler]] = {
    CREATE: Create(INTEGRATION),
    UPDATE: Replace(INTEGRATION),
    DELETE: Delete(INTEGRATION),
}


def _update(before: Integration, after: Integration) -> Step | None:
    old, new = before.as_object(), after.as_object()
    if same(old, new):
        return None
    return Step(
        kind=UPDATE,
        key=before.name,
        title=f"Change integration {visible(before.name)}",
        before=old,
        after=new,
        requests=(wire.update_request(after),),
    )


def _delete(name: str, before: JsonObject) -> Step:
    return Step(
        kind=DELETE,
        key=name,
        title=f"Delete integration {visible(name)}",
        before=before,
        after=None,
        requests=(wire.delete_request(name),),
    )
