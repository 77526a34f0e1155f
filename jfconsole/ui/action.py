"""What an action of the console is, and where it applies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """Where an action applies, which is also who implements it."""

    APP = "everywhere"
    LIST = "lists"
    TABLE = "rows"
    TOKENS = "tokens"
    OBJECTS = "objects"
    EDITABLE = "objects with a form"
    RENAMABLE = "objects with another name"
    PERMISSIONS = "permissions"
    PEOPLE = "users and groups"
    USERS = "users"
    TRUST = "integrations and mappings"
    ISSUER = "the local issuer"
    PARTS = "parts of the local issuer"
    VAULT = "the vault"
    KEYS = "transit keys"
    ISSUERS = "issuers"
    MINTING = "issuers, roles and the mint log"
    MINT_LOG = "the mint log"
    MAPPINGS = "mappings"
    REGISTRIES = "registries"
    JOURNAL = "journal"
    KEYMAP = "the key list"
    SNAPSHOTS = "snapshots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a person can do.

    `id` is stable: key maps and the `:` line use it. `label` stands in the footer, `help` is a sentence.
    `footer` orders the keys in the footer (lowest first); None keeps it out. `changes` marks what takes something
    away or sets work going: it is never on a bare letter. `edits` marks what opens a form whose end is a change.
    Neither is possible in read-only mode.
    """

    id: str
    label: str
    help: str
    scope: Scope
    keys: tuple[str, ...] = ()
    footer: int | None = None
    changes: bool = False
    edits: bool = False

    @property
    def takes_text(self) -> bool:
        """Whether typing goes on in the line, form or dialog that it opens: what follows at once must find that."""
        return self.id in _ASKING or self.changes or self.edits

    @property
    def name(self) -> str:
        """The last part of the id, as a Python name: `tokens.revoke` is done by `do_revoke`."""
        return self.id.rpartition(".")[2].replace("-", "_")


_ASKING: Final = frozenset({"list.filter", "app.command", "issuer.lock", "issuer.mint", "keymap.rebind"})
"""What opens something to type in, and changes nothing."""
