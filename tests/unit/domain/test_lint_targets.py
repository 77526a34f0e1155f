from __future__ import annotations

import pytest

from jfconsole.domain.lint_mappings import Rule, passes
from jfconsole.domain.lint_targets import (
    Known,
    Standing,
    power_findings,
    spec_targets,
    target_findings,
    user_in_the_way,
)
from jfconsole.domain.mappings import TokenSpec
from jfconsole.domain.text import Untrusted

USER = "applied-permissions/user"
GROUPS = 'applied-permissions/groups:"few","many"'
KNOWN = Known(
    {"ci": Standing.THERE, "left": Standing.DISABLED, "nobody": Standing.MISSING, "unseen": Standing.UNKNOWN},
    {"few": Standing.THERE, "many": Standing.MISSING},
)


def spec(username: str | None = None, scope: str = "", **fields: str) -> TokenSpec:
    more = {name: Untrusted(value) for name, value in fields.items()}
    return TokenSpec(username=Untrusted(username) if username else None, scope=Untrusted(scope), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (spec("ci", USER), []),
        (spec("unseen", USER), []),
        (spec("nobody", USER), ["There is no user nobody, whose rights the token would have: nobody gets in"]),
        (spec("nobody"), ["There is no user nobody, whose rights the token would have: nobody gets in"]),
        (spec("left", USER), ["The user left is disabled: nobody gets in"]),
        (spec("left", 'applied-permissions/groups:"few"'), ["The user left is disabled: nobody gets in"]),
        (spec("nobody", 'applied-permissions/groups:"few"'), []),
        (spec("nobody", groups_pattern="{{groups}}"), []),
        (spec(None, GROUPS), ["There is no group many: the token has nothing of it"]),
        (spec(None, username_pattern="{{actor}}"), []),
        (spec("\x1b[2J", USER), []),
    ],
)
def test_whom_a_mapping_names_has_to_be_there(given: TokenSpec, says: list[str]) -> None:
    wanted = spec_targets(given)
    found = target_findings(wanted, KNOWN, Untrusted("m"))
    assert [finding.sentence for finding in found] == says
    assert all((finding.rule, finding.mapping, bool(finding.fix)) == (Rule.TARGET, "m", True) for finding in found)
    assert passes(found), "it lets no strangers in"
    assert bool(user_in_the_way(wanted, KNOWN)) is any("nobody gets in" in sentence for sentence in says)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (spec("root", USER), ["The user root administers the whole platform"]),
        (spec("root"), ["The user root administers the whole platform"]),
        (spec("root", 'applied-permissions/groups:"few"'), []),
        (spec("ci", 'applied-permissions/groups:"few","wheel"'), ["The group wheel administers the whole platform"]),
        (spec("ci", USER), []),
        (spec("left", USER), []),
    ],
)
def test_administrators_are_told(given: TokenSpec, says: list[str]) -> None:
    standing = Standing.ADMINISTRATOR
    known = Known({**KNOWN.users, "root": standing}, {**KNOWN.groups, "wheel": standing})
    found = power_findings(spec_targets(given), known, Untrusted("m"))
    assert [finding.sentence for finding in found] == says
    assert all((finding.rule, finding.mapping, bool(finding.fix)) == (Rule.POWERFUL, "m", True) for finding in found)
    assert passes(found), "it lets no strangers in"
    assert not user_in_the_way(spec_targets(given), known) or given.username == "left"
