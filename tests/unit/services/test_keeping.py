"""Files that are made new, for their owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jfconsole.domain.errors import UsageError
from jfconsole.services.keeping import keep


def test_a_file_is_made_for_its_owner_alone_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        place = keep(tmp_path / "card", "text\n")
    finally:
        os.umask(before)
    assert place.read_text() == "text\n"
    assert place.stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten_and_no_link_is_followed(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("there", "link"):
        with pytest.raises(UsageError, match="already"):
            keep(tmp_path / name, "other")
    assert there.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        keep(tmp_path / "nowhere" / "card", "text")


def test_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert keep(Path("~/card"), "text") == tmp_path / "card"
