from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.claims import in_order
from jfconsole.domain.mapping_order import moved, ordered
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.text import Untrusted


def those(*priorities: int | None) -> list[IdentityMapping]:
    """Mappings `m0`, `m1` … with these priorities."""
    return [
        IdentityMapping(name=Untrusted(f"m{place}"), provider_name=Untrusted("ci"), priority=priority, claims={})
        for place, priority in enumerate(priorities)
    ]


def numbers(*priorities: int | None) -> list[int | None]:
    """What the mappings have once they are ordered."""
    return [mapping.priority for mapping in ordered(those(*priorities))]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ([1, 2, 3], [1, 2, 3]),
        ([10, 20, 30], [10, 20, 30]),
        ([30, 10, 20], [1, 10, 20]),
        ([10, 30, 20], [10, 11, 20]),
        ([20, 30, 10], [20, 30, 31]),
        ([2, 1, 3], [2, 3, 4]),
        ([1, 1, 1], [1, 2, 3]),
        ([5, 5, None], [5, 6, None]),
        ([None, 1, 2], [1, 2, 3]),
        ([None, None], [None, None]),
        ([1, None, 2], [1, 2, 3]),
        ([], []),
    ],
)
def test_the_fewest_numbers_change(now: list[int | None], then: list[int | None]) -> None:
    found = numbers(*now)
    assert sum(one != other for one, other in zip(found, now, strict=True)) <= sum(
        one != other for one, other in zip(then, now, strict=True)
    )
    named = [number for number in found if number is not None]
    assert named == sorted(set(named))


@given(st.lists(st.none() | st.integers(1, 12), max_size=8))
def test_they_come_to_stand_in_the_wanted_order(priorities: list[int | None]) -> None:
    found = ordered(those(*priorities))
    assert [mapping.name for mapping in in_order(found)] == [f"m{place}" for place in range(len(priorities))]
    assert ordered(found) == found, "nothing is left to change"
    named = [mapping.priority for mapping in found if mapping.priority is not None]
    assert len(set(named)) == len(named)
    assert min(named, default=1) >= 1


def test_one_is_moved_before_another_or_to_the_end() -> None:
    one, two, three = those(1, 2, 3)
    assert moved([one, two, three], three, one) == [three, one, two]
    assert moved([one, two, three], one, three) == [two, one, three]
    assert moved([one, two, three], one, None) == [two, three, one]
