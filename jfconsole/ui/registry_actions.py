"""What can be done with remote registries."""

from __future__ import annotations

from typing import Final

from jfconsole.ui.action import Action, Scope

REGISTRY_ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        id="registries.explain",
        label="Explain",
        help="See which credentials an image is pulled with, and why; pull it to see that it works.",
        scope=Scope.REGISTRIES,
        keys=("t",),
        footer=4,
    ),
    Action(
        id="registries.entries",
        label="Entries",
        help="Add, change and take out what is sent for which images: tokens of roles and secrets, mixed as needed.",
        scope=Scope.REGISTRIES,
        keys=("m",),
        footer=4,
        edits=True,
    ),
    Action(
        id="registries.login",
        label="Log in",
        help="Let Docker, or Podman, Skopeo and Buildah on this machine pull: writes whom they ask into their files.",
        scope=Scope.REGISTRIES,
        keys=("I",),
        footer=6,
        edits=True,
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
