"""The layers hold: the contracts of pyproject.toml are checked, and they can be broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT

_LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None, no_cache=True))"


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts over the package in `folder`, whatever is installed."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-c", _LINT], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_contracts_hold() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("domain/text.py", "import jfconsole.jfrog"),
        ("jfrog/__init__.py", "import jfconsole.services"),
        ("jfrog/__init__.py", "import jfconsole.issuer"),
        ("issuer/__init__.py", "import jfconsole.jfrog"),
        ("issuer/__init__.py", "import jfconsole.services"),
        ("issuer/__init__.py", "import jfconsole.sandbox"),
        ("issuer/__init__.py", "import httpx"),
        ("services/__init__.py", "import jfconsole.ui"),
        ("services/__init__.py", "import textual"),
        ("services/__init__.py", "import httpx"),
        ("services/__init__.py", "import jfconsole.wizards"),
        ("wizards/__init__.py", "import jfconsole.ui"),
        ("wizards/__init__.py", "import jfconsole.jfrog"),
        ("wizards/__init__.py", "import jfconsole.sandbox"),
        ("wizards/__init__.py", "import textual"),
        ("wizards/__init__.py", "import httpx"),
        ("sandbox/__init__.py", "import jfconsole.domain"),
        ("sandbox/__init__.py", "import jfconsole.issuer"),
        ("ui/__init__.py", "import jfconsole.jfrog"),
        ("ui/__init__.py", "import jfconsole.issuer"),
    ],
)
def test_a_forbidden_import_breaks_a_contract(tmp_path: Path, module: str, line: str) -> None:
    """In a package of the same shape with nothing in it but the one wrong line."""
    for folder in PACKAGE.rglob("__init__.py"):
        empty = tmp_path / folder.relative_to(ROOT)
        empty.parent.mkdir(parents=True, exist_ok=True)
        empty.write_text("")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    (tmp_path / "jfconsole" / module).write_text(f"{line}\n")
    done = _lint(tmp_path)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout
