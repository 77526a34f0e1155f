"""The trust doctor: why the tokens of an integration do not get in, stage by stage, up to the first that is broken.

Documents of the issuer are fetched from here, as the platform does from where it stands. The token goes to the
platform alone, and only at the exchange; it is kept nowhere.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from jfconsole.domain.checks import Verdict
from jfconsole.domain.errors import BadResponse, ConsoleError, NotFound, Rejected, Unreachable
from jfconsole.domain.integrations import Integration
from jfconsole.domain.issuers import Discovery, PublishedKey
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.plans import Plan
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.jfrog import system
from jfconsole.jfrog.discovery import fetch_discovery, fetch_keys
from jfconsole.jfrog.exchange import Exchanged, ExchangeOrder, Reason, refusal
from jfconsole.jfrog.public_fetch import PublicFetcher, public_fetcher
from jfconsole.services import trust_stages as stages
from jfconsole.services.exchanges import exchange_token
from jfconsole.services.integrations import IntegrationService
from jfconsole.services.journal import Journal
from jfconsole.services.mappings import MappingService
from jfconsole.services.objects import is_absence
from jfconsole.services.session import Session
from jfconsole.services.simulate import decoded, simulate
from jfconsole.services.trust_findings import (
    ChangeIntegration,
    ChangeMapping,
    Code,
    Found,
    Repair,
    Stage,
    bad,
    good,
    unknown,
)
from jfconsole.services.trust_targets import judge_targets
from jfconsole.services.trust_use import judge_use

_CODES: Final = {Reason.AUDIENCE: Code.EXCHANGE_AUDIENCE, Reason.KEYS: Code.EXCHANGE_KEYS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is looked into. Without a token it ends at the keys; `exchange`: the token may be sent to the platform.

    `platform_reaches`: an issuer that cannot be reached from here ends nothing, since the platform may reach it.
    """

    integration: str
    token: Secret | None = None
    project: str | None = None
    mapping: str | None = None
    exchange: bool = True
    platform_reaches: bool = False


@dataclass(slots=True)
class _Known:
    """What earlier stages have learnt."""

    integration: Integration | None = None
    mappings: Sequence[IdentityMapping] = ()
    discovery: Discovery | None = None
    keys: tuple[PublishedKey, ...] | None = None
    token: DecodedJwt | None = None
    given: Exchanged | None = field(default=None, repr=False)


