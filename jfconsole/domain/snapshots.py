"""Snapshots: everything about access on one platform at one time, as values that can be kept, compared and restored.

No secret is part of one. What a platform sets by itself (states, logins, who changed what) is neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from jfconsole.domain.diff_words import DiffLine, diff_lines
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.mappings import mapping_from
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.tokens import username_of
from jfconsole.domain.users import UserStatus

FORMAT: Final = 1
"""The version of the file; a newer one is refused, not guessed at."""

GROUPS: Final = "groups"
USERS: Final = "users"
PERMISSIONS: Final = "permissions"
INTEGRATIONS: Final = "integrations"
MAPPINGS: Final = "mappings"
TOKENS: Final = "tokens"

KINDS: Final = (GROUPS, USERS, PERMISSIONS, INTEGRATIONS, MAPPINGS, TOKENS)
"""In the order in which they are restored. Tokens are kept as facts: none comes back."""

NOT_HELD: Final = (
    "values of tokens, passwords, API keys, SSH keys and second factors",
    "projects with their members and roles, and global roles of your own",
    "how people sign in: LDAP, SAML, OAuth, SCIM, Crowd, and which of their groups they map",
    "settings of security: anonymous access, rules for passwords and locks, what new tokens are like",
    "the circle of trust and its certificates",
    "repositories themselves, and environments",
    "the local issuer: keys, issuers, roles, registries",
)
"""What bears on access and is in no snapshot, so that nothing tells of it, and nothing brings it back."""

_SET_BY_PLATFORM: Final[Mapping[str, frozenset[str]]] = {
    # Members stand at the users.
    GROUPS: frozenset({"members"}),
    USERS: frozenset({"effective_admin", "status", "last_logged_in"}),
    PERMISSIONS: frozenset({"created_by", "modified_by", "created", "modified"}),
    TOKENS: frozenset({"last_used"}),
}

_HOW: Final = "Take one: jfconsole snapshot take FILE"

_CALENDAR_ENDS: Final = 253_402_300_800
"""The year 10,000, in epoch seconds."""

_UNORDERED: Final = frozenset({"groups", "include_patterns", "exclude_patterns", "actions", "users"})
"""Lists of names whose order says nothing; also everything under `actions`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What there was. `taken` is in epoch seconds, `objects` holds them by kind and key.

    A kind that could not be read is not in it at all, which is not the same as one of which there was nothing.
    """

    platform: str
    taken: float
    version: str = ""
    objects: Mapping[str, Mapping[str, JsonObject]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def of(self, kind: str) -> Mapping[str, JsonObject]:
        """The objects of a kind, by key."""
        return self.objects.get(kind, {})

    def as_object(self) -> JsonObject:
        """The snapshot as its file has it."""
        kinds = [kind for kind in KINDS if kind in self.objects]
        objects: JsonObject = {kind: {key: self.of(kind)[key] for key in sorted(self.of(kind))} for kind in kinds}
        return {
            "format": FORMAT,
            "platform": self.platform,
            "platform_version": self.version,
            "taken": int(self.taken),
            "notes": [*self.notes],
            "not_held": [*NOT_HELD],
            "objects": objects,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one object. `sign` is `+` for one that is new, `-` for one that is gone, else `~`.

    `whose` is the name that a token is for, which its key does not tell; empty for other kinds.
    """

    kind: str
    key: str
    sign: str
    lines: tuple[DiffLine, ...] = ()
    whose: str = ""

    @property
    def title(self) -> str:
        """`group readers`, `token 1c43… of mirror`; cleaned."""
        of = f" of {visible(self.whose)}" if self.whose else ""
        return f"{self.kind.removesuffix('s')} {visible(self.key)}{of}"

    def record(self) -> JsonObject:
        """For `--json`."""
        changes: list[Json] = [{"sign": line.sign, "text": line.text} for line in self.lines]
        return {
            "kind": self.kind,
            "key": self.key,
            "sign": self.sign,
            "whose": self.whose or None,
            "changes": changes,
        }


def kept(kind: str, found: JsonObject) -> JsonObject:
    """An object as a snapshot keeps it: without what the platform sets by itself, in one order."""
    dropped = _SET_BY_PLATFORM.get(kind, frozenset())
    if kind == USERS and is_disabled(found):
        dropped -= {"status"}
    return as_object(_ordered({name: value for name, value in found.items() if name not in dropped}))


def is_disabled(user: JsonObject) -> bool:
    """Whether an administrator shut a user out. Other states come and go by themselves, and are not kept."""
    return user.get("status") == UserStatus.DISABLED


