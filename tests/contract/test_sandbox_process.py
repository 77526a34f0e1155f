"""The command: what it says when it is ready, where it listens, how it ends."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.sandbox import RunningSandbox, SandboxFailed

COMMAND = [sys.executable, "-m", "jfconsole.sandbox", "--port", "0"]


def test_the_first_line_says_where_it_is_and_how_to_log_in(sandbox: RunningSandbox) -> None:
    assert set(sandbox.announcement) == {"url", "access_token", "username", "password"}
    assert (sandbox.username, sandbox.password) == ("admin", "password")
    response = httpx.get(f"{sandbox.url}/artifactory/api/system/ping", auth=("admin", "password"), trust_env=False)
    assert (response.status_code, response.text) == (200, "OK")


def test_the_announced_token_is_listed_as_an_administrators(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        mine = client.get("/access/api/v1/tokens/me").json()
        assert mine["scope"] == "applied-permissions/admin"
        assert mine["subject"].endswith("/users/admin")
        assert "expiry" not in mine
        assert mine in client.get("/access/api/v1/tokens").json()["tokens"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_only_loopback_is_listened_on(host: str) -> None:
    ended = subprocess.run([*COMMAND, "--host", host], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert f"{host} is not a loopback address" in ended.stderr


def test_a_port_in_use_is_said_in_a_sentence(sandbox: RunningSandbox) -> None:
    port = httpx.URL(sandbox.url).port
    assert port is not None
    with pytest.raises(SandboxFailed, match=f"cannot listen on 127.0.0.1:{port}"):
        RunningSandbox(port=port)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_and_silence(number: signal.Signals) -> None:
    process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    json.loads(process.stdout.readline())
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, b"", b"")


def test_a_signal_before_it_is_ready_ends_it_with_0_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--seed", "large", "--state", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while not (tmp_path / "state.db").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    with RunningSandbox("demo", state=tmp_path) as again:
        assert again.state()["seed"] == "demo"


def test_hanging_clients_do_not_keep_it() -> None:
    """One that never finishes its request, one whose answer is held back for ever, one that reads a drip."""
    with RunningSandbox() as running:
        address = ("127.0.0.1", httpx.URL(running.url).port or 0)
        running.faults(
            {"kind": "latency", "path": "/router/*", "seconds": 100_000},
            {"kind": "drip", "path": "/access/*", "seconds": 100_000},
        )
        with (
            socket.create_connection(address) as half,
            socket.create_connection(address) as held,
            socket.create_connection(address) as dripped,
        ):
            half.sendall(b"POST /access/api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nuser")
            held.sendall(b"GET /router/api/v1/system/ping HTTP/1.1\r\nHost: x\r\n\r\n")
            dripped.sendall(b"GET /access/api/v1/system/ping HTTP/1.1\r\nHost: x\r\n\r\n")
            assert dripped.recv(100).startswith(b"HTTP/1.1 200")
            assert running.stop() == 0


def test_tls_is_trusted_through_its_own_authority() -> None:
    with RunningSandbox(tls=True) as running:
        assert running.url.startswith("https://")
        assert running.ca_cert is not None
        assert os.stat(Path(running.ca_cert).parent).st_mode & 0o777 == 0o700
        with running.http() as client:
            assert client.get("/router/api/v1/system/ping").text == "OK"
        with (
            httpx.Client(trust_env=False, verify=ssl.create_default_context()) as stranger,
            pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
        ):
            stranger.get(f"{running.url}/router/api/v1/system/ping")
        directory = Path(running.ca_cert).parent
    assert not directory.exists()


def test_ipv6_loopback_works_and_is_written_in_brackets() -> None:
    try:
        with RunningSandbox(arguments=["--host", "::1"]) as running, running.http() as client:
            assert running.url.startswith("http://[::1]:")
            assert client.get("/router/api/v1/system/ping").text == "OK"
    except SandboxFailed as failed:
        if "cannot listen" not in str(failed):
            raise
        pytest.skip("this machine has no IPv6 loopback")


def test_the_verb_of_the_command_line_takes_the_same_options() -> None:
    program = (
        "import argparse, sys; from jfconsole.cli import sandbox;"
        "parser = argparse.ArgumentParser(); sandbox.register(parser.add_subparsers());"
        "assert not {'starlette', 'uvicorn', 'cryptography'} & set(sys.modules);"
        "args = parser.parse_args(); sys.exit(args.run(args))"
    )
    process = subprocess.Popen([sys.executable, "-c", program, "sandbox", "--port", "0"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    announced = json.loads(process.stdout.readline())
    assert httpx.get(f"{announced['url']}/router/api/v1/system/ping", trust_env=False).text == "OK"
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 0
