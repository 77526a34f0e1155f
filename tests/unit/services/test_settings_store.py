"""The settings' file: keys and saved filters are written beside what stands there, and nothing hostile gets in."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from jfconsole.domain.errors import NotFound, UsageError
from jfconsole.domain.views import NAME_LIMIT, READY, ready
from jfconsole.services.settings import SettingStore

HOSTILE = ("\x1b[2J", "a\u202eb", "tab\there", "line\nbreak", "\u200bzero")


@pytest.fixture
def store(tmp_path: Path) -> SettingStore:
    return SettingStore(tmp_path)


def document(store: SettingStore) -> dict[str, object]:
    return tomllib.loads(store.path.read_text("utf-8"))


def test_keys_and_filters_leave_everything_else_alone(store: SettingStore) -> None:
    store.put({"refresh": 9})
    store.path.write_text(store.path.read_text("utf-8") + 'later = "kept"\n')
    store.put_keys({"list.describe": "f6"})
    store.put_filter("tokens", "Bots", "subject:bot never")
    store.put_filter("users", "Bots", "bot")
    store.put({"refresh": 10})
    found = store.load()
    assert (found["refresh"], found.keys) == (10, {"list.describe": "f6"})
    assert found.filters == {"tokens": {"Bots": "subject:bot never"}, "users": {"Bots": "bot"}}
    assert document(store)["later"] == "kept"


def test_what_is_taken_back_leaves_no_empty_table(store: SettingStore) -> None:
    store.put_keys({"list.describe": "f6"})
    store.put_filter("tokens", "Bots", "bot")
    store.put_keys({"list.describe": None, "list.json": None})
    store.put_filter("tokens", "Bots", None)
    store.put_filter("tokens", "never there", None)
    assert document(store) == {}


def test_a_name_is_given_in_place_of_another(store: SettingStore) -> None:
    for name in ("one", "two", "three"):
        store.put_filter("tokens", name, f"word-{name}")
    store.rename_filter("tokens", "two", "zwei")
    assert list(store.load().filters["tokens"]) == ["one", "zwei", "three"]
    with pytest.raises(UsageError, match="already"):
        store.rename_filter("tokens", "one", "three")
    with pytest.raises(NotFound):
        store.rename_filter("tokens", "two", "due")
    with pytest.raises(UsageError, match="ready view"):
        store.rename_filter("tokens", "one", "never-expires")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("", "x", "it needs a name"),
        ("  ", "x", "it needs a name"),
        (" x", "x", "no blanks around"),
        ("x" * (NAME_LIMIT + 1), "x", "at most 40"),
        ("Never expires", "x", "ready view"),
        ("never-expires", "x", "ready view"),
        ("pаypal", "x", "several scripts"),
        ("fine", "  ", "nothing in the filter line"),
        *((hostile, "x", "visible") for hostile in HOSTILE),
        *(("fine", hostile, "visible") for hostile in HOSTILE),
    ],
)
def test_what_cannot_be_saved_is_refused_with_the_reason(store: SettingStore, name: str, text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        store.put_filter("tokens", name, text)
    assert not store.path.exists()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("filters = 1\n", ":1: filters"),
        ("[filters]\ntokens = 1\n", ":2: [filters] tokens"),
        ("[filters.tokens]\nx = 1\n", ":2: [filters] tokens x"),
        ('[filters.tokens]\nx = "\\u001b[2J"\n', ":2: [filters] tokens x"),
        ('[filters.tokens]\n"\\u202e" = "x"\n', ":2: [filters] tokens"),
    ],
)
def test_a_file_that_somebody_wrote_wrongly_is_said_by_its_line(store: SettingStore, text: str, where: str) -> None:
    store.path.write_text(text)
    with pytest.raises(UsageError) as caught:
        store.load()
    assert where in caught.value.message
    assert caught.value.message.isprintable()


def test_a_file_that_cannot_be_used_is_not_written_over(store: SettingStore) -> None:
    store.path.write_text("theme = 7\n")
    with pytest.raises(UsageError):
        store.put_keys({"a.b": "f6"})
    with pytest.raises(UsageError):
        store.put_filter("tokens", "x", "y")
    assert store.path.read_text() == "theme = 7\n"


def test_a_ready_view_is_found_by_id_and_by_title() -> None:
    assert ready("users", "external") is ready("users", "From Elsewhere")
    assert ready("users", "never-expires") is None
    for kind, views in READY.items():
        names = [name for view in views for name in {view.id, view.title.casefold()}]
        assert len(names) == len(set(names)), kind
