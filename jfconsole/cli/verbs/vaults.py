"""`jfconsole vaults`: the sealed store, what opens it, its backup; list, show, apply and delete vaults of secrets."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from jfconsole.cli.connect import NothingConfigured, connection_of
from jfconsole.cli.issuing import (
    apply_object,
    change,
    export_objects,
    issuer_service,
    list_objects,
    new_passphrase,
    piped_passphrase,
    refuse_read_only,
    show_object,
    unlock,
)
from jfconsole.cli.output import print_json, print_lines, remark
from jfconsole.cli.plan_output import print_nothing
from jfconsole.cli.plans import carry_out, local_connection
from jfconsole.cli.platform import with_session
from jfconsole.cli.typed import typed_secret
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError, NothingToChange, UsageError
from jfconsole.domain.jwt_issuers import url_problem
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible
from jfconsole.services.directory import Directory
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import VAULT
from jfconsole.services.issuer_view import KEY_FILE_LEFT
from jfconsole.services.public_base import plan_public_base


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


def export(arguments: argparse.Namespace) -> int:
    """Print supctl commands that make one, or all of them."""
    return export_objects(arguments, "vaults")


def delete(arguments: argparse.Namespace) -> int:
    """Delete an empty vault."""
    return change(arguments, lambda service: service.plan_delete(VAULT, arguments.name))


def create(arguments: argparse.Namespace) -> int:
    """Make the sealed store of the local issuer."""
    refuse_read_only(arguments)
    base = arguments.public_url.rstrip("/")
    if problem := url_problem(base):
        raise UsageError(f"--public-url: {problem}")
    with issuer_service(made=False) as service:
        passphrase = new_passphrase(piped=arguments.passphrase_stdin)
        service.local.vault.create(passphrase, base)
        tenant = service.local.state().tenant
    if getattr(arguments, "json", False):
        print_json({"tenant": tenant, "public-base": base})
    else:
        print_lines([f"tenant  {tenant}", f"public base  {base}"])
        remark("Keep the passphrase: without it the keys are lost")
    return 0


def public_url(arguments: argparse.Namespace) -> int:
    """Change where issuers are reached; with `--follow` the platform's integrations, too."""
    base = arguments.base.rstrip("/")
    connection = _platform(arguments)
    with issuer_service() as service:
        try:
            plan = _base_plan(service, connection, base, follow=arguments.follow)
        except NothingToChange as nothing:
            print_nothing(nothing.message, planned=arguments.plan, as_json=getattr(arguments, "json", False))
            return 0
    there = connection is not None and plan.origin == connection.url
    return carry_out(arguments, plan, connection if connection and there else local_connection(arguments, plan))


def _platform(arguments: argparse.Namespace) -> Connection | None:
    """The platform whose integrations may name the issuers, if one is configured."""
    try:
        return connection_of(arguments)
    except NothingConfigured:
        if arguments.follow:
            raise
        return None


def _base_plan(service: IssuerService, connection: Connection | None, base: str, *, follow: bool) -> Plan:
    if connection is None:
        return asyncio.run(plan_public_base(service, None, base, follow=False))
    return with_session(connection, lambda session: plan_public_base(service, Directory(session), base, follow=follow))


def status(arguments: argparse.Namespace) -> int:
    """Print whether there is a store, what opens it, and where its issuers are reached."""
    with issuer_service(made=False) as service:
        view = service.look()
    found, state = view.status, view.state
    opened_by = sorted(found.opened_by)
    if getattr(arguments, "json", False):
        told = {"tenant": state.tenant, "public-base": state.public_base} if state else {}
        print_json({"exists": found.exists, "opened-by": [*opened_by], "warning": found.warning, **told})
    elif state is None:
        print_lines(["there is none"])
    else:
        lines = {"opened by": ", ".join(opened_by), "tenant": state.tenant, "public base": visible(state.public_base)}
        print_lines(f"{label:<11}  {value}" for label, value in lines.items())
        if found.warning:
            remark(found.warning)
    return 0


def unattended(arguments: argparse.Namespace) -> int:
    """Let a key file or the system's keyring open the vault, or only the passphrase again."""
    refuse_read_only(arguments)
    if [bool(arguments.key_file), arguments.keyring, arguments.off].count(True) != 1:
        raise UsageError("One of --key-file, --keyring and --off is needed")
    with issuer_service() as service:
        unlock(service, arguments)
        vault = service.local.vault
        if arguments.off:
            vault.remove_unattended()
        elif arguments.keyring:
            vault.add_keyring()
        else:
            vault.add_key_file(_path(arguments.key_file))
        remark(vault.status().warning or f"Only the passphrase opens it now. {KEY_FILE_LEFT}")
    return 0


def passphrase(arguments: argparse.Namespace) -> int:
    """Change the passphrase. What is in the vault is not encrypted anew."""
    refuse_read_only(arguments)
    with issuer_service() as service:
        piped = arguments.passphrase_stdin
        old = piped_passphrase() if piped else typed_secret("Passphrase of the vault")
        service.local.vault.change_passphrase(old, new_passphrase(piped=piped))
    remark("The new passphrase opens the vault now; backups made before open with their own")
    return 0


def backup(arguments: argparse.Namespace) -> int:
    """Write everything to a new file that a passphrase of its own opens."""
    path = _path(arguments.file)
    with issuer_service() as service:
        unlock(service, arguments)
        own = new_passphrase(piped=arguments.backup_passphrase_stdin, what="Passphrase of the backup")
        try:
            service.back_up(path, own)
        except OSError as problem:
            raise ConsoleError(f"{visible(str(path))} cannot be written: {problem.strerror}") from problem
    if getattr(arguments, "json", False):
        print_json({"file": str(path)})
    else:
        remark(f"Written: {visible(str(path))}. Only its passphrase opens it, no key file and no keyring")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Put a backup where no store is."""
    refuse_read_only(arguments)
    path = _path(arguments.file)
    with issuer_service(made=False) as service:
        own = piped_passphrase() if arguments.passphrase_stdin else typed_secret("Passphrase of the backup")
        try:
            old = service.restore(path, own)
        except OSError as problem:
            raise ConsoleError(f"{visible(str(path))} cannot be restored: {problem.strerror}") from problem
        service.local.vault.unlock(own)
        found = service.local.verify_audit()
    remark(f"Restored: the passphrase of the backup opens it now. Audit trail: {found.sentence}")
    remark(old)
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


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()
