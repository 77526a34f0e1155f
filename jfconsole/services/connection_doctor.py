"""The connection doctor: how far the way to a platform goes, stage by stage, up to the first that is broken."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Final

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.connection import Connection
from jfconsole.domain.durations import DAY, format_relative
from jfconsole.domain.errors import (
    BadResponse,
    ConsoleError,
    DeadlineExceeded,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Redirected,
    TlsUntrusted,
    Unreachable,
    UsageError,
)
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.jwt import DecodedJwt, ReferenceToken, recognise
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_facts import SOON
from jfconsole.domain.token_words import NOT_SAID, Fact, when
from jfconsole.jfrog import reach, system, tls
from jfconsole.services.proxies import proxy_words
from jfconsole.services.session import Identity, Learnt, Session, Unknown, open_session
from jfconsole.services.trust_findings import Found, bad, doubtful, good, stages_record, unknown

RENEW: Final = 30 * DAY
"""A certificate or licence that ends within so many seconds is worth a warning."""


class Step(StrEnum):
    """What a connection has to get past, in this order."""

    NAME = "name"
    PORT = "port"
    TLS = "tls"
    PING = "ping"
    VERSION = "version"
    TOKEN = "token"  # noqa: S105 (the name of a stage)
    ADMIN = "admin"
    LICENCE = "licence"


class Reason(StrEnum):
    """Why a stage came out as it did. Stable: reports and scripts name them."""

    NAME_UNKNOWN = "name-unknown"
    PORT_CLOSED = "port-closed"
    NO_ANSWER = "no-answer"
    TLS_UNTRUSTED = "tls-untrusted"
    TLS_FILES = "tls-files"
    TLS_EXPIRES = "tls-expires"
    TLS_UNSEEN = "tls-unseen"
    REDIRECTED = "redirected"
    NOT_JFROG = "not-jfrog"
    PING_REFUSED = "ping-refused"
    VERSION_NOT_SAID = "version-not-said"
    VERSION_OLD = "version-old"
    TOKEN_REFUSED = "token-refused"  # noqa: S105 (a code)
    TOKEN_EXPIRED = "token-expired"  # noqa: S105 (a code)
    TOKEN_EXPIRES = "token-expires"  # noqa: S105 (a code)
    NOT_ADMIN = "not-admin"
    ADMIN_NOT_SAID = "admin-not-said"
    LICENCE_NOT_SAID = "licence-not-said"
    LICENCE_ENDS = "licence-ends"
    LICENCE_LACKS = "licence-lacks"


_REASONS: Final = (
    (TlsUntrusted, Reason.TLS_UNTRUSTED),
    (DeadlineExceeded, Reason.NO_ANSWER),
    (Unreachable, Reason.NO_ANSWER),
    (Redirected, Reason.REDIRECTED),
    (BadResponse, Reason.NOT_JFROG),
    (NotFound, Reason.NOT_JFROG),
    (NotAuthenticated, Reason.TOKEN_REFUSED),
    (NotAllowed, Reason.TOKEN_REFUSED),
)

_LACKING: Final = ("OSS", "Community", "Container Registry")
"""Kinds of licence without the administration of access. Source: the answer "This REST API is available only in
Artifactory Pro" of Artifactory OSS; the names of these kinds are inferred from JFrog's product names."""

_WITH_OIDC: Final = ("enterprise", "trial", "cloud")
"""OIDC integrations need Enterprise X or Enterprise+. Source: JFrog administration documentation, "OpenID Connect
Integration". Inferred: how a trial or a cloud subscription calls itself."""


