"""A call to the platform as plain data: built by the wire layer, carried by plans, shown in reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias
from urllib.parse import quote, urlencode

from jfconsole.domain.secret import Secret

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

ISSUER_ROOT: Final = "/v1/config/strongbox"
CLIENTS_ROOT: Final = "/v1/config/clients"
"""Under these are the calls that jfconsole carries out itself: on the local issuer, on files of container clients."""

OBJECT_LIMIT: Final = 8 * 1024 * 1024
LIST_LIMIT: Final = 64 * 1024 * 1024
TOKEN_LIST_LIMIT: Final = 256 * 1024 * 1024
"""Caps on a decoded answer in bytes. The platform does not page its token list, hence the third."""

READ_DEADLINE: Final = 15.0
WRITE_DEADLINE: Final = 30.0
LIST_DEADLINE: Final = 60.0
"""Total seconds that one attempt may take, from connecting to the last byte."""


class CallClass(StrEnum):
    """How a call may be repeated."""

    SAFE = "safe"
    """Reads: repeated on any passing failure."""
    IDEMPOTENT = "idempotent"
    """Repeating gives the same state: repeated on passing failures."""
    CREATE = "create"
    """Makes something: never repeated blindly; a lost answer is found out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call. `path` is percent-encoded and starts with `/`, from the platform's base URL.

    Secrets never stand in `body`: a string `{{name}}` there is a place holder for `secrets[name]`, filled in
    when the call leaves. So a request can be journalled and exported as it is, without its secrets.
    `deadline` is in seconds, for one attempt; `limit` in decoded bytes.
    """

    method: str
    path: str
    call_class: CallClass
    query: tuple[tuple[str, str], ...] = ()
    body: Json = None
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    limit: int = OBJECT_LIMIT
    deadline: float = READ_DEADLINE
    anonymous: bool = False
    """Sent without credentials (pings)."""
    text: str = ""
    """A body that is no JSON, sent as plain text; then `body` is None."""
    headers: tuple[tuple[str, str], ...] = ()
    """Beside those of every call; nothing secret."""
    as_token: str = ""
    """The name of the secret that is sent as the credential, in the place of the connection's token; empty: that one.
    It goes to the same origin and to no other."""
    as_user: str = ""
    """With a name, the credential is sent as the password of that user (basic authentication) and not as bearer."""

    @property
    def stays_here(self) -> bool:
        """Whether it is carried out on this machine: no platform knows such a call."""
        return self.path.startswith((f"{ISSUER_ROOT}/", f"{CLIENTS_ROOT}/"))

    @property
    def target(self) -> str:
        """Path and query as they stand in the request line."""
        if not self.query:
            return self.path
        return f"{self.path}?{urlencode(self.query, quote_via=quote, safe='*@:,')}"
