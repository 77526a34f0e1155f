"""Where files live."""

from __future__ import annotations

from pathlib import Path

from jfconsole.services.paths import find_paths


def test_one_directory_for_everything(tmp_path: Path) -> None:
    paths = find_paths({"JFCONSOLE_HOME": str(tmp_path)})
    assert {path.parent for path in (paths.state, paths.config)} == {tmp_path}
    assert paths.journal.parent == paths.reports.parent == paths.state
    assert list(tmp_path.iterdir()) == []


def test_without_it_the_system_decides() -> None:
    paths = find_paths({})
    assert all("jfconsole" in path.parts for path in (paths.state, paths.config))
