"""The one place where an HTTP client is made."""

from __future__ import annotations

import logging
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from jfconsole import __version__
from jfconsole.domain.connection import is_loopback

CONNECT_SECONDS: Final = 5.0
MAX_CONNECTIONS: Final = 16

_CONNECT_SHARE: Final = 0.45

_HEADERS: Final = {
    "User-Agent": f"jfconsole/{__version__}",
    "Accept": "application/json, text/plain;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip",
}


def make_client(url: str, context: ssl.SSLContext) -> httpx.AsyncClient:
    """A client for one platform: no redirects, no cookies; proxies from the environment except for loopback.

    The time limit on connecting is a default: each call brings its own, and a deadline.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.AsyncClient(
        headers=_HEADERS,
        verify=context,
        trust_env=not is_loopback(urlsplit(url).hostname or ""),
        follow_redirects=False,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS),
    )


def connect_seconds(deadline: float) -> float:
    """What connecting and, again, the TLS handshake may take of a call's deadline.

    Together they end before it: a deadline that struck in the middle of a handshake would leave a socket open.
    """
    return min(CONNECT_SECONDS, deadline * _CONNECT_SHARE)


def proxy_for(url: str) -> str | None:
    """Host and port of the proxy that the environment sets for this URL; None when there is none.

    Credentials that may stand in the proxy's URL are left out.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    found = urlsplit(proxies.get(parts.scheme) or proxies.get("all") or "")
    return found.netloc.rpartition("@")[2] or None
