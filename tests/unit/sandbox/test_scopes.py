"""The scope grammar: documented forms, refusals, and that meaning survives being written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox import scopes
from jfconsole.sandbox.scopes import BadScope, Scope


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("applied-permissions/user", Scope(user=True)),
        ("applied-permissions/admin", Scope(admin=True)),
        ("applied-permissions/user applied-permissions/admin", Scope(user=True, admin=True)),
        ("applied-permissions/groups:readers", Scope(groups=("readers",))),
        ("applied-permissions/groups:a,b", Scope(groups=("a", "b"))),
        ('applied-permissions/groups:"group 2","a,b"', Scope(groups=("group 2", "a,b"))),
        ('applied-permissions/groups:"admin-group",', Scope(groups=("admin-group",))),
        ('applied-permissions/groups:"a", "b"', None),
        ("applied-permissions/groups:a applied-permissions/groups:b", Scope(groups=("a", "b"))),
        ('applied-permissions/roles:acme:"Developer","Viewer"', Scope(roles=(("acme", ("Developer", "Viewer")),))),
        ("applied-permissions/roles:acme:Release Manager", None),
        ("system:metrics:r system:livelogs:r", Scope(resources=("system:metrics:r", "system:livelogs:r"))),
        ("system:info/storage:r", Scope(resources=("system:info/storage:r",))),
        ("artifact:libs/org/**:r,w,d,a,m", Scope(resources=("artifact:libs/org/**:r,w,d,a,m",))),
        ("artifact:docker-local:rw", Scope(resources=("artifact:docker-local:rw",))),
        ("artifact:npm:*", Scope(resources=("artifact:npm:*",))),
        ("project:acme:r", Scope(resources=("project:acme:r",))),
        ("  applied-permissions/user   system:metrics:r ", Scope(user=True, resources=("system:metrics:r",))),
        ("", None),
        ("  ", None),
        ("applied-permissions/identity", None),
        ("applied-permissions/group:readers", None),
        ("applied-permissions/groups:", None),
        ("applied-permissions/groups:,", None),
        ("applied-permissions/groups:a,,b", None),
        ('applied-permissions/groups:""', None),
        ('applied-permissions/groups:"open', None),
        ('applied-permissions/groups:a"b"', None),
        ("applied-permissions/roles:acme", None),
        ("applied-permissions/roles:acme:", None),
        ("applied-permissions/roles:Not-A-Key:Developer", None),
        ("system:metrics:q", None),
        ("system:everything:r", None),
        ("artifact:libs:", None),
        ("artifact::r", None),
        ("api:*", None),
        ("member-of-groups:*", None),
    ],
)
def test_documented_forms_and_refusals(text: str, scope: Scope | None) -> None:
    if scope is None:
        with pytest.raises(BadScope):
            scopes.parse(text)
    else:
        assert scopes.parse(text) == scope


def test_actions_are_granted_by_letter_and_by_star() -> None:
    scope = scopes.parse("system:identities:r,w artifact:libs:* system:info/licenses:r")
    assert scope.allows("system:identities", "r")
    assert scope.allows("artifact:libs", "d")
    assert scope.allows("system:info/licenses", "r")
    assert not scope.allows("system:identities", "d")
    assert not scope.allows("system:permissions", "r")


def test_searchable_names_are_groups_and_projects() -> None:
    scope = scopes.parse('applied-permissions/groups:"a b",c applied-permissions/roles:acme:Viewer project:dsci:r')
    assert scope.names() == {"a b", "c", "acme", "dsci"}


names = st.text(st.characters(exclude_characters='"', exclude_categories=["Cs"]), min_size=1, max_size=20)
lists = st.lists(names, min_size=1, max_size=4).map(tuple)
projects = st.from_regex(r"[a-z][a-z0-9-]{1,8}", fullmatch=True)
resources = st.sampled_from(["system:metrics:r", "system:info/storage:r", "artifact:a/**:r,w", "artifact:b:*"])


@st.composite
def valid_scopes(draw: st.DrawFn) -> Scope:
    scope = Scope(
        user=draw(st.booleans()),
        admin=draw(st.booleans()),
        groups=draw(st.one_of(st.just(()), lists)),
        roles=draw(st.lists(st.tuples(projects, lists), max_size=2).map(tuple)),
        resources=draw(st.lists(resources, max_size=3).map(tuple)),
    )
    return scope if scope != Scope() else Scope(user=True)


@given(valid_scopes())
def test_what_is_written_is_read_as_it_was_meant(scope: Scope) -> None:
    assert scopes.parse(scopes.render(scope)) == scope


@given(st.text())
def test_nothing_but_a_scope_or_a_refusal_comes_of_any_text(text: str) -> None:
    try:
        scope = scopes.parse(text)
    except BadScope:
        return
    assert scopes.parse(scopes.render(scope)) == scope


@given(valid_scopes(), st.sampled_from(['"', "applied-permissions/else", ":", "é"]))
def test_a_foreign_entry_spoils_the_whole(scope: Scope, foreign: str) -> None:
    with pytest.raises(BadScope):
        scopes.parse(f"{scopes.render(scope)} {foreign}")
