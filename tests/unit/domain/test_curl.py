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


def test_secrets_stay_place_holders() -> None:
    command = as_curl(
        request("POST", {"password": "{{password}}"}, secrets={"password": Secret("hunter2")}), "https://acme.example"
    )
    assert "{{password}}" in command
    assert "hunter2" not in command


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GET", None),
        ("DELETE", None),
        ("POST", {"description": 'it\'s "$(touch /tmp/x)" `id` \\ \n ü @file', "list": [1, None, True]}),
        ("PUT", "@/etc/passwd"),
    ],
)
def test_the_command_sends_what_we_would_send(method: str, body: Json) -> None:
    async def scenario() -> Arrival:
        async with FaultServer(fault.reply(200, {"ok": True})) as server:
            process = await asyncio.create_subprocess_exec(
                "/bin/sh",
                "-c",
                as_curl(request(method, body), server.url),
                env={"PATH": os.environ["PATH"], TOKEN_VARIABLE: "the-token"},
                stdout=sys.stderr,
            )
            assert await process.wait() == 0
            return server.arrivals[0]

    arrival = asyncio.run(scenario())
    assert (arrival.method, arrival.target) == (method, "/access/api/v1/tokens")
    assert arrival.headers["authorization"] == "Bearer the-token"
    assert (json.loads(arrival.body) if body is not None else arrival.body or None) == body
