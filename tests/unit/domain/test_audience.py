"""Audiences, told by product."""

from __future__ import annotations

import pytest

from jfconsole.domain.audience import audience_in_english, parse_audience


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "server does not say"),
        ("*@*", "every service"),
        ("jfrt@*", "Artifactory"),
        ("jfrt@01hx", "Artifactory 01hx"),
        ("jfrt@* jfac@* jfrt@*", "Artifactory, Access"),
        ("*@01hx", "every service 01hx"),
        ("jfwks@*", "jfwks"),
        ("https://registry.example.test", "https://registry.example.test"),
        ("jfrt@", "jfrt@"),
        ("mail me@x", "mail, me x"),
        ("a\x1b@*", "a␛@*"),
    ],
)
def test_in_english(text: str, words: str) -> None:
    assert audience_in_english(parse_audience(text)) == words


def test_only_both_stars_mean_everything() -> None:
    assert [entry.is_everything for entry in parse_audience("*@* jfrt@* *@01")] == [True, False, False]
