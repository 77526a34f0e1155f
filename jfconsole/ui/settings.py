"""Settings in effect: read from their file at the start, and again whenever they were changed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from textual.theme import Theme

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.settings import LOCAL, MOTION, THEME, TIMES, Settings
from jfconsole.services.settings import SettingStore
from jfconsole.ui.keymap import problems, read_keymap, with_twins
from jfconsole.ui.widgets.message_line import Line, Severity, line_of

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

COLOUR_BLIND: Final = Theme(
    name="colour-blind",
    primary="#56B4E9",
    secondary="#0072B2",
    accent="#56B4E9",
    success="#56B4E9",
    warning="#F0E442",
    error="#D55E00",
    dark=True,
)
"""The colours of Okabe and Ito: told apart by every common kind of colour vision."""

_TZ: Final = "TZ"
_OWN_ZONE: Final = os.environ.get(_TZ)


def load_settings(app: ConsoleApp) -> Settings:
    """What is set; as by default where the file cannot be used, which is said."""
    try:
        return SettingStore(app.workbench.paths.config).load()
    except ConsoleError as error:
        app.call_after_refresh(app.say, line_of(error))
        return Settings()


def apply_settings(app: ConsoleApp, settings: Settings) -> None:
    """Let them take effect."""
    if COLOUR_BLIND.name not in app.available_themes:
        app.register_theme(COLOUR_BLIND)
    app.theme = settings.text(THEME)
    _use_keys(app, settings)
    app.animation_level = "full" if settings[MOTION] else "none"
    _show_times_in(settings.text(TIMES))


def _use_keys(app: ConsoleApp, settings: Settings) -> None:
    """The keys of the settings, unless something is wrong with them, which is said."""
    keymap = with_twins(read_keymap(settings.keys))
    wrong = next(problems(keymap), None)
    app.own_keys = {} if wrong else keymap
    app.set_keymap({action: ",".join(keys) for action, keys in app.own_keys.items()})
    if wrong:
        app.call_after_refresh(app.say, Line(f"The keys of the settings are not used. {wrong}", Severity.WARNING))


def _show_times_in(zone: str) -> None:
    """Every time that is shown goes through the zone of the process."""
    wanted = _OWN_ZONE if zone == LOCAL else zone
    if wanted is None:
        os.environ.pop(_TZ, None)
    else:
        os.environ[_TZ] = wanted
    time.tzset()
