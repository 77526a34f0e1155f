"""Which services accept a token: the audience, a list of `<service type>@<id or *>`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.text import Untrusted, visible

EVERY_SERVICE: Final = "*@*"

SERVICES: Final = {
    "jfrt": "Artifactory",
    "jfxr": "Xray",
    "jfpip": "Pipelines",
    "jfds": "Distribution",
    "jfmc": "Mission Control",
    "jfac": "Access",
    "jfevt": "Event",
    "jfmd": "Metadata",
    "jfcon": "JFConnect",
}
"""Service types by name. Source: terraform-provider-artifactory docs/resources/scoped_token.md lists the types.
Inferred: the product behind each abbreviation. Types that are not here are shown as they are."""


@dataclass(frozen=True, slots=True)
class Audience:
    """One entry. `service` is a type such as `jfrt` or `*`; `instance` an id or `*`; None for a free text."""

    text: Untrusted
    service: Untrusted | None = None
    instance: Untrusted | None = None

    @property
    def is_everything(self) -> bool:
        """Whether every service of every instance is meant."""
        return self.service == "*" and self.instance == "*"


def parse_audience(text: str) -> tuple[Audience, ...]:
    """The entries of an audience string, separated by blanks; never fails."""
    return tuple(_entry(word) for word in text.split())


def audience_in_english(entries: Iterable[Audience]) -> str:
    """Who accepts the token, as a list of names; cleaned text: `Artifactory, Access`, `every service`."""
    names = list(dict.fromkeys(_name(entry) for entry in entries))
    return ", ".join(names) or "server does not say"


def _entry(word: str) -> Audience:
    service, found, instance = word.partition("@")
    if not (found and service and instance) or not (service == "*" or service.isalnum()):
        return Audience(Untrusted(word))
    return Audience(Untrusted(word), Untrusted(service), Untrusted(instance))


def _name(entry: Audience) -> str:
    if entry.is_everything:
        return "every service"
    if entry.service is None:
        return visible(entry.text)
    product = "every service" if entry.service == "*" else SERVICES.get(entry.service, visible(entry.service))
    return product if entry.instance == "*" else f"{product} {visible(entry.instance or '')}"
