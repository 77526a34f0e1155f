"""Two readings of how identity mappings are chosen, the console's and the sandbox's, give the same answers.

Each was written from the documentation without a look at the other. Over generated mappings and claims they must
agree on the winner, and on the user and groups that come of it.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from jfconsole.domain.claim_grants import Grant, grant
from jfconsole.domain.claims import Operator, evaluate
from jfconsole.domain.mappings import IdentityMapping, TokenSpec
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import group_names
from jfconsole.domain.text import Untrusted
from jfconsole.sandbox import records
from jfconsole.sandbox.exchange import ExchangeArea
from jfconsole.sandbox.exchanged_tokens import ExchangedTokens, Refused
from jfconsole.sandbox.identity_patterns import BadPattern, NoName

Claims = dict[str, Json]

TEXTS = ("octo-org/app", "octo-org/App", "refs/heads/main", "refs/heads/x/y", "a", "", "jf-a,jf-b", "*", "jf-a")
NUMBERS: tuple[Json, ...] = (1, 1.0, 0, True, False, None, "1", "true")
USERS = ("", "", "{{actor}}", "{{actor}} | $0@Corp.test", "({{actor}})/app | $1", "jf-({{actor}})|$1-$0", "{{no}}")
GROUPS = ("", "", "", "{{groups}}", "jf-({{groups}}) | $1", "{{actor}} | team-$0")
SCOPES = ("", "applied-permissions/user", "applied-permissions/groups:readers", 'applied-permissions/groups:"a b"')


def one_of(random: Random, *values: Json) -> Json:
    """Any of these."""
    return random.choice(values)


def a_token(random: Random) -> Claims:
    """What a workload might say of itself, and what nobody should."""
    claims: Claims = {
        "sub": random.choice(TEXTS),
        "ref": random.choice(TEXTS),
        "actor": one_of(random, *TEXTS, 7, ["a"]),
        "groups": one_of(random, ["jf-a", "b"], ["jf-a"], "jf-a,b", [], ["a", 1, None], 7, ['x","y']),
        "run": random.choice(NUMBERS),
        "roles": one_of(random, ["a", "b"], [], [1, True], [["a"]], "a"),
        "kubernetes.io": one_of(
            random, {"namespace": "ci", "account": {"name": random.choice(TEXTS)}}, {"namespace": ["ci"]}, {}, "ci"
        ),
    }
    return {name: claims[name] for name in claims if random.random() < 0.85}


def wanted_claims(random: Random, token: Claims) -> Claims:
    """Claims that a mapping might want of this token: many of them its own, in every way to write them."""
    names = random.sample(
        ["sub", "ref", "actor", "groups", "run", "roles", "kubernetes.io"], random.choice([0, 1, 1, 2, 3])
    )
    return {name: _written(random, token[name]) if name in token else "a" for name in names}


def _written(random: Random, value: Json) -> Json:
    match random.randint(0, 9):
        case 0:
            return random.choice(TEXTS) + random.choice(["", "*"])
        case 1:
            return random.choice(NUMBERS)
        case 2:
            return [random.choice(TEXTS), value] if random.random() < 0.8 else []
        case 3 | 4 if isinstance(value, str):
            start, end = sorted(random.randint(0, len(value)) for _ in range(2))
            return f"{value[:start]}*{value[end:]}"
        case 5 if isinstance(value, list) and value:
            return random.choice(value)
        case 6 if isinstance(value, dict):
            return {name: _written(random, member) for name, member in value.items() if random.random() < 0.8}
        case 7 if random.random() < 0.5:
            return {"namespace": value}
        case _:
            return value


def a_mapping(random: Random, place: int, token: Claims) -> IdentityMapping:
    """One of the mappings; its name says where in the list it stands."""
    spec = TokenSpec(
        username=random.choice([None, Untrusted("ci")]),
        username_pattern=Untrusted(random.choice(USERS)) or None,
        groups_pattern=Untrusted(random.choice(GROUPS)) or None,
        scope=Untrusted(random.choice(SCOPES)),
        expires_in=60,
    )
    return IdentityMapping(
        name=Untrusted(f"m{place}"),
        provider_name=Untrusted("ci"),
        priority=random.choice([None, 1, 2, 3]),
        claims=wanted_claims(random, token),
        token_spec=spec,
        project_key=random.choice([None, None, Untrusted("acme"), Untrusted("shop")]),
    )


def of_the_sandbox(mapping: IdentityMapping) -> records.MappingRecord:
    """The same mapping as the sandbox keeps it."""
    spec = mapping.token_spec
    token = records.TokenSpec(
        username=spec.username or "",
        username_pattern=spec.username_pattern or "",
        groups_pattern=spec.groups_pattern or "",
        scope=spec.scope or "",
        expires_in=60,
    )
    return records.MappingRecord(
        mapping.name, "ci", dict(mapping.claims or {}), token, "", mapping.priority, mapping.project_key
    )


def sandbox_choice(
    mappings: list[IdentityMapping], claims: Claims, project: str | None, only: str | None
) -> tuple[str | None, tuple[str | None, set[str]] | None]:
    """The sandbox's winner by name, and the user and groups that it gives; None for a refusal of either."""
    kept = [of_the_sandbox(mapping) for mapping in mappings]
    platform: Any = SimpleNamespace(
        state=SimpleNamespace(mappings=kept), emulation=SimpleNamespace(has_claim_patterns=True)
    )
    nothing: Any = None
    integration = records.IntegrationRecord("ci", "https://issuer.test", "Generic OpenID Connect")
    fields: Any = {"project_key": project, "identity_mapping_name": only}
    try:
        winner = ExchangeArea(platform, nothing, nothing)._mapping(integration, fields, claims)
    except Refused:
        return None, None
    tokens = ExchangedTokens(platform, nothing)
    try:
        return winner.name, (tokens._username(winner, claims), set(group_names(tokens._scope(winner, claims))))
    except (NoName, BadPattern):
        return winner.name, None


