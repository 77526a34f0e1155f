"""Views of a list: those that are ready, and filters that a person saved under a name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.binding import Binding, BindingType

from jfconsole.domain.answers import text
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answers, Form, FormField
from jfconsole.domain.settings import filter_problem
from jfconsole.domain.text import visible
from jfconsole.domain.views import View, name_problem
from jfconsole.services.settings import SettingStore
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.widgets.message_line import Line

if TYPE_CHECKING:
    from jfconsole.ui.screens.resource import ResourceScreen

_ALL: Final = "all"
_SAVE: Final = "save:"
_SAVED: Final = "saved:"
"""Ids beside those of ready views, in which no colon stands; a saved filter's name follows."""

_ON_SAVED: Final = "f2 gives it another name · del forgets it"


class Doing(StrEnum):
    """What is to be done with the view under the cursor."""

    USE = "use"
    RENAME = "rename"
    FORGET = "forget"


class ViewsMenu(Menu):
    """Answers the view's id; `doing` then tells what is to be done with it. Only saved ones are more than used."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "do_with_saved('rename')", show=False),
        Binding("ctrl+d,delete", "do_with_saved('forget')", show=False),
    ]

    doing = Doing.USE

    def action_do_with_saved(self, doing: str) -> None:
        """Answer the saved filter under the cursor, not to use it."""
        chosen = self.highlighted
        if chosen.startswith(_SAVED):
            self.doing = Doing(doing)
            self.dismiss(chosen)


async def choose_view(screen: ResourceScreen[Any], views: Sequence[View]) -> None:
    """Ask for a view of the list and show it; save, rename or forget filters. Call it in a worker."""
    saved = screen.app.settings.filters.get(screen.kind, {})
    menu = ViewsMenu("Views", _choices(views, saved, screen.bar.text), _current(views, saved, screen.bar.text))
    chosen = await screen.app.push_screen_wait(menu)
    if chosen is None:
        return
    name = chosen.removeprefix(_SAVED)
    if chosen == _SAVE:
        await _save(screen, saved)
    elif menu.doing is Doing.RENAME:
        await _rename(screen, name, saved)
    elif menu.doing is Doing.FORGET:
        await _forget(screen, name)
    else:
        filters = {view.id: view.filter for view in views} | {f"{_SAVED}{name}": saved[name] for name in saved}
        screen.take_argument(filters.get(chosen, ""))


def _choices(views: Sequence[View], saved: Mapping[str, str], typed: str) -> list[Choice]:
    known = {view.filter for view in views} | set(saved.values())
    new = [Choice(_SAVE, "Save this filter …", f"Under a name of its own: {typed}")]
    return [
        Choice(_ALL, "Everything", "no filter"),
        *(Choice(view.id, view.title, view.why) for view in views),
        *(Choice(f"{_SAVED}{name}", name, f"{text} · {_ON_SAVED}") for name, text in saved.items()),
        *(new if not filter_problem(typed) and typed not in known else ()),
    ]


def _current(views: Sequence[View], saved: Mapping[str, str], typed: str) -> str:
    by_filter = {text: f"{_SAVED}{name}" for name, text in saved.items()}
    return next((view.id for view in views if view.filter == typed), by_filter.get(typed, _ALL))


# -- saving ----------------------------------------------------------------------------------------


async def _save(screen: ResourceScreen[Any], saved: Mapping[str, str]) -> None:
    typed = screen.bar.text

    def save(name: str, store: SettingStore) -> None:
        store.put_filter(screen.kind, name, typed)

    name = await _under_a_name(screen, _name_form("Save the filter", screen.kind, saved), save)
    if name is not None:
        screen.say(Line(f"Saved as {visible(name)}", hint="f offers it from now on"))


async def _rename(screen: ResourceScreen[Any], old: str, saved: Mapping[str, str]) -> None:
    def rename(name: str, store: SettingStore) -> None:
        if name != old:
            store.rename_filter(screen.kind, old, name)

    others = [name for name in saved if name != old]
    await _under_a_name(screen, _name_form(f"Rename {visible(old)}", screen.kind, others, old), rename)


async def _forget(screen: ResourceScreen[Any], name: str) -> None:
    sure = Menu(
        f"Forget the filter {visible(name)}?",
        (Choice("keep", "Keep it", "nothing is changed"), Choice("forget", "Forget it", "the rows stay what they are")),
    )
    if await screen.app.push_screen_wait(sure) == "forget":
        refusal = _kept(screen, lambda store: store.put_filter(screen.kind, name, None))
        screen.say(Line(refusal or f"{visible(name)} is forgotten"))


async def _under_a_name(
    screen: ResourceScreen[Any], form: Form, put: Callable[[str, SettingStore], None]
) -> str | None:
    """Ask for a name until it can be kept; None when the person left."""
    answers: Answers | None = None
    refusal = ""
    while True:
        answers = await screen.app.push_screen_wait(FormScreen(form, answers=answers, refusal=refusal))
        if answers is None:
            return None
        name = text(answers, "name")
        refusal = _kept(screen, partial(put, name))
        if not refusal:
            return name


def _kept(screen: ResourceScreen[Any], put: Callable[[SettingStore], None]) -> str:
    """Change the settings' file and what is in effect; why that is impossible, or empty."""
    store = SettingStore(screen.app.workbench.paths.config)
    try:
        put(store)
        screen.app.use_settings(store.load())
    except (ConsoleError, OSError) as error:
        return str(error)
    return ""


def _name_form(title: str, kind: str, taken: Collection[str], name: str = "") -> Form:
    def check(typed: str) -> str | None:
        return "there is a filter of that name already" if typed in taken else name_problem(kind, typed)

    field = FormField(
        id="name",
        label="Name",
        help="What f offers it as, on this list alone. `--view` takes the same name at the command line.",
        required=True,
        default=name,
        check=check,
    )
    return Form(title=title, fields=(field,), onward="Save")
