"""Details of listed objects: read for what is on the screen, kept until something changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

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


Watch: TypeAlias = Callable[[int, int], None]
"""Is told how many of how many details were read."""


class Details(Generic[T]):
    """Details by key. `revision` grows with every change of what is known."""

    def __init__(self, fetch: Callable[[str], Awaitable[T]]) -> None:
        self.revision = 0
        self._fetch = fetch
        self._known: dict[str, T] = {}
        self._odd: set[str] = set()

    @property
    def known(self) -> Mapping[str, T]:
        """What was read so far."""
        return self._known

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those that were not read, apart from those that cannot be."""
        return [key for key in dict.fromkeys(keys) if key not in self._known and key not in self._odd]

    async def load(self, keys: Iterable[str], watch: Watch | None = None) -> bool:
        """Read those that are not known yet, a few at a time, each known as it comes; whether there were any."""
        missing, done = self.missing(keys), 0

        async def one(key: str) -> None:
            nonlocal done
            await self._learn(key)
            done += 1
            if watch is not None:
                watch(done, len(missing))

        await in_parallel(missing, one)
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
        self._odd.clear()
        self.revision += 1

    async def _learn(self, key: str) -> None:
        """One odd object must not cost the whole list: what cannot be asked for, or is gone, stays unknown."""
        try:
            value = await self._fetch(key)
        except (NotFound, UsageError) as error:
            if isinstance(error, NotFound) and not is_absence(error):
                raise
            self._odd.add(key)
        else:
            self.put({key: value})
