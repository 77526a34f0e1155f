"""`jfconsole wizard`: recipes headless, from a file of answers to a card, with the proof, and what comes after."""

from __future__ import annotations

import stat
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.test_onboarding import furnish, normal
from tests.support.command import Command
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import forget, writes

RECIPE = "ox-security"
ACCOUNT = f"{RECIPE}/{RECIPE}"
ANSWERS = """\
recipe = "ox-security"

[access]
repositories = ["libs-local", "docker-local"]

[user]
email = "ox@example.com"
"""


@pytest.fixture
def furnished(sandbox: RunningSandbox) -> RunningSandbox:
    furnish(sandbox)
    forget(sandbox)
    return sandbox


@pytest.fixture
def cli(tmp_path: Path, furnished: RunningSandbox) -> Command:
    return Command(tmp_path, furnished.url, furnished.token)


def answers_file(cli: Command, text: str = ANSWERS) -> str:
    file = cli.home / "answers.toml"
    file.write_text(text)
    return str(file)


def run(cli: Command, *words: str, text: str = ANSWERS) -> Any:
    """The document of a run that ends well."""
    ended = cli("wizard", "run", RECIPE, "--answers", answers_file(cli, text), "--yes", "--json", *words)
    assert (ended.code, ended.err) == (0, "")
    return ended.json


def token_in(document: Any) -> str:
    """The value that the consumer is given."""
    (product,) = [product for product in document["products"] if product["gives"] == "token"]
    value: str = product["secrets"]["reference_token"]
    return value


def token_on(card: str) -> str:
    """The value on a card."""
    (token,) = [line.split()[-1] for line in card.splitlines() if line.startswith("API Token")]
    return token


def reads(sandbox: RunningSandbox, token: str, repository: str) -> bool:
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        answer = client.get(f"/artifactory/api/storage/{repository}", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def test_recipes_are_listed_and_shown_without_a_platform(tmp_path: Path) -> None:
    alone = Command(tmp_path)
    listed = alone("wizard", "list", "--json").json["recipes"]
    assert {RECIPE, "generic-scanner"} <= {entry["id"] for entry in listed}
    assert "OX Security" in alone("wizard", "list").out
    shown = alone("wizard", "show", RECIPE, "--json").json
    assert list(shown) == ["recipe", "pages"]
    assert shown["recipe"]["makes"] == ["a group", "a permission", "a user", "a token"]
    questions = {question["id"]: question for page in shown["pages"] for question in page["questions"]}
    assert questions["account"]["default"] == RECIPE
    assert questions["email"]["required"] is True
    words = alone("wizard", "show", RECIPE).out
    assert "email (needed)" in words
    assert "[access]" in words
    assert alone("wizard", "show", "nothing-like-this").code == 4


@pytest.mark.deep
def test_every_recipe_can_be_shown_and_gives_a_file_of_answers(tmp_path: Path) -> None:
    alone = Command(tmp_path)
    for entry in alone("wizard", "list", "--json").json["recipes"]:
        assert alone("wizard", "show", entry["id"]).code == 0
        answers = tomllib.loads(alone("wizard", "show", entry["id"], "--answers").out)
        assert answers["recipe"] == entry["id"]


def test_a_recipe_of_ones_own_that_makes_no_sense_says_where(tmp_path: Path) -> None:
    alone = Command(tmp_path)
    folder = Path(alone("paths", "--json").json["paths"]["config"]) / "recipes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('id = "mine"\nnonsense = 1\n')
    (entry,) = [entry for entry in alone("wizard", "list", "--json").json["recipes"] if entry["id"] == "mine"]
    assert entry["problems"]
    ended = alone("wizard", "show", "mine")
    assert ended.code == 2
    assert "mine.toml" in ended.err
    assert "your own" in alone("wizard", "list").out


def test_a_plan_is_printed_and_nothing_done(cli: Command, furnished: RunningSandbox) -> None:
    words = ("wizard", "run", RECIPE, "--answers", answers_file(cli), "--plan")
    ended = cli(*words)
    assert ended.code == 0
    for part in ("Create group ox-security", "libs-local", "It expires on", "Nothing was done."):
        assert part in ended.out
    assert "This account may make what the wizard makes" in ended.err
    document = cli(*words, "--json").json
    assert list(document) == ["plan", "existing", "preflight"]
    assert document["preflight"][0]["verdict"] == "good"
    for to in ("curl", "jf", "terraform"):
        assert cli(*words, "--export", to).code == 0
    assert writes(furnished) == []


def test_the_whole_flow_in_json(cli: Command, furnished: RunningSandbox) -> None:
    document = run(cli)
    assert list(document) == ["report", "products", "artefacts", "proof", "existing", "preflight"]
    assert (document["report"]["complete"], document["report"]["counts"].keys()) == (True, {"done"})
    assert {check["verdict"] for check in document["proof"]} == {"good"}
    token = token_in(document)
    card = next(artefact for artefact in document["artefacts"] if artefact["id"] == "card")
    assert token in card["text"]
    passwords = [product for product in document["products"] if product["gives"] == "password"]
    rest = next(artefact for artefact in document["artefacts"] if artefact["id"] == "secrets")
    assert [product["secrets"]["password"] in rest["text"] for product in passwords] == [True]
    assert f"{furnished.url}/artifactory" in card["text"]
    assert reads(furnished, token, "libs-local")
    assert not reads(furnished, token, "secret-local")
    assert cli("journal", "list", "--json").json["plans"][0]["state"] == "ended"


def test_stdout_is_the_card_and_stderr_the_proof(cli: Command, furnished: RunningSandbox) -> None:
    ended = cli("wizard", "run", RECIPE, "--answers", "-", "--yes", stdin=ANSWERS)
    assert ended.code == 0
    assert f"JFrog Platform URL: {furnished.url}/artifactory" in ended.out
    assert "{{" not in ended.out
    assert "ox-security password: " in ended.out
    assert "kept with --output FOLDER" in ended.err
    assert "It cannot write to docker-local" in ended.err
    assert "Create group ox-security" in ended.err
    token = token_on(ended.out)
    assert token not in ended.err
    assert reads(furnished, token, "docker-local")
    for path in cli.home.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes()


def test_in_a_folder_everything_is_new_and_private(cli: Command, tmp_path: Path) -> None:
    folder = tmp_path / "hand-off"
    ended = cli("wizard", "run", RECIPE, "--answers", answers_file(cli), "--yes", "--output", str(folder))
    assert ended.code == 0
    files = {path.name: path for path in folder.iterdir()}
    card = files["ox-security-ox-security.txt"]
    assert "password: " in files["other-secrets.txt"].read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *files.values())} == {0o700, 0o600}
    token = token_on(card.read_text())
    assert token not in ended.out
    assert str(card) in ended.out
    assert "It cannot write to docker-local" in ended.out
    again = cli("wizard", "rotate", ACCOUNT, "--yes", "--output", str(folder), "--json")
    assert again.code == 0
    assert again.json["products"][0]["secrets"] is None
    other = folder / "ox-security-ox-security-2.txt"
    assert token in card.read_text()
    assert token not in other.read_text()


