"""`jfconsole settings`: how the console looks and behaves."""

from __future__ import annotations

import argparse

from jfconsole.cli.output import cell_limit, print_json, print_lines, table
from jfconsole.domain.errors import Refused
from jfconsole.domain.requests import Json
from jfconsole.domain.settings import SETTINGS, Setting, Settings, Value
from jfconsole.domain.text import visible
from jfconsole.services.paths import find_paths
from jfconsole.services.settings import SettingStore, setting_named


def show(arguments: argparse.Namespace) -> int:
    """Print every setting with its value, or `{"settings": [{"id", "value", "default", "help", "choices"}]}`."""
    settings = _store().load()
    if getattr(arguments, "json", False):
        records: list[Json] = [_record(setting, settings) for setting in SETTINGS]
        print_json({"settings": records})
        return 0
    rows = [(setting.id, _words(settings[setting.id]), setting.help) for setting in SETTINGS]
    print_lines(table(("SETTING", "VALUE", "MEANING"), rows, limit=None if cell_limit() is None else 100))
    return 0


def put(arguments: argparse.Namespace) -> int:
    """Set one."""
    _refuse_read_only(arguments)
    _store().put_text(arguments.name, arguments.value)
    return 0


def reset(arguments: argparse.Namespace) -> int:
    """Set one back to its default."""
    _refuse_read_only(arguments)
    _store().put({arguments.name: setting_named(arguments.name).default})
    return 0


def _store() -> SettingStore:
    return SettingStore(find_paths().config)


def _refuse_read_only(arguments: argparse.Namespace) -> None:
    if getattr(arguments, "read_only", False):
        raise Refused("Read-only: nothing was set", "Leave --read-only out")


def _record(setting: Setting, settings: Settings) -> dict[str, Json]:
    choices: list[Json] = [*setting.choices]
    return {
        "id": setting.id,
        "value": settings[setting.id],
        "default": setting.default,
        "help": setting.help,
        "choices": choices,
    }


def _words(value: Value) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else visible(str(value))
