"""What can be done with remote registries."""

from __future__ import annotations

from typing import Final

from jfconsole.ui.action import Action, Scope

REGISTRY_ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        id="registries.explain",
        label="Explain",
        help="See which credentials an image is pulled with, and why. Nothing is minted.",
        scope=Scope.REGISTRIES,
        keys=("t",),
        footer=4,
    ),
    Action(
        id="registries.compare",
        label="Compare",
        help="Compare the registry with its roles and with the platform; what a plan can mend is offered.",
        scope=Scope.REGISTRIES,
        keys=("D",),
        footer=5,
    ),
)
