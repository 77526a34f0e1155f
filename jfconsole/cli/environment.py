"""The environment variables that name a platform. Tokens leave the environment at once: no child of ours gets them."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from jfconsole.domain.secret import Secret

OWN: Final = ("JFCONSOLE_URL", "JFCONSOLE_TOKEN")
"""Meant for this console alone; tried first."""

PROFILE: Final = "JFCONSOLE_PROFILE"
"""Names a profile."""

VARIABLES: Final = (OWN, ("JFROG_URL", "JFROG_ACCESS_TOKEN"), ("JF_URL", "JF_ACCESS_TOKEN"))
"""Pairs in order of precedence. Sources: jfrog/terraform-provider-shared util/provider.go (JFROG_URL,
JFROG_ACCESS_TOKEN), jfrog/setup-jfrog-cli README (JF_URL, JF_ACCESS_TOKEN)."""


class Pair(NamedTuple):
    """What one pair of variables holds."""

    url_name: str
    token_name: str
    url: str | None
    token: Secret | None

    @property
    def present(self) -> tuple[str, ...]:
        """The variables of the pair that are set."""
        return tuple(name for name, value in ((self.url_name, self.url), (self.token_name, self.token)) if value)


def take_environment(environ: MutableMapping[str, str] | None = None) -> tuple[Pair, ...]:
    """The pairs of which anything is set, in order; the tokens are removed from the environment."""
    source = os.environ if environ is None else environ
    pairs = [_take(source, *names) for names in VARIABLES]
    return tuple(pair for pair in pairs if pair.present)


def _take(source: MutableMapping[str, str], url_name: str, token_name: str) -> Pair:
    token = source.pop(token_name, "").strip()
    if not token:
        return Pair(url_name, token_name, source.get(url_name) or None, None)
    from jfconsole.domain.secret import Secret

    return Pair(url_name, token_name, source.get(url_name) or None, Secret(token))
