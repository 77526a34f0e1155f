"""The servers of this user for a front end: the profiles, their tokens, and what the JFrog CLI knows.

Calls block: they read and write files, and opening the vault takes a while.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.errors import ConsoleError, Refused, UsageError
from jfconsole.domain.profiles import Profile, Profiles, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.issuer import keyrings
from jfconsole.issuer.wraps import check_passphrase
from jfconsole.services import token_places
from jfconsole.services.cli_import import Imported, import_servers
from jfconsole.services.issuer import IssuerService
from jfconsole.services.jfrog_cli import CliConfiguration, cli_home, read_cli
from jfconsole.services.paths import Paths
from jfconsole.services.profiles import ProfileStore, renamed

NO_ADDRESS: Final = "http://127.0.0.1"
"""The public base of a vault that was made to keep tokens in: before its issuers are reached, somebody says where."""

_KEPT: Final = frozenset({TokenPlace.VAULT, TokenPlace.KEYRING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a token can be kept on this machine as it is. A vault can be made, and being asked always works."""

    vault: bool
    keyring: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Where tokens go, and the passphrase where that takes one. `new_vault`: it is made, and opened by it."""

    place: TokenPlace
    passphrase: Secret | None = None
    new_vault: bool = False


class Servers:
    """What is known of servers. Everything may raise the ConsoleError family."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._store = ProfileStore(paths.config)

    def profiles(self) -> Profiles:
        """All profiles."""
        return self._store.load()

    def places(self) -> Places:
        """Where a token can be kept on this machine."""
        with self._issuer() as service:
            vault = service.local.vault.status().exists
        return Places(vault=vault, keyring=keyrings.usable())

    def check(self, keeping: Keeping) -> None:
        """Raise Refused for a new passphrase that will not do; nothing is made."""
        if keeping.new_vault and keeping.passphrase is not None:
            check_passphrase(keeping.passphrase)

    def add(self, profile: Profile, token: Secret, keeping: Keeping) -> Profile:
        """Save a new profile, its token where that says. A name that another platform has gets a number."""
        before = self.profiles().find(profile.name)
        wanted = profile if before is None or before.url == profile.url else renamed(profile, self.profiles())
        if wanted.token in _KEPT:
            self._keep(wanted, token, keeping)
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
        with self._opened(Keeping(place=profile.token, passphrase=passphrase)) as service:
            return token_places.read_vault(profile, service.local)

    def cli(self) -> CliConfiguration | None:
        """What the JFrog CLI knows; None where it has no configuration."""
        try:
            return read_cli(cli_home())
        except ConsoleError:
            return None

    def take_over(self, found: CliConfiguration, names: Collection[str], keeping: Keeping) -> tuple[Imported, ...]:
        """Make profiles of the CLI's servers of these names."""
        servers = [server for server in found.servers if server.server_id in names]

        def keep(profile: Profile, token: Secret) -> None:
            self._keep(profile, token, keeping)

        return import_servers(found, servers, keeping.place, self._store, keep)

    def _keep(self, profile: Profile, token: Secret, keeping: Keeping) -> None:
        if profile.token is TokenPlace.KEYRING:
            token_places.keep_in_keyring(profile, token)
            return
        with self._opened(keeping) as service:
            token_places.keep_in_vault(profile, token, service.local)

    @contextmanager
    def _opened(self, keeping: Keeping) -> Iterator[IssuerService]:
        """With the vault open. One that is wanted new is made the first time, and opened from then on."""
        with self._issuer() as service:
            vault = service.local.vault
            exists = vault.status().exists
            if not exists and not (keeping.new_vault and keeping.passphrase):
                raise Refused("There is no vault on this machine yet", "Make one: jfconsole vaults create")
            if keeping.passphrase is None:
                vault.unlock_unattended()
            elif exists:
                vault.unlock(keeping.passphrase)
            else:
                vault.create(keeping.passphrase, NO_ADDRESS)
            yield service

    @contextmanager
    def _issuer(self) -> Iterator[IssuerService]:
        service = IssuerService(self._paths.state)
        try:
            yield service
        finally:
            service.close()
