"""What a start loads. Modules are counted, not milliseconds: this is what keeps starts fast on any machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sandbox import RunningSandbox

HEAVY_FOR_ALL = frozenset(
    {
        "textual",
        "rich",
        "httpx",
        "jwt",
        "starlette",
        "uvicorn",
        "msgspec",
        "sqlite3",
        "asyncio",
        "cryptography",
        "platformdirs",
        "dataclasses",
    }
)
HEAVY_FOR_VERBS = frozenset({"textual", "rich", "starlette", "uvicorn", "click", "pygments", "cryptography"})

HEAVY_FOR_HELPER = HEAVY_FOR_VERBS - {"cryptography"} | {"httpx", "jwt"}

MODULES_OF_A_LIST = 104
"""Our own modules that the console may load before its first list is there; each costs about a millisecond."""

_LIST_PROBE = """\
import asyncio, sys, time
from pathlib import Path
from jfconsole.domain.connection import Connection
from jfconsole.domain.secret import Secret
from jfconsole.services.paths import find_paths
from jfconsole.services.workbench import Workbench
from jfconsole.ui.app import ConsoleApp
from jfconsole.ui.crash_report import CrashReports
from jfconsole.ui.glyphs import UTF8

async def start():
    paths = find_paths()
    connection = Connection(url=sys.argv[1], token=Secret(sys.stdin.read()))
    app = ConsoleApp(Workbench(connection, paths), CrashReports(paths.crashes), UTF8, time.time)
    async with app.run_test(size=(80, 24)) as pilot:
        while not getattr(app.screen, "rows", None):
            await pilot.pause()
        print(*(name for name in sys.modules if name.startswith("jfconsole.")))

asyncio.run(start())
"""

_PROBE = """\
import json, sys
from MODULE import run
try:
    code = run(sys.argv[1:])
except SystemExit as end:
    code = end.code
loaded = sorted({name.partition(".")[0] for name, module in sys.modules.items() if module is not None})
print(json.dumps({"code": code, "loaded": loaded}), file=sys.stderr)
"""


def loaded_by(
    *argv: str, environment: dict[str, str], module: str = "jfconsole.cli.main"
) -> tuple[int, frozenset[str]]:
    """The exit code of a verb in a process of its own, and the packages that it loaded."""
    probe = _PROBE.replace("MODULE", module)
    done = subprocess.run(
        [sys.executable, "-c", probe, *argv], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    found = json.loads(done.stderr.splitlines()[-1])
    return int(found["code"] or 0), frozenset(found["loaded"])


@pytest.mark.parametrize("argv", [("--version",), ("--help",), ("groups", "apply", "--help"), ("sandbox", "--help")])
def test_help_and_version_load_nothing_heavy(argv: tuple[str, ...], tmp_path: Path) -> None:
    code, loaded = loaded_by(*argv, environment={"JFCONSOLE_HOME": str(tmp_path)})
    assert code == 0
    assert loaded & HEAVY_FOR_ALL == frozenset()
    assert "argparse" in loaded


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (("tokens", "list"), 0),
        (("tokens", "show", "me"), 0),
        (("tokens", "revoke", "me"), 3),
        (("tokens", "create"), 3),
        (("tokens", "create", "--export", "terraform"), 0),
        (("tokens", "ledger"), 0),
        (("wizard", "list"), 0),
        (("wizard", "runs"), 0),
        (("journal", "list"), 0),
        (("paths",), 0),
        (("groups", "list"), 0),
        (("users", "delete", "admin"), 3),
        (("access", "what-can", "admin"), 0),
        (("lint", "permissions"), 1),
    ],
)
def test_headless_verbs_never_load_the_screen(
    argv: tuple[str, ...], expected: int, tmp_path: Path, sandbox: RunningSandbox
) -> None:
    environment = {
        "JFCONSOLE_HOME": str(tmp_path),
        "JFROG_URL": sandbox.url,
        "JFROG_ACCESS_TOKEN": sandbox.token,
    }
    code, loaded = loaded_by(*argv, environment=environment)
    assert code == expected
    assert loaded & HEAVY_FOR_VERBS == frozenset()


@pytest.mark.parametrize(("action", "heavy"), [("version", HEAVY_FOR_ALL), ("list", HEAVY_FOR_HELPER)])
def test_the_credential_helper_loads_what_its_action_needs(action: str, heavy: frozenset[str], tmp_path: Path) -> None:
    environment = {"JFCONSOLE_HOME": str(tmp_path)}
    _, loaded = loaded_by(action, environment=environment, module="jfconsole.cli.credential_helper")
    assert loaded & heavy == frozenset()


def test_the_console_loads_what_its_first_list_shows(tmp_path: Path, sandbox: RunningSandbox) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LIST_PROBE, sandbox.url],
        env={"JFCONSOLE_HOME": str(tmp_path)},
        input=sandbox.token,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = done.stdout.split()
    assert "jfconsole.ui.screens.tokens" in loaded
    assert len(loaded) <= MODULES_OF_A_LIST, sorted(loaded)
