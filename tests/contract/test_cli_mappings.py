"""`jfconsole mappings`: lists in evaluation order, changes that the linter has to pass, and the simulator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.identity import USERS
from tests.support.oidc_issuer import OidcIssuer
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trust import OIDC
from tests.support.trusting import GITHUB
from tests.support.verbs import plant, writes

MAPPINGS = f"{OIDC}/github-acme/identity_mappings"


@pytest.fixture
def cli(tmp_path: Path, demo_sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, demo_sandbox.url, demo_sandbox.token)


def test_the_list_is_in_evaluation_order(cli: Command) -> None:
    document = cli("mappings", "list", "--integration", "github-acme", "!project:mobile", "--json").json
    rows = [(row["mapping"]["name"], row["place"], row["shadowed_by"]) for row in document["mappings"]]
    assert rows == [("shop-release", 1, None), ("quick-start", 2, None), ("shop-branches", 3, "quick-start")]
    lines = cli("mappings", "list").out.splitlines()
    assert [line.split()[2] for line in lines[1:] if line.startswith("github-acme")][:3] == [
        "shop-release",
        "quick-start",
        "shop-branches",
    ]
    assert "never wins" in next(line for line in lines if "shop-branches" in line)


def test_one_mapping(cli: Command) -> None:
    shown = cli("mappings", "show", "github-acme", "shop-release", "--json").json["mapping"]
    assert shown["claims"]["repository_id"] == "74"
    assert 'repository_id = "74"' in cli("mappings", "show", "github-acme", "shop-release").out
    of_project = cli("mappings", "show", "github-acme", "mobile-apps", "--project", "mobile", "--json").json
    assert of_project["mapping"]["project_key"] == "mobile"
    assert cli("mappings", "show", "github-acme", "nothing").code == 4


def test_what_is_shown_applies_and_changes_nothing(cli: Command, demo_sandbox: RunningSandbox) -> None:
    shown = cli("mappings", "show", "github-acme", "shop-release", "--json").out
    ended = cli("mappings", "apply", "-f", "-", "--yes", "--json", stdin=shown)
    assert (ended.code, ended.json) == (0, {"report": None})
    assert writes(demo_sandbox) == []


def test_a_mapping_is_made_and_deleted(cli: Command, demo_sandbox: RunningSandbox) -> None:
    wanted = {
        "name": "docs",
        "provider_name": "github-acme",
        "priority": 2,
        "claims": {"repository_id": "99", "repository_owner_id": "65", "ref": "refs/heads/main"},
        "token_spec": {
            "username": "ci-shop",
            "scope": "applied-permissions/user",
            "audience": "jfrt@*",
            "expires_in": 600,
        },
    }
    assert cli("mappings", "apply", "-f", "-", "--yes", stdin=json.dumps({"mapping": wanted})).code == 0
    assert cli("mappings", "show", "github-acme", "docs", "--json").json["mapping"]["claims"] == wanted["claims"]
    assert cli("mappings", "delete", "github-acme", "docs", "--plan").code == 0
    assert cli("mappings", "delete", "github-acme", "docs", "--yes").code == 0
    assert writes(demo_sandbox) == [("POST", MAPPINGS), ("DELETE", f"{MAPPINGS}/docs")]


@pytest.mark.parametrize(
    ("where", "order"),
    [
        (["--before", "quick-start"], ["shop-release", "shop-branches", "quick-start"]),
        (["--first"], ["shop-branches", "shop-release", "quick-start"]),
    ],
)
def test_a_mapping_is_moved(cli: Command, demo_sandbox: RunningSandbox, where: list[str], order: list[str]) -> None:
    words = ["mappings", "move", "github-acme", "shop-branches", *where]
    planned = cli(*words, "--plan")
    assert "No longer: shop-branches never wins" in planned.out
    assert writes(demo_sandbox) == []
    assert cli(*words, "--yes").code == 0
    document = cli("mappings", "list", "--integration", "github-acme", "!project:mobile", "--json").json
    assert [row["mapping"]["name"] for row in document["mappings"]] == order
    again = cli(*words, "--yes", "--json")
    assert (again.code, again.json) == (0, {"report": None})


def test_where_a_mapping_is_moved_has_to_be_said(cli: Command) -> None:
    assert cli("mappings", "move", "github-acme", "shop-branches").code == 2
    assert cli("mappings", "move", "github-acme", "shop-branches", "--first", "--last").code == 2
    assert cli("mappings", "move", "github-acme", "nothing", "--last", "--yes").code == 4
    assert cli("mappings", "move", "github-acme", "shop-branches", "--before", "nothing", "--yes").code == 4


def test_yes_does_not_let_strangers_in(cli: Command, demo_sandbox: RunningSandbox) -> None:
    wanted = {
        "name": "open",
        "provider_name": "github-acme",
        "claims": {"iss": "x"},
        "token_spec": {"username": "ci-shop"},
    }
    ended = cli("mappings", "apply", "-f", "-", "--yes", stdin=json.dumps(wanted))
    assert (ended.code, writes(demo_sandbox)) == (3, [])
    assert "M01" in ended.err


def test_a_pasted_token_is_simulated_and_not_sent(cli: Command, demo_sandbox: RunningSandbox) -> None:
    body = {"audience": "jfrog-acme", "claims": {"ref": "refs/heads/feature"}}
    token = demo_sandbox.control("POST", "/idp/github/token", body)["value"]
    ended = cli("mappings", "simulate", "github-acme", "--token-stdin", "--json", stdin=token)
    found = ended.json["simulation"]
    assert (ended.code, found["succeeds"], found["winner"]) == (0, True, "quick-start")
    assert found["wins_over"] == ["shop-branches"]
    told = cli("mappings", "simulate", "github-acme", "--token-stdin", stdin=token)
    assert "quick-start: wins" in told.out
    assert "shop-branches was made for it" in told.out
    assert writes(demo_sandbox) == []
    assert token not in told.out + told.err + json.dumps(demo_sandbox.requests())


def test_claims_and_samples_are_simulated(cli: Command, tmp_path: Path) -> None:
    claims: Json = {"iss": "https://gitlab.com", "aud": "https://acme.test", "exp": 4_000_000_000}
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({**claims, "namespace_path": "acme", "ref_protected": "false", "user_login": "x"}))
    ended = cli("mappings", "simulate", "gitlab-acme", "--claims", str(file), "--json")
    found = ended.json["simulation"]
    assert (ended.code, found["winner"]) == (1, None)
    assert found["smallest_change"]["sentences"] == ['Change ref_protected from "true" to "false"']
    sample = cli("mappings", "simulate", "github-acme", "--sample", "github", "--json")
    assert sample.json["simulation"]["winner"] == "quick-start"
    named = cli("mappings", "simulate", "github-acme", "--sample", "github", "--mapping", "shop-release", "--json")
    assert (named.code, named.json["simulation"]["winner"]) == (1, None)


def test_whom_the_winner_names_has_to_be_there(cli: Command, demo_sandbox: RunningSandbox) -> None:
    main = {"repository_id": "74", "repository_owner_id": "65", "repository_owner": "acme", "ref": "refs/heads/main"}
    claims = json.dumps({"iss": GITHUB, "aud": "jfrog-acme", "exp": 4_000_000_000, **main})

    def simulated() -> tuple[int, Json, str]:
        words = ("mappings", "simulate", "github-acme", "--claims", "-")
        ended = cli(*words, "--json", stdin=claims)
        return ended.code, ended.json["simulation"], cli(*words, stdin=claims).out

    code, found, text = simulated()
    assert (code, found["winner"], found["target_problem"]) == (0, "shop-release", None)
    assert "the user ci-shop is there" in text
    with demo_sandbox.http() as http:
        plant(demo_sandbox, users=[{"username": "ci-shop", "email": "ci@acme.test", "status": "disabled"}])
        code, found, text = simulated()
        assert (code, found["succeeds"], found["target_problem"]) == (1, False, "The user ci-shop is disabled")
        assert "although shop-release matches: the user ci-shop is disabled" in text
        http.delete(f"{USERS}/ci-shop").raise_for_status()
        code, found, text = simulated()
        assert (code, "There is no user ci-shop" in found["target_problem"]) == (1, True)
        assert "M13" in {finding["rule"] for finding in found["findings"]}
        http.delete("/access/api/v2/groups/ci-runners").raise_for_status()
    quick = cli("mappings", "simulate", "github-acme", "--sample", "github", "--json")
    assert (quick.code, quick.json["simulation"]["winner"]) == (0, "quick-start"), "the rest of the token is of use"
    missing = [one["sentence"] for one in quick.json["simulation"]["findings"] if one["rule"] == "M13"]
    assert missing == ["There is no group ci-runners: the token has nothing of it"]


@pytest.mark.parametrize(
    ("words", "stdin", "says"),
    [
        ([], "", "One token, claims or sample"),
        (["--sample", "github", "--claims", "x"], "", "One token, claims or sample"),
        (["--sample", "nothing"], "", "There is no sample nothing"),
        (["--claims", "-"], "[]", "is no JSON object"),
        (["--claims", "-"], "{", "is no JSON, line 1"),
        (["--token-stdin"], "not a token", "no ID token"),
    ],
)
def test_what_makes_no_sense(cli: Command, words: list[str], stdin: str, says: str) -> None:
    ended = cli("mappings", "simulate", "github-acme", *words, stdin=stdin)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err


def test_an_expired_token_fails_before_the_mappings(cli: Command) -> None:
    with OidcIssuer() as issuer:
        token = issuer.token(exp=1)
    found = cli("mappings", "simulate", "strongbox", "--token-stdin", "--json", stdin=token).json["simulation"]
    failing = {check["what"] for check in found["checks"] if check["passed"] is False}
    assert {"issuer", "audience", "expiry"} <= failing
