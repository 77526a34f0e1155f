"""Groups, users, permissions and repositories: nothing that a platform says gets lost on the way through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.capabilities import Capability, read_version
from jfconsole.domain.groups import group_from, name_problems, why_read_only
from jfconsole.domain.permissions import Section, Target, permission_from, section_from, section_problems
from jfconsole.domain.repositories import RepositoryRow, repository_from
from jfconsole.domain.text import Untrusted
from jfconsole.domain.users import email_problem, user_from, username_problems

JSON = st.recursive(
    st.one_of(st.booleans(), st.integers(-5, 5), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)


def objects(*known: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with known fields of any type, and fields that nobody knows."""
    return st.dictionaries(st.one_of(st.sampled_from(known), st.just("added_later")), JSON, max_size=6)


GROUPS = objects("name", "description", "auto_join", "members", "realm", "policy_manager", "manage_resources")
USERS = objects("username", "email", "admin", "groups", "status", "last_logged_in", "platform_auditor")
REPOSITORIES = objects("key", "rclass", "packageType", "repositories", "environments")
SECTIONS = objects("actions", "targets")


def same_text(one: object, other: object) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@settings(max_examples=60)
@given(GROUPS, USERS, REPOSITORIES)
def test_what_is_read_is_what_is_written(group: Any, user: Any, repository: Any) -> None:
    for source, read, key in (
        (group, group_from, "name"),
        (user, user_from, "username"),
        (repository, repository_from, "key"),
    ):
        found = read(source).as_object()
        for name, value in source.items():
            assert same_text(found[name], value)
        assert set(found) - set(source) <= {key, "rclass", "packageType"}


@settings(max_examples=100)
@given(SECTIONS)
def test_a_section_of_any_form_is_written_back_or_not_edited(source: Any) -> None:
    section = section_from(source)
    found = section.as_object()
    for name, value in source.items():
        if name not in ("actions", "targets") or not isinstance(value, dict):
            assert same_text(found[name], value)
    if not isinstance(source.get("actions", {}), dict) or not isinstance(source.get("targets", {}), dict):
        assert section.opaque


def test_a_section_as_platforms_say_it_is_written_back_byte_by_byte() -> None:
    target = {"include_patterns": ["b/**", "a/**"], "exclude_patterns": [], "x": {"n": [1]}}
    source: Any = {
        "actions": {"users": {"b": ["WRITE", "READ"], "a": []}, "groups": {}, "robots": {"r": ["READ"]}},
        "targets": {"libs": target},
        "y": None,
    }
    assert json.dumps(section_from(source).as_object()) == json.dumps(source)
    whole: Any = {"name": "p", "resources": {"artifact": source, "hologram": {"z": 1}}, "created_by": "admin", "w": 1}
    found = permission_from(whole).as_object()
    assert json.dumps(found["resources"]["artifact"]) == json.dumps(source)  # type: ignore[call-overload, index]
    assert (found["created_by"], found["w"]) == ("admin", 1)


def test_nulls_count_as_empty_and_defaults_are_the_documented_ones() -> None:
    section = section_from({"actions": {"users": None}, "targets": {"libs": {"exclude_patterns": None}}})
    assert section == Section(targets={Untrusted("libs"): Target()})
    assert not section.opaque
    assert section.targets[Untrusted("libs")].everywhere


def test_editing_a_section_touches_nothing_else() -> None:
    section = section_from(
        {"actions": {"groups": {"a": ["READ", "TRANSMUTE"], "b": ["READ"]}}, "targets": {"x": {}, "y": {}}, "later": 1}
    )
    edited = section.granting("groups", "a", ["WRITE", "READ"]).granting("users", "u", ["SCAN"]).targeting("x", None)
    assert edited.groups == {"b": ("READ",), "a": ("READ", "WRITE", "TRANSMUTE")}
    assert (edited.users, set(edited.targets), edited.extra) == ({"u": ("SCAN",)}, {"y"}, {"later": 1})
    assert edited.without("groups", ["a", "b"]).groups == {}


@pytest.mark.parametrize(
    ("kind", "targets", "actions", "words"),
    [
        ("artifact", [], "READ", "needs a target"),
        ("build", ["a", "b"], "READ", "exactly one target"),
        ("destination", ["x"], "READ", "READ means nothing for destination"),
        ("artifact", ["ANY_LOCAL"], "READ", "ANY_LOCAL is no target: write ANY LOCAL"),
        ("artifact", ["ALL-REMOTE"], "READ", "ALL-REMOTE is no target: write ANY REMOTE"),
        ("hologram", [], "BEND", ""),
        ("artifact", ["ANY LOCAL", "libs"], "READ MANAGE SCAN", ""),
    ],
)
def test_what_is_wrong_with_a_section(kind: str, targets: list[str], actions: str, words: str) -> None:
    section = Section(targets={Untrusted(name): Target() for name in targets}).granting("groups", "g", actions.split())
    problems = section_problems(kind, section)
    assert any(words in problem for problem in problems) if words else problems == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "empty"),
        ("a/b", "contains /"),
        ("x" * 65, "65 characters"),
        (" a", "blank"),
        ("..", "cannot be"),
        ("a b", ""),
    ],
)
def test_names_of_groups(name: str, words: str) -> None:
    problems = name_problems(name)
    assert any(words in problem for problem in problems) if words else problems == ()


@pytest.mark.parametrize(
    ("name", "count"),
    [("ann", 0), ("ann@example.com", 0), ("Ann", 1), ("a b", 1), ("a+b", 1), ("", 1), ("anonymous", 1)],
)
def test_names_of_users(name: str, count: int) -> None:
    assert len(username_problems(name)) == count


def test_mail_addresses() -> None:
    assert email_problem("a@b") is None
    assert email_problem("a") is not None


def test_where_somebody_comes_from() -> None:
    assert group_from({"name": "g", "realm": "ldap"}).is_external
    assert not group_from({"name": "g"}).is_external
    assert why_read_only("internal") is None
    assert "ldap" in (why_read_only("ldap") or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-04-26T10:58:18.351+02:00", 1714121898.351),
        ("2023-03-24T19:53:33.373Z", 1679687613.373),
        ("soon", None),
        (None, None),
    ],
)
def test_last_logins(text: str | None, expected: float | None) -> None:
    assert user_from({"username": "a", "last_logged_in": text}).last_login == expected


def test_catch_alls_by_kind() -> None:
    kinds = {
        kind: RepositoryRow(Untrusted("x"), Untrusted(kind), Untrusted("")).catch_alls
        for kind in ("local", "remote", "virtual", "hologram")
    }
    assert kinds == {"local": ("ANY LOCAL", "ANY"), "remote": ("ANY REMOTE", "ANY"), "virtual": (), "hologram": ()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7.146.10", (7, 146, 10)), ("7.9.0-SNAPSHOT", (7, 9, 0)), (" 7.84", (7, 84, 0)), ("", None), ("new", None)],
)
def test_versions(text: str, expected: tuple[int, int, int] | None) -> None:
    assert read_version(text) == expected


def test_what_an_old_platform_cannot_do() -> None:
    assert Capability.PERMISSIONS.missing("7.72.0") is None
    assert Capability.PERMISSIONS.missing(None) is None
    assert Capability.PERMISSIONS.missing("7.71.11") == (
        "Managing permissions by resource type needs Artifactory 7.72.0, and this is 7.71.11"
    )
    assert all(capability.hint for capability in Capability)
