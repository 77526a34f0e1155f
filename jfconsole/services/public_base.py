"""Another public base for the local issuer: which issuers it renames, who relies on their URLs, and the plan for it.

An issuer without a URL of its own is reached below the public base, so that another base is another `iss`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.errors import ConsoleError, NothingToChange, Refused
from jfconsole.domain.integrations import Integration
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.text import Untrusted, visible
from jfconsole.issuer import configuration
from jfconsole.services.directory import Directory
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import public_base_step
from jfconsole.services.issuer_trust import asking_failed, trusting

_NOT_ASKED: Final = "No platform is asked: see yourself which integrations name the old URLs, and change them"


def renamed(state: IssuerState, base: str) -> Mapping[str, str]:
    """The URLs that change, old to new."""
    after = replace(state, public_base=base)
    pairs = {state.url(name): after.url(name) for name in state.issuers}
    return {old: new for old, new in pairs.items() if old != new}


def base_words(state: IssuerState, base: str) -> tuple[str, ...]:
    """What another base changes here, as sentences; nothing is asked elsewhere."""
    return tuple(_here(state, base))


async def plan_public_base(service: IssuerService, directory: Directory | None, base: str, *, follow: bool) -> Plan:
    """Say where issuers are reached. With `follow`, the platform's integrations that name the old URLs get the new.

    Raises UsageError for what is no URL, NothingToChange. A platform that cannot be asked is told in the effects;
    with `follow` it is Refused: nothing is left half done.
    """
    state = await asyncio.to_thread(service.local.state)
    configuration.refuse_public_base(state, base)
    step = public_base_step(state.public_base, base)
    if step is None:
        raise NothingToChange(f"The public base is {visible(base)} already")
    urls = renamed(state, base)
    there = _Further(effects=(_NOT_ASKED,) if urls else ())
    if directory is not None and urls:
        there = await _there(directory, urls, follow=follow)
    effects = (*_here(state, base), *there.effects)
    return Plan(
        title=step.title,
        origin=there.origin or service.origin,
        steps=(step, *there.steps),
        confirmation=Confirmation(verb="Change it", effects=effects, phrase=there.phrase),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Further:
    """What a platform has to do with it: steps there, what is to be said, a phrase where one of them wants it typed."""

    effects: Sequence[str]
    origin: str = ""
    steps: tuple[Step, ...] = ()
    phrase: str | None = None


def _here(state: IssuerState, base: str) -> Iterator[str]:
    urls = renamed(state, base)
    moving = [name for name in state.issuers if state.url(name) in urls]
    for name in moving:
        old = state.url(name)
        yield f"The issuer {name} becomes {visible(urls[old])}; it was {visible(old)}"
        if name in state.publications:
            yield f"The files of {name} tell the old URL: publish them again, at the new place"
    if urls:
        yield "Tokens minted from now on say the new URL; platforms that trust the old one refuse them"
        yield "Its documents have to be reached there: let a proxy, or the files, follow"
    elif not state.issuers:
        yield "There is no issuer yet: those to come are reached below it"
    for name in state.issuers:
        if name not in moving:
            yield f"The issuer {name} has a URL of its own, and stays {visible(state.url(name))}"


async def _there(directory: Directory, urls: Mapping[str, str], *, follow: bool) -> _Further:
    host = visible(directory.origin)
    try:
        found = await trusting(directory, urls.keys())
    except ConsoleError as error:
        if follow:
            raise Refused(asking_failed(error), "Leave the integrations out to change the public base alone") from error
        return _Further(effects=(asking_failed(error),))
    if not found:
        return _Further(effects=(f"No integration on {host} names the old URLs",))
    if not follow:
        return _Further(effects=[_left_behind(host, row, _followed(row, urls)) for row in found])
    plans = [await directory.integrations.plan_update(row, _followed(row, urls)) for row in found]
    return _Further(
        origin=directory.origin,
        steps=tuple(step for plan in plans for step in plan.steps),
        effects=[effect for plan in plans for effect in plan.confirmation.effects],
        phrase=next((plan.confirmation.phrase for plan in plans if plan.confirmation.phrase), None),
    )


def _left_behind(host: str, row: Integration, followed: Integration) -> str:
    wanted = visible(followed.issuer_url or "")
    name = visible(row.name)
    return f"The integration {name} on {host} refuses new tokens until its provider URL is {wanted}"


def _followed(row: Integration, urls: Mapping[str, str]) -> Integration:
    """The integration with the new URL in the place of the old one."""
    return replace(row, issuer_url=_new(row.issuer_url, urls), token_issuer=_new(row.token_issuer, urls))


def _new(url: Untrusted | None, urls: Mapping[str, str]) -> Untrusted | None:
    return None if url is None else Untrusted(urls.get(url, url))