def compare(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """What differs between two snapshots, by kind and key. Kinds that one of them does not have are left out."""
    kinds = [kind for kind in KINDS if kind in before.objects and kind in after.objects]
    return tuple(difference for kind in kinds for difference in _compared(kind, before.of(kind), after.of(kind)))


def uncompared(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """The kinds that one of the two has, and the other could not be asked for."""
    return tuple(kind for kind in KINDS if (kind in before.objects) != (kind in after.objects))


def cautions(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """What keeps a comparison of the two from telling everything, as sentences; of a file, so they may be hostile."""
    apart = uncompared(before, after)
    return (
        *([f"Not compared, as one side does not have them: {', '.join(apart)}"] if apart else []),
        *(note for note in before.notes if note in after.notes),
        *(f"In what was: {note}" for note in before.notes if note not in after.notes),
        *(f"In what is: {note}" for note in after.notes if note not in before.notes),
    )


def not_held_words(then: str) -> str:
    """What no snapshot has, as one sentence; `then` says what that means here (`so not compared`)."""
    return f"Never in a snapshot, {then}: {'; '.join(NOT_HELD)}"


def counts_words(snapshot: Snapshot) -> str:
    """`1 group, 40 users …`"""
    counts = {kind: len(snapshot.of(kind)) for kind in KINDS if kind in snapshot.objects}
    return ", ".join(f"{count:,} {kind.removesuffix('s') if count == 1 else kind}" for kind, count in counts.items())


def canonical_text(snapshot: Snapshot) -> str:
    """The file of a snapshot: the same objects give the same text, but for the time."""
    return json.dumps(snapshot.as_object(), indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def snapshot_from(text: str) -> Snapshot:
    """The snapshot in a file. Raises UsageError when it is none, or of a newer console."""
    try:
        document = as_object(json.loads(text))
    except (ValueError, RecursionError) as problem:
        raise UsageError(
            "The file is no snapshot: it is no JSON", "Take one: jfconsole snapshot take FILE"
        ) from problem
    version = document.get("format")
    if not isinstance(version, int) or isinstance(version, bool):
        raise UsageError("The file is no snapshot", _HOW)
    if version > FORMAT:
        raise UsageError(f"The snapshot has format {version}; this console knows {FORMAT}", "Use the newer jfconsole")
    objects, notes = document.get("objects"), document.get("notes")
    if not isinstance(objects, dict):
        raise UsageError("The file is no snapshot", _HOW)
    return Snapshot(
        platform=str(document.get("platform") or ""),
        taken=_moment(document.get("taken")),
        version=str(document.get("platform_version") or ""),
        objects={kind: _by_key(kind, objects[kind]) for kind in KINDS if kind in objects},
        notes=tuple(note for note in notes if isinstance(note, str)) if isinstance(notes, list) else (),
    )


def _moment(value: Json) -> float:
    """Epoch seconds; 0 for what is no moment that a calendar has."""
    return float(value) if isinstance(value, int | float) and 0 <= value < _CALENDAR_ENDS else 0.0


def _by_key(kind: str, value: Json) -> dict[str, JsonObject]:
    """The objects of a kind. Raises UsageError when one is none, or has another name than it stands under."""
    found = {key: as_object(item) for key, item in as_object(value).items()}
    if not isinstance(value, dict) or not all(item and _is_called(kind, item, key) for key, item in found.items()):
        raise UsageError(f"The snapshot is damaged at its {kind}", "It was changed by hand: take another one")
    return found


def _is_called(kind: str, item: JsonObject, key: str) -> bool:
    """What is reviewed by its key has to be what is restored. Tokens say nothing of theirs, and are not restored."""
    if kind == MAPPINGS:
        try:
            return mapping_from(item).key == key
        except UnicodeEncodeError:  # half a character: no platform has such a name
            return False
    return kind == TOKENS or item.get("username" if kind == USERS else "name") == key


def _compared(kind: str, before: Mapping[str, JsonObject], after: Mapping[str, JsonObject]) -> Iterable[Difference]:
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old != new:
            sign = "+" if old is None else "-" if new is None else "~"
            lines = diff_lines(old, new) if old is not None and new is not None else ()
            yield Difference(kind, key, sign, lines, whose(new or old or {}) if kind == TOKENS else "")


def whose(token: JsonObject) -> str:
    """The name that a token of a snapshot is for."""
    return username_of(str(token.get("subject") or "")) or "nobody"


def _ordered(value: Json, name: str = "", *, names: bool = False) -> Json:
    """The value with lists of names sorted; `names`: it stands below `actions`, where every list is one."""
    if isinstance(value, dict):
        below = names or name == "actions"
        return {key: _ordered(item, key, names=below) for key, item in value.items()}
    if isinstance(value, list) and (names or name in _UNORDERED) and all(isinstance(item, str) for item in value):
        return sorted(value, key=str)
    return value
