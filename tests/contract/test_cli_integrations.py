"""`jfconsole integrations` and `jfconsole lint mappings`: whom a platform trusts, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.oidc_issuer import OidcIssuer
from tests.support.pty_console import PtyConsole
from tests.support.sandbox import RunningSandbox
from tests.support.trust import OIDC, make_integration, make_mapping
from tests.support.verbs import HOSTILE, RAW_CONTROL, forget, writes

GITHUB = "https://token.actions.githubusercontent.com"


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    with sandbox.http() as client:
        make_integration(client, "gitlab", "https://gitlab.com", audience="jfrog", description="CI")
        make_mapping(client, "gitlab", "pull", {"project_path": "acme/app"}, priority=1)
        make_mapping(client, "gitlab", "push", {"project_path": "acme/lib"}, priority=2)
        make_integration(client, "other", "https://ci.acme.test", audience="jfrog")
    forget(sandbox)
    return Command(tmp_path, sandbox.url, sandbox.token)


def test_the_list(cli: Command) -> None:
    lines = cli("integrations", "list").out.splitlines()
    assert lines[0].split("  ")[0] == "NAME"
    assert "GitLab" in lines[1]
    document = cli("integrations", "list", "issuer:acme", "--json").json
    assert [row["name"] for row in document["integrations"]] == ["other"]
    assert (document["shown"], document["total"]) == (1, 2)


def test_one_integration(cli: Command) -> None:
    shown = cli("integrations", "show", "gitlab", "--json").json
    assert (shown["integration"]["name"], shown["integration"]["audience"]) == ("gitlab", "jfrog")
    assert "https://gitlab.com, to the letter" in cli("integrations", "show", "gitlab").out
    missing = cli("integrations", "show", "nobody", "--json")
    assert (missing.code, missing.error["status"]) == (4, 404)


def test_its_issuer_is_asked_from_here(cli: Command, sandbox: RunningSandbox) -> None:
    with OidcIssuer() as issuer, sandbox.http() as client:
        make_integration(client, "local", issuer.url)
        shown = cli("integrations", "show", "local", "--issuer", "--json")
        assert shown.code == 0
        assert shown.json["issuer"]["keys"] == [
            {"kid": issuer.kid, "kty": "EC", "alg": None, "crv": "P-256", "private": []}
        ]
        assert "it can be used" in cli("integrations", "show", "local", "--issuer").out
        issuer.stop()
        dead = cli("integrations", "show", "local", "--issuer")
    assert (dead.code, "problem" in dead.out) == (1, True)


def test_what_is_shown_applies_and_changes_nothing(cli: Command, sandbox: RunningSandbox) -> None:
    shown = cli("integrations", "show", "gitlab", "--json").out
    ended = cli("integrations", "apply", "-f", "-", "--yes", "--json", stdin=shown)
    assert (ended.code, ended.json) == (0, {"report": None})
    assert writes(sandbox) == []


def test_apply_makes_and_changes(cli: Command, sandbox: RunningSandbox) -> None:
    wanted = {
        "name": "github",
        "issuer_url": GITHUB,
        "provider_type": "GitHub",
        "audience": "jfrog-acme",
        "organization": "acme",
    }
    made = cli("integrations", "apply", "-f", "-", "--yes", "--json", stdin=json.dumps(wanted))
    assert (made.code, made.json["report"]["counts"]) == (0, {"done": 1})
    changed = {"integration": {"name": "github", "description": "All of Acme"}}
    plan = cli("integrations", "apply", "-f", "-", "--plan", stdin=json.dumps(changed))
    assert "All of Acme" in plan.out
    assert f"PUT {OIDC}/github\n" in plan.out
    assert [method for method, _ in writes(sandbox)] == ["POST"]


def test_yes_does_not_let_strangers_in(cli: Command, sandbox: RunningSandbox) -> None:
    wanted = {
        "name": "github",
        "issuer_url": GITHUB,
        "provider_type": "GitHub",
        "audience": "jfrog-acme",
        "enable_permissive_configuration": True,
    }
    ended = cli("integrations", "apply", "-f", "-", "--yes", stdin=json.dumps(wanted))
    assert (ended.code, writes(sandbox)) == (3, [])
    assert "--yes does not cover this" in ended.err
    with PtyConsole(
        [*cli.argv("integrations", "apply", "-f", str(_file(cli, wanted)))], env=dict(cli.environ)
    ) as terminal:
        terminal.wait_for("Type github to go on")
        terminal.send("github\r")
        assert terminal.exit_code() == 0
    assert [method for method, _ in writes(sandbox)] == ["POST"]


def _file(cli: Command, record: object) -> Path:
    path = cli.home / "integration.json"
    path.write_text(json.dumps(record))
    return path


def test_a_deletion_takes_the_mappings_along(cli: Command, sandbox: RunningSandbox) -> None:
    plan = cli("integrations", "delete", "gitlab", "--plan")
    assert "DELETE" in plan.out
    assert "2 mappings go with gitlab" in plan.out
    ended = cli("integrations", "delete", "gitlab", "--yes")
    assert ended.code == 0
    paths = [path for method, path in writes(sandbox) if method == "DELETE"]
    assert paths[-1] == f"{OIDC}/gitlab"
    assert len(paths) == 3
    assert cli("integrations", "delete", "other", "--yes", "--max-deletes", "0").code == 3


def test_read_only_and_exports(cli: Command, sandbox: RunningSandbox) -> None:
    assert cli("integrations", "delete", "other", "--yes", "--read-only").code == 3
    assert "curl" in cli("integrations", "delete", "other", "--export", "curl").out
    assert writes(sandbox) == []


def test_hostile_names_do_nothing_to_a_terminal(cli: Command, sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        make_integration(client, "odd", "https://odd.acme.test", audience=HOSTILE, description=HOSTILE)
        make_mapping(client, "odd", "m", {HOSTILE: HOSTILE})
    for words in (["list"], ["show", "odd"]):
        ended = cli("integrations", *words)
        assert ended.code == 0
        assert not RAW_CONTROL.search(ended.out + ended.err)
    for ended in (cli("mappings", "list"), cli("mappings", "show", "odd", "m"), cli("lint", "mappings")):
        assert not RAW_CONTROL.search(ended.out + ended.err)


def test_the_linter_finds_the_demo_s_mistakes(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, demo_sandbox.url, demo_sandbox.token)
    ended = cli("lint", "mappings", "--json")
    assert ended.code == 1
    found = {(one["rule"], one["integration"], one["mapping"]) for one in ended.json["findings"]}
    assert ("M08", "github-acme", None) in found
    assert ("M01", "github-acme", "quick-start") in found
    assert ("M10", "github-acme", "shop-branches") in found
    assert ("M04", "teamcity-oldplant", "nightly") in found
    assert "quick-start" in cli("lint", "mappings").out
    assert "M13" not in {rule for rule, _, _ in found}
    with demo_sandbox.http() as http:
        http.delete("/access/api/v2/users/ci-shop").raise_for_status()
    after = cli("lint", "mappings", "--json").json["findings"]
    assert {one["mapping"] for one in after if one["rule"] == "M13"} == {"shop-release"}


def test_nothing_to_find_ends_well(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    ended = cli("lint", "mappings", "--json")
    assert (ended.code, ended.json) == (0, {"findings": []})
