"""The command line of profiles."""

from __future__ import annotations

import argparse
from typing import Final

from jfconsole.cli.parsing import Parser, Subparsers, add_opening_option, lazily, leaf

PLACES: Final = ("ask", "vault", "keyring", "command")
"""As `domain.profiles.TokenPlace`, which would take its time to import."""

COLOURS: Final = ("red", "yellow", "green", "cyan", "blue", "magenta")
"""As `domain.profiles.Colour`."""

_LIST: Final = """\
--json prints {"profiles": [{"name", "url", "token", "default", "read_only", "colour", …}]}; no token is read."""

_ADD: Final = """\
The platform is --url, in whatever form it was copied; what it comes to is printed. The token that is to be kept in the
vault or in the keyring is typed, or given with --token-file or --token-stdin. --ca-cert and --read-only are kept with
the profile. A token is bound to its URL: when the URL of a profile changes, the token is given anew."""

_IMPORT: Final = """\
Its files are read, encrypted ones too, and never written; its tokens are copied, and never refreshed. What the CLI
refreshes is of no use here once it has expired. --json prints {"imported": [{"server", "profile", "remarks"}]}."""


def add_profiles(below: Subparsers, shared: Parser) -> None:
    """Add its verbs."""
    leaf(below, shared, "list", "the profiles, and which is the default", lazily("profiles", "list_all"), _LIST)
    show = leaf(below, shared, "show", "one profile", lazily("profiles", "show"))
    _name(show)
    add = leaf(below, shared, "add", "add a platform, or change one", lazily("profiles", "add"), _ADD)
    _name(add)
    _add_options(add)
    taken = leaf(
        below, shared, "import", "take over the JFrog CLI's servers", lazily("profiles_import", "run"), _IMPORT
    )
    taken.add_argument("servers", metavar="SERVER", nargs="*", help="the CLI's server ids; all of them unless given")
    taken.add_argument(
        "--from", dest="home", metavar="DIR", help="the CLI's folder, unless JFROG_CLI_HOME_DIR or ~/.jfrog"
    )
    taken.add_argument(
        "--token", choices=PLACES[:3], default="ask", help="where their tokens go; asked for unless given"
    )
    add_opening_option(taken)
    _name(leaf(below, shared, "use", "make a profile the default", lazily("profiles", "use")))
    remove = leaf(
        below, shared, "remove", "forget a profile, and its token if it is kept", lazily("profiles", "remove")
    )
    _name(remove)
    remove.add_argument("--keep-token", action="store_true", help="leave a kept token where it is")
    add_opening_option(remove)


def _add_options(add: argparse.ArgumentParser) -> None:
    add.add_argument("--token", choices=PLACES, help="where the token comes from; asked for each time unless given")
    add.add_argument(
        "--token-command", metavar="WORDS", help="what prints the token, such as 'pass show acme'; no shell runs it"
    )
    add.add_argument(
        "--web-login", action="store_true", help="get the token that is kept by signing in with the browser"
    )
    add.add_argument("--client-cert", metavar="FILE", help="a client certificate, as PEM")
    add.add_argument("--client-key", metavar="FILE", help="its key, unless it is in the same file")
    add.add_argument("--pin", metavar="SHA256", help="the fingerprint that the platform's certificate must have")
    add.add_argument("--colour", choices=COLOURS, help="by which to tell it from other platforms")
    add.add_argument("--default", action="store_true", help="use it when none is named; the first one is, anyway")
    add.add_argument("--replace", action="store_true", help="change a profile that exists")
    add_opening_option(add)


def _name(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", help="the profile")