def test_the_same_answers_again_send_nothing(cli: Command, furnished: RunningSandbox) -> None:
    run(cli)
    forget(furnished)
    document = run(cli)
    assert document["report"] is None
    assert len(document["existing"]) == 3
    assert "is as wanted already" in cli("wizard", "run", RECIPE, "--answers", answers_file(cli), "--yes").err
    assert writes(furnished) == []


def test_saved_answers_do_the_same(cli: Command, furnished: RunningSandbox, tmp_path: Path) -> None:
    saved = tmp_path / "saved.toml"
    run(cli, "--save-answers", str(saved))
    first = normal(furnished)
    furnished.reset()
    furnish(furnished)
    elsewhere = Command(tmp_path / "elsewhere", furnished.url, furnished.token)
    ended = elsewhere("wizard", "run", RECIPE, "--answers", str(saved), "--yes", "--json")
    assert ended.code == 0
    assert normal(furnished) == first
    assert cli("wizard", "run", RECIPE, "--answers", str(saved), "--save-answers", str(saved), "--plan").code == 2


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (ANSWERS.replace("libs-local", "no-such"), 2, "[access] repositories: There is no such repository"),
        (ANSWERS.replace("ox@example.com", "nobody"), 2, "email"),
        ('recipe = "ox-security"\n[user]\nnonsense = 1\nemial = "x"\n', 2, "answers cannot be used"),
        (ANSWERS.replace('"ox-security"', '"snyk"'), 2, "not for 'ox-security'"),
        ("not toml", 2, "answers.toml"),
    ],
)
def test_answers_that_cannot_be_used_say_where(
    cli: Command, furnished: RunningSandbox, text: str, code: int, says: str
) -> None:
    ended = cli("wizard", "run", RECIPE, "--answers", answers_file(cli, text), "--yes")
    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err
    assert "↵" not in ended.err
    assert cli("wizard", "run", RECIPE, "--answers", answers_file(cli, text), "--yes", "--json").error["exit_code"] == 2
    assert writes(furnished) == []


def test_who_may_not_is_told_before_anything_is_sent(cli: Command, furnished: RunningSandbox, tmp_path: Path) -> None:
    own = furnished.create_token(username="ann", scope="applied-permissions/user", expires_in=90_000)["access_token"]
    ann = Command(tmp_path / "ann", furnished.url, own)
    forget(furnished)
    ended = ann("wizard", "run", RECIPE, "--answers", answers_file(cli), "--yes")
    assert (ended.code, ended.out) == (3, "")
    assert "It is no administrator" in ended.err
    assert writes(furnished) == []


def test_what_must_be_confirmed_is_not_assumed(cli: Command, furnished: RunningSandbox) -> None:
    ended = cli("wizard", "run", RECIPE, "--answers", answers_file(cli))
    assert (ended.code, ended.out) == (3, "")
    assert cli("wizard", "run", RECIPE, "--answers", answers_file(cli), "--yes", "--read-only").code == 3
    assert writes(furnished) == []


