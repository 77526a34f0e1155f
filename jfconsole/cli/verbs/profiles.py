"""`jfconsole profiles`: platforms that are known by name. No token is ever printed, nor written in clear."""

from __future__ import annotations

import argparse
import asyncio
import shlex
from pathlib import Path

from jfconsole.cli.connect import read_token_file
from jfconsole.cli.issuing import issuer_service, unlock
from jfconsole.cli.output import cell_limit, fact_lines, print_json, print_lines, remark, table
from jfconsole.cli.profiles import piped_or_typed
from jfconsole.domain.connection import NOBODY, platform_url
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.profiles import Colour, Profile, TokenPlace, pin_words, profile_name_problem, read_pin
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.services import token_places
from jfconsole.services.paths import find_paths
from jfconsole.services.profiles import ProfileStore
from jfconsole.services.proxies import proxy_words
from jfconsole.services.web_login import Invitation, sign_in


def list_all(arguments: argparse.Namespace) -> int:
    """Print the profiles."""
    profiles = store().load()
    if getattr(arguments, "json", False):
        listed: list[Json] = [record(profile, profiles.default) for profile in profiles.known]
        print_json({"profiles": listed})
        return 0
    if not profiles.known:
        remark("There is no profile yet. Add one: jfconsole profiles add NAME --url URL")
        return 0
    rows = [
        (
            profile.name,
            visible(profile.url),
            profile.token.words,
            "read-only" if profile.read_only else "",
            profile.colour or "",
            "default" if profile.name == profiles.default else "",
        )
        for profile in profiles.known
    ]
    print_lines(table(("NAME", "URL", "TOKEN", "MODE", "COLOUR", ""), rows, limit=cell_limit()))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print one profile."""
    found = store().get(arguments.name)
    default = store().load().default
    if getattr(arguments, "json", False):
        print_json({"profile": record(found, default)})
    else:
        print_lines(fact_lines(facts(found, default)))
    return 0


def add(arguments: argparse.Namespace) -> int:
    """Add or change a profile, and keep its token where that is wanted."""
    profile = _wanted(arguments)
    place = store()
    if place.load().find(profile.name) and not arguments.replace:
        raise UsageError(f"There is a profile {profile.name} already", "Change it with --replace, or take another name")
    token = _given(arguments, profile)
    if token is not None:
        keep(profile, token, arguments)
    place.put(profile, default=arguments.default)
    if getattr(arguments, "json", False):
        print_json({"profile": record(profile, place.load().default)})
    else:
        print_lines(fact_lines(facts(profile, place.load().default)))
        remark(f"Try it: jfconsole doctor connection --profile {profile.name}")
    return 0


def use(arguments: argparse.Namespace) -> int:
    """Make a profile the default."""
    store().use(arguments.name)
    remark(f"{arguments.name} is used when no platform is named")
    return 0


def remove(arguments: argparse.Namespace) -> int:
    """Forget a profile; its token first, so that none is left that nobody knows of."""
    found = store().get(arguments.name)
    if found.token is TokenPlace.VAULT and not arguments.keep_token:
        with issuer_service() as service:
            unlock(service, arguments)
            token_places.forget(found, service.local)
    elif not arguments.keep_token:
        token_places.forget(found)
    store().remove(arguments.name)
    remark(f"{arguments.name} is forgotten; a token is not revoked by that")
    return 0


def store() -> ProfileStore:
    """The profiles of this user."""
    return ProfileStore(find_paths().config)


def keep(profile: Profile, token: Secret, arguments: argparse.Namespace) -> None:
    """Put a token where its profile says."""
    if profile.token is TokenPlace.KEYRING:
        token_places.keep_in_keyring(profile, token)
        return
    with issuer_service() as service:
        unlock(service, arguments)
        token_places.keep_in_vault(profile, token, service.local)


def facts(profile: Profile, default: str | None) -> tuple[Fact, ...]:
    """A profile line by line, cleaned."""
    command = f": {visible(shlex.join(profile.token_command))}" if profile.token_command else ""
    told = (
        Fact("name", profile.name),
        Fact("URL", visible(profile.url)),
        Fact("token", f"{profile.token.words}{command}"),
        Fact("proxy", proxy_words(profile.url)),
        Fact("trusts", visible(str(profile.ca_cert or ""))),
        Fact("client cert", visible(str(profile.client_cert or ""))),
        Fact("client key", visible(str(profile.client_key or ""))),
        Fact("pinned", pin_words(profile.pin)),
        Fact("mode", "read-only" if profile.read_only else ""),
        Fact("colour", profile.colour or ""),
        Fact("default", "yes" if profile.name == default else ""),
    )
    return tuple(fact for fact in told if fact.text)


def record(profile: Profile, default: str | None) -> JsonObject:
    """For `--json`; keys are stable."""
    command: list[Json] = [*profile.token_command]
    return {
        "name": profile.name,
        "url": profile.url,
        "token": profile.token.value,
        "token_command": command,
        "ca_cert": _text(profile.ca_cert),
        "proxy": proxy_words(profile.url),
        "client_cert": _text(profile.client_cert),
        "client_key": _text(profile.client_key),
        "certificate_sha256": profile.pin or None,
        "read_only": profile.read_only,
        "colour": profile.colour.value if profile.colour else None,
        "default": profile.name == default,
    }


def _wanted(arguments: argparse.Namespace) -> Profile:
    if problem := profile_name_problem(arguments.name):
        raise UsageError(problem)
    typed = getattr(arguments, "url", None)
    if not typed:
        raise UsageError("a profile needs its platform", "Add --url https://acme.jfrog.io")
    command = tuple(shlex.split(arguments.token_command or ""))
    place = TokenPlace(arguments.token or ("command" if command else "ask"))
    if bool(command) != (place is TokenPlace.COMMAND):
        raise UsageError("--token command and --token-command belong together", "Give both, or neither")
    return Profile(
        name=arguments.name,
        url=platform_url(typed),
        token=place,
        token_command=command,
        ca_cert=_file(getattr(arguments, "ca_cert", None)),
        client_cert=_file(arguments.client_cert),
        client_key=_file(arguments.client_key),
        pin=_pin(arguments.pin),
        read_only=getattr(arguments, "read_only", False),
        colour=Colour(arguments.colour) if arguments.colour else None,
    )


def _given(arguments: argparse.Namespace, profile: Profile) -> Secret | None:
    """The token that is to be kept; None where none is."""
    file, piped = getattr(arguments, "token_file", None), getattr(arguments, "token_stdin", False)
    if profile.token in (TokenPlace.ASK, TokenPlace.COMMAND):
        if file or piped or arguments.web_login:
            raise UsageError("this profile keeps no token", "Add --token vault or --token keyring, or give no token")
        return None
    if arguments.web_login:
        return asyncio.run(sign_in(profile.connection(NOBODY, "the browser"), _invite))
    if piped and arguments.passphrase_stdin:
        raise UsageError("stdin cannot hold both the token and the passphrase", "Use --token-file for the token")
    return read_token_file(Path(file).expanduser()) if file else piped_or_typed(profile.name, piped=piped)


def _invite(invitation: Invitation) -> None:
    remark(f"Open {invitation.page}\nsign in, and confirm; the page must show the code {invitation.code}")


def _file(name: str | None) -> Path | None:
    if not name:
        return None
    path = Path(name).expanduser().absolute()
    if not path.is_file():
        raise UsageError(f"{path} is no file", "Check the path")
    return path


def _pin(text: str | None) -> str:
    try:
        return read_pin(text) if text else ""
    except ValueError as error:
        raise UsageError(f"--pin: {error}") from None


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
