"""The command line of access tokens."""

from __future__ import annotations

from typing import Final

from jfconsole.cli.parser_living import add_living
from jfconsole.cli.parser_scopes import add_scope, add_services
from jfconsole.cli.parsing import Parser, Subparsers, add_filter, add_secret_options, add_write_options, lazily, leaf

SORTS: Final = ("expires", "created", "used", "subject", "scope", "description", "id")
COLUMNS: Final = ("id", "subject", "scope", "expires", "created", "used", "flags", "description", "issuer", "project")

_CREATE: Final = """\
The token is printed once: its value alone on stdout, what there is to say about it on stderr. A refreshable or a
reference token has several values: then there is one NAME=VALUE on each line. With --output they go to a file (0600)
instead, which is never overwritten. A token whose value could not be written out is held: `jfconsole journal resume
PLAN` revokes it and makes another.

--json prints {"report": {…}, "products": [{"gives", "key", "made", "facts", "secrets", "output"}]}, or {"plan": {…}}
with --plan; `secrets` is null where they went to a file."""
_LEDGER: Final = """\
It comes from the journal of this user, and tells what no list of a platform does: audience, purpose, kind, and tokens
that are too short-lived to be listed. A possible orphan was asked for, and its answer was lost. Values are never kept.
--json prints {"tokens": […]}."""


def add_tokens(below: Subparsers, shared: Parser) -> None:
    """Add every verb on tokens."""
    _add_list(below, shared)
    show = leaf(below, shared, "show", "everything known about one token", lazily("tokens", "show"))
    show.add_argument("id", metavar="ID", help="a token id, or `me` for the token in use")
    _add_create(below, shared)
    _add_revoke(below, shared)
    inspect = leaf(below, shared, "inspect", "take a token apart, here and unverified", lazily("inspect", "inspect"))
    inspect.add_argument(
        "id",
        metavar="ID",
        nargs="?",
        default="-",
        help="a token id; without one, or with -, a token is read from stdin",
    )
    inspect.add_argument("--ask", action="store_true", help="also ask the platform about the id found in the token")
    add_living(below, shared)
    leaf(below, shared, "ledger", "the tokens that were made from here", lazily("ledger", "ledger"), _LEDGER)


def _add_list(below: Subparsers, shared: Parser) -> None:
    listing = leaf(below, shared, "list", "the tokens that the platform lists", lazily("tokens", "list_tokens"))
    add_filter(listing, "for instance: never, 'expires<7d', scope:groups")
    listing.add_argument("--sort", choices=SORTS, default="expires", help="default: %(default)s")
    listing.add_argument("--reverse", action="store_true", help="the other way round")
    listing.add_argument(
        "--columns", metavar="NAMES", help=f"of {','.join(COLUMNS)}; default: {','.join(COLUMNS[:-2])}"
    )
    listing.add_argument("--check-subjects", action="store_true", help="also read the users and tell their state")


def _add_revoke(below: Subparsers, shared: Parser) -> None:
    revoke = leaf(below, shared, "revoke", "revoke one token or many", lazily("revoke", "revoke"))
    revoke.add_argument("ids", metavar="ID", nargs="*", help="token ids")
    revoke.add_argument("--filter", metavar="EXPR", help="every listed token that matches")
    revoke.add_argument("--value-stdin", action="store_true", help="the token whose value is on stdin: a leaked one")
    revoke.add_argument("--resume", metavar="PLAN", help="go on with a plan that was interrupted")
    add_write_options(revoke)


def _add_create(below: Subparsers, shared: Parser) -> None:
    create = leaf(below, shared, "create", "make an access token", lazily("create", "create"), _CREATE)
    create.add_argument("--user", metavar="NAME", default="", help="who it acts as, existing or not; default: yourself")
    add_scope(create, "what it may do (several add up; --scope-user unless given)")
    add_services(create, "which services accept it (every service unless given)")
    life = create.add_argument_group("how long, and what kind")
    life.add_argument(
        "--expires",
        metavar="TIME",
        default="90d",
        help="such as 12h or 1y, `never`, or `default` for the platform's own; %(default)s unless given",
    )
    life.add_argument("--refreshable", action="store_true", help="with a refresh token")
    life.add_argument("--reference", action="store_true", help="with a short token that stands for it")
    life.add_argument(
        "--not-revocable", action="store_true", help="do not force it to be revocable: for a circle of trust"
    )
    life.add_argument("--description", metavar="TEXT", default="", help="what it is for; stands in the list")
    life.add_argument("--project", metavar="KEY", default="", help="the project that it belongs to")
    add_secret_options(create)
    add_write_options(create)
