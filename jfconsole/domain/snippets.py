"""How a token is used: texts to copy, in which `{{token}}` stands for its value.

No text puts the value on a command line, where every user of a machine can read it: it comes from a file or from
standard input. Sources: JFrog help "Use Access Tokens", "Package Manager Integration" for pip, npm and Maven;
curl(1) on `--config`; docker-login(1) and podman-login(1) on `--password-stdin`.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from jfconsole.domain.text import visible

TOKEN: Final = "token"  # noqa: S105 (the name of a place holder)
PLACE: Final = "{{token}}"
YOURS: Final = "YOUR-REPOSITORY"


@dataclass(frozen=True, slots=True)
class Snippet:
    """One way to use a token. `filename` is proposed for saving."""

    id: str
    title: str
    text: str
    filename: str


def place_holder(name: str) -> str:
    """How a text names a value that is put in when it is copied or saved."""
    return f"{{{{{name}}}}}"


def token_snippets(base_url: str, username: str) -> tuple[Snippet, ...]:
    """Ready texts for one token on one platform. The user name may be hostile, it is cleaned."""
    name = visible(username)
    return tuple(
        Snippet(id_, title, build(base_url.rstrip("/"), name), filename) for id_, title, filename, build in _SNIPPETS
    )


def _bearer(url: str, _: str) -> str:
    call = _curl_config(f"{url}/access/api/v1/tokens/me", f'header = "Authorization: Bearer {PLACE}"')
    return f"curl --config - <<'END'\n{call}\nEND\n"


def _basic(url: str, name: str) -> str:
    call = _curl_config(f"{url}/artifactory/api/system/ping", f'user = "{_quoted(name)}:{PLACE}"')
    return f"curl --config - <<'END'\n{call}\nEND\n"


def _curl_file(url: str, _: str) -> str:
    return (
        "# Save as a file that only you can read, then: curl --config FILE URL\n"
        f'header = "Authorization: Bearer {PLACE}"\n'
        f"# for instance {url}/artifactory/api/system/ping\n"
    )


def _login(client: str) -> Callable[[str, str], str]:
    def text(url: str, name: str) -> str:
        return f"{client} login {_host(url)} --username {shlex.quote(name)} --password-stdin <<'END'\n{PLACE}\nEND\n"

    return text


def _pip(url: str, name: str) -> str:
    address = url.replace("://", f"://{quote(name, safe='')}:{PLACE}@", 1)
    return f"[global]\nindex-url = {address}/artifactory/api/pypi/{YOURS}/simple\n"


def _npm(url: str, _: str) -> str:
    place = f"{url}/artifactory/api/npm/{YOURS}/"
    return f"registry={place}\n{place.partition(':')[2]}:_authToken={PLACE}\n"


def _maven(_: str, name: str) -> str:
    return (
        "<settings>\n  <servers>\n    <server>\n"
        "      <id>artifactory</id>\n"
        f"      <username>{escape(name)}</username>\n"
        f"      <password>{PLACE}</password>\n"
        "    </server>\n  </servers>\n</settings>\n"
    )


def _curl_config(url: str, credentials: str) -> str:
    return f'url = "{url}"\n{credentials}'


def _quoted(text: str) -> str:
    """For the inside of double quotes in a file of curl's options."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _host(url: str) -> str:
    return urlsplit(url).netloc


_SNIPPETS: Final[tuple[tuple[str, str, str, Callable[[str, str], str]], ...]] = (
    ("bearer", "curl, as bearer", "jfrog-bearer.sh", _bearer),
    ("basic", "curl, as password", "jfrog-basic.sh", _basic),
    ("curl", "curl options file", "jfrog.curlrc", _curl_file),
    ("docker", "docker login", "docker-login.sh", _login("docker")),
    ("podman", "podman login", "podman-login.sh", _login("podman")),
    ("pip", "pip.conf", "pip.conf", _pip),
    ("npm", ".npmrc", "npmrc", _npm),
    ("maven", "Maven settings.xml", "settings.xml", _maven),
)
