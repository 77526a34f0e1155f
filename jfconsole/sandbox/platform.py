"""One installation of the platform: what every area of it works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import msgspec

from jfconsole.sandbox.clock import Clock
from jfconsole.sandbox.identity import Identity
from jfconsole.sandbox.settings import Settings
from jfconsole.sandbox.signing import RootKey
from jfconsole.sandbox.state import State
from jfconsole.sandbox.trust import TrustedKeys
from jfconsole.sandbox.versions import Emulation


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose tokens may be exchanged besides those of issuers that the internet's authorities vouch for."""

    http_on_loopback: bool = False
    """Whether an issuer on this machine may do without TLS."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Issuer URLs, and the stand-in that answers in the place of each, so that nothing leaves the machine."""
    authority: Path | None = None
    """A certificate authority to be believed too: the sandbox's own."""


@dataclass(frozen=True, slots=True)
class Strongbox:
    """An issuer that mints tokens for pulls from this platform."""

    issuer_url: str
    audience: str
    """The address of the registry, host and port."""


@dataclass(slots=True)
class Platform:
    """Identity, key, time, settings and state; areas hold no state of their own."""

    identity: Identity
    root: RootKey
    state: State
    seed: str
    """What the state is filled with, at first and after a reset."""
    emulation: Emulation = field(default_factory=Emulation)
    clock: Clock = field(default_factory=Clock)
    settings: Settings = field(default_factory=Settings)
    trust: Trust = field(default_factory=Trust)
    strongbox: Strongbox | None = None
    """The issuer that the demo's integration of that name trusts; None: a stand-in."""
    trusted: TrustedKeys = field(default_factory=TrustedKeys)
    """Keys of the circle of trust."""
    future: bool = False
    """Whether answers carry fields and values of a release yet to come."""

    SETTINGS_KEY: ClassVar[str] = "settings"
    OFFSET_KEY: ClassVar[str] = "clock_offset"

    def configure(self, settings: Settings) -> None:
        """Replace the settings, and keep them with the state."""
        self.settings = settings
        if self.state.storage:
            self.state.storage.put_meta(self.SETTINGS_KEY, msgspec.json.encode(settings))

    def keep_clock(self) -> None:
        """Keep the clock's offset with the state, so that a restart does not travel in time."""
        if self.state.storage:
            self.state.storage.put_meta(self.OFFSET_KEY, msgspec.json.encode(self.clock.offset))
