"""Configurations as the JFrog CLI writes them, encrypted ones too."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = "0123456789abcdef0123456789abcdef"
SECRETS = ("password", "accessToken", "sshPassphrase", "refreshToken", "artifactoryRefreshToken")


def sealed(text: str, key: str = KEY) -> str:
    """As the CLI encrypts a secret."""
    nonce = os.urandom(12)
    return base64.b64encode(nonce + AESGCM(key.encode()).encrypt(nonce, text.encode(), None)).decode()


def write_cli(home: Path, *servers: dict[str, Any], key: str | None = None, name: str = "jfrog-cli.conf.v6") -> Path:
    """A configuration of these servers; with a key its secrets are encrypted, and the key is beside it."""
    (home / "security").mkdir(parents=True, exist_ok=True)
    entries = [dict(server) for server in servers]
    if key:
        (home / "security" / "security.yaml").write_text(f'version: 1\nmasterKey: "{key}"\n')
        for entry in entries:
            entry |= {field: sealed(entry[field], key) for field in SECRETS if entry.get(field)}
    path = home / name
    older = name != "jfrog-cli.conf.v6" and name != "jfrog-cli.conf.v5"
    path.write_text(json.dumps({"artifactory" if older else "servers": entries, "version": "6", "enc": bool(key)}))
    path.chmod(0o600)
    return path
