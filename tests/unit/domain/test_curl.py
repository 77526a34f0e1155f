from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys

import pytest

from jfconsole.domain.curl import TOKEN_VARIABLE, as_curl
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.domain.secret import Secret
from tests.support import fault_server as fault
from tests.support.fault_server import Arrival, FaultServer

HARD = 'p"\\ $x `id` $(id) & ü'
HARD_JSON = json.dumps(HARD)[1:-1]


def request(method: str, body: Json = None, **more: object) -> Request:
    call_class = CallClass.SAFE if method == "GET" else CallClass.CREATE
    return Request(method=method, path="/access/api/v1/tokens", body=body, call_class=call_class, **more)  # type: ignore[arg-type]


def test_how_it_reads() -> None:
    assert as_curl(request("GET", query=(("username", "a b"),)), "https://acme.example") == (
        'printf \'header = "Authorization: Bearer %s"\\n\' "$JFROG_ACCESS_TOKEN" | '
        "curl -sS --fail-with-body -K - 'https://acme.example/access/api/v1/tokens?username=a%20b'"
    )


def test_a_call_without_credentials_has_no_pipe() -> None:
    assert as_curl(request("GET", anonymous=True), "http://127.0.0.1:1") == (
        "curl -sS --fail-with-body http://127.0.0.1:1/access/api/v1/tokens"
    )


def test_secrets_come_from_the_environment() -> None:
    command = as_curl(
        request("POST", {"password": "{{password}}"}, secrets={"password": Secret("hunter2")}), "https://acme.example"
    )
    assert command.startswith(': "${PASSWORD:?is not set}" && curl ')
    assert "hunter2" not in command


def test_a_text_that_only_looks_like_a_place_holder_is_left_alone() -> None:
    assert '"{{actor}}"' in as_curl(request("POST", {"username_pattern": "{{actor}}"}), "https://acme.example")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GET", None),
        ("DELETE", None),
        ("POST", {"description": 'it\'s "$(touch /tmp/x)" `id` \\ \n ü @file', "list": [1, None, True]}),
        ("PUT", "@/etc/passwd"),
        ("PUT", "BODY"),
        ("PUT", ["TOKEN", "@@password@@", "{{password}}"]),
    ],
)
@pytest.mark.parametrize("secret", [False, True])
@pytest.mark.parametrize("shell", [name for name in ("sh", "bash", "dash", "zsh") if shutil.which(name)])
def test_the_command_sends_what_we_would_send(method: str, body: Json, secret: bool, shell: str) -> None:
    secrets = {"password": Secret("not this one")} if secret else {}
    expected = json.loads(json.dumps(body).replace("{{password}}", HARD_JSON)) if secret else body

    async def scenario() -> Arrival:
        async with FaultServer(fault.reply(200, {"ok": True})) as server:
            process = await asyncio.create_subprocess_exec(
                shell,
                "-c",
                as_curl(request(method, body, secrets=secrets), server.url),
                env={"PATH": os.environ["PATH"], TOKEN_VARIABLE: "the-token", "PASSWORD": HARD},
                stdout=sys.stderr,
            )
            assert await process.wait() == 0
            return server.arrivals[0]

    arrival = asyncio.run(scenario())
    assert (arrival.method, arrival.target) == (method, "/access/api/v1/tokens")
    assert arrival.headers["authorization"] == "Bearer the-token"
    assert (json.loads(arrival.body) if body is not None else arrival.body or None) == expected
