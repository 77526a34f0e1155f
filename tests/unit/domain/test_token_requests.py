"""A token that is asked for: what stands on the wire, what would be refused, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.scopes import GroupsScope, format_scope, group_names, parse_scope
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_forecast import concerns, forecast, forecast_lines
from jfconsole.domain.token_requests import (
    NEVER,
    TokenRequest,
    folded_username,
    merged_scope,
    request_problems,
    request_title,
)

NAMES = st.text(st.characters(blacklist_characters='"', blacklist_categories=["Cs"]), min_size=1, max_size=12)


def test_what_is_left_to_the_platform_is_not_sent() -> None:
    assert TokenRequest(force_revocable=False).as_object() == {"scope": "applied-permissions/user", "audience": "*@*"}


def test_never_is_sent_as_nought() -> None:
    assert TokenRequest(expires_in=NEVER).as_object()["expires_in"] == 0


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"description": "d" * 1025}, "description"),
        ({"audience": "a" * 256}, "audience"),
        ({"username": "u" * 256}, "username"),
        ({"scope": "s" * 501}, "scope"),
        ({"scope": "  "}, "scope"),
        ({"expires_in": -1}, "expires_in"),
    ],
)
def test_what_the_platform_would_refuse_is_known_before(fields: dict[str, Any], wrong: str) -> None:
    assert set(request_problems(TokenRequest(**fields))) == {wrong}


def test_the_limits_themselves_are_taken() -> None:
    request = TokenRequest(description="d" * 1024, audience="a" * 255, username=Untrusted("u" * 255), scope="s" * 500)
    assert not request_problems(request)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=3), min_size=1, max_size=4))
def test_groups_end_up_in_one_entry_and_none_is_lost(entries: list[list[str]]) -> None:
    scope = format_scope([GroupsScope(tuple(map(Untrusted, names))) for names in entries])
    merged = merged_scope(scope)
    assert sum(isinstance(held, GroupsScope) for held in parse_scope(merged)) == 1
    assert list(dict.fromkeys(group_names(scope))) == list(dict.fromkeys(group_names(merged)))


def test_other_scopes_keep_their_place_beside_merged_groups() -> None:
    scope = "applied-permissions/groups:a artifact:libs:r applied-permissions/groups:b"
    assert merged_scope(scope) == "applied-permissions/groups:a,b artifact:libs:r"


def test_names_are_folded_as_the_platform_does_it() -> None:
    assert folded_username(" MyUser ") == "myuser"
    assert request_title(TokenRequest(username=Untrusted("a\u202eb"))) == "Create a token for a⟨U+202E⟩b"


@pytest.mark.parametrize("seconds", [1, 10_799, 10_800, 21_599, 21_600])
def test_the_documented_thresholds_decide_what_becomes_of_it(seconds: int) -> None:
    ahead = forecast(TokenRequest(expires_in=seconds, force_revocable=False), now=1000)
    assert (ahead.stored, ahead.revocable, ahead.expiry) == (seconds >= 10_800, seconds >= 21_600, 1000 + seconds)
    lines = " ".join(forecast_lines(TokenRequest(expires_in=seconds, force_revocable=False), now=1000))
    assert ("not stored" in lines) == (seconds < 10_800)
    assert ("cannot be revoked: shorter than 6 h" in lines) == (10_800 <= seconds < 21_600)


def test_what_may_surprise_is_said() -> None:
    risky = TokenRequest(scope="applied-permissions/admin", expires_in=NEVER, refreshable=True)
    said = " ".join(concerns(risky))
    assert "never expires" in said
    assert "administers the whole platform" in said
    assert "refreshed" in said
    assert concerns(TokenRequest(expires_in=NEVER + 100, force_revocable=False)) == ()
