"""Files, functions and classes stay small enough to read: one that grows past its limit lacks a room."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import modules

FILE_LINES = 400
FUNCTION_LINES = 50
CLASS_METHODS = 40


def test_sizes() -> None:
    assert {module.name: found for module in modules() if (found := list(too_large(module.text)))} == {}


def too_large(text: str) -> Iterator[str]:
    """What is past its limit, in words."""
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"the file has {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{node.name} has {length} lines"
        elif isinstance(node, ast.ClassDef):
            methods = sum(isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) for item in node.body)
            if methods > CLASS_METHODS:
                yield f"{node.name} has {methods} methods"


def test_the_limits_are_seen() -> None:
    assert list(too_large("x = 1\n" * 400)) == []
    assert list(too_large("x = 1\n" * 401)) == ["the file has 401 lines"]
    assert list(too_large("def f():\n" + "    x = 1\n" * 49)) == []
    assert list(too_large("def f():\n" + "    x = 1\n" * 50)) == ["f has 51 lines"]
    many = "class A:\n" + "".join(f"    def m{number}(self): ...\n" for number in range(41))
    assert list(too_large(many)) == ["A has 41 methods"]
