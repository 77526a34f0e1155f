"""`paths` names every place that is written to: nothing turns up anywhere else, whatever was done."""

from __future__ import annotations

from pathlib import Path

from jfconsole.services.first_run import remember_tour
from tests.support.command import Command
from tests.support.sandbox import RunningSandbox

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a database while it is open."""


def test_nothing_is_written_anywhere_else(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    done = (
        ("settings", "set", "refresh", "9"),
        ("profiles", "add", "lab", "--url", sandbox.url),
        ("tokens", "create", "--user", "ci", "--service", "all", "--yes"),
        ("snapshot", "take", str(tmp_path / "named.json")),
    )
    for words in done:
        ended = cli(*words)
        assert ended.code == 0, ended.err
    made = cli(
        "vaults", "create", "--public-url", "https://id.example.com", "--passphrase-stdin", stdin="correct horse"
    )
    assert made.code == 0, made.err
    remember_tour(tmp_path / "jfconsole" / "state")

    paths = {name: Path(path) for name, path in cli("paths", "--json").json["paths"].items()}
    named = {path for name, path in paths.items() if name not in {"config", "state", "temporary"}}
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "named.json"]
    known = [path for path in files if named & {path, *path.parents, *_database_of(path)}]
    assert set(files) - set(known) == set()
    for name in ("settings", "profiles", "journal", "reports", "issuer", "tour"):
        assert paths[name].exists(), name
    assert paths["docker"] == tmp_path / ".docker" / "config.json"
    assert paths["podman"] == tmp_path / ".config" / "containers" / "auth.json"
    shown = cli("paths").out
    assert all(f"{name:<11}{path}" in shown for name, path in paths.items())


def _database_of(path: Path) -> set[Path]:
    return {path.with_name(path.name.removesuffix(end)) for end in _BESIDE if path.name.endswith(end)}
