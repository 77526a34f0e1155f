"""What a token may do: the scope grammar of JFrog access tokens, read into values and written back.

A scope string is a list of scope tokens separated by blanks; blanks inside double quotes do not separate. Reading
never fails: what it does not know becomes `UnknownScope` with its text, because the grammar grows with the platform.
Source: terraform-provider-artifactory docs/resources/scoped_token.md and its `splitScopes`; for the older grammar
(`api:*`, `member-of-groups:`) JFrog REST APIs "Create Token (Deprecated)".
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jfconsole.domain.text import Untrusted, visible

SCOPE_LIMIT: Final = 500
"""Characters that the platform takes for one scope string. Source: JFrog administration reference "createToken"."""

ACTIONS: Final = {
    "r": "read",
    "w": "deploy",
    "d": "delete",
    "a": "annotate",
    "m": "manage",
    "x": "action x",
    "s": "action s",
    "*": "do anything",
}
"""The letters of resource scopes. `x` and `s` are accepted by the platform and documented nowhere."""

_READ_LIMIT: Final = 16_384

NOT_SAID: Final = "not said"
"""The label of a token whose scope the list leaves out."""

_APPLIED: Final = "applied-permissions/"
_GROUPS: Final = f"{_APPLIED}groups:"
_ROLES: Final = f"{_APPLIED}roles:"
_LEGACY_GROUPS: Final = "member-of-groups:"
_API: Final = "api:*"
_LETTERS: Final = r"(\*|[a-z](?:,?[a-z])*)"
_SYSTEM: Final = re.compile(rf"system:([^:\s\"]+):{_LETTERS}")
_ARTIFACT: Final = re.compile(rf"artifact:([^/:\s\"]+)(/[^\s\"]*)?:{_LETTERS}")
_SERVICE_ADMIN: Final = re.compile(r"([a-z]+@[^\s:\"]+):admin")
_PROJECT: Final = re.compile(r"[^\s:,\"]+")


class Scope(ABC):
    """One scope token. Values compare by what they say, not by how it was written."""

    __slots__ = ()

    @abstractmethod
    def wire(self) -> str:
        """The scope token as the platform takes it. Raises ValueError for a name that the grammar cannot carry."""

    @abstractmethod
    def english(self) -> str:
        """What it allows, as the end of a sentence; cleaned text."""

    @abstractmethod
    def label(self) -> str:
        """A short form for a table cell; cleaned text."""


@dataclass(frozen=True, slots=True)
class UserScope(Scope):
    """Everything that the token's user may do."""

    def wire(self) -> str:
        """`applied-permissions/user`."""
        return f"{_APPLIED}user"

    def english(self) -> str:
        """See `Scope`."""
        return "everything its user may do"

    def label(self) -> str:
        """See `Scope`."""
        return "user"


@dataclass(frozen=True, slots=True)
class AdminScope(Scope):
    """Administrator of the whole platform, whoever the token's user is."""

    def wire(self) -> str:
        """`applied-permissions/admin`."""
        return f"{_APPLIED}admin"

    def english(self) -> str:
        """See `Scope`."""
        return "administrator of the whole platform"

    def label(self) -> str:
        """See `Scope`."""
        return "admin"


@dataclass(frozen=True, slots=True)
class ServiceAdminScope(Scope):
    """Administrator of one service, in the older grammar.

    Source: terraform-provider-artifactory docs/resources/access_token.md, `admin_token` with an `instance_id`.
    Inferred: its spelling on the wire.
    """

    service_id: Untrusted

    def wire(self) -> str:
        """`jfrt@01h…:admin`."""
        return f"{self.service_id}:admin"

    def english(self) -> str:
        """See `Scope`."""
        return f"administrator of the service {visible(self.service_id)}"

    def label(self) -> str:
        """See `Scope`."""
        return f"admin of {visible(self.service_id)}"


@dataclass(frozen=True, slots=True)
class GroupsScope(Scope):
    """What members of these groups may do. `legacy` is the older spelling, where `*` means the user's own groups."""

    names: tuple[Untrusted, ...]
    legacy: bool = False

    def wire(self) -> str:
        """`applied-permissions/groups:readers,"release team"`."""
        return f"{_LEGACY_GROUPS if self.legacy else _GROUPS}{_format_names(self.names)}"

    def english(self) -> str:
        """See `Scope`."""
        if self.legacy and self.names == ("*",):
            return "what the groups of its user may do"
        return f"what members of {_listed(self.names)} may do"

    def label(self) -> str:
        """See `Scope`."""
        return f"groups: {', '.join(map(visible, self.names))}"


