"""What a sandbox is filled with: a fresh installation, a company with a story, or very much of everything."""

from collections.abc import Callable, Mapping

from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.seed import demo, empty, large
from jfconsole.sandbox.seed.objects import BOOTSTRAP_TOKEN_ID, Moment, Objects, bootstrap_token
from jfconsole.sandbox.settings import Settings

__all__ = ["BOOTSTRAP_TOKEN_ID", "SEEDS", "initial_settings", "plant"]

SEEDS: Mapping[str, Callable[[Moment], Objects]] = {
    "empty": empty.objects,
    "demo": demo.objects,
    "large": large.objects,
}


def plant(platform: Platform) -> None:
    """Replace everything the platform remembers by its seed, dated by the platform's clock."""
    moment = Moment(platform.clock.now(), platform.identity, platform.strongbox)
    objects, state = SEEDS[platform.seed](moment), platform.state
    state.clear()
    state.tokens.plant([*objects.tokens, bootstrap_token(moment)])
    state.refreshes.plant(objects.refreshes)
    state.users.plant(objects.users)
    state.groups.plant(objects.groups)
    state.permissions.plant(objects.permissions)
    state.repositories.plant(objects.repositories)
    state.artifacts.plant(objects.artifacts)
    state.projects.plant(objects.projects)
    state.integrations.plant(objects.integrations)
    state.mappings.plant(objects.mappings)
    state.stand_ins.plant(objects.stand_ins)


def initial_settings(seed: str) -> Settings:
    """The settings a sandbox of that seed starts with: Acme records when tokens are used."""
    return Settings(last_used_enabled=seed == "demo")
