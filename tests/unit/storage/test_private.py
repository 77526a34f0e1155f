"""Nobody else can read our files, and they are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jfconsole.domain.errors import Refused
from jfconsole.storage.private import private_dir, private_file, write_whole


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.usefixtures("umask")
def test_folders_are_private_with_their_parents(tmp_path: Path) -> None:
    made = private_dir(tmp_path / "a" / "b")
    assert (mode(made), mode(made.parent)) == (0o700, 0o700)


def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o755)
    assert mode(private_dir(tmp_path / "state")) == 0o700


@pytest.mark.usefixtures("umask")
def test_files_are_private(tmp_path: Path) -> None:
    write_whole(tmp_path / "written", b"text")
    assert (mode(private_file(tmp_path / "made")), mode(tmp_path / "written")) == (0o600, 0o600)


def test_an_open_file_is_closed(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("kept")
    (tmp_path / "journal").chmod(0o644)
    assert mode(private_file(tmp_path / "journal")) == 0o600
    assert (tmp_path / "journal").read_text() == "kept"


def test_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "journal").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="is a link"):
        private_file(tmp_path / "journal")
    assert not (tmp_path / "elsewhere").exists()


def test_writing_is_all_or_nothing(tmp_path: Path) -> None:
    write_whole(tmp_path / "report", b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "folder", b"new")
    assert (tmp_path / "report").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"report", "folder"}, "the draft is gone"
