"""Which platform, with which credentials, under which restrictions."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from jfconsole.domain.errors import UsageError
from jfconsole.domain.redact import redact
from jfconsole.domain.secret import Secret

TOKEN_LIMIT = 65_536
"""Characters that a token may have."""

NOBODY = Secret("nobody")
"""In the place of a token, where nothing is sent that would carry it."""

_SERVICE_SUFFIXES = ("artifactory", "access", "xray", "ui")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Everything the transport needs to know. `url` is the platform's base URL without a trailing slash.

    `read_only` is enforced in the transport. `ca_cert` is a PEM file with further trusted authorities, `authorities`
    are such as text. `client_cert` and `client_key` are PEM files with which we show who we are; the key may stand in
    the certificate's file. `pin` is the SHA-256 that the platform's certificate must have besides, 64 small hex
    digits; empty for none.
    """

    url: str
    token: Secret
    ca_cert: Path | None = None
    authorities: str = ""
    client_cert: Path | None = None
    client_key: Path | None = None
    pin: str = ""
    read_only: bool = False
    source: str = ""
    """Where URL and token came from, for people: `--url and --token-file`, `JF_URL and JF_ACCESS_TOKEN`."""
    profile: str = ""
    """The name of the profile, where it came from one."""
    colour: str = ""
    """By which people tell the platform from others, beside its name; empty for none."""

    @property
    def host(self) -> str:
        """Host and, where it is not the default, port: what the status line shows."""
        return urlsplit(self.url).netloc


def given_token(text: str, where: str) -> Secret:
    """The token in a text of one line. Raises UsageError, which never quotes it; `where` is what it says instead."""
    token = text.strip()
    if not token:
        raise UsageError(f"there is no token in {where}", "It takes the token alone, on one line")
    if len(token) > TOKEN_LIMIT or any(char.isspace() or not char.isprintable() for char in token):
        raise UsageError(f"{where} holds more than a token", "It takes the token alone, on one line")
    return Secret(token)


def platform_url(typed: str) -> str:
    """The platform's base URL from what an administrator would paste: base, `/artifactory`, `/ui/…`, slashes.

    Raises UsageError when it is no http(s) URL, carries credentials, or is plain http beyond loopback.
    """
    text = typed.strip()
    parts = url_parts(text if "://" in text else f"https://{text}")
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{redact(text)!r} is no platform URL", "Use the form https://acme.jfrog.io")
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
    """Whether a host name means this machine, by name alone: `127.0.0.1.example.com` does not."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def url_parts(url: str) -> SplitResult | None:
    """The parts of a URL; None when it has blanks, or its host or port is none."""
    if any(char.isspace() or not char.isprintable() for char in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
