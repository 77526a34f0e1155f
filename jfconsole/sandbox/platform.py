"""One installation of the platform: what every area of it works with."""

from dataclasses import dataclass, field
from typing import ClassVar

import msgspec

from jfconsole.sandbox.clock import Clock
from jfconsole.sandbox.identity import Identity
from jfconsole.sandbox.settings import Settings
from jfconsole.sandbox.signing import RootKey
from jfconsole.sandbox.state import State
from jfconsole.sandbox.versions import Emulation


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
