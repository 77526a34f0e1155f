"""URL paths made of names that we did not choose."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from jfconsole.domain.errors import UsageError

_DOT_SEGMENTS: Final = frozenset({"", ".", ".."})


def segment(name: str) -> str:
    """One path segment: everything but unreserved characters and `@` percent-encoded.

    Raises UsageError for an empty name, `.` and `..`: on the way they would turn the path into another one.
    """
    if name in _DOT_SEGMENTS:
        raise UsageError(f"{name!r} cannot be addressed: URLs give it another meaning", "Use the web UI for this one")
    return quote(name, safe="@", errors="surrogatepass")
