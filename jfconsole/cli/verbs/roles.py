"""`jfconsole roles`: list, show, apply, delete. A role is named `ISSUER/ROLE`."""

from __future__ import annotations

import argparse

from jfconsole.cli.issuing import apply_object, change, export_objects, issuer_service, list_objects, show_object
from jfconsole.services.issuer_steps import ROLE

_COLUMNS = ("issuer", "name", "allowed-audiences", "subject-template", "default-ttl", "max-ttl")


def list_all(arguments: argparse.Namespace) -> int:
    """Print the roles of all issuers."""
    with issuer_service() as service:
        return list_objects(arguments, "roles", service.roles(), _COLUMNS)


def show(arguments: argparse.Namespace) -> int:
    """Print one role."""
    with issuer_service() as service:
        return show_object(arguments, "role", service.roles(), arguments.name)


def apply(arguments: argparse.Namespace) -> int:
    """Bring a role to the state that a file describes."""
    return apply_object(arguments, ROLE, "role")


def export(arguments: argparse.Namespace) -> int:
    """Print supctl commands that make one, or all of them."""
    return export_objects(arguments, "roles")


def delete(arguments: argparse.Namespace) -> int:
    """Delete a role."""
    return change(arguments, lambda service: service.plan_delete(ROLE, arguments.name))
