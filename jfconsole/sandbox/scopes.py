"""The scope grammar of access tokens: what a scope string says, and the ones that say nothing."""

import functools
import re
from dataclasses import dataclass, field

USER = "applied-permissions/user"
ADMIN = "applied-permissions/admin"
_GROUPS = "applied-permissions/groups:"
_ROLES = "applied-permissions/roles:"

_PIECE = re.compile(r'(?:"[^"]*"|[^\s"])+')
_NAME = re.compile(r'\s*(?:"([^"]+)"|([^",\s]+))\s*')
_PROJECT = re.compile(r"[a-z][a-z0-9-]{1,31}")
_ACTIONS = r"(?:\*|[rwdamxs](?:,?[rwdamxs])*)"
# jfrog/terraform-provider-artifactory docs/resources/scoped_token.md and its scope validators; `info/...` from its
# issue 1401; `project:` from the help page "Get Projects List".
_RESOURCE = re.compile(
    rf"system:(?:metrics|livelogs|identities|permissions|info/[a-z]+):{_ACTIONS}"
    rf"|artifact:[^\s:]+:{_ACTIONS}"
    rf"|project:[a-z][a-z0-9-]{{1,31}}:{_ACTIONS}"
)


class BadScope(ValueError):
    """A scope string outside the grammar."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a scope string grants. The string itself is kept elsewhere, as it was sent."""

    user: bool = False
    """All rights of the token's user."""
    admin: bool = False
    """Platform administrator, whoever the user is."""
    groups: tuple[str, ...] = ()
    """Rights of these groups."""
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Per project key, rights of these project roles."""
    resources: tuple[str, ...] = field(default=())
    """`system:`, `artifact:` and `project:` entries, as written."""

    def allows(self, resource: str, action: str) -> bool:
        """Whether an entry such as `system:identities:r` grants `action` (one letter) on `resource`."""
        granted = (entry.rpartition(":") for entry in self.resources)
        return any(name == resource and (letters == "*" or action in letters) for name, _, letters in granted)

    def artifacts(self) -> list[tuple[str, str, str]]:
        """The `artifact:` entries: repository, path (may be empty) and action letters, patterns all of them."""
        entries = (entry.split(":") for entry in self.resources if entry.startswith("artifact:"))
        found = []
        for _, where, letters in entries:
            repository, _, path = where.partition("/")
            found.append((repository, path, letters))
        return found

    def names(self) -> frozenset[str]:
        """Group names and project keys that occur: what the token list can be searched for."""
        projects = (project for project, _ in self.roles)
        keys = (entry.split(":")[1] for entry in self.resources if entry.startswith("project:"))
        return frozenset((*self.groups, *projects, *keys))


@functools.lru_cache(4096)
def parse(text: str) -> Scope:
    """The meaning of a space-separated scope string; spaces and commas inside double quotes separate nothing.

    Raises:
        BadScope: `text` is empty or has an entry outside the grammar.
    """
    pieces = _split(text)
    groups: list[str] = []
    roles: list[tuple[str, tuple[str, ...]]] = []
    resources: list[str] = []
    for piece in pieces:
        if piece.startswith(_GROUPS):
            groups += _names(piece.removeprefix(_GROUPS))
        elif piece.startswith(_ROLES):
            roles.append(_role(piece.removeprefix(_ROLES)))
        elif _RESOURCE.fullmatch(piece):
            resources.append(piece)
        elif piece not in (USER, ADMIN):
            raise BadScope(piece)
    return Scope(USER in pieces, ADMIN in pieces, tuple(groups), tuple(roles), tuple(resources))


def render(scope: Scope) -> str:
    """A scope string with the meaning of `scope`; names are quoted where they need it."""
    pieces = [USER] * scope.user + [ADMIN] * scope.admin
    if scope.groups:
        pieces.append(_GROUPS + _list(scope.groups))
    pieces += [f"{_ROLES}{project}:{_list(names)}" for project, names in scope.roles]
    return " ".join((*pieces, *scope.resources))


def _split(text: str) -> list[str]:
    pieces = _PIECE.findall(text)
    if not pieces or "".join(pieces) != "".join(_outside_quotes(text)):
        raise BadScope(text)
    return pieces


def _outside_quotes(text: str) -> list[str]:
    """`text` without the white space that separates entries."""
    return [part if part.startswith('"') else "".join(part.split()) for part in re.split(r'("[^"]*")', text)]


def _names(text: str) -> list[str]:
    """Names of a comma-separated list; one trailing comma occurs in real tokens and is forgiven."""
    names: list[str] = []
    position = 0
    while position < len(text):
        match = _NAME.match(text, position)
        if match is None or (match.end() < len(text) and text[match.end()] != ","):
            raise BadScope(text)
        names.append(match[1] or match[2])
        position = match.end() + 1
    if not names:
        raise BadScope(text)
    return names


def _role(text: str) -> tuple[str, tuple[str, ...]]:
    project, colon, names = text.partition(":")
    if not colon or not _PROJECT.fullmatch(project):
        raise BadScope(text)
    return project, tuple(_names(names))


def _list(names: tuple[str, ...]) -> str:
    return ",".join(name if re.fullmatch(r'[^",\s]+', name) else f'"{name}"' for name in names)
