"""`jfconsole issuers`: list, show, apply, delete, mint, log, serve, publish, export."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jfconsole.cli.issuing import (
    apply_object,
    change,
    export_objects,
    issuer_service,
    list_objects,
    print_supctl,
    refuse_read_only,
    show_object,
    unlock,
)
from jfconsole.cli.output import print_json, print_lines
from jfconsole.domain.durations import parse_duration
from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.jwt_issuers import url_problem
from jfconsole.domain.minting import MintRequest
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.services.audit_words import AuditRow, audit_record, audit_words
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import ISSUER
from jfconsole.services.public_server import Telling

_BEAT: Final = 1.0
_AT_ONCE: Final = 10_000
"""Seconds between two looks at the audit trail, and rows that one look may give."""

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
    public_url = (arguments.public_url or "").rstrip("/")
    if public_url and (problem := url_problem(public_url)):
        raise UsageError(f"--public-url: {problem}")
    with issuer_service() as service:
        try:
            service.serve(arguments.host, arguments.port, Telling(hits=arguments.hits), public_url)
        except OSError as problem:
            raise ConsoleError(f"Cannot listen on {arguments.host}:{arguments.port}: {problem.strerror}") from problem
    return 0


def log(arguments: argparse.Namespace) -> int:
    """Print the audit trail, oldest first: every attempt to mint and every change, and go on as rows come."""
    as_json = getattr(arguments, "json", False)
    with issuer_service() as service:
        last = _print_rows(service.local.audit_rows(arguments.limit), as_json=as_json, whole=not arguments.follow)
        while arguments.follow:
            time.sleep(_BEAT)
            rows = service.local.audit_rows(_AT_ONCE, after=last)
            last = _print_rows(rows, as_json=as_json, whole=False) or last
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Print one issuer as supctl commands; without a name, everything that the local issuer holds."""
    from jfconsole.domain.exports.supctl import export_state

    if arguments.name:
        return export_objects(arguments, "issuers")
    with issuer_service() as service:
        print_supctl(arguments, export_state(service.local.state()))
    return 0


def publish(arguments: argparse.Namespace) -> int:
    """Write the documents of an issuer into a folder."""
    refuse_read_only(arguments)
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


def _print_rows(rows: Sequence[AuditRow], *, as_json: bool, whole: bool) -> int:
    """Print rows that came newest first, and return the number of the last; 0 where there is none."""
    records: list[Json] = [audit_record(row) for row in reversed(rows)]
    if as_json and whole:
        print_json({"rows": records})
    elif as_json:
        print_lines(json.dumps(record) for record in records)
    else:
        print_lines(audit_words(row) for row in reversed(rows))
    sys.stdout.flush()
    return rows[0].seq if rows else 0


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
