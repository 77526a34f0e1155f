"""What is asked about the vault: making it, its passphrase, its backup, and the named secrets in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from jfconsole.domain.answers import secret, text
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.jwt_issuers import url_problem
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.public_base import base_words, renamed

PASSWORD: Final = "user name and password"  # noqa: S105  # the name of a kind
TOKEN: Final = "token"  # noqa: S105  # the name of a kind

_AGAIN: Final = "The two are not the same"


def create_form() -> Form:
    """A vault where there is none."""
    return Form(
        title="Make the vault of the local issuer",
        fields=(
            _base_field(),
            *_new_passphrase("Several words are easy to remember. Nobody can restore it: write it down elsewhere."),
        ),
        check=_same,
        preview=lambda answers: (
            "Keys are encrypted under a random key (AES-256-GCM), and that one under the passphrase (Argon2id)",
            "Nothing is sent anywhere: the vault is a file of yours, on this machine",
            "A lost passphrase is a lost vault; a backup opens with a passphrase of its own",
        ),
        onward="Make it",
    )


def base_form(state: IssuerState) -> Form:
    """Another public base; what it changes here is told while it is typed."""

    def preview(answers: Answers) -> Sequence[str]:
        base = text(answers, "public-url").rstrip("/")
        if base == state.public_base:
            return ("This is what it is now",)
        return () if url_problem(base) else base_words(state, base)

    return Form(
        title="Where issuers are reached",
        fields=(
            _base_field(state.public_base),
            FormField(
                id="follow",
                label="Integrations",
                help="Give those on this platform that name an old URL the new one, in the same plan.",
                kind=FieldKind.FLAG,
                default=True,
                when=lambda answers: bool(renamed(state, text(answers, "public-url").rstrip("/"))),
            ),
        ),
        preview=preview,
    )


def passphrase_form() -> Form:
    """Another passphrase."""
    return Form(
        title="Change the passphrase",
        fields=(
            _secret_field("old", "Passphrase", "The one that opens the vault today."),
            *_new_passphrase("It takes the place of the old one at once."),
        ),
        check=_same,
        preview=lambda answers: (
            "Backups made before open with the passphrase that they were given, and no other",
            "Key file and keyring, where they are set up, go on opening the vault",
        ),
        onward="Change it",
    )


def backup_form() -> Form:
    """A file, and its own passphrase."""
    return Form(
        title="Back up the vault",
        fields=(
            FormField(id="file", label="File", help="A new file; it is written 0600.", required=True),
            *_new_passphrase("It opens the backup, on any machine. It may be the one of the vault."),
        ),
        check=_same,
        onward="Write",
    )


def restore_form() -> Form:
    """A backup, where there is no vault."""
    return Form(
        title="Restore a backup",
        fields=(
            FormField(id="file", label="File", help="What a backup wrote.", required=True),
            _secret_field("passphrase", "Passphrase", "The backup's own; it opens the vault from then on."),
        ),
        onward="Restore",
    )


def key_file_form() -> Form:
    """A file that opens the vault."""
    return Form(
        title="Open the vault by a key file",
        fields=(FormField(id="file", label="File", help="A new file; it is written 0600.", required=True),),
        preview=lambda answers: (
            "Every process of this user can then open the vault: locking keeps none of them out",
            "Pulls of images work unattended; so does whatever else runs as you",
        ),
        onward="Write",
    )


def vault_form(name: str = "", description: str = "") -> Form:
    """A vault of named secrets: a folder in the store."""
    return Form(
        title=f"Edit vault {visible(name)}" if name else "New vault of secrets",
        fields=(
            FormField(
                id="name",
                label="Name",
                help="Small letters, digits and dashes. It cannot be changed later.",
                required=True,
                default=name,
                fixed=bool(name),
            ),
            FormField(id="description", label="Description", help="What it is for.", default=description),
        ),
    )


def vault_record(answers: Answers) -> JsonObject:
    """The document of a vault."""
    return {"name": text(answers, "name"), "description": text(answers, "description")}


def secret_form(vaults: Sequence[str], vault: str, name: str = "", holds: Sequence[str] = ()) -> Form:
    """A named secret; one that exists is replaced as a whole."""
    kind = TOKEN if tuple(holds) == ("token",) else PASSWORD
    by_name = "Small letters, digits and dashes: what a remote registry calls it by."
    return Form(
        title=f"Replace secret {visible(vault)}/{visible(name)}" if name else "New secret",
        fields=(
            FormField(
                id="vault",
                label="Vault",
                help="Where it is kept.",
                kind=FieldKind.CHOICE,
                choices=tuple(vaults),
                default=vault,
                fixed=bool(name),
            ),
            FormField(id="name", label="Name", help=by_name, required=True, default=name, fixed=bool(name)),
            FormField(
                id="kind",
                label="Holds",
                help="What a registry is given.",
                kind=FieldKind.CHOICE,
                choices=(PASSWORD, TOKEN),
                default=kind,
            ),
            _secret_field("username", "User name", "Not shown, as the vault keeps it sealed.", PASSWORD),
            _secret_field("password", "Password", "Of that user. Not shown; it goes into the vault alone.", PASSWORD),
            _secret_field(
                "token", "Token", "Sent in the place of a password. Not shown; it goes into the vault alone.", TOKEN
            ),
        ),
    )


def secret_values(answers: Answers) -> dict[str, Secret]:
    """The values of a secret, by name."""
    names = ("token",) if text(answers, "kind") == TOKEN else ("username", "password")
    return {name: secret(answers, name) for name in names}


def _base_field(base: str = "") -> FormField:
    return FormField(
        id="public-url",
        label="Public base",
        help="Where its issuers are reached: https://id.acme.example, or http://127.0.0.1:8083 to try it here.",
        required=True,
        default=base,
        check=lambda typed: url_problem(typed.rstrip("/")),
    )


def _new_passphrase(help_: str) -> tuple[FormField, ...]:
    return (
        _secret_field("new", "New passphrase", help_),
        _secret_field("again", "Once more", "The same again: it is not shown."),
    )


def _secret_field(name: str, label: str, help_: str, kind: str = "") -> FormField:
    return FormField(
        id=name,
        label=label,
        help=help_,
        kind=FieldKind.SECRET,
        required=True,
        default=Secret(""),
        when=(lambda answers: text(answers, "kind") == kind) if kind else None,
    )


def _same(answers: Answers) -> Mapping[str, str]:
    return {} if secret(answers, "new").matches(secret(answers, "again")) else {"again": _AGAIN}
