"""What may stand in the names and texts of issuer resources: they end up in URLs, in `iss` and in files."""

from __future__ import annotations

import re
from typing import Final

NAME_LIMIT: Final = 63
"""Inferred: the length of a DNS label. Avassa's reference gives the characters, and no length."""

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
"""Source: Avassa API reference, "Transit Keys", field `name`. It is matched in full: a `$` would admit a newline."""


def name_problem(name: str, noun: str) -> str | None:
    """What is wrong with a resource's name, as a sentence; None for a good one."""
    if not name:
        return f"The {noun} needs a name"
    if len(name) > NAME_LIMIT:
        return f"A name has at most {NAME_LIMIT} characters, this one {len(name)}"
    if not _NAME.fullmatch(name):
        return "A name has small letters, digits and inner hyphens only: jfrog-pulls"
    return None


def is_plain(text: str, limit: int) -> bool:
    """Whether a text is printable ASCII without blanks, not empty, and no longer than that."""
    return 0 < len(text) <= limit and text.isascii() and text.isprintable() and " " not in text
