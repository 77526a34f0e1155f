"""Listening on loopback, saying when ready, stopping when told."""

import argparse
import asyncio
import contextlib
import ipaddress
import json
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TextIO

import uvicorn

from jfconsole.sandbox import tls
from jfconsole.sandbox.app import build
from jfconsole.sandbox.connection import Connection
from jfconsole.sandbox.installation import install
from jfconsole.sandbox.options import DEMO_ALIASES
from jfconsole.sandbox.platform import Platform, Strongbox, Trust
from jfconsole.sandbox.seed import BOOTSTRAP_TOKEN_ID
from jfconsole.sandbox.seed.objects import ADMIN, PASSWORD
from jfconsole.sandbox.storage import StateInUse
from jfconsole.sandbox.token_values import TokenValues
from jfconsole.sandbox.trust import TrustedKeys
from jfconsole.sandbox.versions import EMULATIONS

_PATIENCE = 1
"""Seconds that open requests get when the server stops."""
_BACKLOG = 512
_KEEP_ALIVE = 75
"""Seconds an idle connection is kept, as nginx in front of a real platform does."""


class NotLoopback(Exception):
    """An address that others could reach."""


class _Server(uvicorn.Server):
    """Announces itself once it accepts connections, and ends quietly on a signal."""

    def __init__(self, config: uvicorn.Config, announcement: str, out: TextIO) -> None:
        super().__init__(config)
        self._announcement = announcement
        self._out = out

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then write the one line that a parent process waits for."""
        await super().startup(sockets)
        print(self._announcement, file=self._out, flush=True)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGTERM and SIGINT end the server; unlike uvicorn's own, do not raise them again afterwards."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def _stop(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop. Exit code 0 after SIGTERM or SIGINT, 1 if it could not start, 2 for a bad host."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        listener = _listen(args.host, args.port)
    except NotLoopback:
        print(f"jfconsole sandbox: {args.host} is not a loopback address", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        print(f"jfconsole sandbox: cannot listen on {args.host}:{args.port}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    with listener, contextlib.ExitStack() as stack:
        try:
            strongbox = Strongbox(args.strongbox, _address(listener, args.host)) if args.strongbox else None
            platform = install(args.seed, Path(args.state) if args.state else None, strongbox)
            platform.emulation = EMULATIONS[args.emulate]
            files = tls.prepare(_tls_directory(args.state, stack)) if args.tls else None
            platform.trust = _trust(args, platform.seed, files)
            folder = Path(args.trusted_keys) if args.trusted_keys else None
            platform.trusted = TrustedKeys(folder, platform.state.storage)
            platform.trusted.look()
        except (StateInUse, OSError) as error:
            print(f"jfconsole sandbox: {error}", file=sys.stderr)  # noqa: T201
            return 1
        _serve(platform, listener, args.host, files)
        if platform.state.storage:
            platform.state.storage.close()
    return 0


def _trust(args: argparse.Namespace, seed: str, files: tls.TlsFiles | None) -> Trust:
    """Whose tokens are exchanged. The demo works without a network, and with issuers made while it is looked at."""
    demo = seed == "demo"
    return Trust(
        http_on_loopback=args.allow_http_issuers or demo,
        aliases=(DEMO_ALIASES if demo else {}) | dict(args.idp_alias),
        authority=files.ca_cert if files else None,
    )


def _leave(number: int, frame: FrameType | None) -> None:
    """Told to stop before there was anything to stop; a state half made is not kept."""
    sys.exit(0)


def _serve(platform: Platform, listener: socket.socket, host: str, files: tls.TlsFiles | None) -> None:
    config = uvicorn.Config(
        build(platform),
        http=Connection,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_PATIENCE,
        ssl_certfile=files.certificate if files else None,
        ssl_keyfile=files.key if files else None,
    )
    announcement = json.dumps(_announcement(platform, listener, host, files))
    _Server(config, announcement, sys.stdout).run(sockets=[listener])


def _announcement(platform: Platform, listener: socket.socket, host: str, files: tls.TlsFiles | None) -> dict[str, str]:
    token = platform.state.tokens.get(BOOTSTRAP_TOKEN_ID)
    line = {
        "url": f"{'https' if files else 'http'}://{_address(listener, host)}",
        "access_token": TokenValues(platform).access(token) if token else "",
        "username": ADMIN,
        "password": PASSWORD,
    }
    return line | ({"ca_cert": str(files.ca_cert)} if files else {})


def _address(listener: socket.socket, host: str) -> str:
    """Host and port as they stand in URLs."""
    return f"{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address.

    Raises:
        NotLoopback: `host` is, or resolves to, anything else.
        OSError: it cannot be bound.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    if not ipaddress.ip_address(address[0]).is_loopback:
        raise NotLoopback(host)
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _tls_directory(state: str | None, stack: contextlib.ExitStack) -> Path:
    if state is not None:
        return Path(state)
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jfconsole-sandbox-")))
