"""Settings in the console: asked in a form, kept in their file, in effect at once."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual import on
from textual.content import Content
from textual.theme import Theme
from textual.widgets import Button

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.settings import BY_ID, LOCAL, MOTION, SETTINGS, THEME, TIMES, Setting, Settings, Value, value_of
from jfconsole.services.settings import SettingStore
from jfconsole.ui.keymap import problems, read_keymap, with_twins
from jfconsole.ui.screens.form import FormScreen
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


class SettingsForm(FormScreen):
    """The settings; a button leads on to the keys, which have a list of their own."""

    keys_wanted = False

    def more_buttons(self) -> tuple[Button, ...]:
        """The way to the keys."""
        return (Button(Content("Keys …"), id="keys", compact=True),)

    @on(Button.Pressed, "#keys")
    def _to_keys(self) -> None:
        """Leave for the keys, which asks where something was typed."""
        self.keys_wanted = True
        self.action_dismiss_dialog()


async def ask_settings(app: ConsoleApp) -> None:
    """Ask for all of them until they can be kept, or until the person leaves. Call it in a worker."""
    answers: Answers | None = None
    refusal = ""
    while True:
        form = SettingsForm(_form(app.settings), answers=answers, refusal=refusal)
        answers = await app.push_screen_wait(form)
        if answers is None:
            if form.keys_wanted:
                app.show_section("keymap")
            return
        values = {setting.id: _value(setting, answers) for setting in SETTINGS}
        try:
            SettingStore(app.workbench.paths.config).put(values)
        except (ConsoleError, OSError) as error:
            refusal = str(error)
            continue
        app.use_settings(replace(app.settings, values=values))
        app.say(Line("The settings are kept", Severity.NOTICE))
        return


def _form(settings: Settings) -> Form:
    return Form(
        title="Settings", fields=tuple(_field(setting, settings[setting.id]) for setting in SETTINGS), onward="Save"
    )


def _field(setting: Setting, value: Value) -> FormField:
    if isinstance(value, bool):
        return FormField(id=setting.id, label=setting.label, help=setting.help, kind=FieldKind.FLAG, default=value)
    if setting.choices:
        return FormField(
            id=setting.id,
            label=setting.label,
            help=setting.help,
            kind=FieldKind.CHOICE,
            default=str(value),
            choices=setting.choices,
        )

    def check(text: str) -> str | None:
        return setting.problem(value_of(setting, text))

    return FormField(
        id=setting.id, label=setting.label, help=setting.help, required=True, default=str(value), check=check
    )


def _value(setting: Setting, answers: Answers) -> Value:
    answer = answers[setting.id]
    return answer if isinstance(answer, bool) else value_of(BY_ID[setting.id], str(answer))


def _show_times_in(zone: str) -> None:
    """Every time that is shown goes through the zone of the process."""
    wanted = _OWN_ZONE if zone == LOCAL else zone
    if wanted is None:
        os.environ.pop(_TZ, None)
    else:
        os.environ[_TZ] = wanted
    time.tzset()
