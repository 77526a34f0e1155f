"""What shell scripts of calls share: where secrets come from, and bodies that never stand on a command line.

Secrets are variables of the environment. Bodies go through here-documents: arguments can be read by every user of
the machine, here-documents cannot.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from jfconsole.domain.plans import Plan, Step
from jfconsole.domain.requests import Json, Request
from jfconsole.domain.text import visible

Variables: TypeAlias = Mapping[str, str]
"""The variable of the environment for each secret of a request, by the secret's name."""

Command: TypeAlias = Callable[[Request, Variables], str]
"""Writes one call."""

_END: Final = "BODY"
_LIMIT: Final = 40
_SPECIAL: Final = re.compile(r"[\\$`]")
_ESCAPED: Final = """$(printf %s "${}" | sed 's/[\\\\"]/\\\\&/g')"""
"""The value of a variable inside a JSON string."""


@dataclass(frozen=True, slots=True)
class HereDocument:
    """A body as input of a command: what stands at the end of its line, and the lines that follow."""

    redirection: str
    lines: str


def here_document(body: Json, variables: Variables) -> HereDocument:
    """The body as JSON in ASCII, in which nothing means anything to a shell but the secrets that it fills in."""
    mark = _unused_mark(body)
    text = json.dumps(_marked(body, variables, mark), indent=2)
    if mark not in text:
        return HereDocument(f"<<'{_END}'", f"{text}\n{_END}")
    inert = _SPECIAL.sub(lambda found: f"\\{found[0]}", text)
    filled = re.sub(f"{mark}(.*?){mark}", lambda found: _ESCAPED.format(variables[found[1]]), inert)
    return HereDocument(f"<<{_END}", f"{filled}\n{_END}")


def script(plan: Plan, needs: Iterable[str], variables: Iterable[str], command: Command) -> str:
    """A shell script of all calls of a plan. `needs` are sentences, `variables` further ones that must be set."""
    named = _variables(plan)
    wanted = [*variables, *dict.fromkeys(name for _, names in named for name in names.values())]
    head = [
        "#!/bin/sh",
        f"# {visible(plan.title)}",
        f"# Plan {visible(plan.id)} of jfconsole, for {visible(plan.origin)}",
        *(f"# {sentence}" for sentence in needs),
        *(["# No secret is in here: set these variables first, without leaving them in a history"] if wanted else []),
        "set -eu" if plan.stop_on_failure else "set -u",
        *(f': "${{{name}:?is not set}}"' for name in wanted),
    ]
    return "\n".join([*head, *_calls(named, command)]) + "\n"


def _calls(named: list[tuple[Step, Variables]], command: Command) -> Iterator[str]:
    for number, (step, variables) in enumerate(named, 1):
        yield f"\n# {number}. {visible(step.title)}"
        if any(request.stays_here for request in step.requests):
            yield "# On this machine, by jfconsole alone: no platform knows such a call"
            continue
        if step.gives and not variables:
            yield f"# The answer has the {step.gives}, once: keep it out of logs"
        yield from (command(request, variables) for request in step.requests)


def _variables(plan: Plan) -> list[tuple[Step, Variables]]:
    """A variable of its own for each secret of each object."""
    taken: dict[str, tuple[str, str]] = {}
    return [
        (
            step,
            {
                name: _variable(name, step.key, taken)
                for request in step.requests
                for name in sorted(request.secrets)
                if not request.stays_here
            },
        )
        for step in plan.steps
    ]


def _variable(name: str, key: str, taken: dict[str, tuple[str, str]]) -> str:
    wanted = base = variable_name(name, key)
    number = 2
    while taken.setdefault(wanted, (name, key)) != (name, key):
        wanted, number = f"{base}_{number}", number + 1
    return wanted


def variable_name(*words: str) -> str:
    """`PASSWORD_OX_SCANNER`: a name for a variable of the environment, whatever the words are."""
    return re.sub(r"[^A-Z0-9]+", "_", "_".join(words).upper()).strip("_")[:_LIMIT].strip("_") or "SECRET"


def _unused_mark(body: Json) -> str:
    """A text that does not occur in the body."""
    mark, text = "@@", json.dumps(body)
    while mark in text:
        mark += "@"
    return mark


def _marked(body: Json, variables: Variables, mark: str) -> Json:
    """The body with marks around the names of its secrets, as `Request` has its place holders."""
    if isinstance(body, dict):
        return {key: _marked(value, variables, mark) for key, value in body.items()}
    if isinstance(body, list):
        return [_marked(value, variables, mark) for value in body]
    if isinstance(body, str) and body.startswith("{{") and body.endswith("}}") and body[2:-2] in variables:
        return f"{mark}{body[2:-2]}{mark}"
    return body
