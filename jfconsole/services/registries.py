"""Remote registries for front ends: which entry an image uses and why, and what stands in the way of a pull."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jfconsole.domain.certificates import PRIVATE, certificates_in
from jfconsole.domain.errors import NotFound, Refused, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.image_names import ImageName, parse_image
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.plans import Plan
from jfconsole.domain.registries import (
    EVERY_REPOSITORY,
    RegistryCredential,
    RemoteRegistry,
    registry_at,
)
from jfconsole.domain.registry_checks import (
    ChangeIntegration,
    ChangeRole,
    PlatformTrust,
    RegistryFinding,
    registry_findings,
)
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.services.integrations import IntegrationService
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import ROLE
from jfconsole.services.session import Session

_LARGEST: Final = 1024 * 1024
"""Bytes of a file with certificates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Which entry serves an image, and why. `login` is the one for clients that ask by the address alone."""

    image: ImageName
    registry: RemoteRegistry
    entry: RegistryCredential | None
    login: RegistryCredential | None

    @property
    def why(self) -> str:
        """Why it is this entry, in a sentence."""
        name, fitting = self.image.repository, self.registry.entry(self.image.repository)
        if fitting is None:
            return f"No entry covers {name}, and there is none for *"
        if fitting.repository == EVERY_REPOSITORY:
            return f"No other entry covers {name}, so the one for * serves"
        if fitting.repository == name:
            return "The entry names this very repository"
        return f"{fitting.repository} is the longest entry that covers {name}, part by part"

    @property
    def login_words(self) -> str:
        """What clients get that ask by the address alone, in a sentence."""
        if self.login is None:
            return "Docker, Podman and Skopeo ask by the address alone, and get nothing: add an entry for *"
        if self.login == self.entry:
            return "Docker, Podman and Skopeo ask by the address alone, and get the same"
        return f"Docker, Podman and Skopeo ask by the address alone, and get the entry {self.login.repository}"


def explain(state: IssuerState, image: str) -> Explanation:
    """Which entry an image uses. Raises UsageError for what is no image, NotFound without its registry."""
    try:
        parsed = parse_image(image)
    except ValueError as problem:
        raise UsageError(f"{visible(image)[:80]!r} is no image: {problem}") from problem
    registry = find(state, parsed.registry)
    return Explanation(
        image=parsed, registry=registry, entry=registry.entry(parsed.repository), login=registry.login_entry
    )


def find(state: IssuerState, address: str) -> RemoteRegistry:
    """The registry at an address. Raises NotFound."""
    found = registry_at(state.registries.values(), address)
    if found is None:
        raise NotFound(f"There is no registry {visible(address)}", "See `jfconsole registries list`")
    return found


def explanation_facts(explained: Explanation) -> tuple[Fact, ...]:
    """For people; cleaned."""
    registry, entry = explained.registry, explained.entry
    lines = [
        Fact("registry", registry.address),
        Fact("repository", explained.image.repository),
        Fact("entry", entry.repository if entry else "none"),
        Fact("sends", entry.words if entry else "nothing"),
        Fact("why", explained.why),
    ]
    if entry is not None and entry.jwt_issuer:
        lines.append(Fact("exchanged", f"at {registry.platform} as {registry.provider_name}"))
    return (*lines, Fact("clients", explained.login_words))


def explanation_record(explained: Explanation) -> JsonObject:
    """The same for `--json`; keys are stable."""
    entry, login = explained.entry, explained.login
    return {
        "registry": explained.registry.address,
        "repository": explained.image.repository,
        "reference": explained.image.reference,
        "entry": entry.document() if entry else None,
        "why": explained.why,
        "login_entry": login.document() if login else None,
    }


def read_authorities(path: Path) -> tuple[str, ...]:
    """The certificates of a PEM file. Raises UsageError for one that cannot be used."""
    place = path.expanduser()
    try:
        if place.stat().st_size > _LARGEST:
            raise UsageError(f"{visible(str(path))} is too large for certificates", "Name a PEM file")
        text = place.read_text(encoding="ascii", errors="replace")
    except OSError as problem:
        raise UsageError(f"{visible(str(path))} cannot be read: {problem.strerror}", "Name a PEM file") from problem
    found = certificates_in(text)
    if PRIVATE in text:
        raise UsageError(f"{visible(str(path))} holds a private key", "Name a file with certificates alone")
    if not found:
        raise UsageError(f"{visible(str(path))} holds no certificate", "A PEM file has BEGIN CERTIFICATE in it")
    return found


def finding_records(findings: tuple[RegistryFinding, ...]) -> list[Json]:
    """Findings for `--json`."""
    return [finding.document() for finding in findings]


async def platform_trust(integrations: IntegrationService, registry: RemoteRegistry) -> PlatformTrust:
    """What the platform says about the integration that a registry names. Raises the ConsoleError family."""
    try:
        integration = await integrations.get(registry.provider_name)
    except NotFound:
        return PlatformTrust(None)
    return PlatformTrust(integration, await integrations.fetch_mappings(registry.provider_name))


async def check(session: Session, state: IssuerState, registry: RemoteRegistry) -> tuple[RegistryFinding, ...]:
    """What stands in the way of pulls, here and on the platform. Raises the ConsoleError family."""
    return registry_findings(registry, state, await platform_trust(IntegrationService(session), registry))


async def plan_repair(
    service: IssuerService, integrations: IntegrationService | None, finding: RegistryFinding
) -> Plan:
    """The plan that mends a finding. Raises Refused for one that a plan cannot mend."""
    match finding.repair:
        case ChangeRole(after=role):
            return service.plan_apply(ROLE, role.document())
        case ChangeIntegration(before=before, after=after) if integrations is not None:
            if before is None:
                return await integrations.plan_create(after)
            return await integrations.plan_update(before, after)
    raise Refused(f"No plan can mend this: {finding.sentence}", finding.fix)
