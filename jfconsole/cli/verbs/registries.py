"""`jfconsole registries`: list, show, apply, delete, explain, verify, check."""

from __future__ import annotations

import argparse
import asyncio

from jfconsole.cli.connect import NothingConfigured, connection_of
from jfconsole.cli.issuing import apply_object, change, export_objects, issuer_service, show_object, unlock
from jfconsole.cli.output import cell_limit, fact_lines, print_json, print_lines, remark, table
from jfconsole.cli.plans import carry_out, local_connection, open_journal
from jfconsole.cli.platform import with_session
from jfconsole.cli.take_away import check_lines, check_records
from jfconsole.domain.checks import Verdict
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ExitCode, NotFound
from jfconsole.domain.plans import Plan
from jfconsole.domain.registry_checks import RegistryFinding, registry_findings
from jfconsole.domain.text import visible
from jfconsole.services import registries
from jfconsole.services.integrations import IntegrationService
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import REGISTRY
from jfconsole.services.pull_proof import prove_pull
from jfconsole.services.pulls import Puller
from jfconsole.services.session import Session

_COLUMNS = ("ADDRESS", "EXCHANGED AT", "CREDENTIALS")


def list_all(arguments: argparse.Namespace) -> int:
    """Print the registries."""
    with issuer_service() as service:
        found = service.local.state().registries.values()
    if getattr(arguments, "json", False):
        print_json({"registries": [registry.document() for registry in found]})
        return 0
    entries = [" · ".join(f"{entry.repository} {entry.words}" for entry in one.credentials) for one in found]
    platforms = [one.platform if one.exchanges else "–" for one in found]
    rows = [[one.address, *both] for one, *both in zip(found, platforms, map(visible, entries), strict=True)]
    print_lines(table(_COLUMNS, rows, limit=cell_limit()))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print one registry."""
    with issuer_service() as service:
        return show_object(arguments, "registry", service.registries(), arguments.address)


def apply(arguments: argparse.Namespace) -> int:
    """Bring a registry to the state that a file describes."""
    return apply_object(arguments, REGISTRY, "registry")


def export(arguments: argparse.Namespace) -> int:
    """Print supctl commands that make one, or all of them."""
    return export_objects(arguments, "registries")


def delete(arguments: argparse.Namespace) -> int:
    """Delete a registry; the files of clients are left alone."""
    return change(arguments, lambda service: service.plan_delete(REGISTRY, arguments.address))


def explain_image(arguments: argparse.Namespace) -> int:
    """Say which entry serves an image, and why; NOT_FOUND where none does."""
    with issuer_service() as service:
        explained = registries.explain(service.local.state(), arguments.image)
    if getattr(arguments, "json", False):
        print_json({"explanation": registries.explanation_record(explained)})
    else:
        print_lines(fact_lines(registries.explanation_facts(explained)))
    return ExitCode.OK if explained.entry is not None else ExitCode.NOT_FOUND


def verify(arguments: argparse.Namespace) -> int:
    """Pull a manifest with the credentials of the image's entry; FAILED when that does not work."""
    with issuer_service() as service, open_journal() as journal:
        explained = registries.explain(service.local.state(), arguments.image)
        unlock(service, arguments)
        puller = Puller(service.local, journal)
        proof = asyncio.run(prove_pull(puller, explained.registry, explained.entry, explained.image))
    if getattr(arguments, "json", False):
        print_json({"proof": check_records(proof)})
    else:
        print_lines(check_lines(proof))
    return ExitCode.OK if all(check.verdict is Verdict.GOOD for check in proof) else ExitCode.FAILED


def check(arguments: argparse.Namespace) -> int:
    """Print what stands in the way; FAILED when something does. With `--repair` mend the first that can be."""
    connection = _platform(arguments)
    with issuer_service() as service:
        found = _findings(service, arguments.address, connection)
        if arguments.repair or arguments.plan or arguments.export:
            plan = _repair(service, connection, found)
        else:
            return _print_findings(arguments, found, asked=connection is not None)
    return carry_out(arguments, plan, connection or local_connection(arguments, plan))


def _platform(arguments: argparse.Namespace) -> Connection | None:
    """The platform to ask, if one is configured and wanted."""
    try:
        return None if arguments.local else connection_of(arguments)
    except NothingConfigured:
        remark("No platform is configured, so only what is here was compared")
        return None


def _findings(service: IssuerService, address: str, connection: Connection | None) -> tuple[RegistryFinding, ...]:
    state = service.local.state()
    registry = registries.find(state, address)
    if connection is None:
        return registry_findings(registry, state)
    return with_session(connection, lambda session: registries.check(session, state, registry))


def _repair(service: IssuerService, connection: Connection | None, found: tuple[RegistryFinding, ...]) -> Plan:
    """The plan that mends the first finding that a plan can mend. Raises NotFound when there is none."""
    finding = next((finding for finding in found if finding.repair is not None), None)
    if finding is None:
        raise NotFound("There is no plan that would mend it", found[0].fix if found else "Nothing was found")
    if connection is None:
        return asyncio.run(registries.plan_repair(service, None, finding))

    async def made(session: Session) -> Plan:
        return await registries.plan_repair(service, IntegrationService(session), finding)

    return with_session(connection, made)


def _print_findings(arguments: argparse.Namespace, found: tuple[RegistryFinding, ...], *, asked: bool) -> int:
    if getattr(arguments, "json", False):
        print_json({"findings": registries.finding_records(found), "platform": asked})
    elif not found:
        print_lines(["Nothing stands in the way, as far as can be seen from here"])
    for finding in () if getattr(arguments, "json", False) else found:
        print_lines([f"{finding.code}  {finding.sentence}", f"    {finding.fix}"])
    return ExitCode.FAILED if found else ExitCode.OK
