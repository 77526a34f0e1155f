"""The token linter: what a platform's tokens show that somebody should look at. Rules without I/O.

What the platform does not say is no finding: a token without a known scope is no admin token here, and one whose last
use is not told is not unused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from jfconsole.domain.durations import DAY, YEAR, format_duration, format_relative
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.spreadsheets import csv_text
from jfconsole.domain.text import visible
from jfconsole.domain.times import utc_text
from jfconsole.domain.token_facts import SOON, ExpiryState, SubjectState, TokenView, expiry_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the rules need beside a token. Lengths are in seconds, `now` is in epoch seconds.

    `external` are the users who come from elsewhere (LDAP, SAML, SCIM), by lower-case name; None: not known.
    `states_known`: whether the users could be read, so that a missing one is missing.
    """

    now: float
    older_than: int = YEAR
    unused_for: int = 90 * DAY
    soon: int = SOON
    external: Collection[str] | None = None
    states_known: bool = True


Holds = Callable[[TokenView, Surroundings], bool]
Words = Callable[[TokenView, Surroundings], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that is looked for. The ids are stable: scripts and saved views name them.

    `why` says what is bad about it. `filter` finds the same tokens in a list, by the default lengths.
    `needs_users`: it means nothing where the users could not be read.
    """

    id: str
    title: str
    holds: Holds = field(repr=False)
    words: Words = field(repr=False)
    why: str
    fix: str
    filter: str
    needs_users: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One token that a rule holds for; `sentence` is cleaned."""

    rule: Rule
    view: TokenView
    sentence: str


@dataclass(frozen=True, slots=True)
class Lint:
    """All findings, rule by rule, and the rules that could not be asked."""

    findings: tuple[Finding, ...]
    asked: tuple[Rule, ...]
    not_asked: tuple[Rule, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many tokens each rule that was asked holds for, by the rule's id."""
        found = Counter(finding.rule.id for finding in self.findings)
        return {rule.id: found[rule.id] for rule in self.asked}


_SHUT_OUT: Final = {
    SubjectState.MISSING: "There is no user {}: removed, or never there",
    SubjectState.DISABLED: "The user {} is disabled",
    SubjectState.LOCKED: "The user {} is locked",
}


def _is_external(view: TokenView, around: Surroundings) -> bool:
    return view.token.refreshable and around.external is not None and view.username.casefold() in around.external


def _unused(view: TokenView, around: Surroundings) -> bool:
    used = view.token.last_used
    return used is not None and around.now - used > around.unused_for


def _expires_soon(view: TokenView, around: Surroundings) -> bool:
    expiry = view.token.expiry
    return expiry is not None and expiry - around.now <= around.soon


RULES: Final = (
    Rule(
        id="never-expires",
        title="never expires",
        filter="never",
        holds=lambda view, around: view.token.expiry is None,
        words=lambda view, around: "It works until somebody remembers to revoke it",
        why="A token without an end works until somebody remembers it",
        fix="Rotate it into one that expires",
    ),
    Rule(
        id="admin-scope",
        title="admin scope",
        filter="admin !expired",
        holds=lambda view, around: view.is_admin,
        words=lambda view, around: "Whoever holds it administers the whole platform",
        why="Whoever holds it may do everything",
        fix="Give its user a scope of groups or repositories instead",
    ),
    Rule(
        id="refreshable-external",
        title="refreshable, of an external user",
        holds=_is_external,
        words=lambda view, around: f"{visible(view.username)} comes from elsewhere, and can refresh it after leaving",
        why="Its user comes from elsewhere, and can refresh it after leaving there",
        filter="refreshable external !expired",
        fix="Replace it by one that cannot be refreshed",
        needs_users=True,
    ),
    Rule(
        id="subject-shut-out",
        title="subject missing, disabled or locked",
        filter="orphaned !expired",
        holds=lambda view, around: view.subject_state in _SHUT_OUT,
        words=lambda view, around: _SHUT_OUT[view.subject_state].format(visible(view.username)),
        why="The user is gone or shut out, yet the token may still work",
        fix="Find out who uses it, then revoke it",
        needs_users=True,
    ),
    Rule(
        id="no-description",
        title="no description",
        filter="nodesc !expired",
        holds=lambda view, around: not (view.token.description or "").strip(),
        words=lambda view, around: "Nobody can tell what it is for",
        why="Nobody can tell what it is for",
        fix="Rotate it into one with a description",
    ),
    Rule(
        id="old",
        title="old",
        filter="created>1y !expired",
        holds=lambda view, around: around.now - view.token.issued_at > around.older_than,
        words=lambda view, around: f"It was made {format_relative(view.token.issued_at, around.now)}",
        why="What is a year old was seen by many eyes, and outlives its purpose",
        fix="Rotate it",
    ),
    Rule(
        id="unused",
        title="not used",
        filter="used>90d !expired",
        holds=_unused,
        words=lambda view, around: f"It was last used {format_relative(view.token.last_used, around.now)}",
        why="What nobody uses can only be misused",
        fix="Ask its user, then revoke it",
    ),
    Rule(
        id="expires-soon",
        title="expires soon",
        filter="expires<=7d !expired",
        holds=_expires_soon,
        words=lambda view, around: f"It expires {format_relative(view.token.expiry, around.now)}",
        why="Whoever uses it will be locked out soon",
        fix="Rotate it before its user is locked out",
    ),
)


def lint_tokens(views: Iterable[TokenView], around: Surroundings, only: Collection[str] = ()) -> Lint:
    """Every finding on tokens that have not expired; `only` names the rules that are asked, all without any."""
    wanted = [rule for rule in RULES if not only or rule.id in only]
    asked = tuple(rule for rule in wanted if _can_be_asked(rule, around))
    alive = [view for view in views if expiry_state(view.token.expiry, around.now) is not ExpiryState.EXPIRED]
    found = tuple(
        Finding(rule, view, rule.words(view, around)) for rule in asked for view in alive if rule.holds(view, around)
    )
    return Lint(found, asked, tuple(rule for rule in wanted if rule not in asked))


def _can_be_asked(rule: Rule, around: Surroundings) -> bool:
    return around.states_known or not rule.needs_users


def finding_record(finding: Finding) -> JsonObject:
    """The finding as `lint tokens --json` prints it; keys are stable."""
    token = finding.view.token
    return {
        "rule": finding.rule.id,
        "token_id": token.token_id,
        "username": finding.view.username,
        "subject_state": finding.view.subject_state.value,
        "scope": token.scope,
        "description": token.description,
        "issued_at_iso": utc_text(token.issued_at),
        "expiry_iso": utc_text(token.expiry),
        "last_used_iso": utc_text(token.last_used),
        "sentence": finding.sentence,
        "fix": finding.rule.fix,
    }


CSV_COLUMNS: Final = (
    "rule",
    "token_id",
    "username",
    "subject_state",
    "scope",
    "description",
    "issued_at_iso",
    "expiry_iso",
    "last_used_iso",
    "sentence",
    "fix",
)


def findings_csv(findings: Iterable[Finding]) -> str:
    """The findings as a table for a spreadsheet."""
    return csv_text(CSV_COLUMNS, map(finding_record, findings))


def lint_record(lint: Lint, total: int) -> JsonObject:
    """All of it as `lint tokens --json` prints it; keys are stable. `total` is how many tokens were looked at."""
    return {
        "counts": {**lint.counts},
        "tokens": total,
        "not_asked": [rule.id for rule in lint.not_asked],
        "findings": [finding_record(finding) for finding in lint.findings],
    }


def length_words(around: Surroundings) -> tuple[str, ...]:
    """By which lengths of time it was judged."""
    return (
        f"old: more than {format_duration(around.older_than)}",
        f"not used: for more than {format_duration(around.unused_for)}",
        f"soon: within {format_duration(around.soon)}",
    )
