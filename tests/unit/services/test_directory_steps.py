"""Steps on groups, users and permissions: cleaned words, raw names on the wire, no secret kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jfconsole.domain.groups import Group
from jfconsole.domain.permissions import Permission, Section, Target, ordered
from jfconsole.domain.plans import Step
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.users import User
from jfconsole.services import group_steps, permission_steps, user_steps
from jfconsole.services.kinds import HANDLERS
from jfconsole.services.plan_codec import dump_step, load_step

EVIL = Untrusted("a\x1b[2J\u202e[/b]/é")
SECRET = Secret("correct-horse-Battery1")
GROUP = Group(name=EVIL, description=EVIL, members=(EVIL,))
USER = User(username=EVIL, email=EVIL, groups=(EVIL,))
SECTION = Section(targets={EVIL: Target(include=(EVIL,))}, groups={EVIL: ordered([EVIL])})
PERMISSION = Permission(name=EVIL, sections={EVIL: SECTION})


def made(step: Step | None) -> Step:
    assert step is not None
    return step


STEPS = [
    group_steps.create_step(GROUP),
    made(group_steps.update_step(GROUP, replace(GROUP, auto_join=True))),
    made(group_steps.members_step(EVIL, [], [EVIL])),
    group_steps.delete_step(GROUP),
    user_steps.create_step(USER, SECRET),
    made(user_steps.update_step(USER, replace(USER, admin=True), SECRET)),
    made(user_steps.groups_step(EVIL, [EVIL], [])),
    user_steps.password_step(EVIL, SECRET),
    user_steps.expire_step(EVIL),
    user_steps.unlock_step(EVIL),
    user_steps.delete_step(USER),
    permission_steps.create_step(PERMISSION),
    made(permission_steps.section_step(EVIL, EVIL, None, SECTION)),
    made(permission_steps.section_step(EVIL, EVIL, SECTION, None)),
    permission_steps.delete_step(PERMISSION),
]


def test_every_kind_is_here() -> None:
    nouns = ("group.", "user.", "permission.")
    assert {step.kind for step in STEPS} == {kind for kind in HANDLERS if kind.startswith(nouns)}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)
def test_words_are_cleaned_and_the_wire_gets_the_name_as_it_is(step: Step) -> None:
    for shown in (step, step.inverse):
        if shown is not None:
            assert shown.title.isprintable()
            assert shown.loses.isprintable()
            assert shown.key == EVIL
    for request in step.requests:
        assert request.path.isascii()
        assert request.path.isprintable()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)
def test_what_is_written_down_has_no_secret_and_comes_back(step: Step) -> None:
    dumped = dump_step(step)
    assert "horse" not in dumped
    assert load_step(dumped).lacks_secrets is bool([*step.requests[0].secrets])
    assert replace(load_step(dumped), requests=()) == replace(step, requests=())


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)
def test_only_creates_are_unique_and_everything_can_be_repeated(step: Step) -> None:
    assert step.unique is step.kind.endswith(".create")
    assert step.repeatable


def test_nothing_to_do_is_no_step() -> None:
    assert group_steps.update_step(GROUP, replace(GROUP, members=())) is None
    assert group_steps.members_step("g", ["a", "b"], ["b", "a"]) is None
    assert user_steps.update_step(USER, replace(USER, status=Untrusted("locked"))) is None
    assert permission_steps.section_steps(PERMISSION, PERMISSION) == ()


def test_what_does_not_come_back_is_said() -> None:
    assert "password does not come back" in user_steps.delete_step(USER).loses
    cleared = made(user_steps.update_step(USER, replace(USER, internal_password_disabled=True)))
    assert cleared.inverse is None
    assert "set a new one" in cleared.loses
    again = user_steps.delete_step(USER).inverse
    assert again is not None
    assert isinstance(again.after, dict)
    assert again.after["internal_password_disabled"] is True


def test_a_field_that_is_taken_away_is_sent_as_an_empty_text() -> None:
    step = made(group_steps.update_step(GROUP, replace(GROUP, description=None)))
    assert step.requests[0].body == {"description": ""}
    assert made(step.inverse).requests[0].body == {"description": EVIL}
