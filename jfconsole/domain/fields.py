"""Reading a JSON object of the wire field by field, and keeping what nobody asked for.

A newer platform has fields that we do not know, and may give known ones another type. Neither may get lost: what is
not taken stays in `rest`, and goes back to the platform as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted

JsonObject: TypeAlias = dict[str, Json]

T = TypeVar("T")


class Fields:
    """Takes known fields out of an object; a field that is null, absent or of another type is None."""

    def __init__(self, source: Mapping[str, Json]) -> None:
        self.rest: JsonObject = dict(source)

    def text(self, name: str) -> Untrusted | None:
        """A string."""
        value = self.rest.get(name)
        if value is None or isinstance(value, str):
            self.rest.pop(name, None)
            return None if value is None else Untrusted(value)
        return None

    def flag(self, name: str) -> bool | None:
        """A boolean."""
        value = self.rest.get(name)
        if value is None or isinstance(value, bool):
            self.rest.pop(name, None)
            return value
        return None

    def names(self, name: str) -> tuple[Untrusted, ...] | None:
        """A list of strings."""
        found = as_names(self.rest.get(name))
        if found is not None or self.rest.get(name) is None:
            self.rest.pop(name, None)
        return found

    def flags(self, names: tuple[str, ...]) -> dict[str, bool]:
        """Those of several booleans that are said."""
        found = {name: self.flag(name) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def object(self, name: str) -> JsonObject | None:
        """An object."""
        value = self.rest.get(name)
        if value is None or isinstance(value, dict):
            self.rest.pop(name, None)
            return value
        return None

    def converted(self, name: str, convert: Callable[[JsonObject], T | None]) -> T | None:
        """An object, converted; it stays in `rest` when it cannot be."""
        value = self.rest.get(name)
        found = convert(value) if isinstance(value, dict) else None
        if value is None or found is not None:
            self.rest.pop(name, None)
        return found


def as_names(value: Json) -> tuple[Untrusted, ...] | None:
    """A list of strings as a tuple; None for anything else."""
    if not isinstance(value, list):
        return None
    strings = tuple(Untrusted(item) for item in value if isinstance(item, str))
    return strings if len(strings) == len(value) else None


def said(**fields: Json | tuple[str, ...]) -> JsonObject:
    """An object of those fields that are not None; tuples become lists."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in fields.items() if value is not None
    }


def as_object(value: Json) -> JsonObject:
    """The value, or an empty object for anything else."""
    return value if isinstance(value, dict) else {}
