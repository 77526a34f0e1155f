"""Pulls with minted tokens, from the key that signs to the pull that proves it: here and on the platform, in one plan.

What is there already is used: a key, an issuer, a role or a registry of that name is brought to the answers, and so
are the integration and the mapping.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.answers import text
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import is_loopback
from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import ConsoleError, NothingToChange, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answer, Answers, problems
from jfconsole.domain.image_names import ImageName, parse_image
from jfconsole.domain.plans import Plan, Product, Report, Step, new_operation_id
from jfconsole.domain.registries import EVERY_REPOSITORY, RegistryCredential, RemoteRegistry
from jfconsole.domain.registry_checks import RegistryFinding
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.transit_keys import ADVISED_ROTATE_PERIOD
from jfconsole.services import issuer_steps
from jfconsole.services import registries as registry_service
from jfconsole.services.acknowledging import acknowledged
from jfconsole.services.clients import login_changes
from jfconsole.services.images import some_images
from jfconsole.services.issuer_steps import Kind
from jfconsole.services.ladder import edit_plan
from jfconsole.services.mapping_targets import powerful_targets
from jfconsole.services.objects import or_none
from jfconsole.services.publish_doctor import publication, read_again
from jfconsole.services.pull_proof import prove_pull
from jfconsole.services.session import Unknown
from jfconsole.services.trust_findings import cause
from jfconsole.services.wizard_runs import WizardTools, context
from jfconsole.wizards import ci_plan as trust
from jfconsole.wizards import registry_forms as ask
from jfconsole.wizards.ci_plan import FoundTrust
from jfconsole.wizards.engine import Artefact, Existing, WizardStep
from jfconsole.wizards.onboarding_answers import kept
from jfconsole.wizards.registry_answers import subject_of, wanted_trust
from jfconsole.wizards.registry_take_away import artefacts

_LOCKED: Final = "It is locked: its passphrase is asked for before anything is done, unless a key file opens it"

_ACTION: Final = "set-up"
"""What its plans are for: there is no token of it to rotate."""

_NAMED_BY: Final = {
    "transit-key": ask.KEY,
    "jwt-issuer": ask.ISSUER,
    "issuer-role": ask.ROLE,
    "integration": ask.INTEGRATION,
    "mapping": ask.MAPPING,
    "remote-registry": ask.ADDRESS,
    "client-login": ask.CLIENTS,
}
"""The question that names an object, by what its steps are about."""


class RegistryPulls:
    """One run for one registry. See `engine.Wizard`."""

    def __init__(self, tools: WizardTools) -> None:
        self.id = ask.ID
        self.title = ask.TITLE
        self._tools = tools
        self._address = urlsplit(tools.session.connection.url).netloc.lower()

    # -- asking ----------------------------------------------------------------------------------------

    def steps(self, answers: Answers) -> Sequence[WizardStep]:
        """See `engine.Wizard`."""
        return ask.pages(answers, self._address, self._proposal(answers))

    def _proposal(self, answers: Answers) -> ask.Proposal:
        """What is there for the registry already; without a local issuer there is nothing."""
        view = self._tools.local.look()
        address = text(answers, ask.ADDRESS) or self._address
        return ask.NOTHING_THERE if view.state is None else ask.proposal(view.state, address)

    def _all(self, answers: Answers) -> dict[str, Answer]:
        """The answers with everything that was left open."""
        return ask.defaults(answers, self._address, self._proposal(answers))

    async def choices(self, source: str) -> Sequence[str]:
        """Users, groups, or images."""
        if source == ask.IMAGES:
            return await some_images(self._tools.session.sender, self._tools.directory)
        if source == "groups":
            return tuple(group.name for group in (await self._tools.directory.groups.list()).views)
        return tuple(view.username for view in (await self._tools.directory.users.list()).views)

    async def preflight(self) -> Sequence[Check]:
        """Whether the local issuer is there and open, and this account may change OIDC trust."""
        identity = await self._tools.session.identify()
        what = "This account may make integrations and mappings"
        if isinstance(identity.admin, Unknown):
            return (self._issuer_check(), Check(what, Verdict.UNKNOWN, visible(identity.admin.reason)))
        verdict = Verdict.GOOD if identity.admin else Verdict.BAD
        return (self._issuer_check(), Check(what, verdict, "" if identity.admin else "It is no administrator"))

    def _issuer_check(self) -> Check:
        what = "The local issuer is there, and its vault open"
        try:
            status = self._tools.local.local.vault.status()
        except ConsoleError as error:
            return Check(what, Verdict.BAD, f"{error.message}. {error.hint}")
        if not status.exists:
            words = "Make it first: in the console with 8 and n, else `jfconsole vaults create --public-url URL`"
            return Check(what, Verdict.BAD, words)
        return Check(what, Verdict.WARNING, _LOCKED) if status.locked else Check(what, Verdict.GOOD)

    async def check(self, step: str, answers: Answers) -> Mapping[str, str]:
        """See `engine.Wizard`: what the form itself finds, then what the platform has."""
        page = next(page for page in self.steps(answers) if page.id == step)
        complete = self._all(answers)
        found = problems(page.form, complete)
        if not found and step == "trust" and not await self._is_there(complete):
            found[ask.WHO] = f"There is no such {text(complete, ask.ACTS_AS).removeprefix('a ')}"
        return found

    async def existing(self, answers: Answers) -> Sequence[Existing]:
        """See `engine.Wizard`: everything that is there and would change."""
        try:
            plan = await self.plan(answers)
        except NothingToChange:
            return ()
        return [_taken(step) for step in plan.steps if step.before is not None]

    # -- planning --------------------------------------------------------------------------------------

    async def plan(self, answers: Answers) -> Plan:
        """See `engine.Wizard`. Raises Refused for a mapping that would let strangers in."""
        complete = await self._complete(answers)
        wanted = wanted_trust(complete, self._issuer_url(complete), self._subject(complete))
        found = await self._find(wanted.integration.name)
        operation, now = new_operation_id(), self._tools.local.local.now()
        steps = [*self._local_steps(complete), *trust.steps(wanted, found, operation, now)]
        steps += self._local(issuer_steps.REGISTRY, self._registry(complete))
        address, files = text(complete, ask.ADDRESS), ask.files_of(complete)
        logins = login_changes(address, files)
        steps += logins.steps
        if not steps:
            raise NothingToChange(f"Pulls from {address} with minted tokens are set up as wanted already")
        effects = [*self._effects(complete), *trust.effects(wanted, found, now), *logins.effects]
        plan = edit_plan(f"Pull images from {address} with minted tokens", self._tools.directory.origin, steps, effects)
        plan = replace(plan, confirmation=replace(plan.confirmation, verb="Set it up"))
        powerful = await powerful_targets(self._tools.session.sender, trust.mappings_after(wanted, found))
        told = [*trust.findings(wanted, found), *powerful]
        plan = acknowledged(plan, told, wanted.integration.name, strict=True)
        return replace(plan, id=operation, wizard=context(ask.ID, address, kept(complete), _ACTION))

    async def _complete(self, answers: Answers) -> dict[str, Answer]:
        """The answers with everything that was left open. Raises UsageError for what cannot be."""
        complete = self._all(answers)
        for page in self.steps(complete):
            for field, sentence in (await self.check(page.id, complete)).items():
                raise UsageError(f"{field}: {sentence}", f"Answer it on the page {page.title}")
        return complete

    def _local_steps(self, answers: Answers) -> Iterator[Step]:
        state, key = self._tools.local.local.state(), text(answers, ask.KEY)
        if key not in state.keys:
            cipher, period = text(answers, ask.CIPHER), format_duration(ADVISED_ROTATE_PERIOD[0])
            yield from self._local(issuer_steps.KEY, {"name": key, "cipher": cipher, "rotate-period": period})
        issuer: JsonObject = {"name": text(answers, ask.ISSUER), "signing-key": key}
        url = text(answers, ask.ISSUER_URL)
        issuer |= {"issuer": url} if url else {}
        yield from self._local(issuer_steps.ISSUER, issuer, among=key in state.keys)
        yield from self._local(issuer_steps.ROLE, self._role(answers), among=issuer["name"] in state.issuers)

    def _local(self, kind: Kind, record: JsonObject, *, among: bool = True) -> Sequence[Step]:
        """The step that brings an object of the local issuer there, if one is needed."""
        try:
            return self._tools.local.plan_apply(kind, record, among=among).steps
        except NothingToChange:
            return ()

    def _role(self, answers: Answers) -> JsonObject:
        """The role; one that is there keeps its other audiences."""
        name, issuer = text(answers, ask.ROLE), text(answers, ask.ISSUER)
        there = self._tools.local.local.state().roles.get(f"{issuer}/{name}")
        others = there.allowed_audiences if there else ()
        audiences: list[Json] = [*dict.fromkeys((*others, text(answers, ask.ADDRESS)))]
        subject = text(answers, ask.SUBJECT)
        return {"issuer": issuer, "name": name, "allowed-audiences": audiences, "subject-template": subject}

    def _registry(self, answers: Answers) -> JsonObject:
        """The registry; one that is there keeps its entries for single repositories."""
        address, url = text(answers, ask.ADDRESS), self._tools.session.connection.url
        there = self._tools.local.local.state().registries.get(address)
        others = [entry for entry in there.credentials if entry.repository != EVERY_REPOSITORY] if there else []
        role = {"jwt-issuer": text(answers, ask.ISSUER), "jwt-role": text(answers, ask.ROLE)}
        return {
            "address": address,
            "platform-url": None if url == f"https://{address}" else url,
            "provider-name": text(answers, ask.INTEGRATION),
            "ca-cert": self._authorities(there),
            "credentials": [{"repository": EVERY_REPOSITORY, **role}, *(entry.document() for entry in others)],
        }

    def _authorities(self, there: RemoteRegistry | None) -> list[Json]:
        """Who vouches for the platform: pulls do not know what this session was told."""
        file = self._tools.session.connection.ca_cert
        told = registry_service.read_authorities(file) if file is not None else ()
        return [*dict.fromkeys((*(there.ca_cert if there else ()), *told))]

    def _effects(self, answers: Answers) -> Iterator[str]:
        url = self._issuer_url(answers)
        yield f"The platform must reach {url} before the first pull: serve it, or publish it as files"
        if url.startswith("http:"):
            yield "The issuer is reached over plain http: good for a sandbox on this machine, and nothing else"

    def _issuer_url(self, answers: Answers) -> str:
        """What the issuer's URL is, or will be."""
        state, name, url = self._tools.local.local.state(), text(answers, ask.ISSUER), text(answers, ask.ISSUER_URL)
        if url or name in state.issuers:
            return url or state.url(name)
        return f"{state.public_base.rstrip('/')}/{state.tenant}/jwt/{name}"

    def _subject(self, answers: Answers) -> str:
        return subject_of(text(answers, ask.SUBJECT), self._tools.local.local.state().tenant)

    async def _is_there(self, answers: Answers) -> bool:
        directory, name = self._tools.directory, Untrusted(text(answers, ask.WHO).lower())
        if text(answers, ask.ACTS_AS) == ask.A_GROUP:
            return await or_none(directory.groups.get(name)) is not None
        return await or_none(directory.users.get(name)) is not None

    async def _find(self, name: Untrusted) -> FoundTrust:
        integration = await or_none(self._tools.directory.integrations.get(name))
        mappings = await self._tools.directory.mappings.list(name) if integration is not None else ()
        return FoundTrust(integration=integration, mappings=mappings, accesses={})

    # -- proving ---------------------------------------------------------------------------------------

    async def prove(self, answers: Answers, products: Sequence[Product]) -> Sequence[Check]:
        """See `engine.Wizard`: the published documents, everything against everything, then a real pull."""
        complete = self._all(answers)
        state, session = self._tools.local.local.state(), self._tools.session
        registry = registry_service.find(state, text(complete, ask.ADDRESS))
        published = await self._published(text(complete, ask.ISSUER))
        findings = await registry_service.check(session, state, registry)
        image = self._image(complete)
        entry = registry.entry(image.repository) if image else registry.login_entry
        fits = [_unfit(finding, entry) for finding in findings]
        fits = fits or [Check("Role, integration, mapping and registry fit together", Verdict.GOOD)]
        return [published, *fits, *await prove_pull(self._tools.puller, registry, entry, image)]

    async def _published(self, issuer: str) -> Check:
        what = "The issuer's documents are published as they should be"
        wanted = publication(self._tools.local.local.state(), issuer)
        # In a thread of its own: a slow issuer must not hold up a screen.
        ca_cert = self._tools.session.connection.ca_cert
        found = await asyncio.to_thread(lambda: asyncio.run(read_again(wanted, ca_cert)))
        first = cause(found)
        if first is None:
            return Check(what, Verdict.GOOD)
        return Check(what, first.verdict, f"{first.sentence}. {_serving(wanted.url) or first.fix}")

    def _image(self, answers: Answers) -> ImageName | None:
        name = text(answers, ask.IMAGE)
        return parse_image(ask.image_in(text(answers, ask.ADDRESS), name)) if name else None

    def artefacts(self, answers: Answers, report: Report) -> Sequence[Artefact]:
        """See `engine.Wizard`: nothing in them is secret."""
        complete = self._all(answers)
        return artefacts(complete, self._issuer_url(complete), self._subject(complete))


def _taken(step: Step) -> Existing:
    what = step.title.removeprefix("Change ")
    return Existing(visible(what), _NAMED_BY[step.kind.partition(".")[0]], diff_lines(step.before, step.after))


def _serving(url: str) -> str:
    """How an issuer on this machine is served; empty for one that is reached elsewhere."""
    parts = urlsplit(url)
    if not is_loopback(parts.hostname or ""):
        return ""
    return f"Serve it: P under issuers, or `jfconsole issuers serve --port {parts.port or 80}`; then try again"


def _unfit(finding: RegistryFinding, entry: RegistryCredential | None) -> Check:
    """What another entry of the registry has against it does not stand in the way of this image."""
    elsewhere = bool(finding.repository) and (entry is None or finding.repository != entry.repository)
    sentence = f"For {visible(finding.repository)}: {finding.sentence}" if elsewhere else finding.sentence
    return Check(sentence, Verdict.WARNING if elsewhere else Verdict.BAD, finding.fix)