@dataclass(frozen=True, slots=True)
class RolesScope(Scope):
    """What these roles of one project may do."""

    project: Untrusted
    names: tuple[Untrusted, ...]

    def wire(self) -> str:
        """`applied-permissions/roles:acme:Developer,Viewer`."""
        return f"{_ROLES}{self.project}:{_format_names(self.names)}"

    def english(self) -> str:
        """See `Scope`."""
        noun = "role" if len(self.names) == 1 else "roles"
        return f"what the {noun} {_listed(self.names)} may do in project {visible(self.project)}"

    def label(self) -> str:
        """See `Scope`."""
        return f"roles: {visible(self.project)} {', '.join(map(visible, self.names))}"


@dataclass(frozen=True, slots=True)
class SystemScope(Scope):
    """Actions, by letter, on one area of the platform itself, for instance `metrics`."""

    area: Untrusted
    actions: tuple[str, ...]

    def wire(self) -> str:
        """`system:metrics:r`."""
        return f"system:{self.area}:{','.join(self.actions)}"

    def english(self) -> str:
        """See `Scope`."""
        return f"{_actions_in_english(self.actions)} {visible(self.area)} of the platform"

    def label(self) -> str:
        """See `Scope`."""
        return f"system: {visible(self.area)} {','.join(self.actions)}"


@dataclass(frozen=True, slots=True)
class ArtifactScope(Scope):
    """Actions, by letter, in a repository or under a path of it; both may be patterns.

    `path` starts with a slash, or is empty for the whole repository.
    """

    repository: Untrusted
    path: Untrusted
    actions: tuple[str, ...]

    def wire(self) -> str:
        """`artifact:libs-local/org/**:r,w`."""
        return f"artifact:{self.repository}{self.path}:{','.join(self.actions)}"

    def english(self) -> str:
        """See `Scope`."""
        return f"{_actions_in_english(self.actions)} in {visible(self.repository + self.path)}"

    def label(self) -> str:
        """See `Scope`."""
        return f"repo: {visible(self.repository + self.path)} {','.join(self.actions)}"


@dataclass(frozen=True, slots=True)
class ApiScope(Scope):
    """`api:*` of the older grammar: the REST API may be called; it grants nothing by itself."""

    def wire(self) -> str:
        """`api:*`."""
        return _API

    def english(self) -> str:
        """See `Scope`."""
        return "call the REST API"

    def label(self) -> str:
        """See `Scope`."""
        return "api"


@dataclass(frozen=True, slots=True)
class UnknownScope(Scope):
    """A scope token that this console does not know, as it is."""

    text: Untrusted

    def wire(self) -> str:
        """The text, unchanged."""
        return self.text

    def english(self) -> str:
        """See `Scope`."""
        return f"not known to this console: {visible(self.text)}"

    def label(self) -> str:
        """See `Scope`."""
        return "unknown"


_FIXED: Final[dict[str, Scope]] = {scope.wire(): scope for scope in (UserScope(), AdminScope(), ApiScope())}


@lru_cache(maxsize=4096)
def parse_scope(text: str) -> tuple[Scope, ...]:
    """The scope tokens of a scope string in order; never fails. A text beyond any real size is not taken apart."""
    if len(text) > _READ_LIMIT:
        return (UnknownScope(Untrusted(text)),)
    return tuple(_parse_token(token) for token in _split_quoted(text, None))


def format_scope(scopes: Sequence[Scope]) -> str:
    """The scope string for the wire. Names with blanks or commas are quoted, the others are not.

    Raises ValueError for a name that the grammar cannot carry: an empty one, or one with a double quote.
    """
    return " ".join(scope.wire() for scope in scopes)


def scope_in_english(text: str | None) -> str:
    """A whole scope string in words; None and empty mean that the server does not say."""
    scopes = parse_scope(text) if text else ()
    return "; ".join(scope.english() for scope in scopes) or "server does not say"


@lru_cache(maxsize=4096)
def scope_label(text: str | None) -> str:
    """A short cleaned label for a table cell: `admin`, `groups: deployers`, `repo: libs-local r,w`, `not said`."""
    scopes = parse_scope(text) if text else ()
    shown = [scope for scope in scopes if not isinstance(scope, ApiScope)] or scopes
    return " + ".join(scope.label() for scope in shown) or NOT_SAID


