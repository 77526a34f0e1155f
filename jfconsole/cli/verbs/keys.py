"""`jfconsole keys`: list, show, apply, rotate, destroy, delete."""

from __future__ import annotations

import argparse

from jfconsole.cli.issuing import (
    apply_object,
    change,
    export_objects,
    issuer_service,
    list_objects,
    reached,
    show_object,
)
from jfconsole.domain.plans import Plan
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import KEY

_COLUMNS = ("name", "cipher", "algorithm", "rotate-period", "used-by")


def list_all(arguments: argparse.Namespace) -> int:
    """Print the transit keys."""
    with issuer_service() as service:
        return list_objects(arguments, "keys", service.keys(), _COLUMNS)


def show(arguments: argparse.Namespace) -> int:
    """Print one key with its versions."""
    with issuer_service() as service:
        return show_object(arguments, "key", service.keys(), arguments.name)


def apply(arguments: argparse.Namespace) -> int:
    """Bring a key to the state that a file describes."""
    return apply_object(arguments, KEY, "key")


def rotate(arguments: argparse.Namespace) -> int:
    """Let the next version of a key sign."""

    def make(service: IssuerService) -> Plan:
        affected = reached(arguments, service.urls_signed_by(arguments.name)) if arguments.emergency else ()
        return service.plan_rotate(arguments.name, emergency=arguments.emergency, affected=affected)

    return change(arguments, make)


def destroy(arguments: argparse.Namespace) -> int:
    """Take a retiring version of a key out of the JWKS for good."""

    def make(service: IssuerService) -> Plan:
        affected = reached(arguments, service.urls_signed_by(arguments.name))
        return service.plan_destroy(arguments.name, arguments.number, affected)

    return change(arguments, make)


def export(arguments: argparse.Namespace) -> int:
    """Print supctl commands that make one, or all of them."""
    return export_objects(arguments, "keys")


def delete(arguments: argparse.Namespace) -> int:
    """Delete a key that nothing uses."""
    return change(arguments, lambda service: service.plan_delete(KEY, arguments.name))
