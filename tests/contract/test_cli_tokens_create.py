"""`jfconsole tokens create` and `journal resume`: what options build, how the value gets out, once, and the ledger."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.command import Command
from tests.support.pty_console import PtyConsole
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import forget, plant, writes

CALL = "/access/api/v1/tokens"
DAY = 86_400
LOST = {"method": "POST", "path": CALL, "kind": "drop", "when": "after", "count": 1}
PRODUCT_KEYS = ["gives", "key", "made", "facts", "secrets", "output"]
UNLISTED = ("--expires", "10m", "--not-revocable")


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, sandbox.url, sandbox.token)


def create(cli: Command, *words: str) -> Any:
    """The one product of a creation."""
    ended = cli("tokens", "create", "--user", "ci", *words, "--yes", "--json")
    assert (ended.code, ended.err) == (0, "")
    (product,) = ended.json["products"]
    return product


def works(sandbox: RunningSandbox, token: str) -> bool:
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        answer = client.get("/artifactory/api/system/version", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def listed(sandbox: RunningSandbox, username: str = "ci") -> list[dict[str, Any]]:
    with sandbox.http() as client:
        found: list[dict[str, Any]] = client.get(CALL, params={"username": username}).json()["tokens"]
    return found


def creations(sandbox: RunningSandbox) -> int:
    return writes(sandbox).count(("POST", CALL))


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ([], "applied-permissions/user"),
        (["--scope-user", "--repo", "libs-local:r"], "applied-permissions/user artifact:libs-local:r"),
        (["--admin"], "applied-permissions/admin"),
        (["--group", "readers", "release team"], 'applied-permissions/groups:readers,"release team"'),
        (["--group", "readers", "--group", "readers"], "applied-permissions/groups:readers"),
        (["--role", "acme:Developer,Project Admin"], 'applied-permissions/roles:acme:Developer,"Project Admin"'),
        (["--repo", "libs-*/org/**:rw", "--system", "metrics:r"], "artifact:libs-*/org/**:r,w system:metrics:r"),
        (["--scope", "applied-permissions/user artifact:x:*"], "applied-permissions/user artifact:x:*"),
    ],
)
def test_scopes_are_built_of_options(cli: Command, sandbox: RunningSandbox, words: list[str], scope: str) -> None:
    plant(sandbox, groups=[{"name": "release team"}])
    product = create(cli, *words)
    assert list(product) == PRODUCT_KEYS
    assert product["facts"]["scope"] == scope
    assert listed(sandbox)[0]["scope"] == scope
    assert works(sandbox, product["secrets"]["access_token"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], {"audience": "*@*", "expires_in": 90 * DAY, "force_revocable": True}),
        (["--service", "artifactory", "Xray"], {"audience": "jfrt@* jfxr@*"}),
        (["--service", "Mission Control", "jfac"], {"audience": "jfmc@* jfac@*"}),
        (["--service", "Artifactory", "all"], {"audience": "*@*"}),
        (["--audience", "jfrt@01h0"], {"audience": "jfrt@01h0"}),
        (["--expires", "12h", "--not-revocable"], {"expires_in": 43_200, "force_revocable": False}),
        (["--expires", "Never"], {"expires_in": 0}),
        (["--refreshable", "--reference"], {"refreshable": True, "include_reference_token": True}),
        (["--project", "acme"], {"project_key": "acme"}),
    ],
)
def test_the_rest_is_sent_as_asked(
    cli: Command, sandbox: RunningSandbox, words: list[str], expected: dict[str, Any]
) -> None:
    ended = cli("tokens", "create", "--user", "ci", *words, "--description", "nightly", "--plan", "--json")
    (step,) = ended.json["plan"]["steps"]
    sent = step["requests"][0]["body"]
    assert {name: sent.get(name, False) for name in expected} == expected
    assert sent["description"].startswith("nightly (jfc-")
    assert creations(sandbox) == 0


def test_the_platforms_own_lifetime_is_left_to_it(cli: Command) -> None:
    product = create(cli, "--expires", "default")
    assert product["facts"]["expires_in"] == 365 * DAY


def test_a_plan_says_what_will_become_of_it(cli: Command, sandbox: RunningSandbox) -> None:
    forget(sandbox)
    words = cli("tokens", "create", "--user", "Nobody", "--service", "Artifactory", "--expires", "2h", "--plan").out
    for sentence in (
        "It may do: everything its user may do.",
        "Accepted by: Artifactory (jfrt@*).",
        "There is no user nobody: the token is for a transient user.",
        "It can be revoked at any time.",
        "POST /access/api/v1/tokens",
    ):
        assert sentence in words
    assert words.endswith("Nothing was done.\n")
    assert writes(sandbox) == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--repo", "libs-local"], 2, "no place with actions"),
        (["--repo", "libs-local:q"], 2, "no place with actions"),
        (["--repo", "a:r artifact:b:w"], 2, "no place with actions"),
        (["--system", "metrics"], 2, "no area with actions"),
        (["--role", "acme"], 2, "no role of a project"),
        (["--role", "acme:Developer,,"], 2, "no role of a project"),
        (["--role", 'acme:"x'], 2, "double quotes"),
        (["--group", 'a"b'], 2, "double quotes"),
        (["--group", "ghosts"], 2, "There is no group ghosts"),
        (["--scope", "applied-permissions/user", "--admin"], 2, "nothing can be added"),
        (["--scope", ""], 2, "A scope is needed"),
        (["--service", "Artefactory"], 2, "There is no service Artefactory"),
        (["--service", "Xray", "--audience", "*@*"], 2, "nothing can be added"),
        (["--expires", "soon"], 2, "no length of time"),
        (["--expires", "0s"], 2, "never"),
        (["--description", "x" * 1025], 2, "1,025 characters"),
        (["--output", "."], 2, "exists"),
        (["--output", "no/such/folder/token"], 2, "cannot be made"),
        (["--read-only"], 3, "Read-only"),
    ],
)
def test_nothing_is_sent_when_it_makes_no_sense(
    cli: Command, sandbox: RunningSandbox, words: list[str], code: int, says: str
) -> None:
    ended = cli("tokens", "create", *words, "--yes")
    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err
    assert creations(sandbox) == 0


def test_who_is_no_administrator_is_told_why(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    own = sandbox.create_token(username="ann", scope="applied-permissions/user", expires_in=DAY)["access_token"]
    ann = Command(tmp_path / "ann", sandbox.url, own)
    forget(sandbox)
    for words, says in (
        (["--user", "bob"], "Only an administrator may make tokens for others"),
        (["--admin"], "Only an administrator may make a token with admin scope"),
    ):
        ended = ann("tokens", "create", *words, "--yes")
        assert (ended.code, ended.out) == (3, "")
        assert says in ended.err
    assert creations(sandbox) == 0
    mine = ann("tokens", "create", "--yes")
    assert mine.code == 0
    assert works(sandbox, mine.out.strip())
    assert [token["subject"].rpartition("/")[2] for token in listed(sandbox, "ann")] == ["ann", "ann"]


def test_in_a_pipe_stdout_is_the_token_alone(cli: Command, sandbox: RunningSandbox) -> None:
    ended = cli("tokens", "create", "--user", "ci", "--yes")
    assert ended.code == 0
    (value,) = ended.out.splitlines()
    assert works(sandbox, value)
    assert value not in ended.err
    assert "everything its user may do (applied-permissions/user)" in ended.err
    assert "every service (*@*)" in ended.err
    (entry,) = cli("journal", "list", "--json").json["plans"]
    assert (entry["state"], entry["counts"]) == ("ended", {"done": 1})
    for path in cli.home.rglob("*"):
        assert not path.is_file() or value.encode() not in path.read_bytes()


def test_several_values_have_names(cli: Command, sandbox: RunningSandbox) -> None:
    out = cli("tokens", "create", "--user", "ci", "--refreshable", "--reference", "--yes").out
    named = dict(line.split("=", 1) for line in out.splitlines())
    assert list(named) == ["access_token", "refresh_token", "reference_token"]
    assert works(sandbox, named["access_token"])
    assert works(sandbox, named["reference_token"])


@pytest.mark.parametrize("as_json", [False, True])
def test_a_file_is_new_private_and_the_only_place(
    cli: Command, sandbox: RunningSandbox, tmp_path: Path, as_json: bool
) -> None:
    file = tmp_path / "token"
    before = os.umask(0)
    try:
        words = ["--yes", "--output", str(file), *(["--json"] if as_json else [])]
        ended = cli("tokens", "create", "--user", "ci", *words)
    finally:
        os.umask(before)
    assert (ended.code, ended.err) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    value = file.read_text().strip()
    assert works(sandbox, value)
    assert value not in ended.out
    assert str(file) in ended.out
    if as_json:
        (product,) = ended.json["products"]
        assert (product["secrets"], product["output"]) == (None, str(file))
    again = cli("tokens", "create", "--user", "ci", "--yes", "--output", str(file))
    assert (again.code, file.read_text().strip()) == (2, value)
    assert creations(sandbox) == 1


def test_a_link_is_not_followed(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    assert cli("tokens", "create", "--yes", "--output", str(link)).code == 2
    assert not (tmp_path / "elsewhere").exists()
    assert creations(sandbox) == 0


def test_where_nothing_came_no_file_is_left(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    file = tmp_path / "token"
    sandbox.faults({"kind": "status", "status": 403, "method": "POST", "path": CALL, "message": "Not today"})
    ended = cli("tokens", "create", "--user", "ci", "--yes", "--output", str(file))
    assert ended.code == 1
    assert "Not today" in ended.out
    assert not file.exists()
    assert cli("tokens", "create", "--output", str(file)).code == 3, "needs a confirmation"
    assert not file.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_what_could_not_be_written_out_is_held_and_made_again(
    cli: Command, sandbox: RunningSandbox, words: list[str]
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            cli.argv("tokens", "create", "--user", "ci", "--yes", *words),
            env=cli.environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "could not be written out" in done.stderr
    (lost,) = listed(sandbox)
    (entry,) = cli("journal", "list", "--json").json["plans"]
    assert entry["interrupted"]
    assert f"jfconsole journal resume {entry['plan']}" in done.stderr
    ended = cli("journal", "resume", entry["plan"], "--yes")
    assert ended.code == 0
    (token,) = listed(sandbox)
    assert token["token_id"] != lost["token_id"]
    assert works(sandbox, ended.out.strip())
    assert cli("journal", "list", "--json").json["plans"][0]["state"] == "ended"


def test_a_pipe_that_nobody_reads_is_no_hand_over(cli: Command) -> None:
    with cli.start("tokens", "create", "--user", "ci", "--yes") as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        said = started.stderr.read()
    assert started.returncode == 1
    assert "could not be written out" in said
    assert cli("journal", "list", "--json").json["plans"][0]["interrupted"]


def test_sigterm_while_it_is_made_still_hands_it_over(cli: Command, sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "latency", "method": "POST", "path": CALL, "seconds": 1})
    running = cli.start("tokens", "create", "--user", "ci", "--yes")
    while not creations(sandbox):
        pass
    running.terminate()
    ended = Command.finish(running)
    assert ended.code == 143
    assert works(sandbox, ended.out.strip())
    assert cli("journal", "list", "--json").json["plans"][0]["state"] == "ended"


def test_a_lost_answer_is_continued_with_a_word_on_what_happens(cli: Command, sandbox: RunningSandbox) -> None:
    sandbox.faults(LOST)
    ended = cli("tokens", "create", "--user", "ci", "--yes")
    assert (ended.code, creations(sandbox)) == (1, 1)
    assert "the token was lost with the answer" in ended.out
    (plan,) = (entry["plan"] for entry in cli("journal", "list", "--json").json["plans"])
    assert "was lost: if it came about it is made again" in cli("journal", "resume", plan, "--plan").out
    resumed = cli("journal", "resume", plan, "--yes", "--json")
    assert resumed.code == 0
    assert works(sandbox, resumed.json["products"][0]["secrets"]["access_token"])
    assert len(listed(sandbox)) == 1


def test_what_cannot_be_found_out_is_made_again_only_on_request(cli: Command, sandbox: RunningSandbox) -> None:
    sandbox.faults(LOST)
    ended = cli("tokens", "create", "--user", "ci", *UNLISTED, "--yes")
    assert ended.code == 5
    assert "--make-another" in ended.err
    (orphan,) = cli("tokens", "ledger", "--json").json["tokens"]
    assert (orphan["state"], orphan["token_id"]) == ("possible orphan", None)
    plan = orphan["operation"]
    assert (cli("journal", "resume", plan, "--yes").code, creations(sandbox)) == (5, 1)
    resumed = cli("journal", "resume", plan, "--make-another", "--yes")
    assert (resumed.code, creations(sandbox)) == (0, 2)
    assert works(sandbox, resumed.out.strip())


def test_at_a_terminal_facts_and_token_are_shown_once(cli: Command, sandbox: RunningSandbox) -> None:
    command = cli.argv("tokens", "create", "--admin", "--expires", "1h")
    with PtyConsole(command, env=cli.environ, columns=200, lines=60) as terminal:
        terminal.wait_for("Type admin to go on:")
        assert "Whoever holds it administers the whole platform" in terminal.text
        terminal.send("admin", "enter")
        assert terminal.exit_code() == 0
        assert "administrator of the whole platform" in terminal.text
        (value,) = [line for line in terminal.raw.decode().splitlines() if line.startswith("eyJ")]
    assert works(sandbox, value)


def test_the_ledger_tells_what_the_platform_does_not(cli: Command, sandbox: RunningSandbox) -> None:
    assert cli("tokens", "ledger", "--json").json == {"tokens": []}
    assert "No token was made from here yet." in cli("tokens", "ledger").err
    product = create(cli, "--service", "Artifactory", "--reference", "--description", "nightly\x1b[31m")
    short = create(cli, *UNLISTED)
    newest, oldest = cli("tokens", "ledger", "--json").json["tokens"]
    assert (newest["token_id"], newest["state"]) == (short["made"], "made, not listed")
    assert (oldest["token_id"], oldest["audience"], oldest["kind"]) == (product["made"], "jfrt@*", "reference token")
    table = cli("tokens", "ledger").out
    assert "Artifactory (jfrt@*)" in table
    assert "\x1b" not in table
    shown = cli("tokens", "show", product["made"], "--json").json["token"]
    assert shown["ledger"] == oldest
    words = cli("tokens", "show", product["made"]).out
    assert "Artifactory (jfrt@*), from the ledger" in words
    assert "reference token for nightly" in words
    by_id = {token["token_id"]: token["ledger"] for token in cli("tokens", "list", "--json").json["tokens"]}
    assert by_id.pop(product["made"]) == oldest
    assert set(by_id.values()) == {None}


def test_a_journal_that_cannot_be_read_costs_the_ledger_alone(cli: Command) -> None:
    create(cli)
    (journal,) = cli.home.rglob("journal.db")
    journal.write_bytes(b"no database at all" * 100)
    ended = cli("tokens", "list", "--json")
    assert ended.code == 0
    assert "The ledger of tokens cannot be read" in ended.err
    assert {token["ledger"] for token in ended.json["tokens"]} == {None}
