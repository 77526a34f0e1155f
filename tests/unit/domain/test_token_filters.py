"""What tokens can be asked about in a filter line."""

from __future__ import annotations

import pytest

from jfconsole.domain.durations import DAY, HOUR
from jfconsole.domain.filters import parse
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_facts import SubjectState, view_tokens
from jfconsole.domain.token_filters import token_schema
from jfconsole.domain.tokens import Token

NOW = 1_800_000_000
STATES = {"ann": SubjectState.ENABLED, "bob": SubjectState.DISABLED, "cid": SubjectState.LOCKED}


def token(name: str, subject: str, scope: str | None, expiry: int | None, **more: object) -> Token:
    fields: dict[str, object] = {"description": name, "issued_at": NOW - 400 * DAY, **more}
    return Token(name, Untrusted(subject), scope=Untrusted(scope) if scope else None, expiry=expiry, **fields)  # type: ignore[arg-type]


TOKENS = view_tokens(
    [
        token("plain", "x@1/users/ann", "applied-permissions/user", NOW + 90 * DAY),
        token("forever", "x@1/users/ann", "applied-permissions/groups:readers", None),
        token("root", "x@1/users/ann", "applied-permissions/admin", NOW + 30 * DAY, last_used=NOW - HOUR),
        token("friday", "x@1/users/ann", "artifact:libs-local:r", NOW + 3 * DAY),
        token("over", "x@1/users/ann", "applied-permissions/roles:acme:Viewer", NOW - DAY),
        token("ghost", "x@1/users/nobody", None, NOW + 90 * DAY),
        token("bobs", "x@1/users/bob", "system:metrics:r", NOW + 90 * DAY),
        token("cids", "x@1/users/cid", "applied-permissions/user", NOW + 90 * DAY, refreshable=True),
        token("mapped", "github/shop", 'applied-permissions/groups:"a b"', NOW + HOUR, issued_at=NOW - HOUR),
        token("mute", "x@1/users/ann", "applied-permissions/user", NOW + 90 * DAY, description=" ", project="acme"),
    ],
    STATES,
    in_use="root",
)
SCHEMA = token_schema(lambda: NOW, external=lambda name: name == "bob", here=lambda token_id: token_id == "plain")


def found(text: str) -> list[str]:
    wanted = parse(text, SCHEMA)
    assert not wanted.problems, wanted.problems
    return [view.token_id for view in filter(wanted.compile(NOW), TOKENS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("never", ["forever"]),
        ("expired", ["over"]),
        ("expires<7d", ["friday", "over", "mapped"]),
        ("expires<7d !expired", ["friday", "mapped"]),
        ("admin", ["root"]),
        ("refreshable", ["cids"]),
        ("groups", ["forever", "mapped"]),
        ("group:readers", ["forever"]),
        ('group:="a b"', ["mapped"]),
        ("scope:repo", ["friday"]),
        ("scope:applied-permissions/roles", ["over"]),
        ('scope:=""', ["ghost"]),
        ("kind:repository", ["friday"]),
        ("kind:roles", ["over"]),
        ("kind:system", ["bobs"]),
        ("user:bob", ["bobs"]),
        ("subject:github*", ["mapped"]),
        ("missing", ["ghost"]),
        ("disabled", ["bobs"]),
        ("locked", ["cids"]),
        ("orphaned", ["ghost", "bobs", "cids"]),
        ("state:missing", ["ghost"]),
        ("nodesc", ["mute"]),
        ("description:plain", ["plain"]),
        ("id:=root", ["root"]),
        ("project:acme", ["mute"]),
        ("used<2h", ["root"]),
        ("used>1s", ["root"]),
        ("created<2h", ["mapped"]),
        ("short", ["mapped"]),
        ("inuse", ["root"]),
        ("LIBS-LOCAL", ["friday"]),
        ("external", ["bobs"]),
        ("here", ["plain"]),
    ],
)
def test_fields(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_every_field_has_help() -> None:
    assert [spec.name for spec in SCHEMA.fields if not spec.help] == []
