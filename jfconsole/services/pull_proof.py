"""Proof of a pull: credentials as a client gets them, then a manifest and its blobs with these credentials."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import Connection
from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.image_names import ImageName
from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.registries import RegistryCredential, RemoteRegistry, registry_url
from jfconsole.domain.text import visible
from jfconsole.jfrog import docker
from jfconsole.jfrog.sender import Sender
from jfconsole.services.pulls import PullCredentials, Puller
from jfconsole.services.session import open_session

BLOBS: Final = 4
"""Blobs of an image that are looked for, the first ones."""


async def prove_pull(
    puller: Puller, registry: RemoteRegistry, entry: RegistryCredential | None, image: ImageName | None
) -> tuple[Check, ...]:
    """Get credentials and use them. Every failure is a check that came out badly, never an error.

    Without an image there is nothing to pull, and the credentials are all that is proved. Those of a secret are
    not tried: only tokens are sent as they are.
    """
    what = f"Credentials are made for {registry.address}"
    try:
        given = await puller.credentials(registry, entry)
    except VaultLocked as locked:
        return (Check(what, Verdict.UNKNOWN, _words(locked)),)
    except ConsoleError as error:
        return (Check(what, Verdict.BAD, _words(error)),)
    made = Check(what, Verdict.GOOD, _told(given))
    if image is None or given.entry.vault:
        return (made,)
    return (made, *await _pulled(registry, given, image))


async def _pulled(registry: RemoteRegistry, given: PullCredentials, image: ImageName) -> Sequence[Check]:
    name = f"{visible(image.repository)}:{visible(image.reference)}"
    what = f"The manifest of {name} is pulled"
    connection = Connection(url=registry_url(registry), token=given.secret, authorities=registry.authorities)
    async with open_session(connection) as session:
        try:
            manifest = await docker.fetch_manifest(session.sender, image.repository, image.reference)
        except ConsoleError as error:
            return (Check(what, Verdict.BAD, _words(error)),)
        return (Check(what, Verdict.GOOD, visible(manifest.digest)), *await _blobs(session.sender, image, manifest))


async def _blobs(sender: Sender, image: ImageName, manifest: docker.Manifest) -> Sequence[Check]:
    wanted = manifest.blobs[:BLOBS]
    if not wanted:
        return ()
    what = f"{len(wanted)} of its {len(manifest.blobs)} blobs are there to pull"
    try:
        found = await asyncio.gather(*(docker.has_blob(sender, image.repository, digest) for digest in wanted))
    except ConsoleError as error:
        return (Check(what, Verdict.UNKNOWN, _words(error)),)
    missing = [visible(digest) for digest, there in zip(wanted, found, strict=True) if not there]
    return (Check(what, Verdict.BAD, f"Not there: {missing[0]}") if missing else Check(what, Verdict.GOOD),)


def _told(given: PullCredentials) -> str:
    who = f"They act as {visible(given.username)}"
    return f"{who}, for {format_duration(given.expires_in)}" if given.expires_in else who


def _words(error: ConsoleError) -> str:
    return f"{visible(error.message)}. {visible(error.hint)}" if error.hint else visible(error.message)
