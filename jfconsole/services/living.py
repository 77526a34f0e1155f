"""Living with the tokens of one session: what a console does with those that are there, its own among them."""

from __future__ import annotations

from collections.abc import Sequence

from jfconsole.domain.checks import Check
from jfconsole.domain.connection import Connection
from jfconsole.domain.ledger import LedgerEntry
from jfconsole.domain.plans import Plan, Product
from jfconsole.domain.secret import Secret
from jfconsole.services import own_token, trust
from jfconsole.services.inspect import Pair
from jfconsole.services.own_token import OwnToken
from jfconsole.services.revoke_by_value import plan_revoke_value
from jfconsole.services.session import Session, open_session
from jfconsole.services.token_check import TokenCheck, check_token
from jfconsole.services.token_refresh import plan_refresh
from jfconsole.services.token_rotate import Twin, plan_rotate, prove
from jfconsole.services.trust import Shown


class Living:
    """One session's way to these services. Everything may raise the ConsoleError family."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # -- any token -------------------------------------------------------------------------------------

    async def check(self, pasted: Secret, *, send: bool = False) -> TokenCheck:
        """What a token is, and whether this platform accepts it now; see `services.token_check`."""
        return await check_token(self._session, pasted, send=send)

    async def plan_rotate(self, token_id: str, twin: Twin, entry: LedgerEntry | None) -> Plan:
        """The plan that puts another token beside one; see `services.token_rotate`."""
        return await plan_rotate(self._session, token_id, twin, entry)

    async def prove(self, products: Sequence[Product]) -> tuple[Check, ...]:
        """Try new tokens as their users will."""
        return await prove(self._session.connection, products)

    async def plan_refresh(self, pair: Pair) -> Plan:
        """The plan that refreshes a token; see `services.token_refresh`."""
        return await plan_refresh(self._session, pair)

    async def plan_revoke_value(self, pasted: Secret) -> Plan:
        """The plan that revokes a token of which only the value is at hand; see `services.revoke_by_value`."""
        return await plan_revoke_value(self._session, pasted)

    # -- the token in use ------------------------------------------------------------------------------

    async def own(self) -> OwnToken:
        """The token that we work with, and what is wrong with it."""
        return await own_token.own_token(self._session)

    async def plan_session_token(self) -> Plan:
        """The plan that makes an admin token for one hour; `going_over.work_with` what comes of it."""
        return await own_token.plan_session_token(self._session)

    # -- the circle of trust ---------------------------------------------------------------------------

    async def circle(self) -> Shown:
        """What this platform shows of itself for a circle of trust."""
        return await trust.show(self._session)

    async def plan_trial(self) -> Plan:
        """The plan that makes a token to try a peer with."""
        return await trust.plan_trial(self._session)

    async def cross(self, peer: Connection, value: Secret) -> tuple[Check, ...]:
        """Try a token of this platform on a peer."""
        async with open_session(peer, threaded=True) as there:
            return await trust.cross(there, value)
