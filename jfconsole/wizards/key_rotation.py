"""Rotating a signing key: whether verifiers know the next one, the rotation, and a real exchange with the new key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain.answers import flag, text
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, problems
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.plans import Plan, Product, Report
from jfconsole.domain.registries import RegistryCredential, RemoteRegistry
from jfconsole.domain.text import visible
from jfconsole.domain.times import utc_text
from jfconsole.domain.transit_keys import KeyState
from jfconsole.services.publish_doctor import publication, read_again
from jfconsole.services.pull_proof import prove_pull
from jfconsole.services.trust_findings import cause
from jfconsole.services.wizard_runs import WizardTools, context
from jfconsole.wizards import key_rotation_forms as ask
from jfconsole.wizards.engine import Artefact, Existing, WizardStep

_ACTION: Final = "rotate-key"
"""What its plans are for: no account is set up, so none is listed."""


class KeyRotation:
    """One rotation of one key. See `engine.Wizard`."""

    def __init__(self, tools: WizardTools) -> None:
        self.id = ask.ID
        self.title = ask.TITLE
        self._tools = tools

    def steps(self, answers: Answers) -> Sequence[WizardStep]:
        """See `engine.Wizard`."""
        state, now = self._state(), self._tools.local.local.now()
        return ask.pages(answers, next(iter(sorted(state.keys, key=lambda key: _urgency(state, key, now))), ""))

    async def choices(self, source: str) -> Sequence[str]:
        """The signing keys."""
        return tuple(self._state().keys) if source == "keys" else ()

    async def preflight(self) -> Sequence[Check]:
        """Whether each key could rotate now."""
        state, now = self._state(), self._tools.local.local.now()
        found = [_readiness(state, key, now) for key in state.keys]
        return found or [Check("There is a key to rotate", Verdict.BAD, "The local issuer has none")]

    async def check(self, step: str, answers: Answers) -> Mapping[str, str]:
        """See `engine.Wizard`."""
        page = next(page for page in self.steps(answers) if page.id == step)
        found = problems(page.form, answers)
        if not found and text(answers, ask.KEY) not in self._state().keys:
            found[ask.KEY] = "There is no such key"
        return found

    async def existing(self, answers: Answers) -> Sequence[Existing]:
        """Nothing is made, so nothing can be there already."""
        return ()

    async def plan(self, answers: Answers) -> Plan:
        """See `engine.Wizard`. Raises UsageError for what is no key."""
        for field, sentence in (await self.check("key", answers)).items():
            raise UsageError(f"{field}: {sentence}", "Answer it on the page Key")
        name, emergency = text(answers, ask.KEY), flag(answers, ask.EMERGENCY)
        plan = self._tools.local.plan_rotate(name, emergency=emergency)
        effects = (*plan.confirmation.effects, *_effects(self._state(), name, self._tools.local.local.now()))
        kept: JsonObject = {ask.KEY: name, ask.EMERGENCY: emergency}
        confirmation = replace(plan.confirmation, effects=effects)
        return replace(plan, confirmation=confirmation, wizard=context(ask.ID, name, kept, _ACTION))

    async def prove(self, answers: Answers, products: Sequence[Product]) -> Sequence[Check]:
        """The published documents of every issuer that uses the key, and an exchange for every registry."""
        state, name = self._state(), text(answers, ask.KEY)
        users = state.users_of(name, self._tools.local.local.now())
        published = [await self._published(state, issuer) for issuer in users]
        pulled = [
            check
            for registry, entry in _entries(state, users)
            for check in await prove_pull(self._tools.puller, registry, entry, None)
        ]
        return [*published, *pulled]

    async def _published(self, state: IssuerState, issuer: str) -> Check:
        what = f"The documents of {issuer} are published with the old key and the new one"
        # In a thread of its own: a slow issuer must not hold up a screen.
        ca_cert = self._tools.session.connection.ca_cert
        wanted = publication(state, issuer)
        found = await asyncio.to_thread(lambda: asyncio.run(read_again(wanted, ca_cert)))
        first = cause(found)
        if first is None:
            return Check(what, Verdict.GOOD)
        return Check(what, first.verdict, f"{first.sentence}. {first.fix}")

    def artefacts(self, answers: Answers, report: Report) -> Sequence[Artefact]:
        """The versions of the key as they are now, with the times that matter."""
        name = text(answers, ask.KEY)
        record = self._state().keys.get(name)
        lines = [f"{name}\n"]
        for version in record.versions if record else ():
            expires = f", published until {utc_text(version.expires)}" if version.expires else ""
            lines.append(f"{version.version:>3}  {version.state.value:<9} {version.kid}{expires}\n")
        return (Artefact("versions", "The key now", "".join(lines), f"{name}.txt"),)

    def _state(self) -> IssuerState:
        return self._tools.local.local.state()


def _readiness(state: IssuerState, key: str, now: int) -> Check:
    """Whether verifiers know the next version of a key by now."""
    what, record = f"The next version of {key} can sign", state.keys[key]
    moments = [state.ready_at(issuer, key, record.next) for issuer in state.users_of(key, now)]
    if any(moment is None for moment in moments):
        return Check(what, Verdict.BAD, "It is not published yet: publish the issuer again, and wait")
    latest = max((moment for moment in moments if moment is not None), default=now)
    if latest > now:
        return Check(what, Verdict.WARNING, f"Verifiers may not know it for another {format_duration(latest - now)}")
    return Check(what, Verdict.GOOD)


def _urgency(state: IssuerState, key: str, now: int) -> tuple[bool, bool, int]:
    """Keys that can rotate come first, those of registries before others, and then those whose time comes first."""
    record, users = state.keys[key], state.users_of(key, now)
    ready = _readiness(state, key, now).verdict is Verdict.GOOD
    used = any(entry.jwt_issuer in users for one in state.registries.values() for entry in one.credentials)
    return (not ready, not used, record.due() or record.active.created)


def _effects(state: IssuerState, key: str, now: int) -> Iterator[str]:
    record = state.keys[key]
    users = ", ".join(state.users_of(key, now)) or "no issuer"
    yield f"{visible(record.next.kid)} signs for {users}; tokens of the old key stay good"
    old = [version for version in record.versions if version.state is KeyState.ACTIVE]
    for version in old:
        lasts = format_duration(record.key.overlap)
        yield f"{visible(version.kid)} stays published for {lasts}, and its private half is gone at once"


def _entries(state: IssuerState, issuers: Sequence[str]) -> Iterator[tuple[RemoteRegistry, RegistryCredential]]:
    """One entry of each registry that mints with these issuers."""
    for registry in state.registries.values():
        entry = next((entry for entry in registry.credentials if entry.jwt_issuer in issuers), None)
        if entry is not None:
            yield registry, entry
