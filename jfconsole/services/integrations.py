"""OIDC integrations as front ends use them: the list, one in detail, its issuer, and the plans that change them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.errors import ConsoleError, NotFound, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.integrations import IMMUTABLE, Integration, integration_from, integration_problems, provider_type
from jfconsole.domain.issuers import Discovery, PublishedKey, discovery_problems, key_problems
from jfconsole.domain.lint_integrations import lint_integration
from jfconsole.domain.lint_mappings import Finding, lint_mapping
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.plans import Plan, Step
from jfconsole.domain.text import visible
from jfconsole.jfrog import integrations as wire
from jfconsole.jfrog import mappings as mapping_wire
from jfconsole.jfrog.discovery import fetch_discovery, fetch_keys
from jfconsole.jfrog.public_fetch import PublicFetcher, public_fetcher
from jfconsole.services import integration_steps as steps
from jfconsole.services import mapping_steps
from jfconsole.services.acknowledging import acknowledged, adopting, news
from jfconsole.services.capabilities import Capabilities
from jfconsole.services.details import Details, Listing
from jfconsole.services.io_thread import IoThread
from jfconsole.services.ladder import deletion_plan, edit_plan, listed
from jfconsole.services.objects import in_parallel
from jfconsole.services.session import Session

_UNLISTED: Final = "Mappings of projects that the platform does not list here go too, and do not come back"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerReport:
    """What an issuer published when it was asked from here. `problems` are sentences, most fundamental first.

    `error` says why the discovery document or the keys could not be had; the platform may fare otherwise.
    """

    discovery: Discovery | None
    keys: tuple[PublishedKey, ...] | None
    problems: tuple[str, ...]
    error: ConsoleError | None = None

    @property
    def usable(self) -> bool:
        """Whether nothing stands in the way, as seen from here."""
        return self.error is None and not self.problems


class IntegrationService:
    """OIDC integrations of one platform. Everything may raise the ConsoleError family.

    `mappings` are details by integration, read for what is on the screen. Plans are built on what the platform says
    now, and are only executed by the runner.
    """

    def __init__(self, session: Session, capabilities: Capabilities | None = None) -> None:
        self._sender = session.sender
        self._connection = session.connection
        self._origin = session.connection.url
        self._capabilities = capabilities or Capabilities(session.sender)
        self.mappings: Details[tuple[IdentityMapping, ...]] = Details(self.fetch_mappings)

    # -- reading ---------------------------------------------------------------------------------------

    async def list(self, previous: Listing[Integration] | None = None) -> Listing[Integration]:
        """All integrations. `previous` comes back as it is when nothing has changed since."""
        await self._capabilities.require(Capability.OIDC)
        found = await wire.fetch_list(self._sender)
        if previous is not None and previous.basis == found:
            return previous
        return Listing(found, changed=False, basis=found)

    async def get(self, name: str) -> Integration:
        """One integration as it is now. Raises NotFound."""
        return await wire.fetch(self._sender, name)

    async def fetch_mappings(self, name: str) -> tuple[IdentityMapping, ...]:
        """The mappings of an integration, from the platform."""
        return await mapping_wire.fetch_list(self._sender, name)

    async def look_up(self, integration: Integration, fetcher: PublicFetcher | None = None) -> IssuerReport:
        """Ask the integration's issuer from here for its discovery document and its keys.

        Runs in a thread of its own, since a slow issuer must not hold up a screen. Raises nothing but UsageError, for
        a `ca_cert` of no use.
        """
        asking = fetcher or public_fetcher(self._connection.ca_cert)
        thread = IoThread("jfconsole-issuer")
        thread.start()
        try:
            return await thread.run(_look_up(integration, asking))
        finally:
            await thread.close()

    # -- plans -----------------------------------------------------------------------------------------

    async def plan_create(self, integration: Integration, *, strict: bool = False) -> Plan:
        """Make an integration. `strict` raises Refused for one that has to be acknowledged."""
        await self._capabilities.require(Capability.OIDC)
        _refuse_nameless(integration)
        plan = edit_plan(
            f"Create integration {visible(integration.name)}",
            self._origin,
            [steps.create_step(integration)],
            _problem_effects(integration),
        )
        return acknowledged(plan, lint_integration(integration), integration.name, strict=strict)

    async def plan_update(self, before: Integration, after: Integration, *, strict: bool = False) -> Plan:
        """Change an integration. Its mappings are judged again, since another issuer may make strangers of friends.

        Raises UsageError for a field that cannot change, and when nothing differs.
        """
        _refuse_other_identity(before, after)
        mappings = await self.fetch_mappings(before.name)
        known, wanted = (_findings(state, mappings) for state in (before, after))
        plan = edit_plan(
            f"Change integration {visible(before.name)}",
            self._origin,
            [steps.update_step(before, after)],
            [*_problem_effects(after), *_reach_effects(before, after, mappings)],
        )
        return acknowledged(plan, news(known, wanted), before.name, strict=strict)

    async def plan_apply(self, record: JsonObject) -> Plan:
        """Bring an integration to the state that a record describes; what it does not say is left alone.

        An integration that does not exist is made.
        """
        wanted = integration_from(record)
        _refuse_nameless(wanted)
        try:
            current = await self.get(wanted.name)
        except NotFound:
            return await self.plan_create(wanted)
        return await self.plan_update(current, integration_from({**current.as_object(), **record}))

    async def plan_adopt(self, integration: Integration, *, strict: bool = False) -> Plan:
        """Take an existing integration of that name for the wanted one, and change what differs; the effects tell it.

        Raises NothingToChange when nothing does.
        """
        current = await self.get(integration.name)
        wanted = integration_from({**current.as_object(), **integration.as_object()})
        plan = await self.plan_update(current, wanted, strict=strict)
        return adopting(plan, f"integration {visible(integration.name)}", current.as_object(), wanted.as_object())

    async def plan_delete(self, names: Collection[str]) -> Plan:
        """Delete integrations, after the mappings that go with them; undone, all come back."""
        chosen = list(dict.fromkeys(names))
        if not chosen:
            raise UsageError("There is no integration to delete", "Mark some first")
        found = await in_parallel(chosen, self.get)
        by_name = dict(zip(chosen, found, strict=True))
        mappings = await in_parallel(chosen, lambda name: self._all_mappings(by_name[name]))
        deletions: list[Step | None] = []
        for integration, those in zip(found, mappings, strict=True):
            deletions += [mapping_steps.delete_step(mapping) for mapping in those]
            deletions.append(steps.delete_step(integration))
        effects = [_going_with(one, those) for one, those in zip(found, mappings, strict=True)]
        plan = deletion_plan(
            "integration",
            [integration.name for integration in found],
            self._origin,
            deletions,
            [*effects, _UNLISTED, "Tokens that were exchanged already live on until they expire"],
            "",
        )
        return replace(plan, in_flight=1, stop_on_failure=True)

    async def _all_mappings(self, integration: Integration) -> tuple[IdentityMapping, ...]:
        """The mappings of an integration, also those of the project that it belongs to itself."""
        name, project = integration.name, integration.project_key
        found = await self.fetch_mappings(name)
        more = await mapping_wire.fetch_list(self._sender, name, project) if project else ()
        return tuple({mapping.key: mapping for mapping in (*found, *more)}.values())


async def _look_up(integration: Integration, fetcher: PublicFetcher) -> IssuerReport:
    """Discovery first, then keys; the first that cannot be had ends it."""
    try:
        found = await fetch_discovery(fetcher, integration.issuer_url or "", integration.azure_app_id or "")
    except ConsoleError as error:
        return IssuerReport(discovery=None, keys=None, problems=(error.message,), error=error)
    problems = tuple(discovery_problems(found.discovery, integration.expected_issuer))
    try:
        keys = (await fetch_keys(fetcher, found.discovery)).keys
    except ConsoleError as error:
        return IssuerReport(discovery=found.discovery, keys=None, problems=(*problems, error.message), error=error)
    return IssuerReport(discovery=found.discovery, keys=keys, problems=(*problems, *key_problems(keys)))


def _findings(integration: Integration, mappings: Sequence[IdentityMapping]) -> list[Finding]:
    """What is found in the integration, and in its mappings because of it."""
    in_mappings = [finding for mapping in mappings for finding in lint_mapping(mapping, integration)]
    return [*lint_integration(integration), *in_mappings]


def _problem_effects(integration: Integration) -> list[str]:
    words = {True: "the platform refuses it", False: "look at it"}
    return [f"{problem.sentence}: {words[problem.certain]}" for problem in integration_problems(integration)]


def _reach_effects(before: Integration, after: Integration, mappings: Sequence[IdentityMapping]) -> list[str]:
    """Whom the change concerns."""
    trusted = (before.expected_issuer, before.issuer_url, before.audience, before.organization)
    if trusted == (after.expected_issuer, after.issuer_url, after.audience, after.organization) or not mappings:
        return []
    names = listed([mapping.name for mapping in mappings])
    return [f"Other tokens than before get in through its {len(mappings)} mappings ({names})"]


def _going_with(integration: Integration, mappings: Sequence[IdentityMapping]) -> str:
    name = visible(integration.name)
    if not mappings:
        return f"{name} has no mappings: nobody gets in through it now"
    noun = "mapping goes" if len(mappings) == 1 else "mappings go"
    return f"{len(mappings)} {noun} with {name} ({listed([mapping.name for mapping in mappings], 20)})"


def _refuse_other_identity(before: Integration, after: Integration) -> None:
    for field in IMMUTABLE:
        old, new = (_plain(field, getattr(state, field) or "") for state in (before, after))
        if old != new:
            raise UsageError(
                f"The {field.replace('_', ' ')} of an integration cannot change",
                "Make another one, and delete this one",
            )


def _plain(field: str, value: str) -> str:
    """Two spellings of a provider type are the same one."""
    known = provider_type(value) if field == "provider_type" else None
    return known.value if known else value


def _refuse_nameless(integration: Integration) -> None:
    if not integration.name:
        raise UsageError("The integration has no name", 'Give it one: {"name": …}')
