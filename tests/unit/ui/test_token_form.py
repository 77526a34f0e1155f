"""From answers to a request for a token, and what is told of it; without a screen and without a platform."""

from __future__ import annotations

from typing import Any

import pytest

from jfconsole.domain.durations import DAY
from jfconsole.domain.forms import Answer, problems
from jfconsole.domain.scopes import parse_scope
from jfconsole.ui.screens import token_form as form

NOW = 1_800_000_000.0


def answers(**given: Any) -> dict[str, Answer]:
    return {**form.token_form(lambda _: ()).defaults(), **given}


def test_left_alone_it_is_a_token_for_oneself_that_ends() -> None:
    request = form.token_request(answers())
    assert (request.username, request.scope, request.audience) == ("", "applied-permissions/user", "*@*")
    assert (request.expires_in, request.force_revocable, request.refreshable) == (90 * DAY, True, False)


@pytest.mark.parametrize(
    ("given", "scope"),
    [
        ({"scope": form.ADMIN}, "applied-permissions/admin"),
        ({"scope": form.GROUPS, "groups": ("readers", "a b")}, 'applied-permissions/groups:readers,"a b"'),
        ({"scope": form.ROLES, "project": "acme", "roles": "Viewer,"}, "applied-permissions/roles:acme:Viewer"),
        (
            {"scope": form.PATHS, "repositories": "a-local, b-*", "path": "/org/", "actions": ("read", "manage")},
            "artifact:a-local/org:r,m artifact:b-*/org:r,m",
        ),
        ({"scope": form.SYSTEM, "area": "metrics", "area_actions": ("read",)}, "system:metrics:r"),
        ({"scope": form.BY_HAND, "by_hand": "anything at all"}, "anything at all"),
        (
            {"scope": form.SEVERAL, "groups": ("readers",), "repositories": "a-local"},
            "applied-permissions/groups:readers artifact:a-local:r",
        ),
    ],
)
def test_scopes_are_put_together(given: dict[str, Any], scope: str) -> None:
    built = form.token_request(answers(**given)).scope
    assert built == scope
    assert parse_scope(built)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"scope": form.GROUPS}, "groups"),
        ({"scope": form.ROLES, "project": "acme"}, "project"),
        ({"scope": form.PATHS, "repositories": "a b"}, "repositories"),
        ({"scope": form.PATHS, "repositories": "a", "actions": ()}, "repositories"),
        ({"scope": form.SYSTEM}, "area_actions"),
        ({"scope": form.SEVERAL}, "scope"),
        ({"scope": form.BY_HAND}, "by_hand"),
        ({"services": form.PICKED, "picked_services": ()}, "picked_services"),
        ({"user": "x" * 300}, "user"),
        ({"description": "x" * 2000}, "description"),
        ({"scope": form.GROUPS, "groups": ('say "hi"',)}, "groups"),
    ],
)
def test_what_will_not_do_is_told_at_its_field(given: dict[str, Any], field: str) -> None:
    asked = form.token_form(lambda _: ())
    assert field in problems(asked, answers(**given))


def test_services_become_an_audience() -> None:
    request = form.token_request(answers(services=form.PICKED, picked_services=("Artifactory", "Xray")))
    assert request.audience == "jfrt@* jfxr@*"


def test_what_comes_of_it_is_told_while_it_is_typed() -> None:
    told = form.foretold(answers(circle=True, expires="other", expires_other="10m"), NOW, None, None)
    assert any("not stored" in line for line in told)
    assert form.foretold(answers(scope=form.GROUPS), NOW, None, None) == ("Say below what the token may do",)
    assert form.foretold(answers(expires="other", expires_other="soon"), NOW, None, None)[0].endswith("2w or 1y")
