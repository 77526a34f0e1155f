"""Servers of the JFrog CLI become profiles; their tokens go where tokens are kept, or stay behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from jfconsole.domain.profiles import Profile, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.services.jfrog_cli import CliConfiguration, CliServer
from jfconsole.services.profiles import ProfileStore, renamed
from jfconsole.storage.private import private_dir, write_whole

AUTHORITIES: Final = "jfrog-cli-authorities.pem"

Keep = Callable[[Profile, Secret], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one server. `profile` is None where it cannot be used; `remarks` are sentences, cleaned."""

    server_id: Untrusted
    profile: Profile | None
    remarks: tuple[str, ...]


def import_servers(
    found: CliConfiguration, servers: Iterable[CliServer], place: TokenPlace, store: ProfileStore, keep: Keep
) -> tuple[Imported, ...]:
    """Make profiles of these servers, the CLI's default one first. `keep` puts a token where its profile says.

    A profile of the same name and URL is brought up to date, one of another URL stays, and the new one gets a number.
    """
    trusted = _authorities(found, store.path.parent)
    ordered = sorted(servers, key=lambda server: not server.default)
    return tuple(_import(server, place, store, keep, trusted) for server in ordered)


def _import(server: CliServer, place: TokenPlace, store: ProfileStore, keep: Keep, trusted: Path | None) -> Imported:
    if server.profile is None:
        return Imported(server_id=server.server_id, profile=None, remarks=server.remarks)
    wanted = place if server.token is not None else TokenPlace.ASK
    profile = replace(server.profile, token=wanted, ca_cert=trusted)
    profiles = store.load()
    before = profiles.find(profile.name)
    if before is not None and before.url == profile.url:
        profile = replace(before, token=wanted, token_command=())
    else:
        profile = renamed(profile, profiles)
    if server.token is not None and wanted is not TokenPlace.ASK:
        keep(profile, server.token)
    store.put(profile)
    return Imported(server_id=server.server_id, profile=profile, remarks=server.remarks)


def _authorities(found: CliConfiguration, config: Path) -> Path | None:
    """One file with all the authorities that the CLI trusts: connections take one."""
    if len(found.authorities) <= 1:
        return next(iter(found.authorities), None)
    bundle = private_dir(config) / AUTHORITIES
    write_whole(bundle, b"\n".join(path.read_bytes() for path in found.authorities))
    return bundle
