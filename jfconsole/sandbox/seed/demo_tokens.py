"""Acme's access tokens: sixty of every kind, and at least one of every mistake."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jfconsole.sandbox import scopes
from jfconsole.sandbox.identity import uuid4
from jfconsole.sandbox.records import USER_INTERFACE, TokenItem, TokenRecord
from jfconsole.sandbox.seed.objects import DAY, Moment, words
from jfconsole.sandbox.settings import Settings

_NEVER = 0
_FRIDAY = 4
_OFFICE_HOURS_END = 17


@dataclass(frozen=True, slots=True)
class _Token:
    """A row of the story; days may be fractions."""

    user: str
    made_days_ago: float
    lives_days: float
    """0 is for ever; a negative number asks for the coming Friday."""
    description: str | None = None
    scope: str = scopes.USER
    audience: str = "*@*"
    used_days_ago: float | None = None
    refreshable: bool = False
    reference: bool = False
    project: str | None = None
    issuer: str | None = None
    bare: bool = False
    """Whether the subject is the name alone, as for tokens exchanged for groups."""


_COMING_FRIDAY = -1

_STORY: tuple[_Token, ...] = (
    # Somebody left; what they made rules on.
    _Token("tomasz.nowak", 1130, _NEVER, "bootstrap automation", scopes.ADMIN, used_days_ago=0.02),
    _Token("old-jenkins", 1095, _NEVER, "jenkins master", scopes.ADMIN, used_days_ago=400),
    _Token("build-bot", 740, _NEVER, "nightly builds", "applied-permissions/groups:readers"),
    # Accounts that were stopped, with tokens that were not.
    _Token("diego.alvarez", 200, 365, "laptop of Diego", used_days_ago=46),
    _Token("diego.alvarez", 150, _NEVER, None, refreshable=True),
    _Token("wanda.novak", 100, 180, "contract 2207"),
    _Token("liam.oconnor", 80, 365, "IntelliJ", used_days_ago=0.5),
    # Reaching too far.
    _Token("ci-shop", 300, _NEVER, "shop pipeline", "applied-permissions/groups:ci-runners", used_days_ago=0.01),
    _Token("k8s-prod", 500, _NEVER, "pull secret prod", scopes.ADMIN, used_days_ago=0.001),
    _Token("renovate", 420, _NEVER, "renovate", "artifact:*:r,w,d", used_days_ago=0.2),
    _Token("george.miller", 30, 365, "terraform", scopes.ADMIN, used_days_ago=0.1),
    _Token("lucia.fernandez", 2, 1, "incident 4711", scopes.ADMIN, used_days_ago=1.1),
    # Running out.
    _Token("ox-scanner", 29, 90, "ox security: production images", used_days_ago=0.08, reference=True),
    _Token("k8s-staging", 361, _COMING_FRIDAY, "pull secret staging", audience="jfrt@*", used_days_ago=0.001),
    _Token("ci-mobile", 362, 365, "mobile pipeline", used_days_ago=0.02),
    _Token("mirror", 25, 30, "mirror to the plant in Győr", used_days_ago=7),
    _Token("ci/release", 27, 30, None, "applied-permissions/groups:deployers", refreshable=True, bare=True),
    # Over, but still listed.
    _Token("backup", 400, 365, "backup", "system:identities:r system:permissions:r"),
    _Token("pierre.dubois", 95, 90, "audit Q3", used_days_ago=61),
    _Token("hiro.tanaka", 40, 30, None),
    # Stored, yet beyond recall: below the threshold of revocation.
    _Token("ci-data", 0.05, 4 / 24, "training run 8812", "applied-permissions/groups:data-science"),
    _Token("ci-data", 0.01, 3.5 / 24, "training run 8813", "applied-permissions/groups:data-science"),
    # Made with care, to show how it looks.
    _Token("k8s-prod", 10, 90, "pull secret prod (new)", audience="jfrt@*", used_days_ago=0.001, reference=True),
    _Token("ci-shop", 12, 90, "shop pipeline (new)", 'applied-permissions/groups:"deployers"', used_days_ago=0.01),
    _Token("elena.rossi", 6, 30, "security dashboard", "system:metrics:r", used_days_ago=0.3),
    # Project tokens.
    _Token("ines.silva", 50, 180, "mobile releases", "applied-permissions/roles:mobile:Developer", project="mobile"),
    _Token("ci-mobile", 20, 90, "mobile CI", 'applied-permissions/roles:mobile:"Contributor"', project="mobile"),
    _Token("chloe.martin", 15, 60, "notebooks", "applied-permissions/roles:dsci:Developer,Viewer", project="dsci"),
    # Users that never existed, on purpose.
    _Token("hand-out-2031", 3, 14, "workshop participants", "applied-permissions/groups:readers", reference=True),
    _Token("edge-device-fleet", 220, 400, "devices in the field", "artifact:generic-tools-local/edge/**:r"),
    # From the web interface.
    _Token("marta.keller", 18, 365, "generated in the UI", scopes.ADMIN, issuer=USER_INTERFACE),
    _Token("priya.sharma", 8, 365, None, issuer=USER_INTERFACE, reference=True, used_days_ago=0.1),
    # Unusual, harmless.
    _Token("søren.ødegård", 14, 180, "Søren’s bærbare — 日本語のメモ ✓", used_days_ago=3),
    _Token(
        "svc-continuous-integration-and-delivery-of-the-warehouse-management-system-emea",
        120,
        365,
        "Deployment of the warehouse management system to all sites of the region, including those that are still "
        "being migrated from the old data centre; talk to the platform team before touching anything here. " * 3,
    ),
)

_ROUTINE_USERS = words(
    "aisha.khan anna.kowalska ben.carter daniel.weber fatima.haddad jonas.berg kofi.mensah mei.chen "
    "noah.schmidt olga.petrova sofia.lindqvist yusuf.demir renovate"
)
_ROUTINE = ("laptop", "IDE")
"""Everyone has an unremarkable token or two."""


def tokens(moment: Moment) -> list[TokenRecord]:
    """All tokens, oldest first, the same for the same moment."""
    source = random.Random("acme")
    made = [_record(moment, row, uuid4(source)) for row in (*_STORY, *_routine(source))]
    return sorted(made, key=lambda record: record.item.issued_at)


def _routine(source: random.Random) -> Iterator[_Token]:
    for user in _ROUTINE_USERS:
        for what in _ROUTINE:
            age = source.randrange(5, 300)
            used = source.choice((None, 0.1, 1, 4, age / 2))
            yield _Token(user, age, 365, f"{what} of {user}", used_days_ago=used, refreshable=what == "IDE")


def _record(moment: Moment, row: _Token, token_id: str) -> TokenRecord:
    issued = int(moment.now - row.made_days_ago * DAY)
    expiry = _expiry(moment, row, issued)
    expires_in = expiry - issued if expiry is not None else 0
    issuer = row.issuer or moment.identity.access_id
    item = TokenItem(
        token_id=token_id,
        subject=row.user if row.bare else f"{issuer}/users/{row.user}",
        issued_at=issued,
        issuer=issuer,
        refreshable=row.refreshable,
        expiry=expiry,
        description=row.description,
        scope=row.scope,
        last_used=None if row.used_days_ago is None else int(moment.now - row.used_days_ago * DAY),
        project=row.project,
    )
    revocable = not expires_in or expires_in >= Settings().revocable_threshold
    return TokenRecord(item, row.scope, row.audience, expires_in, revocable, row.reference)


def _expiry(moment: Moment, row: _Token, issued: int) -> int | None:
    if row.lives_days == _NEVER:
        return None
    if row.lives_days == _COMING_FRIDAY:
        return _coming_friday(moment.now)
    return issued + int(row.lives_days * DAY)


def _coming_friday(now: int) -> int:
    """The next Friday that is not today, at the end of office hours, UTC."""
    today = datetime.fromtimestamp(now, UTC)
    days = (_FRIDAY - today.weekday() - 1) % 7 + 1
    return int((today + timedelta(days=days)).replace(hour=_OFFICE_HOURS_END, minute=0, second=0).timestamp())
