"""`jfconsole issuers serve` as a process: a signal ends it, whatever its clients do, and its port is free again."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.command import Command
from tests.support.issuing import made

HALF_SENT = b"GET /jwt/jfrog/jwks HTTP/1.1\r\nHost: x\r\nX-Slow: "


@pytest.fixture
def cli(tmp_path: Path) -> Command:
    """A store with an issuer, locked: serving needs no more."""
    made(tmp_path / "jfconsole")
    return Command(tmp_path)


def started(cli: Command, *options: str) -> tuple[subprocess.Popen[str], int, str]:
    """The server, its port, and the path of its keys."""
    process = cli.start("issuers", "serve", *options)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    return process, int(urlsplit(ready["listening"]).port or 0), f"{urlsplit(ready['issuers'][0]).path}/jwks"


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def never_reading(process: subprocess.Popen[str], port: int, path: str) -> socket.socket:
    """A client that asks, again and again, until the server has answers that it cannot get rid of: it tells no more."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode() * 2000)
    assert process.stdout is not None
    while select.select([process.stdout], [], [], 1)[0]:
        assert os.read(process.stdout.fileno(), 65_536)
    return client


@pytest.fixture
def hanging() -> Iterator[ExitStack]:
    """Clients that are there until the test ends."""
    with ExitStack() as clients:
        yield clients


OTHERS = (pytest.param(number, marks=pytest.mark.deep) for number in (signal.SIGINT, signal.SIGHUP))


@pytest.mark.deep
@pytest.mark.parametrize("number", [signal.SIGTERM, *OTHERS])
def test_a_signal_ends_it_although_clients_hang(cli: Command, hanging: ExitStack, number: signal.Signals) -> None:
    process, port, path = started(cli, "--hits")
    hanging.callback(process.kill)
    hanging.enter_context(never_reading(process, port, path))
    hanging.enter_context(connected(port))
    hanging.enter_context(connected(port)).sendall(HALF_SENT)
    process.send_signal(number)
    ended = cli.finish(process)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    again, same, path = started(cli, "--port", str(port))
    assert same == port
    with closing(connected(port)) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    again.send_signal(number)
    assert cli.finish(again).code == 0


def test_a_port_that_is_taken_is_said(cli: Command) -> None:
    process, port, _ = started(cli)
    other = cli("issuers", "serve", "--port", str(port))
    assert (other.code, other.out) == (1, "")
    assert f"Cannot listen on 127.0.0.1:{port}" in other.err
    process.send_signal(signal.SIGTERM)
    assert cli.finish(process).code == 0
