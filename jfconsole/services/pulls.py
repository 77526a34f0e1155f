"""Credentials for pulling images: a token minted here and exchanged at the platform, or a secret of a vault.

Nothing is kept: the next pull mints again. A minted token has its row in the issuer's audit trail, an exchange its
row in the journal, both before anybody gets the credentials.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import BadResponse, NotFound, Refused
from jfconsole.domain.issuer_roles import PULL_TTL
from jfconsole.domain.jwt import DecodedJwt, recognise
from jfconsole.domain.minting import MintRequest
from jfconsole.domain.registries import RegistryCredential, RemoteRegistry
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.tokens import username_of
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.store import FOLDER
from jfconsole.services.journal import Journal
from jfconsole.services.paths import Paths

_NOBODY: Final = Secret("nobody")
"""In the place of a token: an exchange goes without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullCredentials:
    """What a registry takes. `expires_in` is in seconds, None where nobody says, or it never does."""

    entry: RegistryCredential
    username: Untrusted
    secret: Secret
    expires_in: int | None = None


@dataclass(frozen=True, slots=True)
class Puller:
    """Gets credentials with the issuer of this user. Everything may raise the ConsoleError family."""

    issuer: LocalIssuer
    journal: Journal

    @property
    def registries(self) -> tuple[RemoteRegistry, ...]:
        """The registries that there are; none where there is no issuer yet."""
        return tuple(self.issuer.state().registries.values()) if self.issuer.vault.status().exists else ()

    async def credentials(self, registry: RemoteRegistry, entry: RegistryCredential | None) -> PullCredentials:
        """What is sent for the images of an entry. Raises NotFound without one, VaultLocked, MintRefused.

        The vault is opened if it can be without a person.
        """
        if entry is None:
            raise NotFound(
                f"No credentials of {registry.address} cover this",
                "See `jfconsole registries explain`, and add an entry for *",
            )
        await asyncio.to_thread(self.issuer.vault.unlock_unattended)
        if entry.vault:
            return await asyncio.to_thread(self._stored, entry)
        token = await asyncio.to_thread(self.issuer.mint, mint_request(registry, entry))
        return await self._exchanged(registry, entry, token.jwt)

    async def _exchanged(self, registry: RemoteRegistry, entry: RegistryCredential, token: Secret) -> PullCredentials:
        # Here, since HTTP takes long to load, and neither a list nor a secret of a vault needs it.
        from jfconsole.jfrog.exchange import ExchangeOrder
        from jfconsole.jfrog.transport import Transport
        from jfconsole.services.exchanges import exchange_token

        connection = Connection(url=registry.platform, token=_NOBODY, authorities=registry.authorities)
        order = ExchangeOrder(provider=registry.provider_name, token=token)
        async with Transport(connection) as platform:
            given = (await exchange_token(platform, connection.url, self.journal, order)).given
        return PullCredentials(
            entry=entry,
            username=given.username or _user_in(given.access_token),
            secret=given.access_token,
            expires_in=given.expires_in,
        )

    def _stored(self, entry: RegistryCredential) -> PullCredentials:
        values = self.issuer.read_secret(entry.secret_key)
        if "token" not in values:
            username = Untrusted(values["username"].reveal())
            return PullCredentials(entry=entry, username=username, secret=values["password"])
        try:
            username = _user_in(values["token"])
        except BadResponse as error:
            raise Refused(
                f"The secret {entry.secret_key} holds a token that does not say whose it is",
                "Store user name and token instead, as username and password",
            ) from error
        return PullCredentials(entry=entry, username=username, secret=values["token"])


@contextmanager
def open_puller(paths: Paths) -> Iterator[Puller]:
    """What gets credentials for this user; the vault is locked again afterwards."""
    puller = Puller(LocalIssuer(paths.state / FOLDER), Journal(paths.journal))
    try:
        yield puller
    finally:
        puller.issuer.close()
        puller.journal.close()


def mint_request(registry: RemoteRegistry, entry: RegistryCredential) -> MintRequest:
    """The token that a pull asks for: for the address to the letter, good for minutes.

    Source: Avassa how-to "JFrog JWT". Inferred: the audience stays the address where `override-address` is set.
    """
    return MintRequest(issuer=entry.jwt_issuer, role=entry.jwt_role, audiences=(registry.address,), ttl=PULL_TTL)


def _user_in(token: Secret) -> Untrusted:
    """The user that a token names, which a registry wants beside it. Raises BadResponse when it names none."""
    found = recognise(token.reveal())
    if not isinstance(found, DecodedJwt) or not found.subject:
        raise BadResponse("The platform gave a token without saying whose it is", "A registry wants its user name, too")
    return username_of(found.subject)
