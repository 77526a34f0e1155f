"""Tokens of the local issuer, exchanged at a platform that fetches the keys itself, before and after a rotation."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from tests.support.command import Command
from tests.support.identity import make_user
from tests.support.sandbox import RunningSandbox
from tests.support.trust import exchange, make_integration, make_mapping

PASSPHRASE = "correct horse battery\n"


def test_minted_tokens_are_exchanged_across_a_rotation(tmp_path: Path) -> None:
    cli, port_url = Command(tmp_path), "http://127.0.0.1:9"
    cli("vaults", "create", "--public-url", port_url, "--passphrase-stdin", stdin=PASSPHRASE)
    cli("vaults", "unattended", "--key-file", str(tmp_path / "key"), "--passphrase-stdin", stdin=PASSPHRASE)
    apply(cli, "keys", {"name": "k"})
    serving = cli.start("issuers", "serve")
    assert serving.stdout is not None
    url = f"{json.loads(serving.stdout.readline())['url']}/jwt/jfrog"
    apply(cli, "issuers", {"name": "jfrog", "signing-key": "k", "issuer": url})
    role: dict[str, object] = {
        "issuer": "jfrog",
        "name": "pulls",
        "allowed-audiences": ["acme"],
        "subject-template": "pulls",
    }
    apply(cli, "roles", role)
    with RunningSandbox(arguments=["--allow-http-issuers"]) as sandbox, sandbox.http() as client:
        make_user(client, "puller")
        make_integration(client, "strongbox", url, audience="acme")
        make_mapping(
            client, "strongbox", "pulls", {"sub": "pulls"}, username="puller", scope="applied-permissions/user"
        )
        for rotated in (False, True):
            if rotated:
                assert cli("keys", "rotate", "k", "--yes").code == 0
            token = cli("issuers", "mint", "jfrog", "pulls", "--audience", "acme").out.strip()
            answer = exchange(client, "strongbox", token)
            assert answer.status_code == 200, answer.text
            assert answer.json()["username"] == "puller"
    serving.send_signal(signal.SIGTERM)
    assert cli.finish(serving).code == 0


def apply(cli: Command, plural: str, record: dict[str, object]) -> None:
    ended = cli(plural, "apply", "-f", "-", "--yes", stdin=json.dumps(record))
    assert ended.code == 0, ended.err
