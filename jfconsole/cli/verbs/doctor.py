"""`jfconsole doctor`: why a trust or a connection does not work, and whether an issuer is published well."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from jfconsole.cli.connect import ca_cert_of, connection_of
from jfconsole.cli.output import print_json, print_lines, remark
from jfconsole.cli.pasted import read_id_token
from jfconsole.cli.plans import carry_out, open_journal
from jfconsole.cli.platform import with_session
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ExitCode, NotFound
from jfconsole.domain.plans import Plan
from jfconsole.domain.redact import redact
from jfconsole.services.connection_doctor import ConnectionDoctor, connection_record
from jfconsole.services.journal import Journal
from jfconsole.services.session import Session
from jfconsole.services.trust_doctor import Case, TrustDoctor
from jfconsole.services.trust_findings import Found, cause, diagnosis_record, is_healthy, stage_lines


@dataclass(frozen=True, slots=True)
class _Examined:
    """What was found, and the plan that mends it, where one was asked for and there is one."""

    found: tuple[Found, ...]
    plan: Plan | None


def trust(arguments: argparse.Namespace) -> int:
    """Print the stages, or `{"diagnosis": {…}}`; FAILED when one is broken. With `--repair` carry out the change."""
    as_json = getattr(arguments, "json", False)
    wants_plan = arguments.repair or arguments.plan or bool(arguments.export)
    case = Case(
        integration=arguments.integration,
        token=read_id_token(arguments),
        project=arguments.project,
        mapping=arguments.mapping,
        exchange=not arguments.no_exchange,
        platform_reaches=arguments.platform_reaches,
    )
    connection = connection_of(arguments)
    tell = (lambda found: None) if as_json else (remark_stage if wants_plan else print_stage)
    with open_journal() as journal:
        result = with_session(connection, lambda session: _examine(session, journal, case, tell, wants_plan))
    if wants_plan:
        if result.plan is None:
            raise NotFound("There is no plan that would mend it", _advice(result.found))
        return carry_out(arguments, result.plan, connection)
    if as_json:
        print_json({"diagnosis": diagnosis_record(arguments.integration, result.found)})
    return ExitCode.OK if is_healthy(result.found) else ExitCode.FAILED


def connection(arguments: argparse.Namespace) -> int:
    """Print how far the way to the platform goes, or `{"diagnosis": {…}}`; FAILED when a stage is broken."""
    as_json = getattr(arguments, "json", False)
    where = connection_of(arguments)
    found = asyncio.run(_walk(where, (lambda one: None) if as_json else print_stage))
    if as_json:
        print_json({"diagnosis": connection_record(where, found)})
    return ExitCode.OK if is_healthy(found) else ExitCode.FAILED


async def _walk(where: Connection, tell: Callable[[Found], None]) -> list[Found]:
    found = []
    async for one in ConnectionDoctor(where).examine():
        tell(one)
        found.append(one)
    return found


def publish(arguments: argparse.Namespace) -> int:
    """Print how an issuer is published, or `{"publication": {…}}`; FAILED when something is broken."""
    from jfconsole.cli.issuing import issuer_service  # here, since its ciphers take long to load
    from jfconsole.services.publish_doctor import publication, publication_record, read_again

    with issuer_service() as service:
        wanted = publication(service.local.state(), arguments.issuer, getattr(arguments, "url", ""))
    found = asyncio.run(read_again(wanted, ca_cert_of(arguments)))
    if getattr(arguments, "json", False):
        print_json({"publication": publication_record(wanted, found)})
    else:
        for one in found:
            print_stage(one)
    return ExitCode.OK if is_healthy(found) else ExitCode.FAILED


async def _examine(
    session: Session, journal: Journal, case: Case, tell: Callable[[Found], None], wants_plan: bool
) -> _Examined:
    doctor = TrustDoctor(session, journal, case)
    found: list[Found] = []
    async for one in doctor.examine():
        tell(one)
        found.append(one)
    first = cause(found)
    repair = first.repair if first and wants_plan else None
    return _Examined(tuple(found), await doctor.plan(repair) if repair else None)


def print_stage(found: Found) -> None:
    """A stage on stdout, as soon as it is known."""
    print_lines(redact(line) for line in stage_lines(found))


def remark_stage(found: Found) -> None:
    """The same on stderr, where stdout is for a plan."""
    for line in stage_lines(found):
        remark(redact(line))


def _advice(found: tuple[Found, ...]) -> str:
    first = cause(found)
    return first.fix if first else "Nothing was found to be broken"
