"""What the code must not do anywhere, and where a secret may be revealed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, last_name, modules, texts

REVEALING = {
    "cli/credential_helper.py": "credentials of a pull, written out once for the client that asked",
    "cli/take_away.py": "the card of a wizard, written out once for whoever ran it",
    "cli/handing.py": "a new secret, written out once for whoever asked for it",
    "cli/verbs/issuers.py": "a minted token, printed for whoever asked for it",
    "issuer/configuration.py": "the values of a named secret, sealed",
    "issuer/wraps.py": "the passphrase, stretched to a key",
    "jfrog/auth.py": "the Authorization header, bound to one origin",
    "jfrog/transport.py": "place holders of a body, filled in when the call leaves",
    "services/inspect.py": "a pasted token, decoded locally",
    "services/connection_doctor.py": "our own token, decoded locally to say that it has expired",
    "services/jfrog_cli.py": "a token that is taken over, decoded locally to say when it expires",
    "services/token_places.py": "a profile's token, handed to the system's keyring",
    "ui/widgets/take_away.py": "what a person copies, saves or asks to see, once",
    "services/pulls.py": "a registry's user name, and an exchanged token, decoded locally to say whose it is",
    "services/session.py": "our own token, decoded locally to say whose it is",
}
"""Modules in which a secret leaves for its destination. Anything added here is a decision about security."""

PRINTING = ("cli/", "sandbox/server.py")
"""The verbs, and the sandbox's own command."""

UNVERIFIED = {"jfrog/tls.py": "reads the certificate that did not check, to name its fingerprint; nothing is sent"}

_FORBIDDEN_ARGUMENTS = {
    "verify": False,
    "follow_redirects": True,
    "shell": True,
    "check_hostname": False,
    "exit_on_error": False,  # would hide a worker's error; the app shows it, and goes on
}
_FORBIDDEN_CALLS = {"eval", "exec", "os.system", "os.popen", "ssl._create_unverified_context"}

_WORDS = re.compile(
    r"""
      (?<![\w.<>})-])/(?:work|root|opt|Users|home/\w+)/     # a path of somebody's machine
    | \bshared/ | \.\./\.\./\w                            # a folder outside of the project
    | --?(?:index-url|extra-index-url|find-links)\b       # a package index
    | \b(?:TODO|FIXME|XXX)\b
    """,
    re.VERBOSE,
)


def violations(tree: ast.AST) -> Iterator[str]:
    """Calls and arguments that no module may have."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant) and node.arg:
            if _FORBIDDEN_ARGUMENTS.get(node.arg, ...) is node.value.value:
                yield f"line {node.lineno}: {node.arg}={node.value.value}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in _FORBIDDEN_CALLS:
            yield f"line {node.lineno}: {ast.unparse(node.func)}()"
        elif isinstance(node, ast.Attribute | ast.Name) and last_name(node) == "CERT_NONE":
            yield f"line {node.lineno}: CERT_NONE"
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if _FORBIDDEN_ARGUMENTS.get(last_name(target), ...) is node.value.value:
                    yield f"line {node.lineno}: {last_name(target)} = {node.value.value}"


STARTING = {"Popen", "run", "call", "check_call", "check_output", "create_subprocess_exec", "create_subprocess_shell"}
"""Calls that start a process, on `subprocess` and on `asyncio`."""


def inheriting(tree: ast.AST) -> Iterator[str]:
    """Processes that are started with whatever stands in our environment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STARTING:
            owner = ast.unparse(node.func.value)
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            starts = owner == "subprocess" or "subprocess" in node.func.attr
            if starts and given.get("env") != "child_environment()":
                yield f"line {node.lineno}: {owner}.{node.func.attr} without env=child_environment()"


def prints(tree: ast.AST) -> Iterator[str]:
    """Calls of print."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"line {node.lineno}: print()"


def reveals(tree: ast.AST) -> bool:
    """Whether any secret is revealed."""
    return any(isinstance(node, ast.Attribute) and node.attr == "reveal" for node in ast.walk(tree))


def test_no_module_does_what_none_may_do() -> None:
    found = {module.name: list(violations(module.tree)) for module in modules() if module.name not in UNVERIFIED}
    assert {name: what for name, what in found.items() if what} == {}


def test_an_exception_is_made_once() -> None:
    excepted = [module for module in modules() if module.name in UNVERIFIED]
    assert {module.name for module in excepted} == set(UNVERIFIED)
    for module in excepted:
        found = [what.partition(": ")[2] for what in violations(module.tree)]
        assert found == ["check_hostname = False", "CERT_NONE"]


def test_no_child_inherits_our_environment() -> None:
    assert {module.name: found for module in modules() if (found := list(inheriting(module.tree)))} == {}
    assert list(inheriting(ast.parse("subprocess.Popen(c, env=os.environ)")))
    assert list(inheriting(ast.parse("await asyncio.create_subprocess_exec('a')")))


def test_only_commands_print() -> None:
    silent = [module for module in modules() if not module.name.startswith(PRINTING)]
    assert {module.name: found for module in silent if (found := list(prints(module.tree)))} == {}


def test_secrets_are_revealed_only_where_they_leave() -> None:
    found = {
        module.name for module in modules() if reveals(module.tree) and not module.name.startswith("domain/secret")
    }
    assert found == set(REVEALING)


def test_every_module_says_what_it_is() -> None:
    assert [module.name for module in modules() if not ast.get_docstring(module.tree)] == []


def test_the_project_speaks_of_itself_alone() -> None:
    read = {str(path): path.read_text(encoding="utf-8") for path in texts() if path != Path(__file__)}
    assert len(read) > 1000
    found = {
        name: [text[match.start() : match.end() + 20] for match in _WORDS.finditer(text)] for name, text in read.items()
    }
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "code",
    [
        "httpx.AsyncClient(verify=False)",
        "client.get(u, follow_redirects=True)",
        "subprocess.run(c, shell=True)",
        "os.system('x')",
        "self.run_worker(work(), exit_on_error=False)",
        "context.verify_mode = ssl.CERT_NONE",
        "context.check_hostname = False",
        "context = ssl._create_unverified_context()",
    ],
)
def test_the_violations_are_seen(code: str) -> None:
    assert list(violations(ast.parse(code)))


@pytest.mark.parametrize("text", ["see /work/x", "cat ../../shared", "pip --index-url x", "TODO"])
def test_the_words_are_seen(text: str) -> None:
    assert _WORDS.search(text)


def test_test_folders_mirror_the_package() -> None:
    unit = ROOT / "tests" / "unit"
    strangers = [
        str(folder.relative_to(unit))
        for folder in unit.rglob("*")
        if folder.is_dir() and folder.name != "__pycache__" and not (PACKAGE / folder.relative_to(unit)).is_dir()
    ]
    assert strangers == []


def test_every_test_folder_is_a_package() -> None:
    tests = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert sorted(str(folder) for folder in tests if not (folder / "__init__.py").exists()) == []
