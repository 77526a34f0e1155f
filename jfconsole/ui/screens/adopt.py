"""When an object of the wanted name exists already: take it over with a diff, or choose another name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App

from jfconsole.domain.errors import Conflict, NotFound, UsageError
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible
from jfconsole.ui.screens.dialog import Choice, Menu

Planning = Callable[[], Awaitable[Plan]]


async def create_or_adopt(
    app: App[Any], what: str, find: Callable[[], Awaitable[object]], create: Planning, adopt: Planning
) -> Plan:
    """The plan that makes an object, or the one that turns the existing one into it, as the person decides.

    `what` names the object (`group readers`), `find` raises NotFound when there is none, and UsageError when there
    cannot be one: then making it says what is wrong. Call it in a worker.
    Raises Conflict when the existing one shall be left alone.
    """
    try:
        await find()
    except (NotFound, UsageError):
        return await create()
    choices = (
        Choice("adopt", "Take it over", "The review shows how it differs from what you entered, and changes that."),
        Choice("back", "Choose another name", "It is left alone; what you entered stays in the form."),
    )
    if await app.push_screen_wait(Menu(f"There is a {visible(what)} already", choices)) == "adopt":
        return await adopt()
    raise Conflict(f"There is a {what} already", "Choose another name")
