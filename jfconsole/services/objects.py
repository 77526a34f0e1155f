"""Steps on objects that have a name: how they are read, when they have moved, when they are as wanted.

A group, a user and a permission differ in their calls and fields. What it means to make, change and delete one, and
to change who belongs to it, is the same for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from jfconsole.domain.diff_words import conflict_summary, diff_lines, summary_words
from jfconsole.domain.diffs import Change, changes, holds, includes, merge
from jfconsole.domain.errors import Conflict, ConsoleError, NotFound
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.plans import Outcome, Step
from jfconsole.domain.requests import Json, Request
from jfconsole.domain.text import visible
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.handlers import Verdict, error_verdict

T = TypeVar("T")

IN_FLIGHT: Final = 8
"""Reads side by side: more make a platform slower, and the client too."""

ONE_BY_ONE: Final = 4
"""Up to so many objects are asked for by name; for more, the list says first which of them exist."""


_KEYS: Final = frozenset({"name", "username"})


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """What there is to know about a kind of named object in order to read it.

    `fetch` reads one by its key and raises NotFound, `names` lists the keys of all, where somebody can. `volatile` are
    fields that change by themselves or say nothing about whether it may be deleted.
    """

    noun: str
    fetch: Callable[[Sender, str], Awaitable[JsonObject]]
    names: Callable[[Sender], Awaitable[Collection[str]]] | None = None
    volatile: frozenset[str] = frozenset()

    async def read(self, sender: Sender, keys: Iterable[str]) -> dict[str, Json]:
        """Those of the objects that exist, by key."""
        wanted = list(dict.fromkeys(keys))
        if self.names is not None and len(wanted) > ONE_BY_ONE:
            there = {name.casefold() for name in await self.names(sender)}
            wanted = [key for key in wanted if key.casefold() in there]
        found = await in_parallel(wanted, lambda key: or_none(self.fetch(sender, key)))
        return {key: value for key, value in zip(wanted, found, strict=True) if value is not None}


class ObjectSteps:
    """What all handlers of one kind of object share."""

    reached_words: str
    unreached_words: str

    def __init__(self, kind: ObjectKind) -> None:
        self.kind = kind
        self.reached_words = f"the {kind.noun} is as wanted"
        self.unreached_words = f"the {kind.noun} is not as wanted"

    async def read(self, sender: Sender, steps: Sequence[Step]) -> Mapping[str, Json]:
        """The objects of these steps as they are now."""
        return await self.kind.read(sender, (step.key for step in steps))

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        """Any good answer is a claim; refusals are explained in general terms."""
        return error_verdict(result) if isinstance(result, ConsoleError) else Verdict(Outcome.DONE)

    def gone(self, step: Step) -> str:
        """That the object is not there any more, as a sentence."""
        return f"The {self.kind.noun} {visible(step.key)} does not exist any more"


class Create(ObjectSteps):
    """The object is there, with everything that was asked for; the platform may have added more."""

    def moved(self, step: Step, current: Json) -> str | None:
        """Something of that name exists, and is another."""
        if current is None:
            return None
        differs = summary_words(diff_lines(_comparable(current, step.after), step.after))
        return f"There is a {self.kind.noun} {visible(step.key)} already, and it differs from the new one: {differs}"

    def reached(self, step: Step, current: Json) -> bool:
        """Whether all that was asked for is there."""
        return current is not None and includes(current, _without_key(step.after))

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        """409 is only a claim: the first of two calls may have made it, and its answer been lost."""
        if isinstance(result, Conflict):
            return Verdict(Outcome.ALREADY, f"The platform says that there is a {self.kind.noun} of that name")
        return super().interpret(step, request, result)


class Update(ObjectSteps):
    """Fields of an object change; all others are left alone, whoever changes them."""

    def moved(self, step: Step, current: Json) -> str | None:
        """Somebody else changed the same fields in another way."""
        if current is None:
            return self.gone(step)
        conflicts = merge(step.before, current, step.after).conflicts
        return f"{_title(self.kind.noun)} {visible(step.key)}: {conflict_summary(conflicts)}" if conflicts else None

    def reached(self, step: Step, current: Json) -> bool:
        """Whether every changed field is as wanted."""
        return current is not None and holds(step.before, step.after, current)


class Delete(ObjectSteps):
    """The object is gone."""

    def __init__(self, kind: ObjectKind) -> None:
        super().__init__(kind)
        self.reached_words = f"there is no such {kind.noun}"
        self.unreached_words = f"the {kind.noun} is still there"

    def moved(self, step: Step, current: Json) -> str | None:
        """It is not what was reviewed any more: somebody may need it."""
        differing = [change for change in changes(step.before, current) if self._matters(change, step.before)]
        if current is None or not differing:
            return None
        before, now = _comparable(step.before, current), _comparable(current, step.before)
        words = summary_words(diff_lines(before, now)) or "it changed"
        return f"The {self.kind.noun} {visible(step.key)} is not what was reviewed: {words}"

    def reached(self, step: Step, current: Json) -> bool:
        """Whether it is gone."""
        return current is None

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        """404 from the platform itself means that it is gone."""
        if isinstance(result, NotFound) and is_absence(result):
            return Verdict(Outcome.ALREADY, "It was gone when the platform was asked")
        return super().interpret(step, request, result)

    def _matters(self, change: Change, before: Json) -> bool:
        """Fields that were not known at the review do not; a new member of something known does."""
        top = change.place[0]
        known = top in as_object(before) or change.sign != "+"
        return known and top not in self.kind.volatile


def is_absence(error: NotFound) -> bool:
    """Whether a 404 means that there is no such object, and not that something in between knows no such page.

    Inferred: it is the platform's own when it comes in its envelope, with a code.
    """
    return error.detail.code is not None


async def or_none(reading: Awaitable[T]) -> T | None:
    """What is read; None when there is no such object."""
    try:
        return await reading
    except NotFound as error:
        if is_absence(error):
            return None
        raise


async def in_parallel(keys: Sequence[str], read: Callable[[str], Awaitable[T]], width: int = IN_FLIGHT) -> list[T]:
    """What `read` gives for each key, in order, up to `width` at a time. Raises the first error, ends the others."""
    gate = asyncio.Semaphore(width)

    async def one(key: str) -> T:
        async with gate:
            return await read(key)

    tasks = [asyncio.create_task(one(key)) for key in keys]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


def set_delta(before: Json, after: Json, field: str) -> tuple[list[str], list[str]]:
    """What was added to and removed from a list of names, in order."""
    old, new = (as_object(value).get(field) or [] for value in (before, after))
    was, becomes = (_strings(names) for names in (old, new))
    return [name for name in becomes if name not in was], [name for name in was if name not in becomes]


def changed_fields(before: JsonObject, after: JsonObject, apart: Collection[str] = ()) -> JsonObject:
    """The fields of a PATCH: those that differ, with an empty text for one that is taken away."""
    names = dict.fromkeys(change.place[0] for change in changes(before, after))
    return {name: after.get(name) if after.get(name) is not None else "" for name in names if name not in apart}


def _strings(names: Json) -> list[str]:
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _comparable(value: Json, other: Json) -> JsonObject:
    """Only the fields that the other has too: what one side does not say is no difference."""
    return {name: member for name, member in as_object(value).items() if name in as_object(other)}


def _without_key(value: Json) -> JsonObject:
    """Without the name by which it was asked for, which platforms may spell otherwise (groups, in lower case)."""
    return {name: member for name, member in as_object(value).items() if name not in _KEYS}


def _title(noun: str) -> str:
    return noun[:1].upper() + noun[1:]
