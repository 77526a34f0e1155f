"""Which proxy a URL is reached through, and what decides that: the environment, as other programs read it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from jfconsole.domain.connection import is_loopback


@dataclass(frozen=True, slots=True)
class Way:
    """How a URL is reached. `proxy` is host and port of one, None for straight; `because` is what decides it."""

    proxy: str | None
    because: str

    @property
    def words(self) -> str:
        """`proxy.example:3128 (HTTPS_PROXY)`; not cleaned."""
        return f"{self.proxy or 'none'} ({self.because})"


def way_to(url: str) -> Way:
    """How this URL is reached. Credentials that may stand in the proxy's URL are left out."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        return Way(None, "it is this machine")
    proxy = proxy_url(url)
    if proxy is not None:
        return Way(urlsplit(proxy).netloc.rpartition("@")[2], _variable(parts.scheme, "all"))
    left_out = bool(_set_for(parts.scheme)) and bool(proxy_bypass(host))
    return Way(None, f"{_variable('no')} names it" if left_out else "nothing sets one")


def proxy_for(url: str) -> str | None:
    """Host and port of the proxy for this URL, without credentials; None when there is none."""
    return way_to(url).proxy


def proxy_url(url: str) -> str | None:
    """The proxy that the environment sets for this URL, credentials included; None when there is none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    found = _set_for(parts.scheme)
    if not found:
        return None
    return found if "://" in found else f"http://{found}"


def _set_for(scheme: str) -> str | None:
    proxies = getproxies()
    return proxies.get(scheme) or proxies.get("all")


def _variable(*kinds: str) -> str:
    """The variable that counts: of two that differ in case alone, `getproxies` takes the small one."""
    names = [name for kind in kinds for name in (f"{kind}_proxy", f"{kind}_proxy".upper())]
    return next((name for name in names if os.environ.get(name)), "the system's settings")
