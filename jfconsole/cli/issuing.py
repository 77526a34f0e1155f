"""What the verbs of the local issuer share: opening its vault, listing, and carrying out plans on it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from jfconsole.cli.connect import NothingConfigured
from jfconsole.cli.files import read_text
from jfconsole.cli.object_words import cell, object_facts
from jfconsole.cli.output import cell_limit, fact_lines, print_json, print_lines, table
from jfconsole.cli.plan_output import print_nothing
from jfconsole.cli.plans import carry_out, local_connection
from jfconsole.cli.platform import with_directory
from jfconsole.cli.typed import typed_secret, typed_twice, unechoed
from jfconsole.domain.errors import ConsoleError, NotFound, NothingToChange, ReadOnly, Refused, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuer_errors import VaultLocked, WrongKey
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import Kind
from jfconsole.services.paths import find_paths
from jfconsole.services.routes import OpenIssuer

_LIMIT: Final = 1024
"""Characters that a passphrase may have."""

_TRIES: Final = 3
"""How often a passphrase may be typed."""


@contextmanager
def issuer_service(*, made: bool = True) -> Iterator[IssuerService]:
    """The local issuer of this user, locked again afterwards. Raises Refused when it is not `made` yet."""
    service = IssuerService(find_paths().state)
    try:
        if made and not service.local.vault.status().exists:
            raise Refused("There is no local issuer yet", "Make its store: `jfconsole vaults create --public-url URL`")
        yield service
    finally:
        service.close()


def unlock(service: IssuerService, arguments: argparse.Namespace) -> None:
    """Open the vault: with the passphrase in stdin, with a key file, or with what is typed at a terminal."""
    if getattr(arguments, "passphrase_stdin", False):
        service.local.vault.unlock(piped_passphrase())
    else:
        open_vault(service)


def open_vault(service: IssuerService) -> None:
    """Open the vault with a key file, or with what is typed at a terminal; a slip of the hand is not the end."""
    try:
        service.local.vault.unlock_unattended()
    except VaultLocked:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        _unlock_by_typing(service)


def _unlock_by_typing(service: IssuerService) -> None:
    question = "Passphrase of the vault"
    with unechoed():
        for _ in range(_TRIES - 1):
            try:
                return service.local.vault.unlock(typed_secret(question))
            except WrongKey:  # said with the next question: whoever reads it may type at once
                question = "That does not open it. Passphrase of the vault, again"
        return service.local.vault.unlock(typed_secret(question))


def piped_passphrase() -> Secret:
    """The passphrase in stdin, without the line break that ends it."""
    return piped_line("passphrase", _LIMIT)


def piped_line(what: str, limit: int) -> Secret:
    """The next line of stdin as a secret. Raises UsageError where there is none, or where it is too long."""
    text = sys.stdin.readline(limit + 2).removesuffix("\n").removesuffix("\r")
    if not text or len(text) > limit or not text.isprintable():
        raise UsageError(f"There is no {what} in stdin", f"It takes the {what} on a line of its own")
    return Secret(text)


def new_passphrase(*, piped: bool, what: str = "New passphrase") -> Secret:
    """A new passphrase: the next line of stdin, or typed twice."""
    return piped_passphrase() if piped else typed_twice(what)


def list_objects(
    arguments: argparse.Namespace, plural: str, found: Sequence[JsonObject], columns: Sequence[str]
) -> int:
    """Print objects as a table, or as `{plural: […]}`."""
    if getattr(arguments, "json", False):
        listed: list[Json] = [*found]
        print_json({plural: listed})
        return 0
    rows = [[cell(item.get(column)) for column in columns] for item in found]
    print_lines(table([column.upper() for column in columns], rows, limit=cell_limit()))
    return 0


def show_object(arguments: argparse.Namespace, noun: str, found: Sequence[JsonObject], key: str) -> int:
    """Print the one object with that key. Raises NotFound."""
    for item in found:
        if key == _key(noun, item):
            if getattr(arguments, "json", False):
                print_json({noun: item})
            else:
                print_lines(fact_lines([*object_facts(item)]))
            return 0
    raise NotFound(f"There is no {noun} {visible(key)}", f"See `jfconsole {_plural(noun)} list`")


def export_objects(arguments: argparse.Namespace, plural: str) -> int:
    """Print one object as supctl commands, or all of its kind. Raises NotFound."""
    from jfconsole.domain.exports.supctl import blocks  # here, since few ask for it

    with issuer_service() as service:
        found = blocks(service.local.state())[plural]
    name = arguments.name
    if name and name not in found:
        raise NotFound(f"There is no {visible(name)} among the {plural}", f"See `jfconsole {plural} list`")
    print_supctl(arguments, "\n\n".join([found[name]] if name else found.values()))
    return 0


def print_supctl(arguments: argparse.Namespace, text: str) -> None:
    """Print supctl commands, or `{"export": {…}}`."""
    if getattr(arguments, "json", False):
        print_json({"export": {"format": "supctl", "text": text}})
    else:
        print_lines(text.splitlines())


def apply_object(arguments: argparse.Namespace, kind: Kind, noun: str) -> int:
    """Bring an object to the state that a file describes."""
    if arguments.file == "-" and arguments.passphrase_stdin:
        raise UsageError("stdin cannot hold both the passphrase and the file", "Name a file")
    record = _record(arguments, noun)
    return change(arguments, lambda service: service.plan_apply(kind, record))


def _key(noun: str, item: JsonObject) -> str:
    """What an object is asked for by."""
    if noun == "role":
        return f"{item['issuer']}/{item['name']}"
    return str(item["address" if noun == "registry" else "name"])


def _plural(noun: str) -> str:
    return "registries" if noun == "registry" else f"{noun}s"


def _record(arguments: argparse.Namespace, noun: str) -> JsonObject:
    """The object in a file, alone or as `show --json` prints it. An issuer has a field of its noun's name."""
    try:
        document = json.loads(read_text(arguments).removeprefix("\ufeff"))
    except (ValueError, RecursionError) as problem:
        raise UsageError("The file is no JSON", f"It takes what `{_plural(noun)} show --json` prints") from problem
    inner = document.get(noun) if isinstance(document, dict) else None
    record = inner if isinstance(inner, dict) else document
    if not isinstance(record, dict):
        raise UsageError(
            f"The file does not describe one {noun}", f"It takes what `{_plural(noun)} show --json` prints"
        )
    return record


