"""The questions about servers: connect to one, take the JFrog CLI's over, give what opens a kept token."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.answers import flag, text
from jfconsole.domain.connection import platform_url
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answer, Answers, FieldKind, Form, FormField
from jfconsole.domain.profiles import (
    Colour,
    Profile,
    TokenPlace,
    pin_problem,
    profile_name_of,
    profile_name_problem,
    read_pin,
)
from jfconsole.domain.secret import Secret
from jfconsole.services.proxies import proxy_words
from jfconsole.services.servers import Keeping, Places

_VAULT: Final = "in the vault"
_NEW_VAULT: Final = "in a vault, made now"
_KEYRING: Final = "in the system's keyring"
_ASK: Final = "nowhere: ask each time"
_COMMAND: Final = "nowhere: a command prints it"
_PLACES: Final = {
    _VAULT: TokenPlace.VAULT,
    _KEYRING: TokenPlace.KEYRING,
    _ASK: TokenPlace.ASK,
    _NEW_VAULT: TokenPlace.VAULT,
    _COMMAND: TokenPlace.COMMAND,
}

Given = Mapping[str, Secret]
"""Secrets that were typed before, by the field: they stand in no form again, and need not be typed again."""

_NO_COLOUR: Final = "none"
_GIVEN: Final = "Empty: the one that you gave."


def connect_form(places: Places, given: Given) -> Form:
    """What a connection needs."""
    return Form(
        title="Connect to a platform",
        fields=(*_platform_fields(given), *keeping_fields(places, given, by_command=True), *_guarding_fields()),
        check=lambda answers: _keeping_problems(answers, given),
        preview=_resolved,
        onward="Test",
    )


def import_form(names: Sequence[str], remarks: Sequence[str], places: Places, given: Given) -> Form:
    """Which of the CLI's servers are taken over, and where their tokens go."""
    servers = FormField(
        id="servers",
        label="Servers",
        help="The CLI's own files stay as they are; its tokens are copied, and never refreshed.",
        kind=FieldKind.SOME,
        choices=tuple(names),
        default=tuple(names),
        required=True,
    )
    return Form(
        title="Import from the JFrog CLI",
        fields=(servers, *keeping_fields(places, given)),
        check=lambda answers: _keeping_problems(answers, given),
        preview=lambda answers: (*_keeping_words(answers), *remarks),
        onward="Import",
    )


def secret_form(title: str, label: str, help_: str) -> Form:
    """One secret: a token that is asked for each time, a passphrase."""
    field = FormField(id="secret", label=label, help=help_, kind=FieldKind.SECRET, required=True)
    return Form(title=title, fields=(field,), onward="Go on")


def keeping_fields(places: Places, given: Given, *, by_command: bool = False) -> tuple[FormField, ...]:
    """Where a token is kept, and what that takes."""
    choices = (
        *((_VAULT,) if places.vault else ()),
        *((_KEYRING,) if places.keyring else ()),
        _ASK,
        *(() if places.vault else (_NEW_VAULT,)),
        *((_COMMAND,) if by_command else ()),
    )
    return (
        FormField(
            id="keep",
            label="Keep the token",
            help="Never in clear. A vault is a sealed file of yours; the keyring needs the package keyring.",
            kind=FieldKind.CHOICE,
            choices=choices,
            default=choices[0],
        ),
        _kept_secret("passphrase", "Vault passphrase", "Empty where a key file opens the vault.", _VAULT, given),
        _kept_secret("new", "New passphrase", "8 characters at least; several words are easy.", _NEW_VAULT, given),
        _kept_secret("again", "Once more", "The same again: it is not shown.", _NEW_VAULT, given),
        FormField(
            id="command",
            label="Command",
            help="Prints the token alone on one line, such as: pass show acme. No shell reads it.",
            check=_command_problem,
            when=lambda answers: answers.get("keep") == _COMMAND,
        ),
    )


def keeping_of(answers: Answers, given: Given) -> Keeping:
    """Where the token is to be kept, and what opens that."""
    made = answers["keep"] == _NEW_VAULT
    return Keeping(
        place=_PLACES[str(answers["keep"])], passphrase=given.get("new" if made else "passphrase"), new_vault=made
    )


def secret_of(answers: Answers, name: str) -> Secret | None:
    """A secret that was given; None for an empty field."""
    found = answers.get(name)
    return found if isinstance(found, Secret) and found else None


def secrets_of(answers: Answers) -> Given:
    """All secrets that were given."""
    return {name: answer for name, answer in answers.items() if isinstance(answer, Secret) and answer}


def without_secrets(answers: Answers) -> Mapping[str, Answer]:
    """The answers that a form may be opened with again."""
    return {name: answer for name, answer in answers.items() if not isinstance(answer, Secret)}


