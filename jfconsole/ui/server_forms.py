"""The questions about servers: connect to one, take the JFrog CLI's over, give what opens a kept token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

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

_PLACES: Final = {
    TokenPlace.VAULT: "in the vault",
    TokenPlace.KEYRING: "in the system's keyring",
    TokenPlace.ASK: "nowhere: ask each time",
}
_NO_COLOUR: Final = "none"


def connect_form(places: Sequence[TokenPlace], *, has_token: bool = False) -> Form:
    """What a connection needs. `has_token`: one was given before, and an empty field keeps it."""
    return Form(
        title="Connect to a platform",
        fields=(*_platform_fields(has_token=has_token), *keeping_fields(places), *_guarding_fields()),
        preview=_resolved,
        onward="Test",
    )


def _platform_fields(*, has_token: bool) -> tuple[FormField, ...]:
    empty = "Empty: the one that you gave." if has_token else "Empty: sign in with the browser."
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
        FormField(
            id="ca_cert",
            label="Authority file",
            help="A PEM file with the authority that signed the platform's certificate, where no public one did.",
            check=_file_problem,
        ),
        FormField(
            id="pin",
            label="Pinned SHA-256",
            help="The certificate must have this fingerprint, too. Empty: any that is trusted will do.",
            check=pin_problem,
        ),
    )


def keeping_fields(places: Sequence[TokenPlace]) -> tuple[FormField, ...]:
    """Where a token is kept, and the passphrase where that takes one."""
    return (
        FormField(
            id="keep",
            label="Keep the token",
            help="Never in clear. `jfconsole vaults create` makes a vault; the keyring needs the package keyring.",
            kind=FieldKind.CHOICE,
            choices=tuple(_PLACES[place] for place in places),
            default=_PLACES[places[0]],
        ),
        FormField(
            id="passphrase",
            label="Vault passphrase",
            help="Opens the vault. Empty where a key file or the keyring opens it.",
            kind=FieldKind.SECRET,
            when=lambda answers: answers.get("keep") == _PLACES[TokenPlace.VAULT],
        ),
    )


def import_form(names: Sequence[str], remarks: Sequence[str], places: Sequence[TokenPlace]) -> Form:
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
    fields = (servers, *keeping_fields(places))
    return Form(
        title="Import from the JFrog CLI",
        fields=fields,
        preview=(lambda _: remarks) if remarks else None,
        onward="Import",
    )


def secret_form(title: str, label: str, help_: str) -> Form:
    """One secret: a token that is asked for each time, a passphrase."""
    field = FormField(id="secret", label=label, help=help_, kind=FieldKind.SECRET, required=True)
    return Form(title=title, fields=(field,), onward="Go on")


def place_of(answers: Answers) -> TokenPlace:
    """Where the token is to be kept."""
    return next(place for place, words in _PLACES.items() if words == answers["keep"])


def secret_of(answers: Answers, name: str) -> Secret | None:
    """A secret that was given; None for an empty field."""
    found = answers.get(name)
    return found if isinstance(found, Secret) and found else None


def profile_of(answers: Answers) -> Profile:
    """The profile that the connect form describes."""
    url, colour = platform_url(_text(answers, "url")), _text(answers, "colour")
    ca_cert, pin = _text(answers, "ca_cert"), _text(answers, "pin")
    return Profile(
        name=_text(answers, "name") or name_for(url),
        url=url,
        token=place_of(answers),
        ca_cert=Path(ca_cert).expanduser().absolute() if ca_cert else None,
        pin=read_pin(pin) if pin else "",
        read_only=answers.get("read_only") is True,
        colour=None if colour in ("", _NO_COLOUR) else Colour(colour),
    )


def name_for(url: str) -> str:
    """A name after the host: `acme` for `https://acme.jfrog.io`, the whole of an address."""
    host = urlsplit(url).hostname or ""
    return profile_name_of(host if host.replace(".", "").isdigit() or ":" in host else host.partition(".")[0])


def without_secrets(answers: Answers) -> Mapping[str, Answer]:
    """The answers that a form may be opened with again."""
    return {name: answer for name, answer in answers.items() if not isinstance(answer, Secret)}


def _text(answers: Answers, name: str) -> str:
    found = answers.get(name)
    return found if isinstance(found, str) else ""


def _resolved(answers: Answers) -> Sequence[str]:
    try:
        url = platform_url(_text(answers, "url"))
    except ConsoleError:
        return ("The base URL of the platform will stand here",)
    return (f"The platform is {url}", f"It is called {_text(answers, 'name') or name_for(url)} here")


def _url_problem(text: str) -> str | None:
    try:
        platform_url(text)
    except ConsoleError as error:
        return f"{error.message}. {error.hint}"
    return None


def _file_problem(text: str) -> str | None:
    return None if Path(text).expanduser().is_file() else "There is no such file"
