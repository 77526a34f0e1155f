"""HTTP clients are made in one place, so that its rules hold everywhere."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import modules

FACTORY = "jfrog/client.py"

CLIENTS = {
    "AsyncClient",
    "AsyncHTTPTransport",
    "Client",
    "ClientSession",
    "HTTPConnection",
    "HTTPSConnection",
    "HTTPTransport",
    "PoolManager",
    "urlopen",
}
SHORTHANDS = {"get", "post", "put", "patch", "delete", "head", "options", "request", "stream"}


def clients_made(tree: ast.AST) -> list[str]:
    """Calls that make an HTTP client or send a request without one."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            owner, _, last = name.rpartition(".")
            if last in CLIENTS or (owner in {"httpx", "requests"} and last in SHORTHANDS):
                found.append(f"line {node.lineno}: {name}")
    return found


@pytest.mark.parametrize(
    "code",
    [
        "httpx.AsyncClient()",
        "AsyncClient(timeout=3)",
        "httpx.get('https://x')",
        "httpx.stream('GET', u)",
        "urllib.request.urlopen(u)",
        "http.client.HTTPSConnection(h)",
        "httpx.AsyncHTTPTransport(retries=3)",
    ],
)
def test_the_check_sees_them(code: str) -> None:
    assert clients_made(ast.parse(code))


@pytest.mark.parametrize("code", ["d.get('a')", "httpx.URL(u)", "httpx.Timeout(3)", "client.get(u)"])
def test_the_check_sees_nothing_else(code: str) -> None:
    assert not clients_made(ast.parse(code))


def test_one_factory() -> None:
    found = {module.name: made for module in modules() if (made := clients_made(module.tree))}
    assert list(found) == [FACTORY]
    assert len(found[FACTORY]) == 1
