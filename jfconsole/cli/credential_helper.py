"""`docker-credential-jfconsole`: gives container clients credentials that are made for each pull, and keeps none.

Source of the protocol: docker/docker-credential-helpers credentials/credentials.go and error.go, client/client.go.
The action is the one argument. What went wrong is told on stdout in one line, which clients show, and they tell two
messages apart by their very text; exit code 1. The next step stands on stderr.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, NoReturn

from jfconsole import __version__

if TYPE_CHECKING:
    from jfconsole.domain.errors import ConsoleError
    from jfconsole.domain.registries import RemoteRegistry
    from jfconsole.services.pulls import Puller

_PROGRAM: Final = "docker-credential-jfconsole"
_NOT_FOUND: Final = "credentials not found in native keychain"
_NO_SERVER: Final = "no credentials server URL"
_NO_USER: Final = "no credentials username"
_LIMIT: Final = 65_536
"""Characters that are read: a server's address, or credentials that somebody wants stored."""


class _Told(Exception):
    """What is told on stdout, word for word; `hint` goes to stderr."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def main() -> NoReturn:
    """Do what the one argument says, and end the process.

    Nothing is collected meanwhile: it lives for one answer, and looking through all that it loads takes longer.
    """
    gc.disable()
    sys.exit(run(sys.argv[1:]))


def run(argv: list[str]) -> int:
    """Carry out one action; returns the exit code."""
    try:
        sys.stdout.write(_action(argv)())
        sys.stdout.flush()
    except _Told as told:
        return _failed(str(told), told.hint)
    except Exception as error:
        return _refused(error)
    return 0


def _action(argv: list[str]) -> Callable[[], str]:
    actions = {"get": _get, "list": _list, "store": _store, "erase": _erase, "version": _version}
    if len(argv) != 1:
        raise _Told(f"Usage: {_PROGRAM} <{'|'.join(actions)}>")
    action = actions.get(argv[0])
    if action is None:
        raise _Told(f"{_PROGRAM}: unknown action: {argv[0][:40]!r}")
    return action


def _get() -> str:
    """Credentials for the server in stdin."""
    import asyncio

    server = _server()
    with _puller() as puller:
        registry = _registry(puller, server)
        given = asyncio.run(puller.credentials(registry, registry.login_entry))
    return _line({"ServerURL": server, "Username": given.username, "Secret": given.secret.reveal()})


def _list() -> str:
    """The addresses that there are credentials for, with the role or the secret that they come from.

    Whose they are the platform says at each exchange: nothing is minted for a list.
    """
    with _puller() as puller:
        found = [(one.address, one.login_entry) for one in puller.registries]
    return _line({address: entry.role_key or entry.secret_key for address, entry in found if entry is not None})


def _store() -> str:
    """Nothing is stored, and whoever logs in should not believe so."""
    try:
        given = json.loads(_stdin())
    except ValueError as problem:
        raise _Told(f"{_PROGRAM}: this is no JSON") from problem
    said = given if isinstance(given, dict) else {}
    for name, message in (("ServerURL", _NO_SERVER), ("Username", _NO_USER)):
        if not said.get(name):
            raise _Told(message)
    raise _Told(
        "jfconsole stores no credentials: it makes them for each pull, and no login is needed",
        "Where others shall be used, take the entry out of credHelpers first",
    )


def _erase() -> str:
    """There is nothing to erase, which is what whoever logs out wants."""
    _server()
    return ""


def _version() -> str:
    return f"{_PROGRAM} (jfconsole) {__version__}\n"


def _server() -> str:
    # The protocol's own reader joins lines, and trims.
    server = "".join(_stdin().splitlines()).strip()
    if not server:
        raise _Told(_NO_SERVER)
    return server


def _stdin() -> str:
    return sys.stdin.buffer.read(_LIMIT).decode("utf-8", "replace")


def _puller() -> AbstractContextManager[Puller]:
    from jfconsole.services.paths import find_paths
    from jfconsole.services.pulls import open_puller

    return open_puller(find_paths())


def _registry(puller: Puller, server: str) -> RemoteRegistry:
    from jfconsole.domain.registries import registry_at
    from jfconsole.domain.text import visible

    found = registry_at(puller.registries, server)
    if found is None:
        raise _Told(_NOT_FOUND, f"There is no registry {visible(server)[:80]}: see `jfconsole registries list`")
    if found.login_entry is None:
        raise _Told(
            f"The registry {found.address} has no entry for clients that ask by the address alone",
            f"Add one for *, or `jfconsole registries login-config {found.address} --repository REPOSITORY`",
        )
    return found


def _line(document: dict[str, str]) -> str:
    return f"{json.dumps(document)}\n"


def _refused(error: Exception) -> int:
    """One cleaned line on stdout, everything on stderr."""
    from jfconsole.cli.errors import print_error
    from jfconsole.domain.errors import ConsoleError
    from jfconsole.domain.text import visible

    shown = error if isinstance(error, ConsoleError) else _unexpected(error)
    print_error(shown, as_json=False)
    return _failed(f"jfconsole: {visible(shown.message)}", "")


def _unexpected(error: Exception) -> ConsoleError:
    from jfconsole.cli.main import unexpected  # here, since it brings the whole command line

    return unexpected(error)


def _failed(message: str, hint: str) -> int:
    sys.stdout.write(f"{message}\n")
    if hint:
        sys.stderr.write(f"{_PROGRAM}: {hint}\n")
    return 1
