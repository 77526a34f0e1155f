"""`jfconsole vaults`: create, status, unattended, audit; list, show, apply and delete vaults of named secrets."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jfconsole.cli.issuing import (
    apply_object,
    change,
    issuer_service,
    list_objects,
    piped_passphrase,
    show_object,
    unlock,
)
from jfconsole.cli.output import print_json, print_lines, remark
from jfconsole.domain.errors import ReadOnly, UsageError
from jfconsole.domain.jwt_issuers import url_problem
from jfconsole.domain.secret import Secret
from jfconsole.services.issuer_steps import VAULT


def list_all(arguments: argparse.Namespace) -> int:
    """Print the vaults and what is in them, by name."""
    with issuer_service() as service:
        return list_objects(arguments, "vaults", service.vaults(), ("name", "description", "secrets"))


def show(arguments: argparse.Namespace) -> int:
    """Print one vault."""
    with issuer_service() as service:
        return show_object(arguments, "vault", service.vaults(), arguments.name)


def apply(arguments: argparse.Namespace) -> int:
    """Bring a vault to the state that a file describes."""
    return apply_object(arguments, VAULT, "vault")


def delete(arguments: argparse.Namespace) -> int:
    """Delete an empty vault."""
    return change(arguments, lambda service: service.plan_delete(VAULT, arguments.name))


def create(arguments: argparse.Namespace) -> int:
    """Make the sealed store of the local issuer."""
    _refuse_read_only(arguments)
    base = arguments.public_url.rstrip("/")
    if problem := url_problem(base):
        raise UsageError(f"--public-url: {problem}")
    with issuer_service(made=False) as service:
        passphrase = piped_passphrase() if arguments.passphrase_stdin else _typed()
        service.local.vault.create(passphrase, base)
        tenant = service.local.state().tenant
    if getattr(arguments, "json", False):
        print_json({"tenant": tenant, "public-base": base})
    else:
        print_lines([f"tenant  {tenant}", f"public base  {base}"])
        remark("Keep the passphrase: without it the keys are lost")
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Print whether there is a store, and what opens it."""
    with issuer_service(made=False) as service:
        found = service.local.vault.status()
    opened_by = sorted(found.opened_by)
    if getattr(arguments, "json", False):
        print_json({"exists": found.exists, "opened-by": [*opened_by], "warning": found.warning})
    else:
        print_lines([f"opened by  {', '.join(opened_by)}" if found.exists else "there is none"])
        if found.warning:
            remark(found.warning)
    return 0


def unattended(arguments: argparse.Namespace) -> int:
    """Let a key file open the vault, or only the passphrase again."""
    _refuse_read_only(arguments)
    if bool(arguments.key_file) == arguments.off:
        raise UsageError("One of --key-file and --off is needed")
    with issuer_service() as service:
        unlock(service, arguments)
        if arguments.off:
            service.local.vault.remove_unattended()
        else:
            service.local.vault.add_key_file(Path(arguments.key_file).expanduser().absolute())
        remark(service.local.vault.status().warning or "Only the passphrase opens it now")
    return 0


def audit(arguments: argparse.Namespace) -> int:
    """Check the audit trail; ends with 1 when it is damaged."""
    with issuer_service() as service:
        if arguments.passphrase_stdin:
            unlock(service, arguments)
        found = service.local.verify_audit()
    if getattr(arguments, "json", False):
        print_json({"rows": found.rows, "intact": found.intact, "keyed": found.keyed, "sentence": found.sentence})
    else:
        print_lines([found.sentence])
    return 0 if found.intact else 1


def _refuse_read_only(arguments: argparse.Namespace) -> None:
    if getattr(arguments, "read_only", False):
        raise ReadOnly("Read-only: nothing was changed", "Leave --read-only out to make changes")


def _typed() -> Secret:
    """A new passphrase, asked for twice and not echoed."""
    import getpass

    if not sys.stdin.isatty():
        raise UsageError("A new passphrase is typed at a terminal", "Or give it in stdin, with --passphrase-stdin")
    passphrase = Secret(getpass.getpass("New passphrase (not shown): "))
    if not passphrase.matches(Secret(getpass.getpass("Once more: "))):
        raise UsageError("The two are not the same", "Nothing was done; try again")
    return passphrase
