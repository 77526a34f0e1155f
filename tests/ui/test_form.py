"""Forms: questions that depend on others, names typed or picked, and what the answers come to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from jfconsole.domain.durations import DAY, HOUR
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.lifetimes import lifetime_fields, lifetime_of
from jfconsole.ui.glyphs import UTF8
from jfconsole.ui.screens.form import FormScreen

NAMES = ("ada", "bob", "cleo")


def _shown(answers: Answers) -> Sequence[str]:
    return [f"{name} is {answers[name]}" for name in sorted(answers)]


FORM = Form(
    title="Try",
    fields=(
        FormField(
            id="colour", label="Colour", help="One.", kind=FieldKind.CHOICE, choices=("red", "own"), default="red"
        ),
        FormField(
            id="own",
            label="Own colour",
            help="Which one.",
            required=True,
            when=lambda answers: answers["colour"] == "own",
        ),
        FormField(id="who", label="Who", help="Anybody.", kind=FieldKind.NAME, source="people"),
        FormField(id="all", label="All", help="Some.", kind=FieldKind.NAME, source="people", several=True),
        FormField(id="may", label="May", help="Any.", kind=FieldKind.SOME, choices=("read", "deploy"), default=()),
        *lifetime_fields(),
    ),
    preview=_shown,
)


async def people() -> Sequence[str]:
    return NAMES


class Host(App[None]):
    """Shows one form and keeps its answers."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.glyphs = UTF8
        self.given: Answers | None = None

    def on_mount(self) -> None:
        self.push_screen(FormScreen(FORM, {"people": people}), self._keep)

    def _keep(self, answers: Answers | None) -> None:
        self.given = answers

    @property
    def text(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def drive(scenario: Callable[[Host, Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)) -> Host:
    app = Host()

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await scenario(app, pilot)

    asyncio.run(run())
    return app


async def choose(app: Host, pilot: Pilot[Any], field: str, steps: int) -> None:
    """Open a list of choices and take the one that many steps below."""
    app.screen.query_one(f"#field-{field}").focus()
    await pilot.press("enter", *["down"] * steps, "enter")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_questions_come_and_go_with_other_answers_and_keep_what_was_typed(size: tuple[int, int]) -> None:
    async def scenario(app: Host, pilot: Pilot[None]) -> None:
        assert "Own colour" not in app.text
        await choose(app, pilot, "colour", 1)
        assert "Own colour" in app.text
        assert app.screen.focused is app.screen.query_one("#field-colour"), "the focus stays where it was"
        await pilot.press("ctrl+s")
        assert "Own colour is needed" in app.text
        await pilot.press(*"mint")
        assert "Own colour is needed" not in app.text, "what is wrong is said of the answer that was wrong"
        assert "own is mint" in app.text
        app.screen.query_one("#field-colour").value = "red"  # type: ignore[attr-defined]
        await pilot.pause()
        assert "Own colour" not in app.text
        app.screen.query_one("#field-colour").value = "own"  # type: ignore[attr-defined]
        await pilot.pause()
        assert "own is mint" in app.text
        await pilot.press("ctrl+s")

    given = drive(scenario, size).given
    assert given is not None
    assert given["own"] == "mint"


def test_a_name_is_typed_or_picked() -> None:
    async def scenario(app: Host, pilot: Pilot[None]) -> None:
        app.screen.query_one("#field-who Input").focus()
        await pilot.press(*"nobody", "down")
        await pilot.pause()
        await pilot.press("down", "j", "enter")
        assert app.screen.query_one("#field-who").value == "bob"  # type: ignore[attr-defined]
        app.screen.query_one("#field-all Input").focus()
        await pilot.press(*"cleo", "down")
        await pilot.pause()
        await pilot.press("enter", "space", "enter")
        await pilot.press("ctrl+s")

    given = drive(scenario).given
    assert given is not None
    assert (given["who"], given["all"]) == ("bob", "ada, cleo")


def test_a_picker_starts_with_what_was_typed() -> None:
    async def scenario(app: Host, pilot: Pilot[None]) -> None:
        who = app.screen.query_one("#field-who")
        who.query_one("Input").focus()
        await pilot.press(*"le", "down")
        await pilot.pause()
        assert "cleo" in app.text
        assert "ada" not in app.text
        await pilot.press("enter")
        assert who.value == "cleo"  # type: ignore[attr-defined]
        await pilot.press("down")
        await pilot.pause()
        assert "ada" in app.text, "all there are, from a name that is one of them"
        await pilot.press(*"nobody", "enter", "ctrl+s")
        assert "filter" not in app.text
        assert "Choose who" in app.text, "enter takes nothing where nothing is found"
        await pilot.press("escape")
        assert who.value == "cleo"  # type: ignore[attr-defined]

    drive(scenario)


def test_boxes_answer_with_what_is_checked() -> None:
    async def scenario(app: Host, pilot: Pilot[None]) -> None:
        app.screen.query("#field-may Checkbox").last().focus()
        await pilot.press("space", "ctrl+s")

    given = drive(scenario).given
    assert given is not None
    assert given["may"] == ("deploy",)


@pytest.mark.parametrize(("typed", "said"), [("soon", "is no length of time"), ("0d", "of no use")])
def test_a_length_of_time_is_typed_where_none_of_the_presets_fits(typed: str, said: str) -> None:
    async def scenario(app: Host, pilot: Pilot[None]) -> None:
        app.screen.query_one("#field-expires").value = "other"  # type: ignore[attr-defined]
        await pilot.pause()
        app.screen.query_one("#field-expires_other").focus()
        await pilot.press(*typed, "ctrl+s")
        assert said in app.text
        await pilot.press(*["backspace"] * 4, *"1d12h", "ctrl+s")

    given = drive(scenario).given
    assert given is not None
    assert lifetime_of(given) == DAY + 12 * HOUR


def test_what_the_answers_come_to_can_be_read_to_its_end() -> None:
    async def scenario(app: Host, pilot: Pilot[None]) -> None:
        assert "all is" in app.text
        assert "who is" not in app.text
        await pilot.press("pagedown", "pagedown")
        assert "who is" in app.text
        assert "Review (^s)" in app.text

    drive(scenario)
