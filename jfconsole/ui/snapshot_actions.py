"""What can be done with snapshots."""

from __future__ import annotations

from typing import Final

from jfconsole.ui.action import Action, Scope

SNAPSHOT_ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        id="snapshots.take",
        label="Take",
        help="Take a snapshot of this server, and keep it as a file that only you can read. Nothing is changed.",
        scope=Scope.SNAPSHOTS,
        keys=("n",),
        footer=2,
    ),
    Action(
        id="snapshots.diff",
        label="Compare",
        help="Compare a snapshot with this server, with another one, or two servers with each other.",
        scope=Scope.SNAPSHOTS,
        keys=("equals_sign",),
        footer=3,
    ),
    Action(
        id="snapshots.restore",
        label="Restore",
        help="Bring back what is missing or different since the snapshot under the cursor. Nothing is deleted.",
        scope=Scope.SNAPSHOTS,
        keys=("z",),
        footer=4,
        edits=True,
    ),
)
