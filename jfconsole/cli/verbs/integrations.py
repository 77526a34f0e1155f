"""`jfconsole integrations`: list, show, apply, delete."""

from __future__ import annotations

import argparse
from typing import Final

from jfconsole.cli.files import read_record
from jfconsole.cli.listing import Shape, list_objects
from jfconsole.cli.output import fact_lines, print_json, print_lines
from jfconsole.cli.plans import change
from jfconsole.cli.platform import with_directory
from jfconsole.domain.errors import ExitCode
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.integration_facts import (
    describe_integration,
    integration_record,
    integration_schema,
    platform_words,
)
from jfconsole.domain.integrations import Integration
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.services.details import Listing
from jfconsole.services.directory import Directory
from jfconsole.services.integrations import IssuerReport
from jfconsole.services.issuer_words import issuer_facts, issuer_record

_SHAPE: Final = Shape[Integration](
    plural="integrations",
    schema=integration_schema,
    record=integration_record,
    columns={
        "name": lambda row, now: visible(row.name),
        "type": lambda row, now: visible(row.provider_type or "") or "–",
        "provider url": lambda row, now: visible(row.issuer_url or ""),
        "audience": lambda row, now: visible(row.audience or "") or "any",
        "platform": lambda row, now: platform_words(row) or "–",
        "description": lambda row, now: visible(row.description or ""),
    },
)


def list_integrations(arguments: argparse.Namespace) -> int:
    """Print the integrations that match."""
    return list_objects(arguments, _SHAPE, _read)


def show(arguments: argparse.Namespace) -> int:
    """Print one integration, as lines or as `{"integration": {…}}`; with `--issuer` what it publishes, too."""
    integration, report = with_directory(arguments, lambda directory: _look(directory, arguments))
    if getattr(arguments, "json", False):
        beside: JsonObject = {"issuer": issuer_record(report)} if report else {}
        print_json({"integration": integration_record(integration), **beside})
    else:
        facts: list[Fact] = [*describe_integration(integration), *(issuer_facts(report) if report else ())]
        print_lines(fact_lines(facts))
    return ExitCode.OK if report is None or report.usable else ExitCode.FAILED


def apply(arguments: argparse.Namespace) -> int:
    """Bring an integration to the state that a file describes."""
    record = read_record(arguments, "integration")
    return change(arguments, lambda session: Directory(session).integrations.plan_apply(record))


def delete(arguments: argparse.Namespace) -> int:
    """Delete integrations, after the mappings that go with them."""
    return change(arguments, lambda session: Directory(session).integrations.plan_delete(arguments.names))


async def _read(directory: Directory, detailed: bool) -> Listing[Integration]:
    return await directory.integrations.list()


async def _look(directory: Directory, arguments: argparse.Namespace) -> tuple[Integration, IssuerReport | None]:
    integration = await directory.integrations.get(arguments.name)
    return integration, await directory.integrations.look_up(integration) if arguments.issuer else None
