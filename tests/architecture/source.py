"""The project's own source, parsed once for all architecture tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "jfconsole"

_WRITTEN_BY_PEOPLE = ("jfconsole", "tests", ".ci", "README.md", "pyproject.toml")
_TEXTS = {".py", ".md", ".toml", ".tcss", ".json", ""}


@dataclass(frozen=True)
class Module:
    """One module of the package; `name` is its path below the package (`ui/app.py`)."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def __str__(self) -> str:
        return self.name


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package."""
    return tuple(_parse(path) for path in sorted(PACKAGE.rglob("*.py")))


def texts() -> Iterator[Path]:
    """Every text file that people write and read: source, tests, docs, settings."""
    for name in _WRITTEN_BY_PEOPLE:
        top = ROOT / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and path.suffix in _TEXTS and "__pycache__" not in path.parts:
                yield path


def called(call: ast.Call) -> str:
    """The last name of what is called: `notify` for `self.app.notify(…)`."""
    return last_name(call.func)


def last_name(node: ast.expr) -> str:
    """The last name of a dotted expression, empty where there is none."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _parse(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(PACKAGE).as_posix(), path, text, ast.parse(text))
