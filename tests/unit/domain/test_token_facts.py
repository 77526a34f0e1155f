"""What is said about a listed token: facts, flags, words and the JSON record that scripts rely on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.durations import DAY, HOUR
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.times import local_text, utc_text
from jfconsole.domain.token_facts import (
    ExpiryState,
    SubjectKind,
    SubjectState,
    expiry_state,
    flags,
    revocability_in_words,
    subject_kind,
    token_record,
    view_token,
    view_tokens,
)
from jfconsole.domain.token_words import NOT_SAID, describe_token, when
from jfconsole.domain.tokens import Revocability, Token, revocability, username_of

NOW = 1_800_000_000
USER = "jfac@01hsandbox0000000000000000/users/scan-bot"


def token(
    *,
    subject: str = USER,
    expiry: int | None = NOW + 90 * DAY,
    issued_at: int = NOW - DAY,
    scope: str | None = "applied-permissions/user",
    description: str | None = "scanner",
    refreshable: bool = False,
    last_used: int | None = None,
    token_id: str = "0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10",
) -> Token:
    return Token(
        token_id=token_id,
        subject=Untrusted(subject),
        issued_at=issued_at,
        issuer=Untrusted("jfac@01hsandbox0000000000000000"),
        expiry=expiry,
        description=Untrusted(description) if description is not None else None,
        refreshable=refreshable,
        scope=Untrusted(scope) if scope is not None else None,
        last_used=last_used,
    )


@pytest.mark.parametrize(
    ("subject", "name", "kind"),
    [
        (USER, "scan-bot", SubjectKind.USER),
        ("jfac@01/users/ci/release", "ci/release", SubjectKind.USER),
        ("jfrt@01/users/a/users/b", "a/users/b", SubjectKind.USER),
        ("github-acme/shop-deploy", "github-acme/shop-deploy", SubjectKind.MAPPING),
        ("token:github/actor", "token:github/actor", SubjectKind.MAPPING),
        ("jfxr@01hx", "jfxr@01hx", SubjectKind.OTHER),
        ("a/b/c", "a/b/c", SubjectKind.OTHER),
        ("", "", SubjectKind.OTHER),
    ],
)
def test_subjects(subject: str, name: str, kind: SubjectKind) -> None:
    assert username_of(subject) == name
    assert subject_kind(subject) is kind


@pytest.mark.parametrize(
    ("expiry", "state"),
    [
        (None, ExpiryState.NEVER),
        (NOW - 1, ExpiryState.EXPIRED),
        (NOW, ExpiryState.EXPIRED),
        (NOW + 1, ExpiryState.SOON),
        (NOW + 7 * DAY, ExpiryState.SOON),
        (NOW + 7 * DAY + 1, ExpiryState.LATER),
    ],
)
def test_expiry(expiry: int | None, state: ExpiryState) -> None:
    assert expiry_state(expiry, NOW) is state


@pytest.mark.parametrize(
    ("expiry", "expected", "words"),
    [
        (None, Revocability.REVOCABLE, "yes, by the default threshold"),
        (NOW + 6 * HOUR, Revocability.REVOCABLE, "yes, by the default threshold"),
        (NOW + 6 * HOUR - 1, Revocability.UNCERTAIN, "perhaps not: made to live 5h59m59s"),
    ],
)
def test_revocable_by_the_default_threshold(expiry: int | None, expected: Revocability, words: str) -> None:
    found = token(expiry=expiry, issued_at=NOW)
    assert revocability(found) is expected
    assert revocability_in_words(found, NOW).startswith(words)


def test_a_short_token_says_when_it_lapses() -> None:
    assert revocability_in_words(token(expiry=NOW + 2 * HOUR, issued_at=NOW), NOW).endswith("lapses in 2 h")


STATES = {"scan-bot": SubjectState.ENABLED, "gone": SubjectState.DISABLED, "shut": SubjectState.LOCKED}


@pytest.mark.parametrize(
    ("subject", "states", "state"),
    [
        (USER, STATES, SubjectState.ENABLED),
        ("jfac@01/users/Scan-Bot", STATES, SubjectState.ENABLED),
        ("jfac@01/users/nobody", STATES, SubjectState.MISSING),
        ("jfac@01/users/shut", STATES, SubjectState.LOCKED),
        ("github/map", STATES, SubjectState.NO_USER),
        (USER, None, SubjectState.UNKNOWN),
        ("github/map", None, SubjectState.NO_USER),
    ],
)
def test_the_state_of_the_subject(subject: str, states: dict[str, SubjectState] | None, state: SubjectState) -> None:
    assert view_token(token(subject=subject), states).subject_state is state


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (token(), ()),
        (token(expiry=NOW - DAY, issued_at=NOW - 9 * DAY), ("expired",)),
        (token(scope="applied-permissions/admin", refreshable=True), ("admin", "refreshable")),
        (token(subject="x/users/nobody"), ("no subject",)),
        (token(subject="x/users/gone"), ("disabled",)),
        (token(subject="x/users/shut"), ("locked",)),
        (token(expiry=NOW + HOUR, issued_at=NOW), ("short-lived",)),
    ],
)
def test_flags(made: Token, expected: tuple[str, ...]) -> None:
    assert flags(view_token(made, STATES), NOW) == expected


def test_the_token_in_use_is_flagged_first() -> None:
    view = view_token(token(), STATES, in_use=token().token_id)
    assert flags(view, NOW) == ("in use",)


def test_views_keep_the_order_and_carry_what_words_search() -> None:
    tokens = [token(token_id=str(number), description="Nightly BUILD") for number in range(3)]
    views = view_tokens(tokens, STATES, in_use="1")
    assert [view.token_id for view in views] == ["0", "1", "2"]
    assert [view.in_use for view in views] == [False, True, False]
    assert "nightly build" in views[0].haystack
    assert "scan-bot" in views[0].haystack
    assert "jfac@" not in views[0].haystack


def test_the_record_is_stable() -> None:
    made = token(expiry=None, scope='applied-permissions/groups:readers,"a b"', last_used=NOW - 60)
    assert token_record(view_token(made, STATES), NOW) == {
        "token_id": made.token_id,
        "subject": USER,
        "subject_kind": "user",
        "username": "scan-bot",
        "subject_state": "enabled",
        "scope": 'applied-permissions/groups:readers,"a b"',
        "admin": False,
        "groups": ["readers", "a b"],
        "description": "scanner",
        "project": None,
        "issuer": "jfac@01hsandbox0000000000000000",
        "issued_at": NOW - DAY,
        "issued_at_iso": "2027-01-14T08:00:00Z",
        "expiry": None,
        "expiry_iso": None,
        "never_expires": True,
        "expired": False,
        "last_used": NOW - 60,
        "last_used_iso": "2027-01-15T07:59:00Z",
        "refreshable": False,
        "revocable": "revocable",
        "in_use": False,
        "flags": [],
    }


def test_what_the_server_does_not_say_is_null_and_called_so() -> None:
    view = view_token(token(scope=None), None)
    record = token_record(view, NOW)
    assert (record["scope"], record["admin"], record["last_used"]) == (None, None, None)
    said = {fact.label: fact.text for fact in describe_token(view, NOW)}
    assert (said["scope"], said["audience"], said["last used"]) == (NOT_SAID, NOT_SAID, NOT_SAID)


ANY_TIME = st.one_of(st.none(), st.integers(-(10**30), 10**30), st.integers(0, 4 * 10**9))
ANY_TEXT = st.text(alphabet=st.characters(), max_size=20)


@given(ANY_TEXT, ANY_TIME, st.integers(-(10**30), 10**30), ANY_TEXT | st.none(), ANY_TEXT | st.none())
def test_any_token_is_told_without_a_control_character(
    subject: str, expiry: int | None, issued_at: int, scope: str | None, description: str | None
) -> None:
    made = token(subject=subject, expiry=expiry, issued_at=issued_at, scope=scope, description=description)
    view = view_token(made, STATES)
    for fact in describe_token(view, NOW):
        assert fact.text == visible(fact.text)
    assert token_record(view, NOW)["subject"] == subject


@pytest.mark.parametrize(
    ("epoch", "text"),
    [
        (None, None),
        (0, "1970-01-01T00:00:00Z"),
        (NOW, "2027-01-15T08:00:00Z"),
        (NOW + 0.9, "2027-01-15T08:00:00Z"),
        (10**18, None),
        (-(10**18), None),
        (float("inf"), None),
        (float("nan"), None),
    ],
)
def test_utc(epoch: float | None, text: str | None) -> None:
    assert utc_text(epoch) == text


def test_local_times_need_a_calendar() -> None:
    assert local_text(10**18) is None
    assert when(10**18, NOW) == "1000000000000000000 (no date of any calendar)"
    assert when(None, NOW) == "never"
    assert when(NOW + 61 * DAY, NOW).endswith("local (in 61 d)")
