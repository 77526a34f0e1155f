"""The manual: one document made of the command line, the actions, the settings and the glossary.

`man` prints it as a page for `man`, or as Markdown; both come from what the product reads itself.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jfconsole.cli.parser import build_parser
from jfconsole.cli.parsing import Parser
from jfconsole.domain.glossary import Term
from jfconsole.domain.settings import SETTINGS, Setting
from jfconsole.domain.views import READY
from jfconsole.services.glossary import glossary
from jfconsole.services.paths import HOME_VARIABLE, Paths
from jfconsole.services.places import Place, places
from jfconsole.ui.actions import ACTIONS, Action, key_names

SUMMARY: Final = "access administration for the JFrog Platform, in the terminal"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that has a name, and what there is to say about it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A verb: how it is called, what it does in paragraphs, its own options and arguments."""

    name: str
    usage: str
    summary: str
    more: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the manual: paragraphs, then entries."""

    title: str
    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Manual:
    """All of it. `description` is in paragraphs, the first of which says what it is."""

    description: str
    options: tuple[Entry, ...]
    commands: tuple[Command, ...]
    sections: tuple[Section, ...]


def manual() -> Manual:
    """The manual of this very version."""
    parser = build_parser()
    parser.fill_all()
    shared = _entries(parser, frozenset())
    return Manual(
        description=f"{parser.description}\n\n{parser.epilog}",
        options=shared,
        commands=tuple(_commands(parser, frozenset(entry.name for entry in shared))),
        sections=(_keys(), _views(), _settings(), _environment(), _files(), _glossary()),
    )


# -- the command line ------------------------------------------------------------------------------


def _commands(parser: Parser, shared: frozenset[str]) -> Iterator[Command]:
    """Every verb, in the order in which help shows them."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                if below.get_default("run") is not None:
                    yield _command(below, shared)
                yield from _commands(below, shared)


def _command(parser: argparse.ArgumentParser, shared: frozenset[str]) -> Command:
    summary, _, more = (parser.description or "").partition("\n\n")
    return Command(parser.prog, _usage(parser, shared), summary, more, _entries(parser, shared))


def _usage(parser: argparse.ArgumentParser, shared: frozenset[str]) -> str:
    """The verb with its own arguments; what every verb takes is told once."""
    own = [action for action in _own(parser) if _name(action) not in shared]
    words = [_word(action) for action in own if action.required or not action.option_strings]
    optional = [_word(action) for action in own if action.option_strings and not action.required]
    return " ".join([parser.prog, *words, *optional])


def _own(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    left_out = (argparse._HelpAction, argparse._SubParsersAction)
    return [action for action in parser._actions if not isinstance(action, left_out)]


def _entries(parser: argparse.ArgumentParser, shared: frozenset[str]) -> tuple[Entry, ...]:
    found = (Entry(_name(action), _help(action)) for action in _own(parser))
    return tuple(entry for entry in found if entry.name not in shared)


def _name(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return value
    return ", ".join(action.option_strings) + (f" {value}" if value else "")


def _word(action: argparse.Action) -> str:
    """The argument as a line of usage has it."""
    value = _value(action)
    word = f"{action.option_strings[-1]} {value}".rstrip() if action.option_strings else value
    if action.nargs in {"*", "+"} or type(action).__name__ == "_ExtendAction":
        word = f"{word} …"
    needed = action.required and action.nargs != "*"
    return word if needed else f"[{word}]"


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.choices is not None and action.metavar is None:
        return "|".join(map(str, action.choices))
    return str(action.metavar or action.dest.upper())


def _help(action: argparse.Action) -> str:
    return (action.help or "") % {**vars(action), "prog": "jfconsole"}


# -- the console -----------------------------------------------------------------------------------

_KEYS_TEXT: Final = """\
Every action by its id, which the : line, the palette and the settings take. A table [keys] in the settings gives an
action other keys, as in "list.describe" = "f6, x"; in the console :keymap does it."""
_VIEWS_TEXT: Final = """\
The ready filters of each list: f offers them in the console, beside those that were saved there; --view takes them at
the command line."""
_SETTINGS_TEXT: Final = """\
They stand in settings.toml; `jfconsole settings` and the key , in the console write it."""
_FILES_TEXT: Final = f"""\
CONFIG and STATE are this user's folders of the system, or below the one that {HOME_VARIABLE} names; `jfconsole paths`
prints where all of it is."""
_GLOSSARY_TEXT: Final = """\
What the words of the platform mean here: :glossary in the console, `jfconsole glossary` at the command line."""
_ENVIRONMENT: Final = (
    Entry("JFCONSOLE_URL, JFCONSOLE_TOKEN", "The platform and its token, for this console alone."),
    Entry("JFCONSOLE_PROFILE", "The profile to work with."),
    Entry("JFROG_URL, JFROG_ACCESS_TOKEN", "The platform and its token, where the former are not set."),
    Entry("JF_URL, JF_ACCESS_TOKEN", "Likewise, where the former are not set either."),
    Entry(HOME_VARIABLE, "One folder for everything: a rehearsal, a second identity."),
    Entry("NO_COLOR", "Set to anything: no colours, as with --no-color."),
)


def _keys() -> Section:
    return Section("Actions and keys", _KEYS_TEXT, tuple(Entry(action.id, _about(action)) for action in ACTIONS))


def _about(action: Action) -> str:
    keys = f"{key_names(action.keys)} · " if action.keys else ""
    return f"{keys}{action.scope}. {action.help}"


def _views() -> Section:
    entries = (Entry(f"{kind}: {view.id}", f"{view.filter}. {view.why}") for kind in READY for view in READY[kind])
    return Section("Views", _VIEWS_TEXT, tuple(entries))


def _settings() -> Section:
    return Section("Settings", _SETTINGS_TEXT, tuple(Entry(setting.id, _setting(setting)) for setting in SETTINGS))


def _setting(setting: Setting) -> str:
    default = str(setting.default).lower() if isinstance(setting.default, bool) else str(setting.default)
    kind = "true or false" if isinstance(setting.default, bool) else ", ".join(setting.choices)
    if not kind and isinstance(setting.default, int):
        kind = f"{setting.least} to {setting.most:,} {setting.unit}"
    return f"{setting.help} {f'Values: {kind}. ' if kind else ''}Default: {default}."


def _environment() -> Section:
    return Section("Environment", "Tokens are taken out of the environment at once: no child gets them.", _ENVIRONMENT)


def _files() -> Section:
    """The places by the folders that they are in: where those are is the system's affair."""
    found = places(Paths(state=Path("STATE"), config=Path("CONFIG")))
    entries = (Entry(place.id, place.holds if place.path.is_absolute() else _below(place)) for place in found)
    return Section("Files", _FILES_TEXT, tuple(entries))


def _below(place: Place) -> str:
    return f"{place.path}: {place.holds}"


def _glossary() -> Section:
    return Section("Glossary", _GLOSSARY_TEXT, tuple(Entry(_names(term), term.text) for term in glossary()))


def _names(term: Term) -> str:
    return f"{term.name} ({', '.join(term.also)})" if term.also else term.name
