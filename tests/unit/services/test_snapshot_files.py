"""The folder of snapshots: what is kept in it, what stands in it all the same, what is deleted from it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from jfconsole.domain.errors import ConsoleError, NotFound, Refused, UsageError
from jfconsole.domain.snapshots import Snapshot, canonical_text
from jfconsole.services.snapshot_files import SnapshotFiles, delete_confirmation, lost_words

TAKEN = Snapshot(platform="https://acme.jfrog.io", taken=1_800_000_000, objects={"groups": {"a": {"name": "a"}}})


@pytest.fixture
def files(tmp_path: Path) -> SnapshotFiles:
    return SnapshotFiles(tmp_path / "snapshots")


def test_two_within_a_second_are_both_kept(files: SnapshotFiles) -> None:
    assert files.list() == ()
    names = {files.keep(TAKEN).name for _ in range(3)}
    assert names == {f"acme.jfrog.io-20270115-080000{more}.json" for more in ("", "-2", "-3")}
    assert {one.name for one in files.list()} == names
    long = files.keep(replace(TAKEN, platform=f"https://{'a.' * 200}io"))
    assert long.name.endswith("-20270115-080000.json")


def test_a_file_is_found_by_its_name_or_its_path_and_nothing_beside_it(files: SnapshotFiles, tmp_path: Path) -> None:
    kept = files.keep(TAKEN)
    assert files.find(kept.name).path == files.find(str(kept)).path == kept
    other = tmp_path / "other.json"
    other.write_text(canonical_text(TAKEN))
    (files.folder / "notes.txt").write_text("mine")
    (files.folder / "folder.json").mkdir()
    for name in ("none.json", str(other), "../other.json", "notes.txt", "folder.json", ".", "", kept.stem):
        with pytest.raises(NotFound, match="none of the snapshots that the console keeps"):
            files.find(name)


def test_what_was_looked_at_is_deleted_and_nothing_in_its_place(files: SnapshotFiles) -> None:
    first, second, third = (files.find(files.keep(TAKEN).name) for _ in range(3))
    second.path.write_text(canonical_text(replace(TAKEN, taken=1)))
    third.path.unlink()
    ((left, why),) = files.delete_all([first, second, third])
    assert (left, type(why)) == (second, Refused)
    assert [one.path for one in files.list()] == [second.path]
    files.delete(files.find(second.name))
    assert files.list() == ()


def test_a_link_goes_and_what_it_leads_to_stays(files: SnapshotFiles, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text(canonical_text(TAKEN))
    files.keep(TAKEN)
    (files.folder / "link.json").symlink_to(elsewhere)
    files.delete(files.find("link.json"))
    assert elsewhere.exists()
    assert len(files.list()) == 1


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_text("")
    files = SnapshotFiles(tmp_path / "snapshots")
    with pytest.raises(UsageError, match="cannot be read"):
        files.list()
    with pytest.raises(UsageError, match="cannot be written"):
        files.keep(TAKEN)


@pytest.mark.skipif(os.getuid() == 0, reason="root reads and deletes everything")
def test_what_may_not_be_read_is_listed_and_what_may_not_be_deleted_is_told(files: SnapshotFiles) -> None:
    kept = files.keep(TAKEN)
    kept.chmod(0)
    (seen,) = files.list()
    assert "Permission denied" in seen.problem
    kept.chmod(0o600)
    (seen,) = files.list()
    assert not seen.problem, "it is looked at again"
    files.folder.chmod(0o500)
    with pytest.raises(ConsoleError, match="cannot be deleted"):
        files.delete(seen)
    files.folder.chmod(0o700)


def test_it_is_told_what_is_lost(files: SnapshotFiles) -> None:
    """The last one of a platform is said to be it; many take a phrase; a file that is none says why."""
    first, second = (files.find(files.keep(TAKEN).name) for _ in range(2))
    other = files.find(files.keep(replace(TAKEN, platform="https://lab.jfrog.io")).name)
    (files.folder / "odd.json").write_text("{}")
    odd = files.find("odd.json")
    kept = files.list()
    one = delete_confirmation([first], kept)
    assert (one.verb, one.phrase) == ("Delete snapshot", None)
    assert not any("No other snapshot" in effect for effect in one.effects)
    assert not any("No other snapshot" in effect for effect in delete_confirmation([odd], kept).effects)
    both = delete_confirmation([first, second], kept)
    assert (both.verb, both.phrase) == ("Delete 2 snapshots", "delete 2")
    assert "No other snapshot of https://acme.jfrog.io is kept here" in both.effects
    assert "No other snapshot of https://lab.jfrog.io is kept here" in delete_confirmation([other], kept).effects
    assert lost_words(first).startswith(f"{first.name}: https://acme.jfrog.io on 20")
    assert lost_words(first).endswith(", 1 object")
    assert lost_words(odd) == "odd.json: The file is no snapshot"
