"""`jfconsole keys`: list, show, apply, rotate, delete."""

from __future__ import annotations

import argparse

from jfconsole.cli.issuing import apply_object, change, issuer_service, list_objects, show_object
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
    return change(arguments, lambda service: service.plan_rotate(arguments.name, emergency=arguments.emergency))


def delete(arguments: argparse.Namespace) -> int:
    """Delete a key that nothing uses."""
    return change(arguments, lambda service: service.plan_delete(KEY, arguments.name))
