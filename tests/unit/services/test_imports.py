"""Files of people: what is read, and what is wrong with which line."""

from __future__ import annotations

import pytest

from jfconsole.domain.errors import UsageError
from jfconsole.services.imports import read_file


def test_users_with_quotes_blank_lines_and_a_byte_order_mark() -> None:
    text = '\ufeffUsername, Email ,groups,profile_updatable\r\n\r\nann,ann@x,"a; b|b",no\n\nbob,bob@x,,\n'
    found = read_file(text)
    assert found.problems == ()
    ann, bob = (entry.user for entry in found.users)
    assert (ann.username, ann.email, ann.groups, ann.profile_updatable) == ("ann", "ann@x", ("a", "b"), False)
    assert (bob.groups, bob.profile_updatable, bob.internal_password_disabled) == ((), None, True)
    assert [entry.line for entry in found.users] == [3, 5]


def test_every_wrong_line_is_named() -> None:
    text = "username,email,groups,disable_ui_access\nann,ann@x\nANN,ann@x\n,x@y\nbob,x,,maybe\ncid,c@x,,yes,more\n"
    found = read_file(text)
    assert [(problem.line, problem.sentence) for problem in found.problems] == [
        (3, "User names are lower-case"),
        (3, "ANN stands in line 2 already"),
        (4, "The user name is empty"),
        (5, "'x' is no e-mail address"),
        (5, "disable_ui_access is yes or no, not 'maybe'"),
        (6, "It has 5 cells, and the header 4"),
    ]
    assert [entry.user.username for entry in found.users] == ["ann"]


def test_memberships() -> None:
    found = read_file("group,username,action\nops,ann,\nops,bob,REMOVE\nops,ann,remove\n,x,add\nqa,y,swap\n")
    assert [(entry.group, entry.username, entry.add) for entry in found.memberships] == [
        ("ops", "ann", True),
        ("ops", "bob", False),
    ]
    assert [problem.sentence for problem in found.problems] == [
        "The same group and user stand in line 2 already",
        "The group is empty",
        "The action is add or remove, not 'swap'",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("username,email,Password\n", "passwords are not imported"),
        ("username,email,new_password\n", "passwords are not imported"),
        ("username,mail\n", "Unknown columns: mail"),
        ("username\n", "The columns email are missing"),
        ("group,action\n", "The columns username are missing"),
        ('username,email\n"ann,ann@x\n', "is no CSV"),
        pytest.param("username,email\n" + "a,b\n" * 50_001, "more than 50,000 lines", id="too long"),
    ],
)
def test_files_that_are_not_read_at_all(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_file(text)


def test_hostile_cells_are_cleaned_in_sentences() -> None:
    found = read_file("username,email\nann\x1b[2J,\x07\n")
    assert all(problem.sentence.isprintable() for problem in found.problems)
