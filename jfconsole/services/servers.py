"""The servers of this user for a front end: the profiles, their tokens, and what the JFrog CLI knows.

Calls block: they read and write files, and opening the vault takes a while.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from jfconsole.domain.errors import ConsoleError, Refused, UsageError
from jfconsole.domain.profiles import Profile, Profiles, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.issuer import keyrings
from jfconsole.services import token_places
from jfconsole.services.cli_import import Imported, import_servers
from jfconsole.services.issuer import IssuerService
from jfconsole.services.jfrog_cli import CliConfiguration, cli_home, read_cli
from jfconsole.services.paths import Paths
from jfconsole.services.profiles import ProfileStore, renamed


class Servers:
    """What is known of servers. Everything may raise the ConsoleError family."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._store = ProfileStore(paths.config)

    def profiles(self) -> Profiles:
        """All profiles."""
        return self._store.load()

    def places(self) -> tuple[TokenPlace, ...]:
        """Where a token can be kept on this machine as it is; being asked each time always works."""
        with self._issuer() as service:
            vault = service.local.vault.status().exists
        keyring = keyrings.usable()
        return (
            *((TokenPlace.VAULT,) if vault else ()),
            *((TokenPlace.KEYRING,) if keyring else ()),
            TokenPlace.ASK,
        )

    def add(self, profile: Profile, token: Secret, passphrase: Secret | None = None) -> Profile:
        """Save a new profile, its token where it says. A name that another platform has gets a number."""
        before = self.profiles().find(profile.name)
        wanted = profile if before is None or before.url == profile.url else renamed(profile, self.profiles())
        if wanted.token is not TokenPlace.ASK:
            self._keep(wanted, token, passphrase)
        self._store.put(wanted)
        return wanted

    def token(self, profile: Profile, passphrase: Secret | None = None, stop: threading.Event | None = None) -> Secret:
        """The token of a profile that nobody has to type. Raises VaultLocked where a passphrase is wanted.

        `stop`: once it is set, nobody waits any more, and a command is ended.
        """
        if profile.token is TokenPlace.COMMAND:
            return token_places.from_command(profile.token_command, stop=stop)
        if profile.token is TokenPlace.KEYRING:
            return token_places.read_keyring(profile)
        if profile.token is TokenPlace.ASK:
            raise UsageError(f"The token of {profile.name} is asked for each time", "Type it")
        with self._opened(passphrase) as service:
            return token_places.read_vault(profile, service.local)

    def cli(self) -> CliConfiguration | None:
        """What the JFrog CLI knows; None where it has no configuration."""
        try:
            return read_cli(cli_home())
        except ConsoleError:
            return None

    def take_over(
        self, found: CliConfiguration, names: Collection[str], place: TokenPlace, passphrase: Secret | None = None
    ) -> tuple[Imported, ...]:
        """Make profiles of the CLI's servers of these names."""
        servers = [server for server in found.servers if server.server_id in names]

        def keep(profile: Profile, token: Secret) -> None:
            self._keep(profile, token, passphrase)

        return import_servers(found, servers, place, self._store, keep)

    def _keep(self, profile: Profile, token: Secret, passphrase: Secret | None) -> None:
        if profile.token is TokenPlace.KEYRING:
            token_places.keep_in_keyring(profile, token)
            return
        with self._opened(passphrase) as service:
            token_places.keep_in_vault(profile, token, service.local)

    @contextmanager
    def _opened(self, passphrase: Secret | None) -> Iterator[IssuerService]:
        with self._issuer() as service:
            if not service.local.vault.status().exists:
                raise Refused("There is no vault on this machine yet", "Make one: jfconsole vaults create")
            if passphrase:
                service.local.vault.unlock(passphrase)
            else:
                service.local.vault.unlock_unattended()
            yield service

    @contextmanager
    def _issuer(self) -> Iterator[IssuerService]:
        service = IssuerService(self._paths.state)
        try:
            yield service
        finally:
            service.close()
