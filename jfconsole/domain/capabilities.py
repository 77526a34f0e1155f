"""What a platform can do, by its version, and what to say where it is too old."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

Version: TypeAlias = tuple[int, int, int]

_VERSION: Final = re.compile(r"\s*(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class _Need:
    since: Version
    what: str
    instead: str


class Capability(Enum):
    """Something that not every platform can do: since when, what it is, and what to do without it.

    Sources: JFrog REST API pages "Create a Group", "Get User List", "Get All Permissions", "Create OIDC Configuration"
    for the versions of the calls; administration reference "createToken" and help "Get Tokens" for those of tokens;
    terraform-provider-artifactory CHANGELOG (#931) for the defect of user updates.
    """

    SCOPED_TOKENS = _Need((7, 21, 1), "Making scoped tokens", "Upgrade Artifactory")
    REFERENCE_TOKENS = _Need((7, 38, 10), "Making reference tokens", "Ask for a token without a reference")
    REFRESH = _Need((7, 37, 9), "Refreshing tokens", "Make another token instead")
    REVOKE_BY_VALUE = _Need(
        (7, 68, 0), "Revoking a token by its value", "Revoke it by its id: `tokens inspect` tells it"
    )
    FORCE_REVOCABLE = _Need((7, 50, 3), "Making short-lived tokens revocable", "Let it live 6 h or longer")
    ACCESS_GROUPS = _Need((7, 49, 3), "Managing groups", "Upgrade Artifactory")
    ACCESS_USERS = _Need((7, 49, 3), "Managing users", "Upgrade Artifactory")
    USER_UPDATES = _Need(
        (7, 84, 3),
        "Changing a user without sending its password again",
        "Older platforms refuse it with “Cannot create a user”: upgrade, or set a new password with the change",
    )
    PERMISSIONS = _Need((7, 72, 0), "Managing permissions by resource type", "Upgrade Artifactory")
    OIDC = _Need((7, 73, 1), "OIDC integrations", "Upgrade Artifactory")
    LIST_ADMINS = _Need(
        (7, 117, 0), "Listing administrators", "Those who are administrators by themselves are not known here"
    )
    GLOBAL_ROLES = _Need((7, 128, 0), "Global roles of users and groups", "Leave the roles alone")
    PLATFORM_AUDITOR = _Need((7, 141, 0), "The role platform auditor", "Leave it alone")

    @property
    def since(self) -> Version:
        """The first version that can do it."""
        return self.value.since

    def missing(self, version: str | None) -> str | None:
        """Why a platform of that version cannot do it, as a sentence; None when it can.

        A version that is not known, or that cannot be read, is taken to be able: the platform will say.
        """
        found = read_version(version or "")
        if found is None or found >= self.since:
            return None
        return f"{self.value.what} needs Artifactory {version_text(self.since)}, and this is {version_text(found)}"

    @property
    def hint(self) -> str:
        """What to do without it."""
        return self.value.instead


def read_version(text: str) -> Version | None:
    """`7.146.10`, also with something behind it, as numbers; None when it is no version."""
    found = _VERSION.match(text)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3] or 0))


def version_text(version: Version) -> str:
    """`7.146.10`."""
    return ".".join(map(str, version))
