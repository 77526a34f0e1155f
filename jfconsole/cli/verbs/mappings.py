"""`jfconsole mappings`: list, show, apply, delete, move, simulate."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jfconsole.cli.connect import connection_of
from jfconsole.cli.files import read_object, read_record
from jfconsole.cli.listing import Shape, list_objects, print_object
from jfconsole.cli.output import fact_lines, print_json, print_lines
from jfconsole.cli.pasted import read_id_token
from jfconsole.cli.plans import change
from jfconsole.cli.platform import with_directory, with_session
from jfconsole.domain.claim_samples import sample_claims, sample_named
from jfconsole.domain.errors import ExitCode, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.integrations import Integration
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.mapping_facts import MappingView
from jfconsole.domain.mapping_words import (
    claims_words,
    describe_mapping,
    mapping_record,
    mapping_schema,
    view_record,
    who_words,
)
from jfconsole.domain.mappings import IdentityMapping, MappingRef
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible
from jfconsole.services.details import Listing
from jfconsole.services.directory import Directory
from jfconsole.services.lint_trust import all_mappings
from jfconsole.services.session import Session
from jfconsole.services.simulate import Simulation, decoded, simulation_record
from jfconsole.services.simulate import simulate as simulated
from jfconsole.services.simulation_words import simulation_facts

_SHAPE: Final = Shape[MappingView](
    plural="mappings",
    schema=mapping_schema,
    record=view_record,
    columns={
        "integration": lambda row, now: visible(row.mapping.provider_name),
        "#": lambda row, now: f"{row.place}{'=' if row.tied else ''}",
        "name": lambda row, now: visible(row.mapping.name),
        "project": lambda row, now: visible(row.mapping.project_key or "") or "–",
        "wants": lambda row, now: claims_words(row.mapping.claims),
        "gives": lambda row, now: who_words(row.mapping.token_spec),
        "findings": lambda row, now: finding_words(row),
    },
)


def list_mappings(arguments: argparse.Namespace) -> int:
    """Print the mappings that match, in evaluation order."""

    async def read(directory: Directory, detailed: bool) -> Listing[MappingView]:
        views = await all_mappings(directory, arguments.integration, arguments.project)
        return Listing(views, changed=False, basis=None)

    return list_objects(arguments, _SHAPE, read)


def show(arguments: argparse.Namespace) -> int:
    """Print one mapping, as lines or as `{"mapping": {…}}`."""
    ref = MappingRef(arguments.integration, arguments.name, arguments.project)
    mapping = with_directory(arguments, lambda directory: directory.mappings.get(ref))
    record, facts = mapping_record(mapping), describe_mapping(mapping)
    print_object("mapping", record, facts, as_json=getattr(arguments, "json", False))
    return 0


def apply(arguments: argparse.Namespace) -> int:
    """Bring a mapping to the state that a file describes."""
    record = read_record(arguments, "mapping")
    return change(arguments, lambda session: Directory(session).mappings.plan_apply(record))


def delete(arguments: argparse.Namespace) -> int:
    """Delete mappings of one integration."""
    refs = [MappingRef(arguments.integration, name, arguments.project) for name in arguments.names]
    return change(arguments, lambda session: Directory(session).mappings.plan_delete(refs))


def move(arguments: argparse.Namespace) -> int:
    """Have a mapping looked at before another one, before all of them, or last."""
    ref = MappingRef(arguments.integration, arguments.name, arguments.project)

    async def plan(session: Session) -> Plan:
        service = Directory(session).mappings
        if arguments.first:
            return await service.plan_order(ref.provider, [ref.name], ref.project)
        return await service.plan_move(ref, arguments.before)

    return change(arguments, plan)


def finding_words(view: MappingView) -> str:
    """The rules that have something to say, and what stands in its way."""
    rules = dict.fromkeys(finding.rule.value for finding in view.findings)
    blocked = ("strangers get in",) if view.admits_strangers else ()
    return ", ".join((*blocked, *(("never wins",) if view.shadow else ()), *rules))


# -- simulating ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Given:
    """What is simulated: a token, claims, or the name of a sample."""

    token: DecodedJwt | None = None
    claims: JsonObject | None = None
    sample: str = ""


def simulate(arguments: argparse.Namespace) -> int:
    """Print what would become of a token, or `{"simulation": {…}}`; FAILED when it would not get in."""
    given = _given(arguments)
    result = with_session(connection_of(arguments), lambda session: _simulate(session, arguments, given))
    if getattr(arguments, "json", False):
        print_json({"simulation": simulation_record(result)})
    else:
        print_lines(fact_lines(simulation_facts(result)))
    return ExitCode.OK if result.succeeds else ExitCode.FAILED


def _given(arguments: argparse.Namespace) -> _Given:
    """The one source there is. A token is read before the connection is, which does not get it."""
    token = read_id_token(arguments)
    chosen = [token is not None, arguments.claims is not None, arguments.sample is not None]
    if sum(chosen) != 1:
        raise UsageError(
            "One token, claims or sample is simulated", "Give --token-stdin, --claims FILE or --sample NAME"
        )
    if token is not None:
        return _Given(token=decoded(token, time.time()))
    if arguments.claims is not None:
        return _Given(claims=read_object(arguments, arguments.claims))
    return _Given(sample=sample_named(arguments.sample).id)


async def _simulate(session: Session, arguments: argparse.Namespace, given: _Given) -> Simulation:
    directory = Directory(session)
    integration = await directory.integrations.get(arguments.integration)
    mappings = await directory.mappings.list(
        arguments.integration, [arguments.project or "", integration.project_key or ""]
    )
    return await directory.mappings.with_targets(_judge(integration, mappings, arguments, given))


def _judge(
    integration: Integration, mappings: Sequence[IdentityMapping], arguments: argparse.Namespace, given: _Given
) -> Simulation:
    now = time.time()
    claims = given.token.claims if given.token else given.claims
    if claims is None:
        claims = sample_claims(sample_named(given.sample), integration, now)
    return simulated(
        integration,
        mappings,
        claims,
        now=now,
        token=given.token,
        project=arguments.project,
        only=arguments.mapping,
    )
