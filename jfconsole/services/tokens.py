"""Tokens as front ends use them: the list with its subjects, one token, a pasted one, and the way to revoke."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jfconsole.domain.errors import ConsoleError, NotAllowed, NotFound
from jfconsole.domain.groups import INTERNAL_REALM
from jfconsole.domain.token_facts import SubjectState, TokenView, view_token, view_tokens
from jfconsole.domain.tokens import Token
from jfconsole.domain.users import UserRow, UserStatus
from jfconsole.jfrog import tokens, users
from jfconsole.jfrog.tokens import TokenList
from jfconsole.services.session import Identity, Session, Unknown

if TYPE_CHECKING:
    from jfconsole.domain.plans import Plan
    from jfconsole.domain.token_requests import TokenRequest
    from jfconsole.services.inspect import Inspection

ME: Final = "me"
"""Stands for the token in use where an id is expected. Source: JFrog REST API "Get Token by ID"."""

SUBJECTS_FRESH: Final = 60.0
"""Seconds for which the list of users is taken as current."""

_STATES: Final = {
    UserStatus.ENABLED: SubjectState.ENABLED,
    UserStatus.INVITED: SubjectState.INVITED,
    UserStatus.DISABLED: SubjectState.DISABLED,
    UserStatus.LOCKED: SubjectState.LOCKED,
}


@dataclass(frozen=True, slots=True)
class Subjects:
    """The state of every user by lower-case name. `states` is None when it is not known; `reason` says why.

    `external` are the users who come from elsewhere (LDAP, SAML, SCIM), by lower-case name.
    """

    states: Mapping[str, SubjectState] | None
    reason: str = ""
    external: frozenset[str] | None = None


NOT_ASKED: Final = Subjects(None, "the users were not read")


@dataclass(frozen=True, slots=True, eq=False)
class TokenListing:
    """One reading of the token list. `views` are in the platform's order; `wire` is what the next one compares with."""

    views: Sequence[TokenView]
    subjects: Subjects
    in_use: str | None
    wire: TokenList


class TokenService:
    """Reads of one session. Raises the ConsoleError family.

    Tokens are shown with the state of their user once `subjects` was called. The one in use is marked at once when
    its value tells its id, else once `find_in_use`, `me` or `identify` was called.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._subjects = NOT_ASKED
        self._subjects_at = 0.0
        self._in_use: str | None = session.token_id

    async def identify(self) -> Identity:
        """Who we are on the platform; from then on the token in use is marked."""
        identity = await self._session.identify()
        self._in_use = None if isinstance(identity.token_id, Unknown) else identity.token_id
        return identity

    async def find_in_use(self) -> str | None:
        """The id of the token in use: from its value, else from the platform; None when neither tells."""
        if self._in_use is None:
            try:
                await self.me()
            except ConsoleError:
                return None
        return self._in_use

    async def list(self, previous: TokenListing | None = None) -> TokenListing:
        """All tokens that we may see. `previous` comes back as it is when nothing has changed since."""
        wire = await tokens.fetch_list(self._session.sender, previous=previous.wire if previous else None)
        subjects, in_use = self._subjects, self._in_use
        if previous and previous.wire is wire and previous.subjects is subjects and previous.in_use == in_use:
            return previous
        views = await asyncio.to_thread(view_tokens, wire.tokens, subjects.states, in_use)
        return TokenListing(views, subjects, in_use, wire)

    async def get(self, token_id: str) -> TokenView:
        """One token by its id, or `ME`. Raises NotFound."""
        if token_id == ME:
            return await self.me()
        return self._view(await tokens.fetch(self._session.sender, token_id))

    async def me(self) -> TokenView:
        """The token in use. Raises NotFound when it lives too short to be stored."""
        token = await tokens.fetch_own(self._session.sender)
        self._in_use = token.token_id
        return self._view(token)

    async def of_user(self, username: str) -> tuple[Token, ...]:
        """The listed tokens of one user, existing or not."""
        query = tokens.TokenQuery(username=username)
        return (await tokens.fetch_list(self._session.sender, query)).tokens

    async def look_up(self, inspection: Inspection) -> TokenView:
        """What the platform lists under the id of an inspected token. Raises NotFound when there is nothing to ask."""
        if inspection.token_id is None:
            raise NotFound(f"The platform cannot be asked: {inspection.no_lookup}", "What it says is shown as it is")
        return await self.get(inspection.token_id)

    async def subjects(self) -> Subjects:
        """The state of all users, read at most once a minute. Where they cannot be read it says why instead."""
        if self._subjects.states is None or time.monotonic() - self._subjects_at > SUBJECTS_FRESH:
            found = await self._read_subjects()
            if found != self._subjects:
                self._subjects = found
            self._subjects_at = time.monotonic()
        return self._subjects

    def plan_revoke(self, views: Sequence[TokenView]) -> Plan:
        """The plan that revokes these tokens, to be reviewed; see `services.revoke.plan_revoke` for what it refuses."""
        from jfconsole.services import revoke  # here, since a list needs nothing of plans

        chosen = [view.token for view in views]
        return revoke.plan_revoke(chosen, own_token_id=self._in_use, origin=self._session.connection.url)

    async def plan_create(self, request: TokenRequest) -> Plan:
        """The plan that makes a token, after looking at what the platform does not look at.

        Names are folded as the platform does it, groups are put into one entry. Raises UsageError for groups that
        do not exist and for what the platform would refuse, Refused where the platform is too old for it or where
        the token in use may not ask for it.
        """
        from jfconsole.services import token_create, token_precheck  # here, since a list needs nothing of plans

        wanted, notes = await token_precheck.check(self._session, request)
        return token_create.plan_create(wanted, self._session.connection.url, notes)

    async def _read_subjects(self) -> Subjects:
        try:
            rows = await users.fetch_all(self._session.sender)
        except ConsoleError as error:
            return Subjects(None, _why(error))
        external = frozenset(row.username.casefold() for row in rows if row.realm and row.realm != INTERNAL_REALM)
        return Subjects({row.username.lower(): _state(row) for row in rows}, external=external)

    def _view(self, token: Token) -> TokenView:
        return view_token(token, self._subjects.states, self._in_use)


def _state(row: UserRow) -> SubjectState:
    return _STATES.get(row.status, SubjectState.UNKNOWN) if isinstance(row.status, UserStatus) else SubjectState.UNKNOWN


def _why(error: ConsoleError) -> str:
    if isinstance(error, NotAllowed):
        return "this token may not read the users: only administrators may"
    if isinstance(error, NotFound):
        return "this platform has no list of users that we know (it needs Artifactory 7.49.3)"
    return f"the users could not be read: {error.message}"
