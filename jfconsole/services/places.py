"""Every place that the console writes to by itself. What a person names (`--output`, a backup) comes on top."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from jfconsole.services import first_run, profiles, settings
from jfconsole.services.login_config import docker_config, podman_config
from jfconsole.services.paths import Paths


@dataclass(frozen=True, slots=True)
class Place:
    """A file or a folder, and what it holds. The id is stable: scripts read it."""

    id: str
    path: Path
    holds: str


def places(paths: Paths) -> tuple[Place, ...]:
    """All of them, whether they exist yet or not."""
    return (
        Place("config", paths.config, "the folder of what you decide"),
        Place("settings", paths.config / settings.FILE, "theme, keys, saved filters"),
        Place("profiles", paths.config / profiles.FILE, "platforms by name; no secret"),
        Place("recipes", paths.recipes, "wizards of your own; only read"),
        Place("state", paths.state, "the folder of what happened"),
        Place("journal", paths.journal, "plans and what came of them, exchanges, the ledger of tokens; no secret"),
        Place("reports", paths.reports, "one file for each plan that ran"),
        Place("snapshots", paths.snapshots, "what you kept of who may do what; no secret"),
        Place("crashes", paths.crashes, "what was going on when the console failed; no secret"),
        Place("issuer", paths.issuer, "vault, keys, issuers, roles, registries, mint log; secrets are sealed"),
        Place("tour", paths.state / first_run.FILE, "an empty file: the tour was shown"),
        Place(
            "temporary", Path(tempfile.gettempdir()), "jfconsole-*: the demo and the log of a server; gone with them"
        ),
        Place("docker", docker_config(), "only by `registries login-config`; the old file is kept beside it"),
        Place("podman", podman_config(), "only by `registries login-config --podman`; likewise"),
    )
