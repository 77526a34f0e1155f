"""Every field of every form, wizards included, is explained: in a sentence of its own, and by f1."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget

from jfconsole.domain.forms import FieldKind, Form, FormField, asked
from jfconsole.ui.glyphs import UTF8, Glyphs
from jfconsole.ui.screens.field_help import FieldHelp
from jfconsole.ui.screens.form import FormScreen
from tests.unit.ui.every_form import ELSEWHERE, FORMS, makers, wizard_forms
from tests.unit.wizards.ci_recipes import CI_RECIPES
from tests.unit.wizards.written_recipes import BUILT_IN


def _as_it_is(form: Form) -> Form:
    return form


EVERY: dict[str, Callable[[], Form]] = {**FORMS, **{name: partial(_as_it_is, form) for name, form in wizard_forms()}}


def test_every_form_there_is_is_looked_at() -> None:
    assert makers() == {*FORMS, *ELSEWHERE}


@pytest.mark.parametrize("form", EVERY.values(), ids=EVERY)
def test_every_field_has_a_sentence_of_its_own(form: Callable[[], Form]) -> None:
    fields = form().fields
    assert fields
    for field in fields:
        assert field.label.strip()
        assert len(field.help.split()) > 2, (field.id, field.help)
        assert field.help.isprintable()
        assert field.help.casefold().rstrip(".") != field.label.casefold(), field.id
    helps = [field.help for field in fields]
    assert len(helps) == len(set(helps)), [text for text in helps if helps.count(text) > 1]


class Host(App[None]):
    """A form on an empty app, at the size that everything has to work at."""

    INHERIT_BINDINGS = False
    glyphs: Glyphs = UTF8

    def show(self, form: Form) -> FormScreen:
        screen = FormScreen(form, {field.source: _nothing for field in form.fields})
        self.push_screen(screen)
        return screen

    @property
    def text(self) -> str:
        strips = self.screen._compositor.render_strips()
        lines = ["".join(segment.text for segment in strip) for strip in strips]
        return " ".join(" ".join(re.sub("[│╭╮╰╯─]", " ", line) for line in lines).split())


async def _nothing() -> list[str]:
    return []


async def dumb(app: Host, pilot: Pilot[None], form: Form, fields: Sequence[FormField]) -> list[str]:
    """Those of the fields that f1 does not explain."""
    screen = app.show(form)
    await pilot.pause()
    found = []
    for field in fields:
        control = screen.query_one(f"#field-{field.id}")
        inner = (widget for widget in control.walk_children(Widget) if widget.focusable)
        target = next(inner, control)
        if target.focusable:
            screen.set_focus(target)
            await pilot.press("f1")
            shown = isinstance(app.screen, FieldHelp) and " ".join(field.help.split())[:40] in app.text
            found += [] if shown else [field.id]
            await pilot.press("escape")
    app.pop_screen()
    return found


Walk: TypeAlias = dict[str, tuple[Form, Sequence[FormField]]]


def walk(forms: Walk) -> dict[str, list[str]]:
    async def run() -> dict[str, list[str]]:
        app = Host()
        async with app.run_test(size=(80, 24)) as pilot:
            found = {name: await dumb(app, pilot, form, fields) for name, (form, fields) in forms.items()}
        return {name: fields for name, fields in found.items() if fields}

    return asyncio.run(run())


def answerable(form: Form) -> list[FormField]:
    return [field for field in asked(form, form.defaults()) if not field.fixed]


def one_of_each_kind() -> Walk:
    """The first field of every kind that there is."""
    wanted, chosen = set(FieldKind), Walk()
    for name, make in EVERY.items():
        form = make()
        fields = [field for field in answerable(form) if field.kind in wanted]
        first = list({field.kind: field for field in reversed(fields)}.values())
        wanted -= {field.kind for field in first}
        chosen |= {name: (form, first)} if first else {}
    assert wanted == set(), "every kind of field occurs"
    return chosen


@pytest.mark.deep
def test_f1_explains_every_kind_of_field() -> None:
    assert walk(one_of_each_kind()) == {}


def told_apart() -> dict[str, Callable[[], Form]]:
    """Every form of the console, and of the wizards those of one recipe of each sort."""
    left_out = {f"{recipe}: " for recipe in (*list(BUILT_IN)[1:], *list(CI_RECIPES)[1:])}
    return {name: make for name, make in EVERY.items() if not name.startswith(tuple(left_out))}


@pytest.mark.deep
@pytest.mark.parametrize("name", told_apart())
def test_f1_explains_every_field(name: str) -> None:
    form = EVERY[name]()
    assert walk({name: (form, answerable(form))}) == {}
