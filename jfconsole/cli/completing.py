"""What may come next on a command line: asked by the shells, whose side of it is in `shells`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Final, NoReturn, TypeAlias

from argcomplete.finders import CompletionFinder

from jfconsole.cli.parsing import Parser

FILE_WANTED: Final = 10
"""The exit code that says so to the shell. It names files better than anybody: `~`, quotes, folders, links."""

_FILES: Final = frozenset({"FILE", "FOLDER", "DIR"})
"""What the help calls the value of an argument that is a file."""

_OTHER_FILE: Final = "after"
"""The second file of `snapshot diff`."""

_PROFILES: Final = frozenset({"profile", "from_profile", "to_profile"})

Completer: TypeAlias = Callable[..., Iterable[str]]
"""Called with keywords: the prefix, the action, the parser, and the arguments so far."""


class Finder(CompletionFinder):
    """Offers options when there is nothing else to offer, or when a dash was typed."""

    file_wanted = False

    def want_file(self, **asked: object) -> Iterable[str]:
        """The completer of files."""
        self.file_wanted = True
        return ()

    def filter_completions(self, completions: list[str]) -> list[str]:
        """Each once; no options beside words, or beside the names of files."""
        found = super().filter_completions(completions)
        words = [word for word in found if not word.startswith("-")]
        return words if self.file_wanted else words or found

    def end(self, code: int) -> NoReturn:
        """End at once: there is nothing to be tidied up."""
        os._exit(FILE_WANTED if self.file_wanted else code)


def complete(parser: Parser) -> None:
    """Tell the shell what may come next, and end."""
    parser.fill_all()
    finder = Finder()
    for below in _parsers(parser):
        for action in below._actions:
            if action.nargs != 0 and not isinstance(action, argparse._SubParsersAction):
                action.completer = _completer(finder, below, action)  # type: ignore[attr-defined]  # argcomplete's own
    finder(parser, always_complete_options="long", exit_method=finder.end)


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _parsers(below)


def _completer(finder: Finder, parser: argparse.ArgumentParser, action: argparse.Action) -> Completer:
    if action.choices is not None:
        return partial(_given, tuple(map(str, action.choices)))
    if action.metavar in _FILES or action.dest == _OTHER_FILE:
        return finder.want_file
    if action.dest in _PROFILES or (parser.prog.startswith("jfconsole profiles ") and action.dest == "name"):
        return _profiles
    return _NAMES.get(str(action.metavar), partial(_given, ()))


def _given(words: Iterable[str], **asked: object) -> Iterable[str]:
    return words


def _profiles(**asked: object) -> Iterable[str]:
    from jfconsole.services.paths import find_paths
    from jfconsole.services.profiles import ProfileStore

    return [profile.name for profile in ProfileStore(find_paths().config).load().known]


def _recipes(**asked: object) -> Iterable[str]:
    from jfconsole.services.paths import find_paths
    from jfconsole.wizards.recipe_files import recipe_ids

    return recipe_ids(find_paths().recipes)


def _settings(**asked: object) -> Iterable[str]:
    from jfconsole.domain.settings import SETTINGS

    return [setting.id for setting in SETTINGS]


def _values(parsed_args: argparse.Namespace, **asked: object) -> Iterable[str]:
    from jfconsole.domain.settings import BY_ID

    setting = BY_ID.get(parsed_args.name)
    if setting is None:
        return ()
    return ("true", "false") if isinstance(setting.default, bool) else setting.choices


def _samples(**asked: object) -> Iterable[str]:
    from jfconsole.domain.provider_catalog import PROVIDERS

    return [provider.id for provider in PROVIDERS]


_NAMES: Final[Mapping[str, Completer]] = {
    "RECIPE": _recipes,
    "SETTING": _settings,
    "VALUE": _values,
    "PLATFORM": _samples,
}
"""Names that are known without a platform, by what the help calls them."""
