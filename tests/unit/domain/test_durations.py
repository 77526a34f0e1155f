from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.durations import DAY, HOUR, YEAR, format_duration, format_relative, parse_duration

NOW = 1_790_000_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("45s", 45),
        ("30m", 1800),
        ("12h", 12 * HOUR),
        ("7d", 7 * DAY),
        ("2w", 14 * DAY),
        ("1y", 365 * DAY),
        ("1d12h", 36 * HOUR),
        (" 7D ", 7 * DAY),
    ],
)
def test_lengths_of_time_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "-1d", "1.5h", "7x", "٧d", "9999999999d", "7d!"])
def test_what_is_no_length_of_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time: write 30m, 12h, 7d"):
        parse_duration(text)


def test_an_exact_length_is_written_in_as_few_units_as_it_takes() -> None:
    assert [format_duration(s) for s in (0, 90, 5400, 90 * DAY, 36 * HOUR + 1)] == [
        "0s",
        "1m30s",
        "1h30m",
        "90d",
        "1d12h1s",
    ]


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        format_duration(-1)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_written_length_reads_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (None, "never"),
        (NOW, "now"),
        (NOW + 0.4, "now"),
        (NOW + 45, "in 45 s"),
        (NOW - 119, "119 s ago"),
        (NOW + 120, "in 2 min"),
        (NOW - 2 * HOUR, "2 h ago"),
        (NOW + 3 * DAY - 1, "in 2 d"),
        (NOW + 61 * DAY, "in 61 d"),
        (NOW - 29 * DAY, "29 d ago"),
        (NOW - 400 * DAY, "400 d ago"),
        (NOW - 3 * YEAR, "3 y ago"),
    ],
)
def test_a_moment_is_told_from_now(when: float | None, words: str) -> None:
    assert format_relative(when, NOW) == words


@given(st.floats(min_value=1, max_value=10**11))
def test_an_expiry_is_never_told_later_than_it_is(distance: float) -> None:
    _, count, unit = format_relative(NOW + distance, NOW).split()
    told = int(count) * {"s": 1, "min": 60, "h": HOUR, "d": DAY, "y": YEAR}[unit]
    assert told <= distance + 1e-3
