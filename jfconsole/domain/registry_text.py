"""The entries of a registry on one line: `* role jfrog/pulls, team/app secret registry/hub`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jfconsole.domain.registries import RegistryCredential

_ROLE: Final = "role"
_SECRET: Final = "secret"  # noqa: S105 (a word of the line)


def entries_text(entries: Iterable[RegistryCredential]) -> str:
    """The entries as a person types them; `parse_entries` reads it back."""
    return ", ".join(f"{entry.repository} {entry.words}" for entry in entries)


def parse_entries(text: str) -> tuple[RegistryCredential, ...]:
    """The entries that were typed. Raises ValueError with a sentence. What they name is not looked at."""
    return tuple(_entry(part.strip()) for part in text.split(",") if part.strip())


def _entry(text: str) -> RegistryCredential:
    words = text.split()
    if len(words) == 3 and words[1] in (_ROLE, _SECRET):
        owner, slash, name = words[2].partition("/")
        if slash and owner and name and "/" not in name:
            if words[1] == _ROLE:
                return RegistryCredential(repository=words[0], jwt_issuer=owner, jwt_role=name)
            return RegistryCredential(repository=words[0], vault=owner, secret=name)
    raise ValueError(f"{text[:60]!r} is no entry: write `* role issuer/role`, or `team/app secret vault/secret`")
