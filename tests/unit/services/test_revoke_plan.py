"""What a person reads and types before tokens are revoked, and what the answers mean."""

from __future__ import annotations

from typing import Any

import pytest

from jfconsole.domain.errors import ConsoleError, ErrorDetail, NotFound, Refused, Rejected, UsageError
from jfconsole.domain.plans import Outcome, Plan
from jfconsole.domain.text import Untrusted
from jfconsole.domain.tokens import Token
from jfconsole.jfrog.sender import Answer
from jfconsole.services.revoke import REVOKE, REVOKE_OWN, OwnTokenRevoke, TokenRevoke, plan_revoke, token_object

NOW = 1_800_000_000
HOUR = 3600
DAY = 24 * HOUR
USER, ADMIN = Untrusted("applied-permissions/user"), Untrusted("applied-permissions/admin")


def a_token(number: int = 1, user: str = "ann", **fields: Any) -> Token:
    wanted: dict[str, Any] = {"issued_at": NOW - DAY, "expiry": NOW + 60 * DAY, "scope": USER} | fields
    return Token(token_id=f"{number:08d}-aaaa", subject=Untrusted(f"jfac@0/users/{user}"), **wanted)


def plan(*tokens: Token, own: str | None = None) -> Plan:
    return plan_revoke(tokens, own_token_id=own, origin="https://acme.example", now=NOW)


def test_one_token_needs_one_button() -> None:
    made = plan(a_token())
    confirmation = made.confirmation
    assert (confirmation.verb, confirmation.phrase, confirmation.by_yes) == ("Revoke token", None, True)
    assert confirmation.effects == (
        "A token of ann stops working",
        "It cannot be undone, and services may honour a revoked token for some minutes",
    )
    assert (made.title, made.in_flight) == ("Revoke token 00000001-aaaa of ann", 1)


def test_many_tokens_need_their_number() -> None:
    made = plan(*(a_token(number, user=f"u{number}") for number in range(12)))
    assert (made.confirmation.verb, made.confirmation.phrase) == ("Revoke 12 tokens", "revoke 12")
    assert made.confirmation.effects[0] == "12 tokens of u0, u1, u2, u3, u4 and 7 more stop working"
    assert (made.in_flight, made.stop_on_failure) == (8, False)
    assert [step.key for step in made.steps] == [f"{number:08d}-aaaa" for number in range(12)]


def test_an_administrators_token_needs_the_start_of_its_id() -> None:
    confirmation = plan(a_token(scope=ADMIN)).confirmation
    assert (confirmation.phrase, confirmation.by_yes) == ("00000001", True)
    assert "It has administrator rights" in confirmation.effects


def test_the_own_token_goes_alone_and_by_hand_only() -> None:
    own = a_token(7)
    made = plan(own, own=own.token_id)
    assert (made.confirmation.phrase, made.confirmation.by_yes) == ("00000007", False)
    assert made.steps[0].kind == REVOKE_OWN
    assert "the token that this console uses" in made.confirmation.effects[1]
    with pytest.raises(Refused, match="The token that this console uses is among them"):
        plan(a_token(1), own, own=own.token_id)
    assert plan(a_token(1), a_token(2), own=own.token_id).steps[0].kind == REVOKE


def test_nothing_to_revoke_and_one_token_twice() -> None:
    with pytest.raises(UsageError):
        plan()
    assert len(plan(a_token(1), a_token(1)).steps) == 1


@pytest.mark.parametrize(
    ("tokens", "sentence"),
    [
        ([a_token(1, scope=ADMIN), a_token(2), a_token(3)], "1 of them has administrator rights"),
        ([a_token(1, scope=ADMIN), a_token(2, scope=ADMIN), a_token(3)], "2 of them have administrator rights"),
        ([a_token(1, scope=None), a_token(2)], "The server does not say the scope of 1 of them"),
        ([a_token(1, scope=None)], "The server does not say its scope"),
        ([a_token(1, refreshable=True), a_token(2, refreshable=True)], "All of them are refreshable"),
        ([a_token(1, expiry=NOW - 1), a_token(2)], "1 of them has expired already"),
    ],
)
def test_effects(tokens: list[Token], sentence: str) -> None:
    assert sentence in plan(*tokens).confirmation.effects


