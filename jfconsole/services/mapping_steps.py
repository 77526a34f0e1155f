"""Steps on identity mappings: made, changed, deleted. The platform takes whole objects, so that a change is a PUT.

The key of a step is `integration/mapping`, with `@project` for a mapping of a project.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from jfconsole.domain.diff_words import diff_lines, summary_words
from jfconsole.domain.diffs import Change, holds, merge, same
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.mappings import EVERY_SERVICE, IdentityMapping, MappingRef, mapping_from, mapping_ref
from jfconsole.domain.plans import Step
from jfconsole.domain.requests import Json
from jfconsole.jfrog import mappings as wire
from jfconsole.jfrog.sender import Sender
from jfconsole.services.handlers import Rebased, StepHandler
from jfconsole.services.objects import Create, Delete, ObjectKind, Update, in_parallel, or_none

CREATE: Final = "mapping.create"
UPDATE: Final = "mapping.update"
DELETE: Final = "mapping.delete"


def create_step(mapping: IdentityMapping) -> Step:
    """Make a mapping."""
    after = mapping.as_object()
    return Step(
        kind=CREATE,
        key=mapping.key,
        title=f"Create mapping {_words(mapping)}",
        before=None,
        after=after,
        requests=(wire.create_request(mapping),),
        inverse=_delete(mapping, after),
        unique=True,
    )


def update_step(before: IdentityMapping, after: IdentityMapping) -> Step | None:
    """Replace a mapping by another state of it. None when nothing differs."""
    step, back = _update(before, after), _update(after, before)
    return None if step is None else replace(step, inverse=back)


def delete_step(mapping: IdentityMapping) -> Step:
    """Delete a mapping. Tokens that were exchanged through it live on."""
    again = replace(create_step(mapping), inverse=None)
    return replace(_delete(mapping, mapping.as_object()), inverse=again)


class CreateMapping(Create):
    """Handles `mapping.create`: every claim counts, also one that the platform has and nobody asked for."""

    def reached(self, step: Step, current: Json) -> bool:
        """Whether all that was asked for is there, and the claims are just those."""
        return super().reached(step, current) and _same_claims(step.after, current)


class DeleteMapping(Delete):
    """Handles `mapping.delete`, also that of a mapping that was just made."""

    def _matters(self, change: Change, before: Json) -> bool:
        """What the platform adds to a token specification by itself does not."""
        added = change.sign == "+" and change.place[0] == "token_spec" and _is_default(change.after)
        return not added and super()._matters(change, before)


class Replace(Update):
    """Handles `mapping.update`: others' changes are carried over, but for who gets in and what they get."""

    def rebased(self, step: Step, current: Json) -> Rebased | None:
        """The PUT for the mapping as it is now, with our changes on top."""
        if current is None or same(current, step.before) or _admits_otherwise(step, current):
            return None
        merged = merge(step.before, current, step.after)
        if not merged.clean:
            return None
        wanted = {**merged.merged, **_admitting(step.after)}
        carried = update_step(mapping_from(as_object(current)), mapping_from(wanted))
        theirs = summary_words(diff_lines(step.before, current))
        return None if carried is None else Rebased(carried, f"Merged with what changed meanwhile: {theirs}")

    def moved(self, step: Step, current: Json) -> str | None:
        """Somebody changed the same fields in another way, or who gets in, or what they get."""
        if current is not None and _admits_otherwise(step, current):
            words = summary_words(diff_lines(step.before, current))
            return f"Mapping {mapping_ref(step.key).words} admits otherwise than when it was reviewed: {words}"
        return super().moved(step, current)

    def reached(self, step: Step, current: Json) -> bool:
        """Whether every changed field is as wanted, and the claims are just those that were wanted."""
        if current is None or not _same_claims(step.after, current):
            return False
        return holds(_without_defaults(step.before), _without_defaults(step.after), _without_defaults(current))


class MappingKind(ObjectKind):
    """How mappings are read: one by one, since no call lists those of all integrations and projects."""

    async def read(self, sender: Sender, keys: Iterable[str]) -> dict[str, Json]:
        """Those of the mappings that exist, by key."""
        wanted = list(dict.fromkeys(keys))
        found = await in_parallel(wanted, lambda key: or_none(self.fetch(sender, key)))
        return {key: value for key, value in zip(wanted, found, strict=True) if value is not None}


async def _fetch(sender: Sender, key: str) -> JsonObject:
    return (await wire.fetch(sender, mapping_ref(key))).as_object()


async def _no_names(sender: Sender) -> Collection[str]:
    return ()


MAPPING: Final = MappingKind("mapping", _fetch, _no_names)

HANDLERS: Final[Mapping[str, StepHandler]] = {
    CREATE: CreateMapping(MAPPING),
    UPDATE: Replace(MAPPING),
    DELETE: DeleteMapping(MAPPING),
}


def _admits_otherwise(step: Step, current: Json) -> bool:
    """Whether who gets in, or what they get, is neither what was reviewed nor what is wanted.

    Two changes to it that do not touch can still add up to what nobody reviewed, so it counts as a whole.
    """
    return not any(_admits_alike(current, reviewed) for reviewed in (step.before, step.after))


def _admits_alike(one: Json, other: Json) -> bool:
    """Whether both admit the same and give the same, but for what the platform adds to a token by itself."""
    ours, theirs = (_without_defaults(value)["token_spec"] for value in (one, other))
    return _same_claims(one, other) and same(ours, theirs)


def _without_defaults(value: Json) -> JsonObject:
    """A mapping without what the platform adds to the token by itself."""
    whole = as_object(value)
    spec = {name: member for name, member in as_object(whole.get("token_spec")).items() if not _is_default(member)}
    return {**whole, "token_spec": spec}


def _same_claims(one: Json, other: Json) -> bool:
    """To the letter: a claim that is wanted to be empty or null keeps tokens out as any other does."""
    return as_object(one).get("claims") == as_object(other).get("claims")


def _admitting(value: Json) -> JsonObject:
    """Claims and token, which are never merged."""
    return {name: member for name, member in as_object(value).items() if name in ("claims", "token_spec")}


def _is_default(value: Json) -> bool:
    return value is False or value == EVERY_SERVICE


def _update(before: IdentityMapping, after: IdentityMapping) -> Step | None:
    old, new = before.as_object(), after.as_object()
    if same(_without_defaults(old), _without_defaults(new)) and _same_claims(old, new):
        return None
    return Step(
        kind=UPDATE,
        key=before.key,
        title=f"Change mapping {_words(before)}",
        before=old,
        after=new,
        requests=(wire.update_request(after),),
    )


def _delete(mapping: IdentityMapping, before: JsonObject) -> Step:
    return Step(
        kind=DELETE,
        key=mapping.key,
        title=f"Delete mapping {_words(mapping)}",
        before=before,
        after=None,
        requests=(wire.delete_request(_ref(mapping)),),
    )


def _ref(mapping: IdentityMapping) -> MappingRef:
    return MappingRef(mapping.provider_name, mapping.name, mapping.project_key)


def _words(mapping: IdentityMapping) -> str:
    return _ref(mapping).words
