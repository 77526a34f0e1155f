"""Settings of the console: one description, from which the file, the form, the verbs and the docs are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from zoneinfo import available_timezones

from jfconsole.domain.text import visible

Value: TypeAlias = str | int | bool

LOCAL: Final = "local"
"""The time zone of the machine."""

THEMES: Final = (
    "textual-dark",
    "textual-light",
    "nord",
    "gruvbox",
    "dracula",
    "tokyo-night",
    "monokai",
    "solarized-light",
    "catppuccin-mocha",
    "catppuccin-latte",
    "colour-blind",
    "ansi-dark",
    "ansi-light",
)
"""Names of themes. `ansi-dark` and `ansi-light` take the terminal's own sixteen colours; `colour-blind` tells good,
doubtful and bad apart by blue, yellow and vermilion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. The default tells its type; `least` and `most` bound a number, whose unit is `unit`."""

    id: str
    label: str
    help: str
    default: Value
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    unit: str = ""

    def problem(self, value: object) -> str | None:
        """Why this cannot be its value, as a sentence; None when it can."""
        if isinstance(self.default, bool):
            return None if isinstance(value, bool) else "it takes true or false"
        if isinstance(self.default, int):
            good = isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most
            return None if good else f"it takes a whole number of {self.unit} from {self.least} to {self.most:,}"
        if not isinstance(value, str):
            return "it takes a text"
        if self.choices and value not in self.choices:
            return f"it takes one of {', '.join(self.choices)}"
        if self.id == TIMES and value != LOCAL and value not in available_timezones():
            return f"it takes {LOCAL}, UTC, or a zone such as Europe/Berlin"
        return None


THEME: Final = "theme"
REFRESH: Final = "refresh"
TIMES: Final = "times"
MOTION: Final = "motion"

SETTINGS: Final = (
    Setting(
        id=THEME,
        label="Theme",
        help="The colours. ansi-dark and ansi-light take the terminal's own sixteen; NO_COLOR beats them all.",
        default="textual-dark",
        choices=THEMES,
    ),
    Setting(
        id=REFRESH,
        label="Refresh",
        help="Seconds between two fetches of a live list, at least. It rests longer where a fetch takes long.",
        default=5,
        least=2,
        most=3600,
        unit="seconds",
    ),
    Setting(
        id=TIMES,
        label="Times in",
        help="The time zone in which times are shown: local, UTC, or one such as Europe/Berlin.",
        default=LOCAL,
    ),
    Setting(
        id=MOTION,
        label="Motion",
        help="Whether what opens and scrolls is animated.",
        default=False,
    ),
)

BY_ID: Final = {setting.id: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set; everything else is as by default."""

    values: Mapping[str, Value] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys by action id, as they stand in the file: `"ctrl+r, x"`."""
    filters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Saved filters: by kind of list, then by name."""

    def __getitem__(self, setting: str) -> Value:
        return self.values.get(setting, BY_ID[setting].default)

    def text(self, setting: str) -> str:
        """The value of a setting that is a text."""
        return str(self[setting])

    def number(self, setting: str) -> int:
        """The value of a setting that is a number, in its unit."""
        return int(self[setting])


def value_of(setting: Setting, text: str) -> Value:
    """What a typed text means for a setting; where it means nothing, the text itself, which `problem` then refuses."""
    if isinstance(setting.default, bool):
        return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(
            text.strip().lower(), text
        )
    if isinstance(setting.default, int) and text.strip().isdecimal():
        return int(text)
    return text.strip()


MUST_BE_VISIBLE: Final = "what a filter and its name are made of must be visible"


def filter_problem(text: str) -> str | None:
    """Why this is nothing to save, as a sentence; None when it can be saved."""
    if not text.strip():
        return "there is nothing in the filter line"
    return MUST_BE_VISIBLE if visible(text) != text else None
