"""A request as a curl command that can be pasted: neither the token nor the body stands in the arguments."""

from __future__ import annotations

import shlex
from typing import Final

from jfconsole.domain.exports.shell import Variables, here_document, variable_name
from jfconsole.domain.requests import Request

TOKEN_VARIABLE: Final = "JFROG_ACCESS_TOKEN"  # noqa: S105 (a name)
"""The shell variable that stands for the token; `printf` is built in, so the value is in no process list."""


def as_curl(request: Request, url: str) -> str:
    """The command for `request` against the platform at `url`; secrets of its body come from the environment."""
    variables = {name: variable_name(name) for name in sorted(request.secrets)}
    wanted = "".join(f': "${{{name}:?is not set}}" && ' for name in variables.values())
    return wanted + curl_command(request, url, variables)


def curl_command(request: Request, url: str, variables: Variables) -> str:
    """The command, with these variables for the secrets of the body. Needs curl 7.76."""
    credential = variables[request.as_token] if request.as_token else TOKEN_VARIABLE
    parts = ["curl", "-sS", "--fail-with-body"]
    if not request.anonymous:
        parts += ["-K", "-" if request.body is None else _THIRD]
    if request.method != "GET":
        parts += ["-X", request.method]
    if request.body is None:
        command = shlex.join([*parts, f"{url}{request.target}"])
        return command if request.anonymous else f"printf '{_HEADER % '%s'}\\n' \"${credential}\" | {command}"
    parts += ["-H", "Content-Type: application/json", "--data-binary", "@-", f"{url}{request.target}"]
    document = here_document(request.body, variables)
    if request.anonymous:
        return f"{shlex.join(parts)} {document.redirection}\n{document.lines}"
    token = f"{_HEADER % f'${credential}'}\nTOKEN"
    return f"{shlex.join(parts)} 3<<TOKEN {document.redirection}\n{token}\n{document.lines}"


_HEADER: Final = 'header = "Authorization: Bearer %s"'
_THIRD: Final = "/dev/fd/3"
"""The third input of a command: the first is its body, and the token must not stand in its arguments."""
