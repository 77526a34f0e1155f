from __future__ import annotations

from dataclasses import replace

import jwt
import pytest

from jfconsole.domain.claim_grants import Grant
from jfconsole.domain.claim_patterns import Unresolved
from jfconsole.domain.errors import UsageError
from jfconsole.domain.lint_mappings import Rule
from jfconsole.domain.mappings import IdentityMapping, TokenSpec
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.services.simulate import Simulation, decoded, simulate, simulation_record
from tests.unit.domain.test_lint_mappings import GITHUB, a_mapping, an_integration

NOW = 1_800_000_000.0
TOKEN: dict[str, Json] = {
    "iss": GITHUB,
    "aud": "jfrog",
    "exp": NOW + 300,
    "sub": "repo:octo-org/app:ref:refs/heads/main",
    "repository": "octo-org/app",
    "repository_id": "5678",
    "repository_owner": "octo-org",
    "ref": "refs/heads/main",
}
MAIN: dict[str, Json] = {"repository_id": "5678", "ref": "refs/heads/main"}


def simulated(*mappings: IdentityMapping, claims: dict[str, Json] | None = None, **fields: object) -> Simulation:
    integration = replace(an_integration(), **fields)  # type: ignore[arg-type]
    return simulate(integration, mappings, TOKEN if claims is None else claims, now=NOW)


def test_the_winner_and_what_it_gives() -> None:
    found = simulated(a_mapping(MAIN, "main", priority=1))
    assert found.succeeds
    assert isinstance(found.grant, Grant)
    assert (found.grant.username, found.grant.expires_in) == ("ci", 600)
    assert (found.change, found.accident, found.findings) == (None, (), ())
    assert [check.what for check in found.checks] == ["issuer", "audience", "expiry"]


def test_a_mapping_that_wins_by_accident_is_called_out() -> None:
    found = simulated(a_mapping({"repository_id": "5678"}, "wide", priority=1), a_mapping(MAIN, "narrow", priority=2))
    assert found.evaluation.winner is not None
    assert found.evaluation.winner.mapping.name == "wide"
    assert [mapping.name for mapping in found.accident] == ["narrow"]
    assert {finding.rule for finding in found.findings} == {Rule.BROAD, Rule.SHADOWS}


def test_a_near_miss_and_the_smallest_change() -> None:
    found = simulated(a_mapping(MAIN | {"environment": "production"}, "main"))
    assert not found.succeeds
    assert found.grant is None
    assert found.change is not None
    assert found.change.claims == MAIN
    assert found.change.sentences == ("Take environment out: the token has no such claim",)
    (told,) = found.dry_run
    assert told.sentence == 'main does not: The token has no claim environment; "production" is wanted'


def test_a_pattern_that_finds_nothing_fails_the_exchange() -> None:
    spec = TokenSpec(username_pattern=Untrusted("{{actor}}"), expires_in=60)
    found = simulated(a_mapping(MAIN, "first", priority=1, token_spec=spec), a_mapping(MAIN, "second", priority=2))
    assert isinstance(found.grant, Unresolved)
    assert not found.succeeds


@pytest.mark.parametrize(
    ("claims", "fields", "what", "passed"),
    [
        ({"iss": f"{GITHUB}/"}, {}, "issuer", False),
        ({"iss": None}, {}, "issuer", None),
        ({"iss": "https://x.test"}, {"token_issuer": Untrusted("https://x.test")}, "issuer", True),
        ({"aud": "x"}, {}, "audience", False),
        ({"aud": ["x", "jfrog"]}, {}, "audience", True),
        ({"aud": None}, {"audience": None}, "audience", True),
        ({"exp": NOW}, {}, "expiry", False),
        ({"exp": True}, {}, "expiry", None),
        ({"exp": 1e300}, {}, "expiry", None),
        ({"exp": 9.9e11}, {}, "expiry", True),
        ({"nbf": NOW + 1}, {}, "start", False),
        ({}, {"organization": Untrusted("octo-org")}, "organization", True),
        ({"repository_owner": "evil"}, {"organization": Untrusted("octo-org")}, "organization", False),
        ({"repository_owner": None}, {"organization": Untrusted("octo-org")}, "organization", None),
    ],
)
def test_what_is_checked_before_the_mappings(
    claims: dict[str, Json], fields: dict[str, object], what: str, passed: bool | None
) -> None:
    said: dict[str, Json] = {name: value for name, value in (TOKEN | claims).items() if value is not None}
    found = simulated(a_mapping(MAIN), claims=said, **fields)
    verdicts = {check.what: check.passed for check in found.checks}
    assert verdicts[what] is passed
    assert found.succeeds is (passed is not False)
    assert all(check.sentence.isprintable() for check in found.checks)


@pytest.mark.parametrize(("algorithm", "passed"), [("RS256", True), ("ES256", True), ("ES384", None), ("HS256", False)])
def test_the_algorithm_is_looked_at(algorithm: str, passed: bool | None) -> None:
    head, body, signature = jwt.encode({**TOKEN}, "k" * 64, algorithm="HS256").split(".")
    header = jwt.utils.base64url_encode(f'{{"alg":"{algorithm}"}}'.encode()).decode()
    token = decoded(Secret(f"{header}.{body}.{signature}"), NOW)
    assert head
    found = simulate(an_integration(), [a_mapping(MAIN)], token.claims, now=NOW, token=token)
    assert {check.what: check.passed for check in found.checks}["algorithm"] is passed


@pytest.mark.parametrize("pasted", ["", "nonsense", "AKCp8" + "x" * 70, "0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10"])
def test_what_is_no_token_is_refused_without_quoting_it(pasted: str) -> None:
    with pytest.raises(UsageError) as caught:
        decoded(Secret(pasted), NOW)
    assert not pasted or pasted not in caught.value.message + caught.value.hint


def test_a_project_of_the_integration_counts_by_itself() -> None:
    mapping = a_mapping(MAIN, project_key=Untrusted("acme"))
    assert simulated(mapping).evaluation.winner is None
    assert simulated(mapping, project_key=Untrusted("acme")).evaluation.winner is not None


def test_the_record_has_stable_keys() -> None:
    record = simulation_record(simulated(a_mapping(MAIN, "main", priority=1), a_mapping({"ref": "x"}, "other")))
    assert list(record) == [
        "succeeds",
        "checks",
        "winner",
        "grant",
        "mappings",
        "smallest_change",
        "wins_over",
        "findings",
        "target_problem",
    ]
    assert (record["succeeds"], record["winner"]) == (True, "main")
    missed = simulation_record(simulated(a_mapping({"ref": "x"}, "other")))
    assert (missed["winner"], missed["grant"]) == (None, None)
    assert missed["smallest_change"] == {
        "mapping": "other",
        "claims": {"ref": "refs/heads/main"},
        "sentences": ['Change ref from "x" to "refs/heads/main"'],
    }
