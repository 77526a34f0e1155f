"""The command line of living with tokens: what is done with a token that is there."""

from __future__ import annotations

from typing import Final

from jfconsole.cli.parser_scopes import add_scope, add_services
from jfconsole.cli.parsing import Parser, Subparsers, add_secret_options, add_write_options, lazily, leaf

_REFRESH: Final = """\
The refresh token is read from stdin or from a file (mode 0600): alone, or as the refresh_token=… and access_token=…
lines that `tokens create` prints. With the old access token it is made by that very token, and the review tells which
it is. The new pair is printed once, as by `tokens create`; the old one is dead at once."""
_ROTATE: Final = """\
A twin is made (same user, scope, lifetime and kind), tried on the platform, and printed once as by `tokens create`.
With --revoke-old the old token is revoked when the twin works and has been written out, and not before; else it stays
valid, and --ics writes a reminder. No list tells which services accept a token: for one that was not made from here
say it with --service. With --json, --revoke-old needs --output."""
_LINT: Final = """\
Rules: never-expires, admin-scope, refreshable-external, subject-shut-out, no-description, old, unused (where the
platform tells the last use), expires-soon. Ends with 1 when there are findings. --json prints {"counts": {rule: n},
"tokens": n, "not_asked": [rule], "findings": [{"rule", "token_id", "username", …, "sentence", "fix"}]}."""
_OWN: Final = """\
--json prints {"own": {"token_id", "kind", "username", "scope", "admin", "never_expires", "expiry", "source",
"concerns", …}}; null stands for what is not known."""
_CHECK: Final = """\
The token is read from stdin or from a file (mode 0600). It is taken apart here first; then it is tried on the platform
of the connection, as bearer and as a password, and nowhere else. A token that is plainly of another issuer is not sent.
Ends with 1 when the platform does not accept it. --json prints {"check": {"standing", "accepted", "explanation",
"origin", "username", "scope", "inspection", "tried", "token", "what_can", …}}."""


def add_living(below: Subparsers, shared: Parser) -> None:
    """Add its verbs."""
    refresh = leaf(below, shared, "refresh", "a new pair for an old one", lazily("living", "refresh"), _REFRESH)
    refresh.add_argument("file", metavar="FILE", nargs="?", default="-", help="a file with the pair; default: stdin")
    add_secret_options(refresh)
    add_write_options(refresh)
    _add_rotate(below, shared)
    leaf(below, shared, "own", "the token that the console works with", lazily("own", "own"), _OWN)
    check = leaf(
        below,
        shared,
        "check",
        "whether the platform accepts a token, and what it can do",
        lazily("check", "check"),
        _CHECK,
    )
    check.add_argument("file", metavar="FILE", nargs="?", default="-", help="a file with the token; default: stdin")
    check.add_argument("--send", action="store_true", help="also send a token that is plainly of another issuer")
    check.add_argument(
        "--no-access", action="store_true", help="leave out what it can do, which reads every permission"
    )


def add_token_lint(below: Subparsers, shared: Parser) -> None:
    """Add `lint tokens`."""
    lint = leaf(below, shared, "tokens", "tokens that somebody should look at", lazily("lint_tokens", "tokens"), _LINT)
    lint.add_argument("--rule", metavar="RULE", action="append", default=[], help="only this rule; may be repeated")
    lint.add_argument("--older-than", metavar="TIME", default="1y", help="what counts as old; default: %(default)s")
    lint.add_argument("--unused-for", metavar="TIME", default="90d", help="what counts as unused; default: %(default)s")
    lint.add_argument("--soon", metavar="TIME", default="7d", help="what counts as soon; default: %(default)s")
    lint.add_argument("--csv", metavar="FILE", help="also write the findings as a table")
    lint.add_argument(
        "--ics", metavar="FILE", help="also write a calendar of when to rotate which token, and of expiries"
    )


def _add_rotate(below: Subparsers, shared: Parser) -> None:
    rotate = leaf(below, shared, "rotate", "put another token in the place of one", lazily("living", "rotate"), _ROTATE)
    rotate.add_argument("id", metavar="ID", help="a token id, or `me` for the token in use")
    rotate.add_argument("--revoke-old", action="store_true", help="revoke the old one once the new one is handed over")
    rotate.add_argument("--ics", metavar="FILE", help="write a calendar file with what is to be done later")
    rotate.add_argument("--expires", metavar="TIME", help="such as 90d, or `never`; as the old one unless given")
    rotate.add_argument("--reference", action="store_true", help="with a short token that stands for it")
    add_scope(rotate, "what it may do (as the old one unless given)")
    add_services(rotate, "which services accept it (as the ledger knows it unless given)")
    add_secret_options(rotate)
    add_write_options(rotate)
