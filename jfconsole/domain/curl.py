"""A request as a curl command that can be pasted: the token comes over stdin, never in the arguments."""

from __future__ import annotations

import json
import shlex
from typing import Final

from jfconsole.domain.requests import Request

TOKEN_VARIABLE: Final = "JFROG_ACCESS_TOKEN"  # noqa: S105 (a name)
"""The shell variable that stands for the token; `printf` is built in, so the value is in no process list."""


def as_curl(request: Request, url: str) -> str:
    """The command for `request` against the platform at `url`.

    Secrets inside the body stay place holders (`{{password}}`), to be filled in by whoever runs it.
    """
    parts = ["curl", "-sS", "--fail-with-body"]
    if not request.anonymous:
        parts += ["-K", "-"]
    if request.method != "GET":
        parts += ["-X", request.method]
    if request.body is not None:
        parts += ["-H", "Content-Type: application/json", "--data-raw", json.dumps(request.body)]
    parts.append(f"{url}{request.target}")
    command = shlex.join(parts)
    return command if request.anonymous else f"{_AUTH} | {command}"


_AUTH: Final = f'printf \'header = "Authorization: Bearer %s"\\n\' "${TOKEN_VARIABLE}"'
