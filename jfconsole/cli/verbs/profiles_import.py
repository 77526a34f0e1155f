"""`jfconsole profiles import`: the JFrog CLI's servers as profiles."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from jfconsole.cli.issuing import issuer_service, unlock
from jfconsole.cli.output import print_json, print_lines, remark, table
from jfconsole.cli.verbs.profiles import record, store
from jfconsole.domain.errors import ExitCode, NotFound
from jfconsole.domain.profiles import Profile, TokenPlace
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services import token_places
from jfconsole.services.cli_import import Imported, Keep, import_servers
from jfconsole.services.jfrog_cli import CliConfiguration, CliServer, cli_home, read_cli


def run(arguments: argparse.Namespace) -> int:
    """Take servers over; FAILED when one of them cannot be used."""
    found = read_cli(Path(arguments.home).expanduser() if arguments.home else cli_home())
    servers = _chosen(found, arguments.servers)
    with ExitStack() as stack:
        keep = _keeper(TokenPlace(arguments.token), arguments, stack)
        done = import_servers(found, servers, TokenPlace(arguments.token), store(), keep)
    _tell(found, done, as_json=getattr(arguments, "json", False))
    return ExitCode.OK if all(one.profile for one in done) else ExitCode.FAILED


def _chosen(found: CliConfiguration, names: list[str]) -> tuple[CliServer, ...]:
    known = {server.server_id: server for server in found.servers}
    for name in names:
        if name not in known:
            there = ", ".join(map(visible, known)) or "none"
            raise NotFound(f"The JFrog CLI has no server {visible(name)}", f"There are: {there}")
    return tuple(server for server in found.servers if not names or server.server_id in names)


def _keeper(place: TokenPlace, arguments: argparse.Namespace, stack: ExitStack) -> Keep:
    """What puts tokens there. The vault is opened once, before anything is done."""
    if place is not TokenPlace.VAULT:
        return token_places.keep_in_keyring
    service = stack.enter_context(issuer_service())
    unlock(service, arguments)

    def keep(profile: Profile, token: Secret) -> None:
        token_places.keep_in_vault(profile, token, service.local)

    return keep


def _tell(found: CliConfiguration, done: tuple[Imported, ...], *, as_json: bool) -> None:
    default = store().load().default
    if as_json:
        listed: list[Json] = [_record(one, default) for one in done]
        print_json({"imported": listed})
        return
    rows = [
        (
            visible(one.server_id),
            one.profile.name if one.profile else "–",
            visible(one.profile.url) if one.profile else "",
            one.profile.token.words if one.profile else "",
        )
        for one in done
    ]
    print_lines(table(("SERVER", "PROFILE", "URL", "TOKEN"), rows))
    for sentence in found.remarks:
        remark(visible(sentence))
    for one in done:
        for sentence in one.remarks:
            remark(f"{visible(one.server_id)}: {sentence}")


def _record(one: Imported, default: str | None) -> Json:
    remarks: list[Json] = [*one.remarks]
    profile = record(one.profile, default) if one.profile else None
    return {"server": one.server_id, "profile": profile, "remarks": remarks}
