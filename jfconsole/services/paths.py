"""Where our files live."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

HOME_VARIABLE: Final = "JFCONSOLE_HOME"
"""Names one directory for everything: a rehearsal, a test, a second identity."""

_APP: Final = "jfconsole"


@dataclass(frozen=True, slots=True)
class Paths:
    """The console's folders. Nothing is created before it is needed."""

    state: Path
    config: Path

    @property
    def journal(self) -> Path:
        """The journal's database file."""
        return self.state / "journal.db"

    @property
    def issuer(self) -> Path:
        """The database file of the local issuer."""
        return self.state / "issuer" / "issuer.db"

    @property
    def recipes(self) -> Path:
        """The folder of a person's own recipes."""
        return self.config / "recipes"

    @property
    def reports(self) -> Path:
        """The folder of report files, one for each plan that ran."""
        return self.state / "reports"

    @property
    def snapshots(self) -> Path:
        """The folder of the snapshots that the console keeps."""
        return self.state / "snapshots"

    @property
    def crashes(self) -> Path:
        """The folder of crash files."""
        return self.state / "crashes"


def find_paths(environ: Mapping[str, str] = os.environ) -> Paths:
    """The folders of this user: under `JFCONSOLE_HOME` if that is set, else where the system keeps such things."""
    home = environ.get(HOME_VARIABLE)
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(state=root / "state", config=root / "config")
    dirs = platformdirs.PlatformDirs(_APP, appauthor=False)
    return Paths(state=dirs.user_state_path, config=dirs.user_config_path)
