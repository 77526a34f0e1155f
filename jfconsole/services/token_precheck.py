"""What is looked at before a token is made, because the platform does not: do its user and groups exist, may we ask.

Source of what a non-administrator may choose: JFrog administration reference "createToken".
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.errors import ConsoleError, NotAllowed, NotFound, Refused, UsageError
from jfconsole.domain.scopes import group_names
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_requests import NEVER, TokenRequest, folded_username, merged_scope
from jfconsole.jfrog import groups, users
from jfconsole.jfrog.sender import Sender
from jfconsole.services.capabilities import Capabilities
from jfconsole.services.session import Identity, Session, Unknown

Checked = tuple[TokenRequest, tuple[str, ...]]

_OWN_ONLY: Final = "Only an administrator may make tokens for others"


async def check(session: Session, request: TokenRequest) -> Checked:
    """The request as it will be sent, and what its maker should know; raises as `TokenService.plan_create` says."""
    identity, capabilities = await session.identify(), Capabilities(session.sender)
    wanted = await _within_version(_folded(request, identity), capabilities)
    _refuse_beyond_rights(wanted, identity)
    return wanted, tuple(
        note
        for notes in await asyncio.gather(_about_user(session.sender, wanted), _about_groups(session.sender, wanted))
        for note in notes
    )


def _folded(request: TokenRequest, identity: Identity) -> TokenRequest:
    """Own tokens get their user's name, too: by it a token is found again when the answer is lost."""
    username = folded_username(request.username or own_name(identity))
    return replace(request, username=username, scope=merged_scope(request.scope))


async def _within_version(request: TokenRequest, capabilities: Capabilities) -> TokenRequest:
    await capabilities.require(Capability.SCOPED_TOKENS)
    if request.reference:
        await capabilities.require(Capability.REFERENCE_TOKENS)
    if request.force_revocable and await capabilities.missing(Capability.FORCE_REVOCABLE):
        return replace(request, force_revocable=False)
    return request


def _refuse_beyond_rights(request: TokenRequest, identity: Identity) -> None:
    """Raise Refused for what the platform gives to administrators alone. Unknown rights: the platform will say."""
    if identity.admin is not False:
        return
    if isinstance(identity.username, Unknown) or request.username != identity.username.lower():
        raise Refused(_OWN_ONLY, "Leave the user out: the token is for yourself")
    if request.is_admin:
        raise Refused("Only an administrator may make a token with admin scope", "Choose another scope")


async def _about_user(sender: Sender, request: TokenRequest) -> Sequence[str]:
    """Whether the user is there: a token may be made for a name that does not exist."""
    if not request.username:
        return ()
    try:
        user = await users.fetch(sender, request.username)
    except NotFound:
        return (f"There is no user {visible(request.username)}: the token is for a transient user",)
    except NotAllowed:
        return ()
    except ConsoleError as error:
        return (f"Whether the user exists could not be looked up: {visible(error.message)}",)
    disabled = user.status not in (None, "enabled", "invited")
    return (f"The user {visible(request.username)} is {visible(user.status or '')}",) if disabled else ()


async def _about_groups(sender: Sender, request: TokenRequest) -> Sequence[str]:
    """Raise UsageError for groups that are not there: the platform takes them, and the token can do nothing."""
    wanted = group_names(request.scope)
    if not wanted or wanted == ("*",):
        return ()
    try:
        there = {name.casefold() for name in (await groups.fetch_names(sender)).rows}
    except ConsoleError as error:
        return (f"Whether the groups exist could not be looked up: {visible(error.message)}",)
    missing = [name for name in wanted if name.casefold() not in there]
    if missing:
        raise UsageError(
            f"There is no group {', '.join(visible(name) for name in missing)}",
            "The platform would make the token all the same, and it could do nothing",
        )
    return ()


def may_not(identity: Identity, request: TokenRequest) -> tuple[str, ...]:
    """What a non-administrator is limited to, in sentences for a form; empty for administrators."""
    if identity.admin is not False:
        return ()
    never = ("Without an end only where the platform sets no longest lifetime",) if request.expires_in == NEVER else ()
    return (_OWN_ONLY, *never)


def own_name(identity: Identity) -> Untrusted:
    """Who the console is, empty when it is not known."""
    return Untrusted("") if isinstance(identity.username, Unknown) else identity.username
