"""`--export`: the scripts do to a platform what the plan does, nothing is sent meanwhile, and no secret is in them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.exports.formats import Format, export_plan
from jfconsole.domain.plans import Plan
from jfconsole.services.token_create import plan_create
from tests.contract.kinds_of_change import EXAMPLES, prepare
from tests.contract.test_create_tokens import a_request
from tests.contract.test_every_kind_of_change import lock
from tests.support.command import Command
from tests.support.directing import Office, done
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import forget, writes

FORMATS = ("curl", "jf", "terraform")
SCRIPTS = (Format.CURL, Format.JF)

JF = """\
#!/bin/sh
# Stands in for the JFrog CLI: `jf api` with the options that are used, and no others.
set -eu
[ "$1" = api ] || exit 9
shift
method=GET input= header=
while [ $# -gt 1 ]; do
  case $1 in
    --method) method=$2 ;;
    --input) [ "$2" = - ] || exit 9; input=yes ;;
    --header) header=$2 ;;
    *) exit 9 ;;
  esac
  shift 2
done
set -- -sS --fail -X "$method" -H "Authorization: Bearer $STAND_IN_TOKEN" "$STAND_IN_URL$1"
if [ -n "$input" ]; then
  exec curl -H "$header" --data-binary @- "$@"
fi
exec curl "$@"
"""

needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


@pytest.fixture
def office(sandbox: RunningSandbox, tmp_path: Path) -> Office:
    office = Office(sandbox, tmp_path)
    prepare(office)
    return office


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, sandbox.url, sandbox.token)


def run(script: str, sandbox: RunningSandbox, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a person would, with the variables that it asks for."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "jf").write_text(JF)
    (tools / "jf").chmod(0o700)
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "JFROG_ACCESS_TOKEN": sandbox.token,
        "STAND_IN_TOKEN": sandbox.token,
        "STAND_IN_URL": sandbox.url,
        **environ,
    }
    file = folder / "script.sh"
    file.write_text(script)
    return subprocess.run(["sh", str(file)], env=environment, capture_output=True, text=True, check=False, timeout=60)


def people(sandbox: RunningSandbox) -> dict[str, Any]:
    """What the changes are about, without what depends on the time of day."""
    state = sandbox.state()
    return {
        kind: [{name: value for name, value in held.items() if name != "last_logged_in"} for held in state[kind]]
        for kind in ("groups", "users", "permissions")
    }


@needs_curl
@pytest.mark.parametrize("kind", [kind for kind in EXAMPLES if kind.split(".")[0] in {"group", "user", "permission"}])
def test_scripts_do_what_the_plan_does(office: Office, tmp_path: Path, kind: str) -> None:
    lock(office, kind)
    plan = office.ask(EXAMPLES[kind].plan)
    done(office.runner.run(plan))
    wanted = people(office.sandbox)
    for to in SCRIPTS:
        office.sandbox.reset()
        prepare(office)
        lock(office, kind)
        password = 'Passw0rd1"\\$x'
        variables = {name: password for name in ("PASSWORD_OX_SCANNER", "PASSWORD_ALICE")}
        ended = run(export_plan(plan, to), office.sandbox, tmp_path, **variables)
        assert (ended.returncode, ended.stderr) == (0, ""), to
        assert people(office.sandbox) == wanted
        if kind in {"user.create", "user.password"}:
            assert accepts(office.sandbox, EXAMPLES[kind].path.rpartition("/")[2], password)


def accepts(sandbox: RunningSandbox, username: str, password: str) -> bool:
    with sandbox.http(token="") as client:
        return client.get("/artifactory/api/system/version", auth=(username, password)).status_code == 200


@needs_curl
@pytest.mark.parametrize("to", SCRIPTS)
def test_a_token_is_made_by_the_script(sandbox: RunningSandbox, tmp_path: Path, to: Format) -> None:
    plan = plan_create(a_request(scope='applied-permissions/groups:readers,"a b"'), sandbox.url)
    ended = run(export_plan(plan, to), sandbox, tmp_path)
    assert ended.returncode == 0
    assert '"access_token"' in ended.stdout
    assert "# The answer has the token, once: keep it out of logs" in export_plan(plan, to)


@needs_curl
@pytest.mark.parametrize("to", SCRIPTS)
def test_a_script_ends_at_the_first_refusal(sandbox: RunningSandbox, tmp_path: Path, to: Format) -> None:
    first = plan_create(a_request(), sandbox.url)
    plan = Plan(title="Twice", origin=sandbox.url, steps=first.steps * 2, confirmation=first.confirmation)
    sandbox.faults({"kind": "status", "status": 403, "method": "POST", "path": "/access/*", "count": 1})
    forget(sandbox)
    assert run(export_plan(plan, to), sandbox, tmp_path).returncode != 0
    assert len(writes(sandbox)) == 1


@pytest.mark.parametrize("to", SCRIPTS)
def test_a_variable_that_is_not_set_stops_it_before_anything_is_sent(
    office: Office, tmp_path: Path, to: Format
) -> None:
    script = export_plan(office.ask(EXAMPLES["user.password"].plan), to)
    forget(office.sandbox)
    ended = run(script, office.sandbox, tmp_path)
    assert ended.returncode != 0
    assert "PASSWORD_ALICE: is not set" in ended.stderr
    assert writes(office.sandbox) == []


@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize(
    "words",
    [
        ["tokens", "create", "--user", "ci", "--description", "nightly"],
        ["groups", "members", "deployers", "--add", "bob"],
        ["groups", "delete", "deployers"],
        ["permissions", "grant", "libs", "--group", "readers", "WRITE"],
        ["users", "expire", "alice"],
    ],
)
def test_every_change_can_be_exported_and_nothing_is_sent(
    cli: Command, office: Office, words: list[str], to: str
) -> None:
    forget(office.sandbox)
    ended = cli(*words, "--export", to, "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert office.sandbox.url in ended.out
    assert office.sandbox.token not in ended.out
    document = cli(*words, "--export", to, "--json").json
    assert list(document) == ["plan", "export"]
    assert document["export"]["format"] == to
    assert document["export"]["text"].startswith("#")
    assert writes(office.sandbox) == []
    assert cli("journal", "list", "--json").json == {"plans": [], "exchanges": []}


@pytest.mark.parametrize("to", FORMATS)
def test_a_password_is_in_none_of_them(cli: Command, office: Office, to: str) -> None:
    ended = cli("users", "password", "alice", "--export", to, stdin="N3wSecret1\n")
    assert ended.code == 0
    assert "N3wSecret1" not in ended.out


@pytest.mark.parametrize("to", FORMATS)
def test_what_was_done_can_be_exported_later(cli: Command, office: Office, to: str) -> None:
    report = cli("groups", "members", "deployers", "--add", "bob", "--yes", "--json").json["report"]
    ended = cli("journal", "show", report["plan"], "--export", to)
    assert (ended.code, ended.err) == (0, "")
    assert "bob" in ended.out
    assert cli("journal", "show", report["plan"], "--export", to, "--json").json["export"]["text"] == ended.out
    assert cli("journal", "show", "jfc-0000000000", "--export", to).code == 4


def test_an_unknown_format_is_a_wrong_command_line(cli: Command) -> None:
    assert cli("tokens", "create", "--export", "ansible").code == 2
