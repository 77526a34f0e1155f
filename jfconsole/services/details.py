"""Details of listed objects: read for what is on the screen, kept until something changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from jfconsole.domain.errors import NotFound, UsageError
from jfconsole.services.objects import in_parallel, is_absence

T = TypeVar("T")
View = TypeVar("View")


@dataclass(frozen=True, eq=False)  # with slots, Listing[...](...) fails on Python 3.11
class Listing(Generic[View]):
    """One reading of a list, in the platform's order. `changed`: something moved while it was read.

    `basis` is what the next reading compares with; an equal one gives this very listing again.
    """

    views: Sequence[View]
    changed: bool
    basis: object


class Details(Generic[T]):
    """Details by key. `revision` grows with every change of what is known."""

    def __init__(self, fetch: Callable[[str], Awaitable[T]]) -> None:
        self.revision = 0
        self._fetch = fetch
        self._known: dict[str, T] = {}

    @property
    def known(self) -> Mapping[str, T]:
        """What was read so far."""
        return self._known

    async def load(self, keys: Iterable[str]) -> bool:
        """Read those that are not known yet, a few at a time; whether there was anything new."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._known]
        found = await in_parallel(missing, self._fetch_or_none)
        self.put({key: value for key, value in zip(missing, found, strict=True) if value is not None})
        return bool(missing)

    async def fresh(self, key: str) -> T:
        """Read one, whatever is known. Raises NotFound."""
        value = await self._fetch(key)
        self.put({key: value})
        return value

    def put(self, values: Mapping[str, T]) -> None:
        """Know these, read elsewhere."""
        if any(self._known.get(key) != value for key, value in values.items()):
            self._known.update(values)
            self.revision += 1

    def forget(self) -> None:
        """Know nothing: something was changed."""
        self._known.clear()
        self.revision += 1

    async def _fetch_or_none(self, key: str) -> T | None:
        """One odd object must not cost the whole list: what cannot be asked for stays unknown."""
        try:
            return await self._fetch(key)
        except UsageError:
            return None
        except NotFound as error:
            if is_absence(error):
                return None
            raise