@lru_cache(maxsize=4096)
def is_admin(text: str | None) -> bool:
    """Whether the scope makes its bearer an administrator of the platform or of a whole service."""
    return bool(text) and any(isinstance(scope, AdminScope | ServiceAdminScope) for scope in parse_scope(text or ""))


@lru_cache(maxsize=4096)
def scope_kinds(text: str | None) -> frozenset[type]:
    """The kinds of scope tokens that occur."""
    return frozenset(type(scope) for scope in parse_scope(text)) if text else frozenset()


@lru_cache(maxsize=4096)
def group_names(text: str | None) -> tuple[Untrusted, ...]:
    """The groups that the scope names, in order."""
    scopes = parse_scope(text) if text else ()
    return tuple(name for scope in scopes if isinstance(scope, GroupsScope) for name in scope.names)


def scope_concerns(text: str | None) -> tuple[str, ...]:
    """What about this scope will surprise its owner, in sentences."""
    scopes = parse_scope(text) if text else ()
    found = []
    if sum(isinstance(scope, GroupsScope) and not scope.legacy for scope in scopes) > 1:
        found.append("Several groups entries: the platform accepts them at creation and refuses them in use")
    if any(isinstance(scope, UnknownScope) for scope in scopes):
        found.append("A part of the scope is not known to this console; it is shown as it is")
    return tuple(found)


def _parse_token(token: str) -> Scope:
    return _FIXED.get(token) or _parse_named(token) or _parse_resource(token) or UnknownScope(Untrusted(token))


def _parse_named(token: str) -> Scope | None:
    """Scope tokens that end with a list of names."""
    if token.startswith(_GROUPS):
        names = _parse_names(token.removeprefix(_GROUPS))
        return GroupsScope(names) if names else None
    if token.startswith(_LEGACY_GROUPS):
        names = _parse_names(token.removeprefix(_LEGACY_GROUPS))
        return GroupsScope(names, legacy=True) if names else None
    if token.startswith(_ROLES):
        project, _, rest = token.removeprefix(_ROLES).partition(":")
        names = _parse_names(rest)
        return RolesScope(Untrusted(project), names) if names and _PROJECT.fullmatch(project) else None
    return None


def _parse_resource(token: str) -> Scope | None:
    if found := _SYSTEM.fullmatch(token):
        return SystemScope(Untrusted(found[1]), _letters(found[2]))
    if found := _ARTIFACT.fullmatch(token):
        return ArtifactScope(Untrusted(found[1]), Untrusted(found[2] or ""), _letters(found[3]))
    if found := _SERVICE_ADMIN.fullmatch(token):
        return ServiceAdminScope(Untrusted(found[1]))
    return None


def _parse_names(text: str) -> tuple[Untrusted, ...] | None:
    """Names of a comma list, quoted or not; empty pieces (a trailing comma) do not count. None when it is no list."""
    names = []
    for piece in _split_quoted(text, ","):
        name = piece[1:-1] if len(piece) >= 2 and piece[0] == piece[-1] == '"' else piece
        if '"' in name:
            return None
        if name:
            names.append(Untrusted(name))
    return tuple(names) or None


def _split_quoted(text: str, separator: str | None) -> list[str]:
    """Pieces between separators (None: any blank) that stand outside double quotes; empty pieces are left out."""
    if '"' not in text:
        return [piece for piece in text.split(separator) if piece]
    pieces, start, quoted = [], 0, False
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif not quoted and (char == separator if separator else char.isspace()):
            pieces.append(text[start:index])
            start = index + 1
    pieces.append(text[start:])
    return [piece for piece in pieces if piece]


def _letters(actions: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(letter for letter in actions if letter != ","))


def _format_names(names: Sequence[str]) -> str:
    return ",".join(_quote(name) for name in names)


def _quote(name: str) -> str:
    if not name or '"' in name:
        raise ValueError(f"the scope grammar cannot carry the name {name!r}")
    return f'"{name}"' if any(char == "," or char.isspace() for char in name) else name


def _listed(names: Sequence[str]) -> str:
    shown = [visible(name) for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _actions_in_english(letters: Sequence[str]) -> str:
    if "*" in letters:
        return ACTIONS["*"]
    words = [ACTIONS.get(letter, f"action {letter}") for letter in letters]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
