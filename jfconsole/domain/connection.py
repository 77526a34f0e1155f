"""Which platform, with which credentials, under which restrictions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jfconsole.domain.errors import UsageError
from jfconsole.domain.secret import Secret

_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_SERVICE_SUFFIXES = ("artifactory", "access", "xray", "ui")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Everything the transport needs to know. `url` is the platform's base URL without a trailing slash.

    `read_only` is enforced in the transport. `ca_cert` is a PEM file with further trusted authorities.
    """

    url: str
    token: Secret
    ca_cert: Path | None = None
    read_only: bool = False
    source: str = ""
    """Where URL and token came from, for people: `--url and --token-file`, `JF_URL and JF_ACCESS_TOKEN`."""

    @property
    def host(self) -> str:
        """Host and, where it is not the default, port: what the status line shows."""
        return urlsplit(self.url).netloc


def platform_url(typed: str) -> str:
    """The platform's base URL from what an administrator would paste: base, `/artifactory`, `/ui/…`, slashes.

    Raises UsageError when it is no http(s) URL, carries credentials, or is plain http beyond loopback.
    """
    text = typed.strip()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{typed!r} is no platform URL", "Use the form https://acme.jfrog.io")
    if parts.username or parts.password:
        raise UsageError("The URL carries credentials", "Leave them out; the token is given on its own")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise UsageError(
            f"http://{parts.hostname} would send the token in clear text", "Use https, or a loopback address"
        )
    segments = [segment for segment in parts.path.split("/") if segment]
    if segments and segments[0] in _SERVICE_SUFFIXES:
        segments = []
    elif segments and segments[-1] in _SERVICE_SUFFIXES:
        segments.pop()
    return f"{parts.scheme}://{parts.netloc}{''.join('/' + segment for segment in segments)}"


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine, by name alone."""
    return host in _LOOPBACK_HOSTS or host.startswith("127.")