def change(arguments: argparse.Namespace, make: Callable[[IssuerService], Plan]) -> int:
    """Make a plan on what the issuer holds now, and carry it out. Returns the exit code."""
    with issuer_service() as service:
        try:
            plan = make(service)
        except NothingToChange as nothing:
            print_nothing(nothing.message, planned=arguments.plan, as_json=getattr(arguments, "json", False))
            return 0
    return carry_out(arguments, plan, local_connection(arguments, plan))


def refuse_read_only(arguments: argparse.Namespace) -> None:
    """Raise ReadOnly for a verb that writes without a plan."""
    if getattr(arguments, "read_only", False):
        raise ReadOnly("Read-only: nothing was changed", "Leave --read-only out to make changes")


def reached(arguments: argparse.Namespace, issuers: Collection[str]) -> tuple[str, ...]:
    """Who on the platform of the command line trusts these issuers, as sentences; none named is one of them.

    A platform that cannot be asked, for want of a token too, is told: an emergency does not wait for it.
    """
    from jfconsole.services.issuer_trust import NOT_ASKED, asking_failed, reach  # here, since only emergencies ask

    try:
        return with_directory(arguments, lambda directory: reach(directory, issuers))
    except NothingConfigured:
        return (NOT_ASKED,)
    except ConsoleError as error:
        return (asking_failed(error),)


@contextmanager
def issuer_sender(arguments: argparse.Namespace, *, unlocked: bool) -> Iterator[OpenIssuer]:
    """What sends the steps of a plan to the local issuer, its vault open where it is to be changed."""
    with issuer_service() as service:
        if unlocked:
            unlock(service, arguments)
        yield lambda: service.sender(read_only=not unlocked)
