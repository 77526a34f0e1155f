"""What the JFrog CLI knows of servers, read and never written: its tokens are copied, and never refreshed.

A refresh would give the CLI's own copy away: the platform takes a refresh token once. Sources:
jfrog/jfrog-cli-core:utils/config/config.go, utils/config/encryption.go and utils/coreutils/coreconsts.go.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jfconsole.domain.connection import given_token, platform_url
from jfconsole.domain.errors import ConsoleError, NotFound, UsageError
from jfconsole.domain.jwt import DecodedJwt, ReferenceToken, recognise
from jfconsole.domain.profiles import Profile, TokenPlace, profile_name_of
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.times import local_text

FILES: Final = ("jfrog-cli.conf.v6", "jfrog-cli.conf.v5", "jfrog-cli.conf.v4", "jfrog-cli.conf")
"""Newest first; the first that is there counts."""

_LIMIT: Final = 4 * 1024 * 1024
_NONCE: Final = 12
_MASTER_KEY: Final = re.compile(r"""^\s*masterKey:\s*(["']?)(.+?)\1\s*$""", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CliServer:
    """One server as the CLI has it. `profile` is what it would be here; None where it cannot be used.

    `token` is its access token, None where it has none that we can read. `remarks` are sentences, cleaned.
    """

    server_id: Untrusted
    profile: Profile | None
    token: Secret | None
    default: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CliConfiguration:
    """The CLI's servers, and the authorities that it trusts besides the system's, as PEM files."""

    path: Path
    servers: tuple[CliServer, ...]
    authorities: tuple[Path, ...]
    remarks: tuple[str, ...]


def cli_home(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the CLI keeps its things."""
    named = environ.get("JFROG_CLI_HOME_DIR", "")
    return Path(named).expanduser() if named else Path.home() / ".jfrog"


def read_cli(home: Path, environ: Mapping[str, str] = os.environ) -> CliConfiguration:
    """Its configuration. Raises NotFound when there is none, UsageError when it cannot be read."""
    path = next((home / name for name in FILES if (home / name).is_file()), None)
    if path is None:
        raise NotFound(f"The JFrog CLI has no configuration in {home}", "Set JFROG_CLI_HOME_DIR where it is elsewhere")
    text, mode = _text(path)
    document = _parsed(path, text)
    key = _Key(home, environ) if document.get("enc") is True else None
    servers = tuple(_server(entry, key) for entry in _entries(document))
    open_to = f"Others can read {path} (mode {mode:04o}): its tokens must count as known" if mode & 0o077 else ""
    return CliConfiguration(
        path=path, servers=servers, authorities=_authorities(home), remarks=(open_to,) if open_to and not key else ()
    )


class _Key:
    """The master key, looked for when it is first needed."""

    def __init__(self, home: Path, environ: Mapping[str, str]) -> None:
        self._home = home
        self._environ = environ

    def opened(self, sealed: str) -> str:
        """The clear text: base64 of a nonce and what AES-256-GCM made of it. Raises UsageError."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            raw = base64.b64decode(sealed, validate=True)
            return AESGCM(self._key()).decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
        except (binascii.Error, InvalidTag, ValueError) as error:
            raise UsageError("It is encrypted, and the CLI's master key does not open it") from error

    def _key(self) -> bytes:
        key = (self._named() or self._kept()).encode()
        if len(key) != 32:
            raise UsageError("It is encrypted, and the CLI's master key is not 32 bytes long")
        return key

    def _named(self) -> str:
        """In the environment: the key itself, or the file that holds it."""
        named = self._environ.get("JFROG_CLI_ENCRYPTION_KEY", "")
        return _text(Path(named).expanduser())[0].strip() if named.endswith(".key") else named

    def _kept(self) -> str:
        try:
            found = _MASTER_KEY.search(_text(self._home / "security" / "security.yaml")[0])
        except UsageError:
            found = None
        if found is None:
            raise UsageError("It is encrypted, and the CLI's master key is not there: set JFROG_CLI_ENCRYPTION_KEY")
        return found[2]


def _text(path: Path) -> tuple[str, int]:
    """A file's text and its mode."""
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_LIMIT), stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UsageError(f"{path} cannot be read: {reason}") from error


def _parsed(path: Path, text: str) -> Mapping[str, object]:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UsageError(f"{path} is no JSON{where}", "The JFrog CLI wrote it: try `jf config show`") from None
    if not isinstance(document, dict):
        raise UsageError(f"{path} is no configuration of the JFrog CLI", "Try `jf config show`")
    return document


def _entries(document: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Its servers. Older files have them under `artifactory`, where `url` is Artifactory's, the oldest a single one."""
    servers, older = document.get("servers"), document.get("artifactory")
    for entry in servers if isinstance(servers, list) else older if isinstance(older, list) else [older]:
        if isinstance(entry, dict):
            yield entry


def _server(entry: Mapping[str, object], key: _Key | None) -> CliServer:
    server_id = Untrusted(_field(entry, "serverId") or "default-server")
    remarks: list[str] = []
    token = _token(entry, key, remarks)
    return CliServer(
        server_id=server_id,
        profile=_profile(server_id, entry, remarks),
        token=token,
        default=entry.get("isDefault") is True,
        remarks=tuple(remarks),
    )


def _profile(server_id: str, entry: Mapping[str, object], remarks: list[str]) -> Profile | None:
    try:
        url = platform_url(_field(entry, "url") or _field(entry, "artifactoryUrl"))
    except ConsoleError as error:
        remarks.append(visible(f"It cannot be used: {error.message}"))
        return None
    return Profile(
        name=profile_name_of(server_id),
        url=url,
        token=TokenPlace.ASK,
        client_cert=_path(entry, "clientCertPath"),
        client_key=_path(entry, "clientCertKeyPath"),
    )


def _token(entry: Mapping[str, object], key: _Key | None, remarks: list[str]) -> Secret | None:
    sealed = _field(entry, "accessToken")
    if not sealed:
        known = "a user name and a password" if _field(entry, "password") else "no credentials that are of use here"
        remarks.append(f"The CLI has {known}: its access token is asked for")
        return None
    try:
        token = given_token(key.opened(sealed) if key else sealed, "the configuration of the JFrog CLI")
    except UsageError as error:
        remarks.append(visible(error.message))
        return None
    remarks.extend(_lapses(token, refreshed=bool(_field(entry, "refreshToken"))))
    return token


def _lapses(token: Secret, *, refreshed: bool) -> Iterator[str]:
    found = recognise(token.reveal())
    expires = found.expires if isinstance(found, DecodedJwt | ReferenceToken) else None
    if refreshed:
        when = f" after {local_text(expires)}" if expires else ""
        yield f"The CLI refreshes its token, and this copy is not: it is of no use{when}"


def _field(entry: Mapping[str, object], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _path(entry: Mapping[str, object], name: str) -> Path | None:
    text = _field(entry, name)
    return Path(text).expanduser() if text else None


def _authorities(home: Path) -> tuple[Path, ...]:
    folder = home / "security" / "certs"
    return tuple(sorted(path for path in folder.iterdir() if path.is_file())) if folder.is_dir() else ()
