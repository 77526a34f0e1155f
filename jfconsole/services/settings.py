"""The settings' file: TOML in the config folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jfconsole.domain.errors import NotFound, UsageError
from jfconsole.domain.settings import BY_ID, SETTINGS, Setting, Settings, Value, value_of
from jfconsole.domain.text import visible
from jfconsole.domain.toml_source import TomlSource
from jfconsole.services.toml_file import bad_value, document_of, read_toml, write_toml

FILE: Final = "settings.toml"
KEYS: Final = "keys"
"""The table of keys by action id."""

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
        return Settings(found, _keys(source))

    def put(self, values: dict[str, Value]) -> None:
        """Set these; what is as by default is left out of the file. Raises UsageError, OSError."""
        self.load()
        document = document_of(self.path)
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


def _keys(source: TomlSource) -> dict[str, str]:
    table = source.values.get(KEYS, {})
    if not isinstance(table, dict):
        raise bad_value(source, (KEYS,), "this must be a table: write [keys] on a line of its own")
    for action, keys in table.items():
        if not isinstance(keys, str):
            raise bad_value(source, (KEYS, action), 'it takes keys as a text, such as "ctrl+r, x"')
    return dict(table)


def setting_named(name: str) -> Setting:
    """The setting of that name. Raises NotFound."""
    if name not in BY_ID:
        raise NotFound(f"There is no setting {visible(name)}", f"There are: {', '.join(BY_ID)}")
    return BY_ID[name]
