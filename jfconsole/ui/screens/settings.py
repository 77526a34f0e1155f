"""The form that asks for the settings, and the way from it to the keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.widgets import Button

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.settings import BY_ID, SETTINGS, Setting, Settings, Value, value_of
from jfconsole.services.settings import SettingStore
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.widgets.message_line import Line, Severity

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp


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
        form = SettingsForm(settings_form(app.settings), answers=answers, refusal=refusal)
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


def settings_form(settings: Settings) -> Form:
    """All of them, as they are."""
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
