"""Which proxy calls to a platform go through, for people."""

from __future__ import annotations

from jfconsole.domain.text import visible
from jfconsole.jfrog.proxies import way_to


def proxy_words(url: str) -> str:
    """The proxy that calls to a platform go through, or that there is none, and what decides it; cleaned."""
    return visible(way_to(url).words)