class TrustDoctor:
    """Looks into one case. `fetcher` asks the issuer, `clock` gives epoch seconds."""

    def __init__(
        self,
        session: Session,
        journal: Journal,
        case: Case,
        *,
        fetcher: PublicFetcher | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._session = session
        self._journal = journal
        self._case = case
        self._fetcher = fetcher or public_fetcher(session.connection.ca_cert)
        self._clock = clock
        self._integrations = IntegrationService(session)
        self._mappings = MappingService(session)
        self._known = _Known()

    async def examine(self) -> AsyncIterator[Found]:
        """What comes of each stage, as it comes; the first that is broken is the last."""
        walk: list[Callable[[], Awaitable[Found]]] = [self._platform, self._discovery, self._issuer, self._keys]
        walk += [self._token]
        if self._case.token is not None:
            walk += [self._times, self._audience, self._mapping, self._exchange, self._use]
        for stage in walk:
            started = time.monotonic()
            found = await stage()
            yield replace(found, seconds=time.monotonic() - started)
            if found.broken or found.code is Code.NOT_TRIED:
                return

    async def plan(self, repair: Repair) -> Plan:
        """The plan that makes a change; what lets strangers in has to be typed. Raises ConsoleError."""
        if isinstance(repair, ChangeIntegration):
            return await self._integrations.plan_update(repair.before, repair.after)
        if isinstance(repair, ChangeMapping):
            return await self._mappings.plan_update(repair.before, repair.after)
        return await self._mappings.plan_move(repair.mapping, repair.before)

    # -- the platform ------------------------------------------------------------------------------------

    async def _platform(self) -> Found:
        url = Fact("base URL", visible(self._session.connection.url))
        try:
            self._known.integration = integration = await self._integrations.get(self._case.integration)
            projects = (self._case.project or "", integration.project_key or "")
            self._known.mappings = await self._mappings.list(self._case.integration, projects)
        except NotFound as error:
            return await self._no_provider(url) if is_absence(error) else _no_platform(error, url)
        except BadResponse as error:
            return _no_platform(error, url)
        except Unreachable as error:
            return bad(Stage.PLATFORM, Code.PLATFORM_UNREACHABLE, visible(error.message), visible(error.hint), url)
        except ConsoleError as error:
            return bad(Stage.PLATFORM, Code.PLATFORM_REFUSED, visible(error.message), visible(error.hint), url)
        facts = (
            url,
            Fact(
                "exchange at", f"{visible(self._session.connection.url)}/access/api/v1/oidc/token, without /artifactory"
            ),
            Fact("provider URL", visible(integration.issuer_url or "")),
            Fact("mappings", f"{len(self._known.mappings):,}"),
        )
        return good(Stage.PLATFORM, f"There is an integration {visible(integration.name)}", *facts)

    async def _no_provider(self, url: Fact) -> Found:
        """The name as it is sent: clients that send another get the same answer as strangers."""
        name = self._case.integration
        try:
            known = [found.name for found in (await self._integrations.list()).views]
        except ConsoleError:
            known = []
        alike = {found.casefold(): found for found in known}
        near = difflib.get_close_matches(name.casefold(), alike, n=1, cutoff=0.5)
        hint = f"Did you mean {visible(alike[near[0]])}? Names count to the letter" if near else ""
        facts = (url, Fact("there are", ", ".join(map(visible, known)) or "none"))
        sentence = f"There is no integration {visible(name)}"
        return bad(Stage.PLATFORM, Code.PROVIDER_UNKNOWN, sentence, hint or "Check the name that is sent", *facts)

    # -- the issuer --------------------------------------------------------------------------------------

    async def _discovery(self) -> Found:
        integration = self._about
        try:
            found = await fetch_discovery(self._fetcher, integration.issuer_url or "", integration.azure_app_id or "")
        except ConsoleError as error:
            return self._softened(stages.unreadable(Stage.DISCOVERY, error))
        self._known.discovery = found.discovery
        document = found.document
        facts = (
            Fact("asked", visible(found.discovery.url)),
            Fact("answered by", document.address or "a proxy"),
            Fact("keys at", visible(found.discovery.jwks_uri or "nowhere")),
        )
        return good(Stage.DISCOVERY, "The discovery document can be read from here", *facts)

    async def _issuer(self) -> Found:
        if self._known.discovery is None:
            return _not_seen(Stage.ISSUER)
        return stages.judge_issuer(self._about, self._known.discovery)

    async def _keys(self) -> Found:
        if self._known.discovery is None:
            return _not_seen(Stage.KEYS)
        try:
            self._known.keys = (await fetch_keys(self._fetcher, self._known.discovery)).keys
        except ConsoleError as error:
            return self._softened(stages.unreadable(Stage.KEYS, error))
        return stages.judge_keys(self._known.keys)

    def _softened(self, found: Found) -> Found:
        """Not reached from here is no failure where it is known that the platform may reach it."""
        if not self._case.platform_reaches or found.code not in (Code.DISCOVERY_UNREACHABLE, Code.KEYS_UNREACHABLE):
            return found
        return replace(found, verdict=Verdict.UNKNOWN)

    # -- the token ---------------------------------------------------------------------------------------

    async def _token(self) -> Found:
        if self._case.token is None:
            fix = "Give a token of a workload: the rest cannot be told without one"
            return unknown(Stage.TOKEN, Code.NO_TOKEN, "There is no token to look at", fix)
        try:
            self._known.token = decoded(self._case.token, self._clock())
        except ConsoleError as error:
            return bad(Stage.TOKEN, Code.TOKEN_MALFORMED, visible(error.message), visible(error.hint))
        return stages.judge_token(self._about, self._known.token, self._known.keys)

    async def _times(self) -> Found:
        try:
            platform_now = await system.clock(self._session.sender)
        except ConsoleError:
            platform_now = None
        return stages.judge_times(self._decoded, self._clock(), platform_now)

    async def _audience(self) -> Found:
        return stages.judge_audience(self._about, self._decoded)

    async def _mapping(self) -> Found:
        token, case = self._decoded, self._case
        simulation = simulate(
            self._about,
            self._known.mappings,
            token.claims,
            now=self._clock(),
            token=token,
            project=case.project,
            only=case.mapping,
        )
        found = stages.judge_mappings(self._about, self._known.mappings, simulation, case.project)
        return await judge_targets(self._session.sender, found, simulation)

    # -- the exchange ------------------------------------------------------------------------------------

    async def _exchange(self) -> Found:
        case = self._case
        if not case.exchange or self._session.connection.read_only or case.token is None:
            why = "the console is read-only" if self._session.connection.read_only else "it was not asked for"
            sentence = f"The token was not sent: {why}"
            return unknown(Stage.EXCHANGE, Code.NOT_TRIED, sentence, "Let it be exchanged to know")
        order = ExchangeOrder(provider=case.integration, token=case.token, mapping=case.mapping, project=case.project)
        try:
            sender, origin = self._session.sender, self._session.connection.url
            given = (await exchange_token(sender, origin, self._journal, order)).given
        except ConsoleError as error:
            return _refused(error)
        self._known.given = given
        facts = (
            Fact("user", visible(given.username or "not said")),
            Fact("scope", visible(given.scope or "not said")),
            Fact("lives", f"{given.expires_in} s" if given.expires_in else "not said"),
        )
        return good(Stage.EXCHANGE, "The platform gave an access token, which is used once and forgotten", *facts)

    async def _use(self) -> Found:
        assert self._known.given is not None, "use comes after an exchange that went well"
        return await judge_use(self._session.connection, self._known.given)

    @property
    def _about(self) -> Integration:
        assert self._known.integration is not None, "the platform comes first"
        return self._known.integration

    @property
    def _decoded(self) -> DecodedJwt:
        assert self._known.token is not None, "the token comes before what it says"
        return self._known.token


def _not_seen(stage: Stage) -> Found:
    return unknown(stage, Code.DISCOVERY_UNREACHABLE, "The issuer could not be asked from here")


def _no_platform(error: ConsoleError, url: Fact) -> Found:
    """Something answers that knows no integrations at all: a proxy, or a domain for Artifactory alone."""
    fix = (
        "Give the URL of the platform itself, without /artifactory or another path. A domain of one's own has to lead"
        " to all of the platform: /access next to /artifactory"
    )
    answer = Fact("it answers", f"{error.detail.status or 'nothing of use'}: {visible(error.message)}")
    sentence = "What answers there is no JFrog Platform, or only a part of one"
    return bad(Stage.PLATFORM, Code.BASE_URL, sentence, fix, url, answer)


def _refused(error: ConsoleError) -> Found:
    """The platform's own answer, after everything that can be told from here was well."""
    if not isinstance(error, Rejected):
        return bad(Stage.EXCHANGE, Code.EXCHANGE_FAILED, visible(error.message), visible(error.hint))
    meaning = refusal(error.detail)
    facts = [
        Fact("status", str(error.detail.status)),
        Fact("it says", visible((error.detail.server_text or "nothing")[:300])),
        *(Fact("may be", cause) for cause in meaning.causes),
    ]
    fix = "Look at the platform's own log; from here, its signature and its way to the issuer remain"
    return bad(Stage.EXCHANGE, _CODES.get(meaning.reason, Code.EXCHANGE_REFUSED), meaning.sentence, fix, *facts)
