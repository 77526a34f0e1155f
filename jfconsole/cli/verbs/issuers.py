"""`jfconsole issuers`: list, show, apply, delete, mint, serve, publish."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from jfconsole.cli.issuing import apply_object, change, issuer_service, list_objects, show_object, unlock
from jfconsole.cli.output import print_json, print_lines
from jfconsole.domain.durations import parse_duration
from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.minting import MintRequest
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import ISSUER

_COLUMNS = ("name", "signing-key", "issuer-url", "default-ttl", "max-ttl", "roles")


def list_all(arguments: argparse.Namespace) -> int:
    """Print the issuers."""
    with issuer_service() as service:
        return list_objects(arguments, "issuers", service.issuers(), _COLUMNS)


def show(arguments: argparse.Namespace) -> int:
    """Print one issuer with its URLs."""
    with issuer_service() as service:
        return show_object(arguments, "issuer", service.issuers(), arguments.name)


def apply(arguments: argparse.Namespace) -> int:
    """Bring an issuer to the state that a file describes."""
    return apply_object(arguments, ISSUER, "issuer")


def delete(arguments: argparse.Namespace) -> int:
    """Delete an issuer that has no roles."""
    return change(arguments, lambda service: service.plan_delete(ISSUER, arguments.name))


def mint(arguments: argparse.Namespace) -> int:
    """Print a token, or what one would say."""
    request = MintRequest(
        issuer=arguments.issuer,
        role=arguments.role,
        audiences=tuple(arguments.audience),
        subject=arguments.subject,
        ttl=_ttl(arguments.ttl),
        claims=_claims(arguments.claim),
    )
    with issuer_service() as service:
        if arguments.validate:
            checked = service.local.validate(request)
            print_json({"kid": checked.kid, "claims": dict(checked.claims)})
            return 0
        unlock(service, arguments)
        return _print_minted(arguments, service, request)


def serve(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    with issuer_service() as service:
        try:
            service.serve(arguments.host, arguments.port, _announce)
        except OSError as problem:
            raise ConsoleError(f"Cannot listen on {arguments.host}:{arguments.port}: {problem.strerror}") from problem
    return 0


def publish(arguments: argparse.Namespace) -> int:
    """Write the documents of an issuer into a folder."""
    with issuer_service() as service:
        try:
            made = service.publish(arguments.name, Path(arguments.folder).expanduser())
        except OSError as problem:
            raise ConsoleError(f"{visible(arguments.folder)} cannot be written: {problem.strerror}") from problem
    if getattr(arguments, "json", False):
        files: list[Json] = [
            {
                "file": str(file.file),
                "url": file.url,
                "content-type": file.content_type,
                "cache-control": file.cache_control,
            }
            for file in made.files
        ]
        print_json({"issuer": made.issuer_url, "files": files})
        return 0
    for file in made.files:
        print_lines([f"{visible(str(file.file))}  →  {file.url}", f"    Content-Type: {file.content_type}"])
        print_lines([f"    Cache-Control: {file.cache_control}"])
    return 0


def _print_minted(arguments: argparse.Namespace, service: IssuerService, request: MintRequest) -> int:
    made = service.local.mint(request)
    token = made.jwt.reveal()
    if getattr(arguments, "json", False):
        print_json({"jwt": token, "kid": made.kid, "ttl": made.ttl, "claims": dict(made.claims)})
    else:
        print_lines([token])
    return 0


def _announce(url: str, issuers: Sequence[str]) -> None:
    """The one line that a parent process waits for."""
    sys.stdout.write(json.dumps({"url": url, "issuers": list(issuers)}) + "\n")
    sys.stdout.flush()


def _ttl(text: str | None) -> int | None:
    try:
        return None if text is None else parse_duration(text)
    except ValueError as problem:
        raise UsageError(f"--ttl: {problem}") from problem


def _claims(texts: Sequence[str]) -> JsonObject:
    """Claims as they are typed: a value is JSON, and a text where it is none."""
    found: JsonObject = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise UsageError("--claim takes NAME=VALUE")
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):
            found[name] = value
    return found