class ConnectionDoctor:
    """Walks one connection. It changes nothing, and the token goes nowhere but to the platform.

    `clock` gives epoch seconds.
    """

    def __init__(self, connection: Connection, *, clock: Callable[[], float] = time.time) -> None:
        self._connection = connection
        self._clock = clock
        self._target = reach.target(connection.url)
        self._identity: Identity | None = None
        self._version = ""

    async def examine(self) -> AsyncIterator[Found]:
        """What comes of each stage, as it comes; the first that is broken is the last."""
        for stage in (self._name, self._port, self._tls):
            found = await _timed(stage)
            yield found
            if found.broken:
                return
        try:
            async with open_session(self._connection) as session:
                for asking in (self._ping, self._release, self._token, self._admin, self._licence):
                    found = await _timed(partial(asking, session))
                    yield found
                    if found.broken:
                        return
        except UsageError as error:
            yield bad(Step.TOKEN, Reason.TOKEN_REFUSED, visible(error.message), visible(error.hint))

    # -- the way there -----------------------------------------------------------------------------------

    async def _name(self) -> Found:
        host, proxy = Fact("host", visible(self._target.host)), Fact("proxy", proxy_words(self._connection.url))
        try:
            found = await reach.addresses(self._connection, self._target.host)
        except ConsoleError as error:
            return bad(Step.NAME, Reason.NAME_UNKNOWN, visible(error.message), visible(error.hint), host, proxy)
        through = f"By the proxy {proxy.text}, whose name" if self._target.proxy else "The name"
        return good(Step.NAME, f"{through} resolves", host, Fact("addresses", ", ".join(found)), proxy)

    async def _port(self) -> Found:
        where = Fact("port", f"{visible(self._target.host)}:{self._target.port}")
        try:
            await reach.knock(self._connection, self._target)
        except ConsoleError as error:
            return bad(Step.PORT, Reason.PORT_CLOSED, visible(error.message), visible(error.hint), where)
        return good(Step.PORT, "The connection is accepted", where)

    async def _tls(self) -> Found:
        if not self._connection.url.startswith("https:"):
            return good(Step.TLS, "Plain http to this machine: there is no certificate to check")
        if self._target.proxy:
            sentence = "The certificate is seen through the proxy, with the first call"
            return unknown(Step.TLS, Reason.TLS_UNSEEN, sentence)
        try:
            found = await reach.certificate(self._connection)
        except UsageError as error:
            return bad(Step.TLS, Reason.TLS_FILES, visible(error.message), visible(error.hint))
        except TlsUntrusted as error:
            presented = await tls.presented_fingerprint(self._target.host, self._target.port)
            shown = (Fact("presented", presented),) if presented else ()
            return bad(Step.TLS, Reason.TLS_UNTRUSTED, visible(error.message), visible(error.hint), *shown)
        except ConsoleError as error:
            return bad(Step.TLS, Reason.NO_ANSWER, visible(error.message), visible(error.hint))
        return self._judged(found)

    def _judged(self, found: reach.Presented) -> Found:
        now = self._clock()
        evidence = (
            Fact("certificate", f"{visible(found.subject)}, from {visible(found.issuer)}"),
            Fact("for", ", ".join(map(visible, found.names))),
            Fact("expires", when(found.not_after, now)),
            Fact("SHA-256", found.fingerprint),
            Fact("pinned", "yes, it is this one" if self._connection.pin else "no"),
            Fact("protocol", found.protocol),
        )
        if found.not_after - now <= RENEW:
            sentence = f"The certificate is good, and expires {format_relative(found.not_after, now)}"
            return doubtful(Step.TLS, Reason.TLS_EXPIRES, sentence, "Have it renewed in time", *evidence)
        return good(Step.TLS, "The certificate is good", *evidence)

    # -- the platform ------------------------------------------------------------------------------------

    async def _ping(self, session: Session) -> Found:
        url = Fact("base URL", visible(self._connection.url))
        try:
            await system.ping(session.sender)
        except (NotAuthenticated, NotAllowed) as error:
            return doubtful(
                *(Step.PING, Reason.PING_REFUSED, visible(error.message)),
                "Something in front of the platform may want credentials of its own",
                url,
            )
        except ConsoleError as error:
            return _broken(Step.PING, error, url)
        return good(Step.PING, "Artifactory answers the ping", url)

    async def _release(self, session: Session) -> Found:
        try:
            self._version = await system.artifactory_version(session.sender)
        except (Unreachable, BadResponse) as error:
            return _broken(Step.VERSION, error)
        except ConsoleError as error:
            return unknown(Step.VERSION, Reason.VERSION_NOT_SAID, "The version is not told", visible(error.message))
        shown = Fact("Artifactory", visible(Untrusted(self._version)))
        missing = [sentence for capability in Capability if (sentence := capability.missing(self._version))]
        if missing:
            sentence = f"This version lacks {len(missing)} of the things the console can do"
            facts = (shown, *(Fact("lacks", one) for one in missing))
            return doubtful(Step.VERSION, Reason.VERSION_OLD, sentence, "Upgrade for these, or do without", *facts)
        return good(Step.VERSION, "The version can do all that the console does", shown)

    # -- the token ---------------------------------------------------------------------------------------

    async def _token(self, session: Session) -> Found:
        came = Fact("came from", visible(self._connection.source) or "the command line")
        try:
            self._identity = identity = await session.identify()
        except ConsoleError as error:
            return self._refused(error, came)
        now, expires = self._clock(), identity.expires
        evidence = (
            Fact("user", _said(identity.username)),
            Fact("scope", _said(identity.scope)),
            Fact("expires", NOT_SAID if isinstance(expires, Unknown) else when(expires, now)),
            came,
        )
        if isinstance(expires, int) and expires - now <= SOON:
            sentence = f"The token is accepted, and expires {format_relative(expires, now)}"
            return doubtful(Step.TOKEN, Reason.TOKEN_EXPIRES, sentence, "Have another one made in time", *evidence)
        return good(Step.TOKEN, "The token is accepted", *evidence)

    def _refused(self, error: ConsoleError, came: Fact) -> Found:
        own = recognise(self._connection.token.reveal())
        expires = own.expires if isinstance(own, DecodedJwt | ReferenceToken) else None
        now = self._clock()
        if isinstance(error, NotAuthenticated) and expires is not None and expires <= now:
            sentence = f"The token expired {format_relative(expires, now)}"
            return bad(Step.TOKEN, Reason.TOKEN_EXPIRED, sentence, "Have a new one made, and give it here", came)
        return _broken(Step.TOKEN, error, came)

    async def _admin(self, session: Session) -> Found:
        admin = self._identity.admin if self._identity else Unknown(NOT_SAID)
        if isinstance(admin, Unknown):
            return unknown(
                Step.ADMIN, Reason.ADMIN_NOT_SAID, "Whether it administers is not told", visible(admin.reason)
            )
        if admin:
            return good(Step.ADMIN, "The token administers the platform")
        sentence = "The token does not administer the platform: the console shows what it may see"
        fix = "For everything, take a token of an administrator with the scope applied-permissions/admin"
        return doubtful(Step.ADMIN, Reason.NOT_ADMIN, sentence, fix)

    async def _licence(self, session: Session) -> Found:
        try:
            found = await system.licence(session.sender)
        except ConsoleError as error:
            return unknown(Step.LICENCE, Reason.LICENCE_NOT_SAID, "The licence is not told", visible(error.message))
        now, kind = self._clock(), visible(found.kind)
        evidence = (Fact("licence", kind or NOT_SAID),)
        if any(word in found.kind for word in _LACKING):
            sentence = f"The licence {kind} has no administration of access through the API"
            return doubtful(
                Step.LICENCE, Reason.LICENCE_LACKS, sentence, "Artifactory Pro or Enterprise has", *evidence
            )
        if found.valid_until is not None and found.valid_until - now <= RENEW:
            sentence = f"The licence ends {format_relative(found.valid_until, now)}"
            return doubtful(Step.LICENCE, Reason.LICENCE_ENDS, sentence, "Have it renewed in time", *evidence)
        if found.kind and not any(word in found.kind.lower() for word in _WITH_OIDC):
            sentence = f"The licence {kind} may have no OIDC integrations: they come with Enterprise X and Enterprise+"
            return doubtful(Step.LICENCE, Reason.LICENCE_LACKS, sentence, "The rest works without", *evidence)
        return good(Step.LICENCE, "The licence has all that the console uses", *evidence)


def connection_record(connection: Connection, found: list[Found]) -> JsonObject:
    """A diagnosis as `--json` prints it; keys are stable."""
    return {
        "url": connection.url,
        "source": connection.source,
        "profile": connection.profile or None,
        "proxy": reach.target(connection.url).proxy,
        **stages_record(found),
    }


async def _timed(stage: Callable[[], Awaitable[Found]]) -> Found:
    started = time.monotonic()
    found = await stage()
    return replace(found, seconds=time.monotonic() - started)


def _broken(stage: Step, error: ConsoleError, *evidence: Fact) -> Found:
    reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.NO_ANSWER)
    said = (Fact("it says", visible(error.detail.server_text)),) if error.detail.server_text else ()
    return bad(stage, reason, visible(error.message), visible(error.hint), *evidence, *said)


def _said(learnt: Learnt[Untrusted]) -> str:
    return NOT_SAID if isinstance(learnt, Unknown) else visible(learnt)
