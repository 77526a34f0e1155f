"""Which priorities identity mappings need so that they are looked at in a wanted order, and as few change as can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jfconsole.domain.mappings import IdentityMapping


def ordered(mappings: Sequence[IdentityMapping]) -> tuple[IdentityMapping, ...]:
    """The mappings with priorities that have them looked at in this order, the first one first.

    As few change as can be; those without a priority at the end need none. Two never share one.
    """
    named = len(mappings)
    while named and mappings[named - 1].priority is None:
        named -= 1
    kept = _kept([mapping.priority for mapping in mappings[:named]])
    found, last = [], 0
    for place, mapping in enumerate(mappings[:named]):
        last = mapping.priority or 0 if place in kept else last + 1
        found.append(mapping if mapping.priority == last else replace(mapping, priority=last))
    return (*found, *mappings[named:])


def moved(
    mappings: Sequence[IdentityMapping], mapping: IdentityMapping, before: IdentityMapping | None
) -> list[IdentityMapping]:
    """The mappings with one of them right before another; at the end without one."""
    rest = [one for one in mappings if one is not mapping]
    place = len(rest) if before is None else rest.index(before)
    return [*rest[:place], mapping, *rest[place:]]


def _kept(priorities: Sequence[int | None]) -> set[int]:
    """The places, as many as there can be, whose numbers may stay: each leaves room for those between.

    A longest run that never falls, of each number less its place; of several, the one that ends lowest, so that
    numbers do not grow from one change to the next.
    """
    spare = [(priority or 0) - place for place, priority in enumerate(priorities)]
    fits = [place for place, room in enumerate(spare) if room >= 1]
    runs: dict[int, list[int]] = {}
    for place in fits:
        earlier = [runs[other] for other in fits if other < place and spare[other] <= spare[place]]
        runs[place] = [*_best(earlier, spare), place]
    return set(_best(runs.values(), spare))


def _best(runs: Iterable[list[int]], spare: Sequence[int]) -> list[int]:
    none: list[int] = []
    return max(runs, key=lambda run: (len(run), -spare[run[-1]]), default=none)