def test_tokens_below_the_threshold_are_told_with_their_end() -> None:
    short = a_token(1, issued_at=NOW - HOUR, expiry=NOW + 3 * HOUR)
    shorter = a_token(2, issued_at=NOW - HOUR, expiry=NOW + 2 * HOUR)
    (alone,) = [effect for effect in plan(short).confirmation.effects if "less than 6h" in effect]
    assert alone.startswith("It was made to live less than 6h, and by the platform's default such tokens cannot be")
    assert alone.endswith("it lapses 2027-01-15 11:00 UTC")
    (among,) = [effect for effect in plan(short, shorter, a_token(3)).confirmation.effects if "6h" in effect]
    assert among.startswith("2 of them were made")
    assert among.endswith("the last one lapses 2027-01-15 11:00 UTC")
    over = a_token(4, issued_at=NOW - 3 * HOUR, expiry=NOW - HOUR)
    assert not any("6h" in effect for effect in plan(over).confirmation.effects)


def test_hostile_names_are_shown_cleaned_and_kept_raw() -> None:
    made = plan(a_token(user="a\x1b]0;x\x07\u202eb"))
    shown = [made.title, made.steps[0].title, *made.confirmation.effects]
    assert all(text.isprintable() for text in shown)
    assert isinstance(made.steps[0].before, dict)
    assert made.steps[0].before["subject"] == "jfac@0/users/a\x1b]0;x\x07\u202eb"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"description": "other"}, None),
        ({"last_used": NOW}, None),
        ({"issued_at": NOW}, "was issued at another time"),
        ({"subject": "jfac@0/users/bob"}, "belongs to somebody else"),
    ],
)
def test_moved(change: dict[str, Any], words: str | None) -> None:
    (step,) = plan(a_token()).steps
    current = token_object(a_token())
    assert isinstance(current, dict)
    reason = TokenRevoke().moved(step, current | change)
    assert reason is None if words is None else words in (reason or "")


def test_a_vanished_token_has_not_moved() -> None:
    (step,) = plan(a_token()).steps
    assert TokenRevoke().moved(step, None) is None
    assert TokenRevoke().reached(step, None)
    assert not OwnTokenRevoke().reached(step, step.before)


def rejected(status: int, code: str, text: str) -> ConsoleError:
    kind = NotFound if status == 404 else Rejected
    return kind("No", detail=ErrorDetail(status=status, code=Untrusted(code), server_text=Untrusted(text)))


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (Answer(200, {}, b""), Outcome.DONE),
        (Answer(204, {}, b""), Outcome.ALREADY),
        (rejected(400, "BAD_REQUEST", "Token not revocable"), Outcome.FAILED),
        (rejected(400, "BAD_REQUEST", "Token was created by another instance"), Outcome.FAILED),
        (rejected(404, "NOT_FOUND", "Not found"), Outcome.ALREADY),
        (rejected(404, "", "404 page not found"), Outcome.FAILED),
    ],
)
def test_answers(result: Answer | ConsoleError, outcome: Outcome) -> None:
    (step,) = plan(a_token()).steps
    assert TokenRevoke().interpret(step, step.requests[0], result).outcome is outcome


@pytest.mark.parametrize(
    ("expiry", "words"),
    [
        (NOW + HOUR, "lapses 2027-01-15 09:00 UTC"),
        (None, "never expires"),
        (10**18, f"lapses at epoch second {10**18}"),
    ],
)
def test_a_token_that_cannot_be_revoked_is_told_with_its_end(expiry: int | None, words: str) -> None:
    (step,) = plan(a_token(expiry=expiry)).steps
    refusal = rejected(400, "BAD_REQUEST", "Token not revocable")
    verdict = TokenRevoke().interpret(step, step.requests[0], refusal)
    assert verdict.message == f"The platform says that it cannot be revoked; it {words}"
