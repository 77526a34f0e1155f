"""The settings' file: TOML in the config folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jfconsole.domain.errors import NotFound, UsageError
from jfconsole.domain.settings import BY_ID, SETTINGS, Setting, Settings, Value, filter_problem, value_of
from jfconsole.domain.text import visible
from jfconsole.services.toml_file import bad_value, document_of, read_toml, write_toml

if TYPE_CHECKING:
    from jfconsole.domain.toml_source import TomlSource

FILE: Final = "settings.toml"
KEYS: Final = "keys"
"""The table of keys by action id."""

FILTERS: Final = "filters"
"""The tables of saved filters, one for each kind of list."""

_HEAD: Final = "Settings of jfconsole. Written by `jfconsole settings` and by the console, which keep no comments."


class SettingStore:
    """The settings of this user. Everything raises UsageError for a file that cannot be used, naming line and key."""

    def __init__(self, config: Path) -> None:
        self.path = config / FILE

    def load(self) -> Settings:
        """What is in the file. Keys that are not known are left to those who know them."""
        source = read_toml(self.path)
        if source is None:
            return Settings()
        found: dict[str, Value] = {}
        for setting in SETTINGS:
            value = source.values.get(setting.id, setting.default)
            if problem := setting.problem(value):
                raise bad_value(source, (setting.id,), problem)
            assert isinstance(value, str | int | bool)
            if value != setting.default:
                found[setting.id] = value
        return Settings(found, _keys(source), _filters(source))

    def put(self, values: dict[str, Value]) -> None:
        """Set these; what is as by default is left out of the file. Raises UsageError, OSError."""
        document = self._document()
        for name, value in values.items():
            setting = setting_named(name)
            if problem := setting.problem(value):
                raise UsageError(f"{name}: {problem}")
            document.pop(name, None)
            if value != setting.default:
                document[name] = value
        write_toml(self.path, _HEAD, document)

    def put_text(self, name: str, text: str) -> None:
        """Set one to what was typed. Raises NotFound, UsageError, OSError."""
        self.put({name: value_of(setting_named(name), text)})

    def put_keys(self, keys: Mapping[str, str | None]) -> None:
        """Give actions these keys, as they stand in the file; None: those that they have by default.

        Raises UsageError, OSError.
        """
        document = self._document()
        for action, given in keys.items():
            _put(document, (KEYS,), action, given)
        write_toml(self.path, _HEAD, document)

    def put_filter(self, kind: str, name: str, text: str | None) -> None:
        """Save a filter for a kind of list; None forgets it. Raises UsageError, OSError."""
        if text is not None and (problem := _name_problem(kind, name) or filter_problem(text)):
            raise UsageError(f"The filter cannot be saved: {problem}")
        document = self._document()
        _put(document, (FILTERS, kind), name, text)
        write_toml(self.path, _HEAD, document)

    def rename_filter(self, kind: str, old: str, new: str) -> None:
        """Give a saved filter another name. Raises NotFound, UsageError where that is taken, OSError."""
        saved = self.load().filters.get(kind, {})
        if old not in saved:
            raise NotFound(f"There is no saved filter {visible(old)}")
        if new in saved:
            raise UsageError(f"There is a saved filter {visible(new)} already")
        if problem := _name_problem(kind, new):
            raise UsageError(f"The filter cannot be renamed: {problem}")
        document = self._document()
        document[FILTERS][kind] = {new if name == old else name: text for name, text in saved.items()}
        write_toml(self.path, _HEAD, document)

    def _document(self) -> dict[str, Any]:
        """The file as it is, to be changed and written back; one that cannot be used is not written over."""
        self.load()
        return document_of(self.path)


def _name_problem(kind: str, name: str) -> str | None:
    from jfconsole.domain.views import name_problem  # here: views know all lists, and reading needs none of that

    return name_problem(kind, name)


def _put(table: dict[str, Any], place: Sequence[str], key: str, value: str | None) -> None:
    """Set a value in a table below this one, or take it out; a table with nothing left in it goes, too."""
    if not place:
        table.pop(key, None)
        if value is not None:
            table[key] = value
        return
    below = table.setdefault(place[0], {})
    _put(below, place[1:], key, value)
    if not below:
        del table[place[0]]


def _keys(source: TomlSource) -> dict[str, str]:
    table = source.values.get(KEYS, {})
    if not isinstance(table, dict):
        raise bad_value(source, (KEYS,), "this must be a table: write [keys] on a line of its own")
    for action, keys in table.items():
        if not isinstance(keys, str):
            raise bad_value(source, (KEYS, action), 'it takes keys as a text, such as "ctrl+r, x"')
    return dict(table)


def _filters(source: TomlSource) -> dict[str, Mapping[str, str]]:
    tables = source.values.get(FILTERS, {})
    if not isinstance(tables, dict):
        raise bad_value(source, (FILTERS,), "this must be tables: write [filters.tokens] on a line of its own")
    for kind, table in tables.items():
        if not isinstance(table, dict):
            raise bad_value(source, (FILTERS, kind), f"this must be a table: write [filters.{kind}]")
        for name, text in table.items():
            problem = filter_problem(text) if isinstance(text, str) else "it takes a filter as a text"
            if problem or filter_problem(name):
                raise bad_value(source, (FILTERS, kind, name), problem or "its name has something invisible in it")
    return dict(tables)


def setting_named(name: str) -> Setting:
    """The setting of that name. Raises NotFound."""
    if name not in BY_ID:
        raise NotFound(f"There is no setting {visible(name)}", f"There are: {', '.join(BY_ID)}")
    return BY_ID[name]
