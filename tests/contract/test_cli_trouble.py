"""When something is wrong with the platform, the way to it or the command: one sentence that says what to do."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.support import fault_server as fault
from tests.support.certificates import served
from tests.support.command import Command, Ended
from tests.support.fault_server import FaultServer
from tests.support.sandbox import RunningSandbox

SENTINEL: Final = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzZW50aW5lbCJ9.c2VudGluZWw"
ACCESS_ERROR: Final = {"errors": [{"code": "UNAUTHORIZED", "message": "Invalid token, expired"}]}


def against(behaviour: fault.Behaviour, home: Path, *words: str) -> tuple[Ended, FaultServer]:
    """A command on a server that behaves so."""

    async def scenario() -> tuple[Ended, FaultServer]:
        async with FaultServer(behaviour) as server:
            command = Command(home, server.url, SENTINEL)
            return await asyncio.to_thread(command.process, *words), server

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (fault.reply(401, ACCESS_ERROR), "Invalid token, expired"),
        (fault.reply(401, {"errors": [{"status": 401, "message": "Bad Credentials"}]}), "Bad Credentials"),
        (fault.reply(403, {"errors": [{"code": "FORBIDDEN", "message": "no"}]}), "may not"),
        (fault.reply(404, "404 page not found"), "(404)"),
        (fault.reply(200, "<html><title>Log in</title></html>"), "a web page"),
        (fault.reply(200, {"something": "else"}), "shape"),
        (fault.reply(200, b"\x00\x01"), ""),
        (fault.reply(302, "", location="https://elsewhere.test/login"), "redirect"),
        (fault.reply(429, "", retry_after="600"), "fewer calls"),
        (fault.reply(500, "<html><title>Oops</title></html>"), "500"),
        (fault.garbage, ""),
    ],
    ids=["expired", "wrong-token", "forbidden", "404", "html", "shape", "bytes", "redirect", "429", "500", "no-http"],
)
def test_a_sentence_and_what_to_do(behaviour: fault.Behaviour, says: str, tmp_path: Path) -> None:
    ended, server = against(behaviour, tmp_path, "tokens", "list")
    assert (ended.code, ended.out) == (4 if "404" in says else 1, "")
    assert ended.err.startswith("jfconsole: ")
    assert len(ended.err.splitlines()) >= 2, "a hint follows the sentence"
    assert says.lower() in ended.err.lower()
    assert "Traceback" not in ended.err
    assert SENTINEL not in ended.err
    assert any(SENTINEL in arrival.headers.get("authorization", "") for arrival in server.arrivals)


def test_errors_as_json(tmp_path: Path) -> None:
    ended, _ = against(fault.reply(401, ACCESS_ERROR, x_request_id="abc"), tmp_path, "--json", "tokens", "list")
    assert (ended.code, ended.out) == (1, "")
    error = ended.error
    assert (error["kind"], error["status"], error["code"]) == ("NotAuthenticated", 401, "UNAUTHORIZED")
    assert (error["server_text"], error["method"], error["path"]) == (
        "Invalid token, expired",
        "GET",
        "/access/api/v1/tokens",
    )
    assert error["hint"]
    assert error["request_id"] == "abc"


def test_server_down(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        ended = Command(tmp_path, f"http://127.0.0.1:{taken.getsockname()[1]}", SENTINEL)("tokens", "list")
    assert ended.code == 1
    assert "nothing answers" in ended.err.lower() or "refused" in ended.err.lower()


def test_an_untrusted_certificate(tmp_path: Path) -> None:
    async def scenario() -> Ended:
        async with FaultServer(fault.reply(200, {}), tls=served(tmp_path).context) as server:
            return await asyncio.to_thread(Command(tmp_path, server.url, SENTINEL).process, "tokens", "list")

    ended = asyncio.run(scenario())
    assert ended.code == 1
    assert "--ca-cert" in ended.err


def test_tls_with_a_named_authority(tmp_path: Path) -> None:
    with RunningSandbox(tls=True) as sandbox:
        assert sandbox.ca_cert
        trusting = Command(tmp_path, sandbox.url, sandbox.token)
        assert trusting("tokens", "list", "--ca-cert", sandbox.ca_cert, "--json").json["total"] == 1


def test_an_expired_token_on_a_real_platform(tmp_path: Path, sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="admin", scope="applied-permissions/admin", expires_in=90_000)
    sandbox.clock(advance=100_000)
    ended = Command(tmp_path, sandbox.url, made["access_token"])("tokens", "list")
    assert ended.code == 1
    assert "expired" in ended.err


def test_nothing_configured_is_no_dead_end(tmp_path: Path) -> None:
    command = Command(tmp_path)
    ended = command()
    assert (ended.code, ended.out) == (2, "")
    assert "jfconsole demo" in ended.err
    assert command("--json").error["kind"] == "NothingConfigured"
    assert command("tokens", "list").code == 2


def test_the_console_needs_a_terminal(tmp_path: Path) -> None:
    command = Command(tmp_path, "https://acme.jfrog.io", SENTINEL)
    for words in ((), ("demo",)):
        done = subprocess.run(
            command.argv(*words),
            env=command.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            timeout=60,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "terminal" in done.stderr


def test_a_variable_of_our_own_is_warned_about(tmp_path: Path, sandbox: RunningSandbox) -> None:
    own = Command(tmp_path, JFCONSOLE_URL=sandbox.url, JFCONSOLE_TOKEN=sandbox.token)
    ended = own("tokens", "list", "--json")
    assert ended.code == 0
    assert "--token-file" in ended.err
    assert ended.json["total"] == 1


def test_a_token_from_stdin(tmp_path: Path, sandbox: RunningSandbox) -> None:
    ended = Command(tmp_path)("tokens", "list", "--url", sandbox.url, "--token-stdin", "--json", stdin=sandbox.token)
    assert ended.json["total"] == 1


def test_a_reader_that_leaves_is_no_error(tmp_path: Path, demo_sandbox: RunningSandbox) -> None:
    running = Command(tmp_path, demo_sandbox.url, demo_sandbox.token).start("tokens", "list")
    assert running.stdout is not None
    running.stdout.close()
    running.stdout = None
    ended = Command.finish(running)
    assert (ended.code, ended.err) == (141, "")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_signals_end_a_verb_that_waits(tmp_path: Path, number: signal.Signals, code: int) -> None:
    ended = interrupted(tmp_path, lambda running: running.send_signal(number))
    assert (ended.code, ended.out) == (code, "")
    assert "Traceback" not in ended.err


def interrupted(home: Path, interrupt: Callable[[subprocess.Popen[str]], None]) -> Ended:
    """A list call that never gets an answer, interrupted once the server has it."""

    async def scenario() -> Ended:
        arrived = asyncio.Event()
        async with FaultServer(fault.hang, on_arrival=lambda _: arrived.set()) as server:
            running = Command(home, server.url, SENTINEL).start("tokens", "list")
            await arrived.wait()
            interrupt(running)
            return await asyncio.to_thread(Command.finish, running)

    return asyncio.run(scenario())


def test_an_unexpected_error_leaves_a_file_without_secrets(tmp_path: Path, sandbox: RunningSandbox) -> None:
    breaking = tmp_path / "sitecustomize.py"
    breaking.write_text(
        "import jfconsole.cli.output as output\n"
        "def broken(*_):\n"
        f"    token = '{SENTINEL}'\n"
        f"    raise RuntimeError('broken with {SENTINEL}')\n"
        "output.print_json = broken\n",
        encoding="utf-8",
    )
    command = Command(tmp_path, sandbox.url, sandbox.token, PYTHONPATH=f"{tmp_path}{os.pathsep}{os.getcwd()}")
    ended = command.process("tokens", "list", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert "RuntimeError" in ended.error["message"]
    (crash,) = tmp_path.rglob("crash-*.txt")
    assert crash.stat().st_mode & 0o777 == 0o600
    text = crash.read_text("utf-8")
    assert "RuntimeError" in text
    for secret in (SENTINEL, sandbox.token):
        assert secret not in text + ended.err


def test_version_for_a_bug_report(tmp_path: Path) -> None:
    first, second = Command(tmp_path)("--version").out.splitlines()
    assert first.startswith("jfconsole 0.")
    assert second.startswith("Python 3.")


def test_paths(tmp_path: Path) -> None:
    command = Command(tmp_path)
    paths = command("paths", "--json").json["paths"]
    elsewhere = {"temporary", "docker", "podman"}
    assert {
        "settings",
        "profiles",
        "recipes",
        "journal",
        "reports",
        "snapshots",
        "crashes",
        "issuer",
    } | elsewhere <= set(paths)
    own = [path for name, path in paths.items() if name not in elsewhere]
    assert all(path.startswith(str(tmp_path / "jfconsole")) for path in own)
    assert all(path in command("paths").out for path in paths.values())
    assert not (tmp_path / "jfconsole").exists()
