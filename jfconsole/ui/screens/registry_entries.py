"""The credentials of a registry, entry by entry: added, changed and taken out, and then reviewed as one change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jfconsole.domain.forms import Answers
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.registries import EVERY_REPOSITORY, RegistryCredential, RemoteRegistry
from jfconsole.domain.text import visible
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.form import FormScreen, Sources
from jfconsole.ui.screens.registry_form import entry_form, with_entry

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_ADD: Final = "add"
_DONE: Final = "done"


async def edit_entries(
    app: ConsoleApp, state: IssuerState, registry: RemoteRegistry, sources: Sources
) -> tuple[RegistryCredential, ...] | None:
    """Let a person change the entries until they are to be reviewed; None when that was left. Call it in a worker."""
    edited = registry
    while True:
        chosen = await app.push_screen_wait(_menu(registry, edited))
        if chosen == _DONE:
            return edited.credentials
        if chosen is None:
            if edited == registry or await app.push_screen_wait(_leaving()) == "leave":
                return None
            continue
        entry = None if chosen == _ADD else edited.credentials[int(chosen)]
        answers: Answers | None = await app.push_screen_wait(FormScreen(entry_form(state, edited, entry), sources))
        if answers is not None:
            edited = replace(edited, credentials=with_entry(edited.credentials, entry, answers))


def _menu(registry: RemoteRegistry, edited: RemoteRegistry) -> Menu:
    changed = edited != registry
    done = (Choice(_DONE, "Review the change", "Nothing is written before it is confirmed"),) if changed else ()
    choices = (*_entries(edited.credentials), Choice(_ADD, "Add an entry", "For other images, or for all"), *done)
    return Menu(f"Credentials of {registry.address}", choices, _DONE if changed else None)


def _entries(entries: Sequence[RegistryCredential]) -> list[Choice]:
    width = max((len(entry.repository) for entry in entries), default=0)
    return [
        Choice(str(number), f"{visible(entry.repository):<{width}}  {visible(entry.words)}", _served(entry))
        for number, entry in enumerate(entries)
    ]


def _served(entry: RegistryCredential) -> str:
    served = "all that no other entry covers" if entry.repository == EVERY_REPOSITORY else "what lies below this name"
    return f"Serves {served}; enter changes it, or takes it out"


def _leaving() -> Menu:
    return Menu(
        "Leave the credentials?",
        (
            Choice("stay", "Stay", "go on with the entries"),
            Choice("leave", "Leave", "what you changed is forgotten"),
        ),
    )
