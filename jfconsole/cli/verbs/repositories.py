"""`jfconsole repositories`: list and show."""

from __future__ import annotations

import argparse
from typing import Final

from jfconsole.cli.listing import Shape, list_objects, print_object
from jfconsole.cli.platform import with_directory
from jfconsole.domain.repositories import RepositoryRow, repository_record
from jfconsole.domain.repository_facts import describe_repository, repository_schema
from jfconsole.domain.text import visible

_SHAPE: Final = Shape[RepositoryRow](
    plural="repositories",
    schema=repository_schema,
    record=repository_record,
    columns={
        "key": lambda row, now: visible(row.key),
        "kind": lambda row, now: visible(row.kind),
        "package": lambda row, now: visible(row.package_type),
        "description": lambda row, now: visible(row.description or ""),
    },
)


def list_repositories(arguments: argparse.Namespace) -> int:
    """Print the repositories that match."""
    return list_objects(arguments, _SHAPE, lambda directory, detailed: directory.repositories.list())


def show(arguments: argparse.Namespace) -> int:
    """Print what matters about one repository for access, or `{"repository": {…}}` as the platform has it."""
    repository = with_directory(arguments, lambda directory: directory.repositories.get(arguments.name))
    facts = describe_repository(repository)
    print_object("repository", repository.as_object(), facts, as_json=getattr(arguments, "json", False))
    return 0
