"""The scope grammar: every documented form, the tolerated ones, and that nothing makes the reader fail."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.scopes import (
    AdminScope,
    ApiScope,
    ArtifactScope,
    GroupsScope,
    RolesScope,
    Scope,
    ServiceAdminScope,
    SystemScope,
    UnknownScope,
    UserScope,
    format_scope,
    group_names,
    is_admin,
    parse_scope,
    scope_concerns,
    scope_in_english,
    scope_label,
)
from jfconsole.domain.text import Untrusted, visible


def names(*texts: str) -> tuple[Untrusted, ...]:
    return tuple(Untrusted(text) for text in texts)


READINGS: list[tuple[str, tuple[Scope, ...]]] = [
    ("", ()),
    ("applied-permissions/user", (UserScope(),)),
    ("  applied-permissions/user  ", (UserScope(),)),
    ("applied-permissions/admin", (AdminScope(),)),
    ("applied-permissions/groups:readers", (GroupsScope(names("readers")),)),
    ("applied-permissions/groups:a,b", (GroupsScope(names("a", "b")),)),
    ('applied-permissions/groups:"admin-group",', (GroupsScope(names("admin-group")),)),
    ('applied-permissions/groups:"group 2","a,b",c', (GroupsScope(names("group 2", "a,b", "c")),)),
    ("applied-permissions/groups:team:red", (GroupsScope(names("team:red")),)),
    (
        'applied-permissions/roles:acme:"Developer","Viewer"',
        (RolesScope(Untrusted("acme"), names("Developer", "Viewer")),),
    ),
    ("system:metrics:r", (SystemScope(Untrusted("metrics"), ("r",)),)),
    ("system:info/storage:r", (SystemScope(Untrusted("info/storage"), ("r",)),)),
    ("artifact:libs-local:r,w", (ArtifactScope(Untrusted("libs-local"), Untrusted(""), ("r", "w")),)),
    ("artifact:libs-*/org/**:rw", (ArtifactScope(Untrusted("libs-*"), Untrusted("/org/**"), ("r", "w")),)),
    ("artifact:libs-local:*", (ArtifactScope(Untrusted("libs-local"), Untrusted(""), ("*",)),)),
    ("artifact:libs-local:r,w,x,s", (ArtifactScope(Untrusted("libs-local"), Untrusted(""), ("r", "w", "x", "s")),)),
    ("api:* member-of-groups:g1,g2", (ApiScope(), GroupsScope(names("g1", "g2"), legacy=True))),
    ("member-of-groups:*", (GroupsScope(names("*"), legacy=True),)),
    ("jfrt@01hsandbox:admin", (ServiceAdminScope(Untrusted("jfrt@01hsandbox")),)),
    (
        'applied-permissions/groups:"a b" artifact:x:r',
        (GroupsScope(names("a b")), ArtifactScope(Untrusted("x"), Untrusted(""), ("r",))),
    ),
    ("applied-permissions/identity", (UnknownScope(Untrusted("applied-permissions/identity")),)),
    ("applied-permissions/groups:", (UnknownScope(Untrusted("applied-permissions/groups:")),)),
    ('applied-permissions/groups:a"b', (UnknownScope(Untrusted('applied-permissions/groups:a"b')),)),
    ("applied-permissions/roles:acme", (UnknownScope(Untrusted("applied-permissions/roles:acme")),)),
    ("artifact::r", (UnknownScope(Untrusted("artifact::r")),)),
    ("system:metrics:,", (UnknownScope(Untrusted("system:metrics:,")),)),
]


@pytest.mark.parametrize(("text", "expected"), READINGS, ids=[text or "empty" for text, _ in READINGS])
def test_reads(text: str, expected: tuple[Scope, ...]) -> None:
    assert parse_scope(text) == expected


@pytest.mark.parametrize(
    ("scopes", "text"),
    [
        ((GroupsScope(names("readers", "group 2", "a,b")),), 'applied-permissions/groups:readers,"group 2","a,b"'),
        (
            (RolesScope(Untrusted("acme"), names("Release Manager")),),
            'applied-permissions/roles:acme:"Release Manager"',
        ),
        (
            (ArtifactScope(Untrusted("a"), Untrusted("/b"), ("r", "w")), UserScope()),
            "artifact:a/b:r,w applied-permissions/user",
        ),
    ],
)
def test_writes(scopes: tuple[Scope, ...], text: str) -> None:
    assert format_scope(scopes) == text


@pytest.mark.parametrize("name", ["", 'a"b'])
def test_refuses_to_write_what_the_grammar_cannot_carry(name: str) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        format_scope([GroupsScope(names(name))])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (None, "not said"),
        ("", "not said"),
        ("applied-permissions/admin", "admin"),
        ("applied-permissions/groups:deployers", "groups: deployers"),
        ("artifact:libs-local:r,w", "repo: libs-local r,w"),
        ("applied-permissions/roles:acme:Developer", "roles: acme Developer"),
        ("system:metrics:r", "system: metrics r"),
        ("api:* member-of-groups:g1", "groups: g1"),
        ("api:*", "api"),
        ("jfrt@01:admin", "admin of jfrt@01"),
        ("something new", "unknown + unknown"),
    ],
)
def test_labels(text: str | None, label: str) -> None:
    assert scope_label(text) == label


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "server does not say"),
        ("applied-permissions/user", "everything its user may do"),
        ("applied-permissions/admin", "administrator of the whole platform"),
        ("applied-permissions/groups:a,b,c", "what members of a, b and c may do"),
        ("applied-permissions/roles:acme:Viewer", "what the role Viewer may do in project acme"),
        (
            "applied-permissions/roles:acme:Viewer,Developer",
            "what the roles Viewer and Developer may do in project acme",
        ),
        ("artifact:libs-local/org:r,w,d", "read, deploy and delete in libs-local/org"),
        ("artifact:libs-local:*", "do anything in libs-local"),
        ("artifact:libs-local:r,q", "read and action q in libs-local"),
        ("system:livelogs:r", "read livelogs of the platform"),
        ("member-of-groups:*", "what the groups of its user may do"),
        ("jfrt@01:admin", "administrator of the service jfrt@01"),
        ("api:*", "call the REST API"),
        ("new:thing", "not known to this console: new:thing"),
    ],
)
def test_in_english(text: str | None, sentence: str) -> None:
    assert scope_in_english(text) == sentence


def test_admin_is_seen_wherever_it_stands() -> None:
    assert is_admin("applied-permissions/groups:readers applied-permissions/admin")
    assert is_admin("jfrt@01:admin")
    assert not is_admin('applied-permissions/groups:"applied-permissions/admin"')
    assert not is_admin(None)


def test_two_groups_entries_are_a_known_trap() -> None:
    trap = "applied-permissions/groups:a applied-permissions/groups:b"
    assert "refuses them in use" in scope_concerns(trap)[0]
    assert group_names(trap) == ("a", "b")
    assert scope_concerns("applied-permissions/groups:a,b") == ()


def test_hostile_names_come_out_cleaned() -> None:
    text = 'applied-permissions/groups:"a\x1b[31m\u202e"'
    for shown in (scope_label(text), scope_in_english(text)):
        assert shown == visible(shown)


def test_a_huge_scope_is_not_taken_apart() -> None:
    assert [type(scope) for scope in parse_scope("a " * 20_000)] == [UnknownScope]


NAME = st.text(min_size=1, max_size=20).filter(lambda text: '"' not in text).map(Untrusted)
NAMES = st.lists(NAME, min_size=1, max_size=4).map(tuple)
WORD = st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True).map(Untrusted)
LETTERS = st.one_of(
    st.just(("*",)), st.lists(st.sampled_from("rwdamxs"), min_size=1, unique=True).map(lambda found: tuple(found))
)
PATH = st.one_of(st.just(Untrusted("")), st.from_regex(r"/[a-z*?/.:-]{0,12}", fullmatch=True).map(Untrusted))
SCOPES: st.SearchStrategy[Scope] = st.one_of(
    st.just(UserScope()),
    st.just(AdminScope()),
    st.just(ApiScope()),
    st.builds(GroupsScope, NAMES, st.booleans()),
    st.builds(RolesScope, WORD, NAMES),
    st.builds(SystemScope, WORD, LETTERS),
    st.builds(ArtifactScope, WORD, PATH, LETTERS),
)


def test_what_is_written_reads_back() -> None:
    kinds: Counter[type] = Counter()

    @settings(max_examples=300)
    @given(st.lists(SCOPES, max_size=4))
    def round_trip(scopes: list[Scope]) -> None:
        kinds.update(type(scope) for scope in scopes)
        assert parse_scope(format_scope(scopes)) == tuple(scopes)

    round_trip()
    assert len(kinds) == 7, f"some kinds never occurred: {kinds}"


@given(st.text(alphabet=st.sampled_from('apiuser:/,*" \t\n-groups@x'), max_size=60) | st.text(max_size=60))
def test_any_text_is_read_and_reading_is_stable(text: str) -> None:
    scopes = parse_scope(text)
    assert parse_scope(format_scope(scopes)) == scopes
    assert scope_label(text) == visible(scope_label(text))
