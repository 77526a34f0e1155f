"""Files for the other side of a trust: a recipe's snippets with their values filled in, quoted so that none gets out.

A place holder stands for a whole value: `«name»` is quoted as the file's dialect wants it, `«name|shell»` as one word
of a shell. A line whose value is not there is left out. What a dialect would take for an instruction is written so
that it is none; where the dialect has no way to do that, the value is not written, and the file says so.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from jfconsole.wizards.ci_recipe import PLACE, Dialect, Snippet

UNWRITABLE: Final = "this value cannot be written here"
"""Stands in the place of a value that the dialect would not leave as it is."""


def write_snippet(snippet: Snippet, values: Mapping[str, str]) -> str:
    """The file. Values that are missing or empty take their line with them."""
    return "".join(_lines(snippet, values))


def _lines(snippet: Snippet, values: Mapping[str, str]) -> Iterator[str]:
    for line in snippet.text.splitlines(keepends=True):
        if all(values.get(found[1]) for found in PLACE.finditer(line)):
            yield PLACE.sub(lambda found: _quoted(values[found[1]], snippet.dialect, in_shell=bool(found[2])), line)


def _quoted(value: str, dialect: Dialect, *, in_shell: bool) -> str:
    if in_shell or dialect is Dialect.SHELL:
        return shlex.quote(_tamed(value, dialect) if value.isprintable() else UNWRITABLE)
    return f'"{_escaped(_tamed(value, dialect))}"'


def _tamed(value: str, dialect: Dialect) -> str:
    """The value as the dialect has to read it to mean just that."""
    tame = _TAMING.get(dialect)
    return value if tame is None else tame(value)


def _escaped(text: str) -> str:
    """Inside double quotes, as YAML 1.2 (5.7) and HCL have them."""
    return "".join(_ESCAPES.get(char) or (char if char.isprintable() else _numbered(char)) for char in text)


def _numbered(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _azure(value: str) -> str:
    """Source: Azure Pipelines, "Define variables": macros have no escape, template expressions are evaluated once."""
    return UNWRITABLE if any(sign in value for sign in ("$(", "$[", "${{")) else value


def _replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda value: value.replace(old, new)


_ESCAPES: Final = {'"': '\\"', "\\": "\\\\"}

_TAMING: Final[Mapping[Dialect, Callable[[str], str]]] = {
    Dialect.GITHUB: _replaced("${{", "${{ '${{' }}"),
    Dialect.GITLAB: _replaced("$", "$$"),
    Dialect.AZURE: _azure,
    Dialect.CIRCLECI: _replaced("<<", "\\<<"),
    Dialect.BUILDKITE: _replaced("$", "$$"),
    Dialect.KUBERNETES: _replaced("$(", "$$("),
    Dialect.CLOUD_BUILD: _replaced("$", "$$"),
    Dialect.HCL: lambda value: value.replace("${", "$${").replace("%{", "%%{"),
}
"""What each dialect would read as more than text. Sources: GitHub "Expressions"; GitLab "Use the $ character in
variables"; CircleCI "Pipeline values and parameters"; Buildkite "Environment variables, escaping the $ character";
Kubernetes "Define dependent environment variables"; Google Cloud Build "Substituting variable values"; HCL
specification, "Template expressions"."""