def test_a_token_that_reaches_too_far_is_told(cli: Command, furnished: RunningSandbox) -> None:
    with furnished.http() as client:
        section = {
            "targets": {"docker-local": {"include_patterns": ["**"], "exclude_patterns": []}},
            "actions": {"users": {}, "groups": {"ox-security": ["WRITE"]}},
        }
        client.post("/access/api/v2/groups", json={"name": "ox-security"}).raise_for_status()
        body = {"name": "too-much", "resources": {"artifact": section}}
        client.post("/access/api/v2/permissions", json=body).raise_for_status()
    ended = cli("wizard", "run", RECIPE, "--answers", answers_file(cli), "--yes", "--json")
    verdicts = {check["what"]: check["verdict"] for check in ended.json["proof"]}
    assert (ended.code, verdicts["It cannot write to docker-local"]) == (0, "warning")


def test_a_token_that_cannot_do_what_it_must_fails_the_verb(cli: Command, furnished: RunningSandbox) -> None:
    path = "/artifactory/api/storage/libs-local*"
    furnished.faults({"kind": "status", "status": 403, "method": "GET", "path": path, "message": "Not today"})
    ended = cli("wizard", "run", RECIPE, "--answers", answers_file(cli), "--yes")
    assert ended.code == 1
    assert "bad   It reads libs-local" in ended.err
    assert cli("journal", "list", "--json").json["plans"][0]["state"] == "ended", "it was handed over all the same"


def test_an_account_is_listed_changed_rotated_and_retired(cli: Command, furnished: RunningSandbox) -> None:
    start = normal(furnished)
    assert "No account was set up" in cli("wizard", "runs").err
    first = run(cli)
    (account,) = cli("wizard", "runs", "--json").json["runs"]
    assert (account["account"], account["finished"]) == (ACCOUNT, True)
    assert ACCOUNT in cli("wizard", "runs").out

    changed = cli("wizard", "answers", ACCOUNT).out.replace('"docker-local"', '"secret-local"')
    document = run(cli, text=changed)
    assert document["products"] == []
    token = token_in(first)
    assert reads(furnished, token, "secret-local")
    assert not reads(furnished, token, "docker-local")

    rotated = cli("wizard", "rotate", ACCOUNT, "--yes", "--json")
    assert rotated.code == 0
    assert reads(furnished, token_in(rotated.json), "secret-local")
    assert reads(furnished, token, "secret-local"), "the old one is valid until it is revoked"

    assert cli("wizard", "retire", ACCOUNT, "--plan").code == 0
    retired = cli("wizard", "retire", ACCOUNT, "--yes", "--json")
    assert (retired.code, retired.json["report"]["complete"]) == (0, True)
    assert normal(furnished) == start
    for verb in ("answers", "rotate", "retire"):
        assert cli("wizard", verb, ACCOUNT).code == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_card_that_could_not_be_written_out_is_held(cli: Command) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            cli.argv("wizard", "run", RECIPE, "--answers", answers_file(cli), "--yes"),
            env=cli.environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "could not be written out" in done.stderr
    (account,) = cli("wizard", "runs", "--json").json["runs"]
    assert not account["finished"]
    for words in (("run", RECIPE, "--answers", answers_file(cli)), ("rotate", ACCOUNT)):
        refused = cli("wizard", *words, "--yes")
        assert (refused.code, refused.out) == (3, "")
        assert f"jfconsole journal resume {account['plan']}" in refused.err
    resumed = cli("journal", "resume", account["plan"], "--yes", "--json")
    assert resumed.code == 0
    assert [product["gives"] for product in resumed.json["products"]] == ["password", "token"]


GITHUB = """\
recipe = "github"

[workloads]
owner = "octo-org"
owner_id = "1234"
repository_id = "5678"

[access]
repositories = ["libs-local"]
"""


def test_a_ci_platform_is_let_in_and_its_workflow_is_written(cli: Command, furnished: RunningSandbox) -> None:
    words = ("wizard", "run", "github", "--answers", answers_file(cli, GITHUB), "--yes")
    folder = cli.home / "out"
    ended = cli(*words, "--output", str(folder))
    assert ended.code == 0, ended.err
    assert "Simulated: a workload's token gets in through github" in ended.out + ended.err
    assert "Not tried: paste the token of a job" in ended.out + ended.err
    (workflow,) = folder.iterdir()
    assert 'oidc-provider-name: "github"' in workflow.read_text()
    assert f'JF_URL: "{furnished.url}"' in workflow.read_text()
    before = writes(furnished)
    again = cli(*words)
    assert again.code == 0
    assert writes(furnished) == before
    assert cli("wizard", "rotate", "github/github", "--yes").code == 2
    assert cli("wizard", "show", "github").code == 0
    assert cli("wizard", "retire", "github/github", "--yes").code in (0, 3)
