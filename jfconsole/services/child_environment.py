"""What our child processes find in their environment: everything of ours but secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

_NAMES: Final = re.compile(
    r"(?:JFCONSOLE|JFROG|JF|ARTIFACTORY)_(?:\w+_)?(?:TOKEN|PASSWORD|PASSPHRASE|SECRET|KEY)(?:_\w+)?|JF_ENV_\w+"
)
"""Variables in which JFrog's tools and this console take secrets: JFCONSOLE_TOKEN, JFROG_ACCESS_TOKEN, JF_PASSWORD,
JFROG_CLI_ENCRYPTION_KEY … Sources: jfrog/terraform-provider-shared util/provider.go; jfrog/setup-jfrog-cli README,
whose JF_ENV_* hold whole exported servers; jfrog/jfrog-cli-core:utils/coreutils/coreconsts.go."""

_KEY_FILE: Final = "JFROG_CLI_ENCRYPTION_KEY"
"""The JFrog CLI's master key; a value that ends in `.key` names its file. Source:
jfrog/jfrog-cli-core:utils/config/encryption.go."""


def child_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for a child. What other programs keep there is theirs and stays: a command that prints a token
    may need a session of its password manager.
    """
    return {name: value for name, value in environ.items() if not _is_secret(name, value)}


def _is_secret(name: str, value: str) -> bool:
    names_a_file = name == _KEY_FILE and value.endswith(".key")
    return _NAMES.fullmatch(name) is not None and not names_a_file