def profile_of(answers: Answers) -> Profile:
    """The profile that the connect form describes."""
    url, colour, pin = platform_url(text(answers, "url")), text(answers, "colour"), text(answers, "pin")
    place = _PLACES[text(answers, "keep")]
    return Profile(
        name=text(answers, "name") or name_for(url),
        url=url,
        token=place,
        token_command=tuple(shlex.split(text(answers, "command"))) if place is TokenPlace.COMMAND else (),
        ca_cert=_path(answers, "ca_cert"),
        client_cert=_path(answers, "client_cert"),
        client_key=_path(answers, "client_key"),
        pin=read_pin(pin) if pin else "",
        read_only=flag(answers, "read_only"),
        colour=None if colour in ("", _NO_COLOUR) else Colour(colour),
    )


def name_for(url: str) -> str:
    """A name after the host: `acme` for `https://acme.jfrog.io`, the whole of an address."""
    host = urlsplit(url).hostname or ""
    return profile_name_of(host if host.replace(".", "").isdigit() or ":" in host else host.partition(".")[0])


def _platform_fields(given: Given) -> tuple[FormField, ...]:
    empty = _GIVEN if "token" in given else "Empty: sign in with the browser."
    return (
        FormField(
            id="url",
            label="URL",
            help="As the browser shows it: https://acme.jfrog.io. The base of the platform is taken from it.",
            required=True,
            check=_url_problem,
        ),
        FormField(
            id="token",
            label="Access token",
            help=f"An administrator's, for everything. It goes to that URL alone. {empty}",
            kind=FieldKind.SECRET,
            when=lambda answers: answers.get("keep") != _COMMAND,
        ),
        FormField(
            id="name",
            label="Name",
            help="What to call the platform here: acme-prod. Empty: after its host.",
            check=profile_name_problem,
        ),
    )


def _guarding_fields() -> tuple[FormField, ...]:
    return (
        FormField(
            id="read_only",
            label="Read-only",
            help="Nothing that changes the platform is sent, whatever is pressed.",
            kind=FieldKind.FLAG,
            default=False,
        ),
        FormField(
            id="colour",
            label="Colour",
            help="Stands in the first line behind the name, to tell this platform from the others.",
            kind=FieldKind.CHOICE,
            choices=(_NO_COLOUR, *Colour),
            default=_NO_COLOUR,
        ),
        _file("ca_cert", "Authority file", "PEM: who signed the platform's certificate, where no public one did."),
        _file("client_cert", "Client certificate", "PEM: shown to a platform that wants to know who we are."),
        _file(
            "client_key", "Client key", "PEM, without a passphrase. Empty where it stands in the certificate's file."
        ),
        FormField(
            id="pin",
            label="Pinned SHA-256",
            help="The certificate must have this fingerprint, too. Empty: any that is trusted will do.",
            check=pin_problem,
        ),
    )


def _file(name: str, label: str, help_: str) -> FormField:
    return FormField(id=name, label=label, help=help_, check=_file_problem)


def _kept_secret(name: str, label: str, help_: str, choice: str, given: Collection[str]) -> FormField:
    return FormField(
        id=name,
        label=label,
        help=f"{help_} {_GIVEN}" if name in given else help_,
        kind=FieldKind.SECRET,
        when=lambda answers: answers.get("keep") == choice,
    )


def _keeping_problems(answers: Answers, given: Given) -> Mapping[str, str]:
    """A new passphrase is given twice, a command at all, a key with its certificate."""
    found: dict[str, str] = {}
    if answers["keep"] == _COMMAND and not text(answers, "command"):
        found["command"] = "Command is needed"
    if text(answers, "client_key") and not text(answers, "client_cert"):
        found["client_key"] = "A key needs its certificate beside it"
    if answers["keep"] == _NEW_VAULT:
        new, again = (secret_of(answers, name) or given.get(name) for name in ("new", "again"))
        if new is None:
            found["new"] = "A passphrase is needed"
        elif again is None or not new.matches(again):
            found["again"] = "The two are not the same"
    return found


def _resolved(answers: Answers) -> Sequence[str]:
    try:
        url = platform_url(text(answers, "url"))
    except ConsoleError:
        return ("The base URL of the platform will stand here", *_keeping_words(answers))
    called = f"It is called {text(answers, 'name') or name_for(url)} here"
    return (f"The platform is {url}", called, f"Proxy: {proxy_words(url)}", *_keeping_words(answers))


def _keeping_words(answers: Answers) -> tuple[str, ...]:
    """What keeping the token like this means."""
    if answers.get("keep") != _NEW_VAULT:
        return ()
    return ("The vault is a file on this machine, sealed under the passphrase: nobody can restore a lost one",)


def _path(answers: Answers, name: str) -> Path | None:
    typed = text(answers, name)
    return Path(typed).expanduser().absolute() if typed else None


def _url_problem(typed: str) -> str | None:
    try:
        platform_url(typed)
    except ConsoleError as error:
        return f"{error.message}. {error.hint}"
    return None


def _file_problem(typed: str) -> str | None:
    return None if Path(typed).expanduser().is_file() else "There is no such file"


def _command_problem(typed: str) -> str | None:
    try:
        return None if shlex.split(typed) else "There is no word in it"
    except ValueError:
        return "A quotation has no end"
