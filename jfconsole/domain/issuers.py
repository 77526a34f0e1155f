"""Issuer URLs: their parts, where none may lead, and what an issuer publishes about itself.

A URL that somebody typed, or that a document from the network names, is fetched from here: it must not lead to a
machine's own services. Link-local and metadata addresses are refused whatever the name they hide behind; private ones
are allowed, since issuers behind a firewall are common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import SplitResult

from jfconsole.domain.connection import is_loopback, url_parts
from jfconsole.domain.text import Untrusted, visible

DISCOVERY_PATH: Final = "/.well-known/openid-configuration"
"""Source: OpenID Connect Discovery 1.0, section 4."""

EVIDENCED_ALGORITHMS: Final = ("RS256", "ES256")
"""Signatures that JFrog Platforms are known to check. Others may work: nobody has written that they do."""

PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Members of a JWK that belong to its owner alone. Source: RFC 7518, sections 6.2.2, 6.3.2, 6.4.1."""

_METADATA: Final = tuple(
    map(ip_address, ("169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254"))
)
"""Where clouds answer a machine's questions about itself: most of them, Alibaba, Oracle, Azure, AWS over IPv6."""

_METADATA_NAMES: Final = frozenset({"metadata", "metadata.google.internal", "instance-data"})
_NAT64: Final = ip_network("64:ff9b::/96")
_NUMERIC_LABEL: Final = re.compile(r"0x[0-9a-f]*|\d+", re.IGNORECASE)
_Address: TypeAlias = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedKey:
    """A key of an issuer's JWKS; None means that it is not said. `private`: members that must never be published."""

    key_id: Untrusted | None
    kind: Untrusted | None
    algorithm: Untrusted | None
    use: Untrusted | None = None
    curve: Untrusted | None = None
    private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What an issuer's discovery document says. `algorithms` are those that it signs ID tokens with."""

    url: str
    issuer: Untrusted | None
    jwks_uri: Untrusted | None
    algorithms: tuple[Untrusted, ...] = ()


def issuer_parts(url: str) -> SplitResult | None:
    """The parts of an issuer URL with a host; None for anything else."""
    parts = url_parts(url)
    return parts if parts is not None and parts.scheme and parts.hostname else None


def discovery_url(issuer_url: str, azure_app_id: str = "") -> str:
    """Where the discovery document is.

    A slash at the end of the issuer is dropped, as OpenID Connect Discovery says. Inferred: an Azure application with
    keys of its own is asked for with `appid`, as Microsoft documents it.
    """
    return f"{issuer_url.rstrip('/')}{DISCOVERY_PATH}{f'?appid={azure_app_id}' if azure_app_id else ''}"


def why_not_fetch(url: str) -> str | None:
    """Why a URL is not fetched, by what it says alone; None when its addresses may be looked up."""
    parts = issuer_parts(url)
    if parts is None:
        return f"{visible(url)[:200]} is no URL"
    host = (parts.hostname or "").rstrip(".")
    if parts.username is not None or parts.password is not None:
        return "The URL carries credentials"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        return "An issuer is asked over https only, but for one on this machine"
    if host in _METADATA_NAMES:
        return f"{visible(host)} is where a cloud answers a machine's questions about itself"
    return _why_not_host(host)


def why_not_address(address: str, host: str) -> str | None:
    """Why this address, which the host of a URL resolves to, is not connected to; None when it may be."""
    try:
        found = _unwrapped(ip_address(address.partition("%")[0]))
    except ValueError:
        return f"{visible(address)} is no address"
    where = f"{visible(host)} leads to {found}" if host != address else str(found)
    if found in _METADATA:
        return f"{where}, where a cloud answers a machine's questions about itself"
    if found.is_link_local:
        return f"{where}, an address of the local link"
    if found.is_multicast or found.is_unspecified or (isinstance(found, IPv4Address) and found.is_reserved):
        return f"{where}, which is no address of a server"
    if found.is_loopback and not is_loopback(host):
        return f"{where}, which is this machine: another name than localhost must not lead here"
    return None


def is_public_address(address: str) -> bool:
    """Whether an address is in the public net."""
    try:
        return _unwrapped(ip_address(address.partition("%")[0])).is_global
    except ValueError:
        return False


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs have the same scheme, host and port."""
    return _origin(one) == _origin(other) is not None


def issuer_difference(expected: str, found: str) -> str | None:
    """How the issuer that is configured and the one that is told differ, as a sentence; None when they are equal.

    They are compared byte for byte, as the platform does.
    """
    if expected == found:
        return None
    said = f"the issuer says {visible(found)}, and {visible(expected)} is configured"
    if expected.rstrip("/") == found.rstrip("/"):
        return f"A slash at the end makes the difference: {said}"
    if expected.casefold() == found.casefold():
        return f"Capital letters make the difference: {said}"
    if {_azure_version(expected), _azure_version(found)} == {1, 2}:
        return f"One is of version 1 of Microsoft's tokens, the other of version 2: {said}"
    return f"They differ: {said}"


def discovery_problems(discovery: Discovery, expected: str) -> Iterator[str]:
    """What in a discovery document would keep a platform from trusting its tokens, in sentences."""
    if discovery.issuer is None:
        yield "The discovery document names no issuer"
    elif difference := issuer_difference(expected, discovery.issuer):
        yield difference
    if discovery.jwks_uri is None:
        yield "The discovery document does not say where the keys are (jwks_uri)"
    elif reason := why_not_fetch(discovery.jwks_uri):
        yield f"The address of the keys is of no use: {reason}"
    unproven = [name for name in discovery.algorithms if name not in EVIDENCED_ALGORITHMS]
    if discovery.algorithms and len(unproven) == len(discovery.algorithms):
        yield f"Tokens are signed with {_listed(unproven)} only; JFrog is known to check RS256 and ES256"


def key_problems(keys: Sequence[PublishedKey]) -> Iterator[str]:
    """What is wrong with the keys that an issuer publishes, in sentences."""
    if not keys:
        yield "The issuer publishes no key: no signature can be checked"
    for key in keys:
        name = f"The key {visible(key.key_id)}" if key.key_id else "A key"
        if key.private:
            yield f"{name} publishes private members ({', '.join(key.private)}): anyone can sign with it"
        if key.key_id is None:
            yield "A key has no kid: tokens cannot say that it signed them"
        if key.algorithm and key.algorithm not in EVIDENCED_ALGORITHMS:
            yield f"{name} is for {visible(key.algorithm)}; JFrog is known to check RS256 and ES256"
    named = [key.key_id for key in keys if key.key_id]
    for name in dict.fromkeys(name for name in named if named.count(name) > 1):
        yield f"Several keys are called {visible(name)}"


def _why_not_host(host: str) -> str | None:
    """Literal addresses are judged at once; odd ways of writing them are refused as such."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        labels = host.split(".")
        odd = bool(labels[-1]) and _NUMERIC_LABEL.fullmatch(labels[-1]) is not None
        return f"{visible(host)} writes an address in an odd way" if odd else None
    return why_not_address(host, host)


def _unwrapped(address: _Address) -> _Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


def _origin(url: str) -> tuple[str, str, int | None] | None:
    parts = issuer_parts(url)
    if parts is None:
        return None
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _azure_version(issuer: str) -> int:
    if issuer.startswith("https://sts.windows.net/"):
        return 1
    return 2 if issuer.startswith("https://login.microsoftonline.com/") else 0


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(visible, names))