@pytest.mark.parametrize("pairs", [2_000, pytest.param(10_000, marks=pytest.mark.deep)])
def test_both_readings_agree(pairs: int) -> None:
    random = Random(pairs)
    seen: Counter[str] = Counter()
    for _ in range(pairs):
        claims = a_token(random)
        mappings = [a_mapping(random, place, claims) for place in range(random.randint(1, 5))]
        project, only = random.choice([None, "acme"]), random.choice([None, None, None, "m0"])
        found = evaluate(mappings, claims, project, only)
        given = grant(found.winner.mapping, claims) if found.winner else None
        ours = found.winner.mapping.name if found.winner else None
        theirs, their_grant = sandbox_choice(mappings, claims, project, only)
        case = (mappings, claims, project, only)
        assert ours == theirs, case
        if isinstance(given, Grant):
            username = None if given.synthetic else given.username
            assert (username, set(given.groups)) == their_grant, case
        else:
            assert their_grant is None, (case, given)
        seen["winner"] += ours is not None
        seen["grant"] += isinstance(given, Grant)
        seen["refused by a pattern"] += ours is not None and not isinstance(given, Grant)
        seen["project wins"] += bool(found.winner and found.winner.mapping.project_key)
        for verdict in (one for mapping in found.verdicts for one in mapping.claims):
            seen[f"{verdict.operator.value} {verdict.verdict.value}"] += 1
    print(seen)
    assert seen["winner"] >= 0.3 * pairs, seen
    assert min(seen[case] for case in ("grant", "refused by a pattern", "project wins")) >= pairs / 50, seen
    for operator in Operator:
        assert seen[f"{operator.value} matches"] >= pairs / 200, seen
        assert seen[f"{operator.value} differs"] >= pairs / 200, seen
