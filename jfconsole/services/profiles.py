"""The profiles' file: TOML in the config folder, without any secret, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from jfconsole.domain.connection import platform_url
from jfconsole.domain.errors import ConsoleError, NotFound, UsageError
from jfconsole.domain.profiles import Colour, Profile, Profiles, TokenPlace, pin_words, profile_name_problem, read_pin
from jfconsole.domain.text import visible
from jfconsole.domain.toml_source import TomlSource
from jfconsole.services.toml_file import bad_value, document_of, read_toml, write_toml

T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)

FILE: Final = "profiles.toml"

_HEAD: Final = "Platforms of jfconsole. It holds no secret. Written by `jfconsole profiles`, which keeps no comments."


class ProfileStore:
    """The profiles of this user. Everything raises UsageError for a file that cannot be used, naming line and key."""

    def __init__(self, config: Path) -> None:
        self.path = config / FILE

    def load(self) -> Profiles:
        """What is in the file; nothing where there is none."""
        source = read_toml(self.path)
        if source is None:
            return Profiles()
        known = tuple(_Reader(source, name).profile() for name in self._names(source))
        default = source.values.get("default")
        if default is not None and default not in {profile.name for profile in known}:
            raise bad_value(source, ("default",), "it names no profile of this file")
        return Profiles(known, str(default) if default is not None else None)

    def get(self, name: str) -> Profile:
        """The profile of that name. Raises NotFound."""
        profiles = self.load()
        found = profiles.find(name)
        if found is None:
            names = ", ".join(profile.name for profile in profiles.known)
            there = f"There are: {names}" if names else "There is none yet: `jfconsole profiles add`"
            raise NotFound(f"There is no profile {visible(name)}", there)
        return found

    def put(self, profile: Profile, *, default: bool = False) -> None:
        """Add or change a profile; the first one becomes the default. Raises OSError when it cannot be written."""
        if problem := profile_name_problem(profile.name):
            raise UsageError(problem)
        document = self._document()
        tables = document.setdefault("profiles", {})
        kept = {key: value for key, value in tables.get(profile.name, {}).items() if key not in _KEYS}
        tables[profile.name] = {**_table(profile), **kept}
        if default or "default" not in document:
            document["default"] = profile.name
        self._write(document)

    def use(self, name: str) -> None:
        """Make it the default. Raises NotFound."""
        self.get(name)
        document = self._document()
        document["default"] = name
        self._write(document)

    def remove(self, name: str) -> Profile:
        """Forget a profile and return what it was; its token is left where it is. Raises NotFound."""
        found = self.get(name)
        document = self._document()
        del document["profiles"][name]
        if document.get("default") == name:
            del document["default"]
        self._write(document)
        return found

    def _names(self, source: TomlSource) -> Iterator[str]:
        tables = source.values.get("profiles", {})
        if not isinstance(tables, dict):
            raise bad_value(source, ("profiles",), "this must be a table: write [profiles.NAME] on a line of its own")
        for name, table in tables.items():
            if problem := profile_name_problem(name):
                raise bad_value(source, ("profiles", name), problem)
            if not isinstance(table, dict):
                raise bad_value(
                    source, ("profiles", name), "this must be a table: write [profiles.NAME] on a line of its own"
                )
            yield name

    def _document(self) -> dict[str, Any]:
        """Everything in a file that can be used, unknown keys too, to be changed and written back."""
        self.load()
        return document_of(self.path)

    def _write(self, document: dict[str, Any]) -> None:
        write_toml(self.path, _HEAD, document)


class _Reader:
    """One table of the file. Keys that are not known are left to those who know them."""

    def __init__(self, source: TomlSource, name: str) -> None:
        self._source = source
        self._name = name
        self._table: dict[str, object] = source.values["profiles"][name]  # type: ignore[index]  # checked before

    def profile(self) -> Profile:
        command = self._words("token-command")
        token = self._word("token", TokenPlace) or (TokenPlace.COMMAND if command else TokenPlace.ASK)
        if token is TokenPlace.COMMAND and not command:
            raise self._bad("token", "a token from a command needs token-command, a list of words")
        profile = Profile(
            name=self._name,
            url=self._url(),
            token=token,
            token_command=command,
            ca_cert=self._path("ca-cert"),
            client_cert=self._path("client-cert"),
            client_key=self._path("client-key"),
            pin=self._checked("certificate-sha256", read_pin) or "",
            read_only=self._flag("read-only"),
            colour=self._word("colour", Colour),
        )
        if profile.client_key and not profile.client_cert:
            raise self._bad("client-key", "a key needs client-cert beside it")
        return profile

    def _url(self) -> str:
        url = self._checked("url", platform_url)
        if url is None:
            raise self._bad("url", "it is missing")
        return url

    def _checked(self, key: str, read: Callable[[str], T]) -> T | None:
        text = self._text(key)
        try:
            return None if text is None else read(text)
        except ConsoleError as error:
            raise self._bad(key, f"{error.message}. {error.hint}") from None
        except ValueError as error:
            raise self._bad(key, str(error)) from None

    def _text(self, key: str) -> str | None:
        value = self._table.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self._bad(key, "this must be a text in quotes")
        return value

    def _path(self, key: str) -> Path | None:
        text = self._text(key)
        return Path(text).expanduser() if text else None

    def _flag(self, key: str) -> bool:
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            raise self._bad(key, "this must be true or false")
        return value

    def _word(self, key: str, kind: type[W]) -> W | None:
        text = self._text(key)
        if text is not None and text not in [*kind]:
            raise self._bad(key, f"this must be one of {', '.join(kind)}")
        return None if text is None else kind(text)

    def _words(self, key: str) -> tuple[str, ...]:
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self._bad(key, 'this must be a list of words: ["pass", "show", "acme"]')
        return tuple(value)

    def _bad(self, key: str, sentence: str) -> UsageError:
        return bad_value(self._source, ("profiles", self._name, key), sentence)


_KEYS: Final = (
    "url",
    "token",
    "token-command",
    "ca-cert",
    "client-cert",
    "client-key",
    "certificate-sha256",
    "read-only",
    "colour",
)


def _table(profile: Profile) -> dict[str, object]:
    """A profile as it stands in the file; what is as by default is left out."""
    values: tuple[object, ...] = (
        profile.url,
        profile.token.value,
        list(profile.token_command),
        str(profile.ca_cert or ""),
        str(profile.client_cert or ""),
        str(profile.client_key or ""),
        pin_words(profile.pin),
        profile.read_only,
        profile.colour.value if profile.colour else "",
    )
    return {key: value for key, value in zip(_KEYS, values, strict=True) if value}


def free_name(profiles: Profiles, wanted: str) -> str:
    """The name, or the first of name-2, name-3 … that no profile has."""
    taken = {profile.name for profile in profiles.known}
    numbered = (wanted if number == 1 else f"{wanted[:36]}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)


def renamed(profile: Profile, profiles: Profiles) -> Profile:
    """The profile under a name that is free."""
    return replace(profile, name=free_name(profiles, profile.name))
