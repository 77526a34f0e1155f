"""`jfconsole vaults secrets`: put, list, show, delete. Values come from stdin or a prompt, and are never printed."""

from __future__ import annotations

import argparse
from typing import Final

from jfconsole.cli.issuing import change, issuer_service, list_objects, piped_line, show_object
from jfconsole.cli.typed import typed_secret
from jfconsole.domain.secret import Secret
from jfconsole.services.issuer_steps import SECRET

_COLUMNS: Final = ("name", "holds", "revision")

_LIMIT: Final = 65_536
"""Characters that a value may have: tokens can be long."""

_HELD: Final = {"password": ("username", "password"), "token": ("token",)}
_QUESTIONS: Final = {"username": "User name", "password": "Password", "token": "Token"}


def list_all(arguments: argparse.Namespace) -> int:
    """Print the secrets of all vaults: what they hold, not their values."""
    with issuer_service() as service:
        return list_objects(arguments, "secrets", service.secrets(), _COLUMNS)


def show(arguments: argparse.Namespace) -> int:
    """Print what one secret holds, not its values."""
    with issuer_service() as service:
        return show_object(arguments, "secret", service.secrets(), arguments.name)


def put(arguments: argparse.Namespace) -> int:
    """Write a secret."""
    planned = arguments.plan or arguments.export or getattr(arguments, "read_only", False)
    values = {
        name: Secret("•") if planned else _value(name, piped=arguments.values_stdin) for name in _HELD[arguments.kind]
    }
    return change(arguments, lambda service: service.plan_secret(arguments.name, values))


def delete(arguments: argparse.Namespace) -> int:
    """Delete a secret."""
    return change(arguments, lambda service: service.plan_delete(SECRET, arguments.name))


def _value(name: str, *, piped: bool) -> Secret:
    return piped_line(_QUESTIONS[name].lower(), _LIMIT) if piped else typed_secret(_QUESTIONS[name])
