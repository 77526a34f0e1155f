"""Steps on the files of container clients: whom they ask for the login of a registry. Carried out in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote, unquote

from jfconsole.domain.errors import ErrorDetail, NotFound, ReadOnly
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.plans import Step
from jfconsole.domain.requests import CLIENTS_ROOT, CallClass, Json, Request
from jfconsole.domain.text import Untrusted, visible
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.handlers import StepHandler
from jfconsole.services.login_config import HELPER, Login
from jfconsole.services.objects import Create, Delete, ObjectKind, Update

T = TypeVar("T")

_PREFIX: Final = "client-login"
_NOT_FOUND: Final = Untrusted("not_found")


def is_login(request: Request) -> bool:
    """Whether a request is for the file of a client."""
    return request.path.startswith(f"{CLIENTS_ROOT}/")


def login_step(login: Login, now: float | None = None) -> Step | None:
    """Let a client ask our helper; None where it does. Raises UsageError for a file that cannot be read.

    `now`, in epoch seconds, is for the name of the copy that is kept of the file.
    """
    login = replace(login, path=login.path.expanduser().resolve())
    before = login.helper()
    if before == HELPER:
        return None
    step, back = _write(login, before, HELPER, login.backup(now)), _write(login, HELPER, before, None)
    return replace(step, inverse=back)


def backup_in(step: Step) -> Path | None:
    """Where a step keeps a copy of the file as it was."""
    kept = as_object(step.requests[0].body).get("backup")
    return Path(kept) if isinstance(kept, str) else None


def _write(login: Login, before: str, after: str, backup: Path | None) -> Step:
    """One change of whom a client asks; an empty text stands for nobody."""
    where = visible(str(login.path))
    body: JsonObject = {"helper": after, "backup": None if backup is None else str(backup)}
    action = "delete" if not after else "update" if before else "create"
    return Step(
        kind=f"{_PREFIX}.{action}",
        key=f"{login.address} {login.path}",
        title=f"In {where}, ask {_program(after)} for {login.address}",
        before={"helper": before} if before else None,
        after={"helper": after} if after else None,
        requests=(
            Request(
                method="PUT" if after else "DELETE",
                path=_place(str(login.path), login.address),
                call_class=CallClass.IDEMPOTENT,
                body=body,
            ),
        ),
        unique=True,
    )


def _place(file: str, address: str) -> str:
    """What requests name a file and an address by."""
    return f"{CLIENTS_ROOT}/{quote(file, safe='')}/{quote(address, safe='')}"


def _program(helper: str) -> str:
    """What a client starts for a helper."""
    return f"docker-credential-{visible(helper)}" if helper else "nobody"


@dataclass(frozen=True, slots=True)
class LoginFiles:
    """Carries requests out on the files of clients, in a thread."""

    read_only: bool = False

    async def send(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """Raises UsageError and ConsoleError for a file, NotFound where it says nothing, and ReadOnly."""
        if self.read_only and request.method != "GET":
            raise ReadOnly("Read-only: no file was changed", "Start without read-only mode to make changes")
        return await asyncio.to_thread(lambda: decode(self._answer(request)))

    def _answer(self, request: Request) -> Answer:
        path, _, address = request.path.removeprefix(f"{CLIENTS_ROOT}/").partition("/")
        login = Login(Path(unquote(path)), unquote(address))
        if request.method == "GET":
            return Answer(200, {}, json.dumps(_read(login)).encode())
        body = as_object(request.body)
        backup = body.get("backup")
        login.write(str(body.get("helper") or ""), Path(backup) if isinstance(backup, str) else None)
        return Answer(200, {}, b"null")


def _read(login: Login) -> Json:
    helper = login.helper()
    if not helper:
        raise NotFound(f"{login.path} says nothing of {login.address}", detail=ErrorDetail(code=_NOT_FOUND))
    return {"helper": helper}


async def _fetch(sender: Sender, key: str) -> JsonObject:
    address, _, path = key.partition(" ")
    request = Request(method="GET", path=_place(path, address), call_class=CallClass.SAFE)
    return as_object(await sender.send(request, lambda answer: json.loads(answer.body)))


_LOGIN: Final = ObjectKind("login", _fetch)

HANDLERS: Final[Mapping[str, StepHandler]] = {
    f"{_PREFIX}.create": Create(_LOGIN),
    f"{_PREFIX}.update": Update(_LOGIN),
    f"{_PREFIX}.delete": Delete(_LOGIN),
}
