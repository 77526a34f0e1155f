"""Users as the platform lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jfconsole.domain.text import Untrusted


class UserStatus(StrEnum):
    """The documented states of a user; a newer platform may know others. Source: JFrog REST API "Get User List"."""

    INVITED = "invited"
    ENABLED = "enabled"
    DISABLED = "disabled"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class UserRow:
    """One row of the list, which says no more than this. Empty `realm` or `status`: the server does not say.

    `status` is a UserStatus where it is a documented one, else the platform's own word.
    """

    username: Untrusted
    realm: Untrusted
    status: UserStatus | Untrusted
