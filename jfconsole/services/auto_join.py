"""Which groups new users join by themselves: the list does not say it, so groups are read in detail."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.text import Untrusted
from jfconsole.services.groups import GroupService

MOST: Final = 300
"""Groups that are read for it; where there are more, only the usual ones are."""

_USUAL: Final = (Untrusted("readers"),)
"""Groups that come with the platform and join every user. Source: JFrog help "Default Groups"."""


async def joined_by_new_users(groups: GroupService) -> tuple[Untrusted, ...]:
    """The names of these groups."""
    names = await groups.search("")
    wanted = names if len(names) <= MOST else tuple(name for name in names if name in _USUAL)
    await groups.details.load(wanted)
    known = (groups.details.known.get(name) for name in wanted)
    return tuple(group.name for group in known if group is not None and group.auto_join)
