"""The command line of OIDC trust: integrations, identity mappings, the simulator, the exchange and the doctor."""

from __future__ import annotations

import argparse
from typing import Final

from jfconsole.cli.parsing import (
    Parser,
    Subparsers,
    Verb,
    add_filter,
    add_secret_options,
    add_write_options,
    lazily,
    leaf,
    noun,
    shared_options,
)

_CHANGE: Final = '--json prints {"report": {…}}, or {"plan": {…}} with --plan.'
_APPLY: Final = """\
The file holds what `{plural} show --json` prints, or the object alone. It is made where it does not exist; else what
the file does not say is left alone{more}. What the linter blocks has to be typed at a terminal: --yes does not
cover it. --json prints {{"report": {{…}}}}, or {{"plan": {{…}}}} with --plan; null when all is as wanted already."""
_INTEGRATIONS: Final = '--json prints {"integrations": […], "shown": n, "total": n, "filter": "…", …}.'
_INTEGRATION: Final = """\
With --issuer its discovery document and keys are fetched from here, and it ends with 1 when they are of no use.
--json prints {"integration": {…}}, which `integrations apply -f FILE` reads, and "issuer" beside it with --issuer."""
_MAPPINGS: Final = """\
In evaluation order, with what the linter finds. --json prints {"mappings": [{"mapping": {…}, "place", "tied",
"shadowed_by", "findings"}], "shown": n, "total": n, "filter": "…", …}."""
_MOVE: Final = """\
The platform looks at the lowest priority number first. As few numbers change as can be. Only those of one project, or
the global ones, stand in one order. --json prints {"report": {…}}, or {"plan": {…}} with --plan."""
_SIMULATE: Final = """\
Nothing is exchanged, and a token is not sent anywhere: it is taken apart here. Ends with 1 when it would not get in.
--json prints {"simulation": {"succeeds", "checks", "winner", "grant", "mappings", "smallest_change", "wins_over",
"findings"}}."""
_EXCHANGE: Final = """\
No access token is needed: --url, or a variable with the URL alone, is enough. The token that comes of it is printed
once: its value alone on stdout, what there is to say about it on stderr; with --output it goes to a new file (0600)
instead. Every exchange is written to the journal of this user, without the token.

--json prints {"exchange": {"username", "scope", "expires_in", "audience", "token_id", "token_type",
"issued_token_type", "secrets", "output"}}; `secrets` is null where they went to a file."""
_DOCTOR: Final = """\
It walks from the platform to the issuer, its keys, the token, the mappings, the exchange and its use, and stops at the
first that is broken. Without a token it ends at the keys. It ends with 1 when something is broken.

--json prints {"diagnosis": {"integration", "healthy", "cause", "stages": [{"stage", "verdict", "code", "sentence",
"evidence", "seconds", "fix"}]}}; --repair plans what changes the first broken thing, where there is something."""
_PUBLISHED: Final = """\
Reads the discovery document and the keys again from their public URL, without following redirects, and compares: the
issuer byte for byte, the set of keys with their thumbprints, private members, content types, max-age, and the clock.
It needs no passphrase, and ends with 1 when something is broken. The platform has to reach the same documents.

--json prints {"publication": {"issuer", "url", "healthy", "cause", "stages": [{"stage", "verdict", "code", "sentence",
"evidence", "seconds", "fix"}]}}."""
_LINT: Final = """\
Ends with 1 when there are findings. --json prints {"findings": [{"rule", "severity", "integration", "mapping",
"claim", "sentence", "fix"}]}."""
_PROJECT: Final = "the project that the exchange names: its mappings come before the global ones"
_PASTED: Final = "read the workload's ID token from stdin; the connection takes --token-file or the environment"

_CONNECTION: Final = """\
Name, port, TLS, ping, version, token, administrator, licence: each with what it was seen by and what to change. It
changes nothing. --json prints {"diagnosis": {"url", "source", "profile", "proxy", "healthy", "cause", "stages"}}; the
exit code is 1 when a stage is broken."""


def add_oidc(verbs: Subparsers, shared: Parser) -> None:
    """Add all of them but the linter, which stands among the others."""
    summary = "list, show, make, change and delete OIDC integrations"
    noun(verbs, "integrations", summary, lambda below: _add_integrations(below, shared))
    summary = "list, show, make, change, move, delete and simulate identity mappings"
    noun(verbs, "mappings", summary, lambda below: _add_mappings(below, shared))
    _add_exchange(verbs)
    noun(verbs, "doctor", "find out what is broken, stage by stage", _add_doctor)


def add_oidc_lint(below: Subparsers, shared: Parser) -> None:
    """Add the linter of OIDC trust."""
    summary = "integrations and identity mappings that let strangers in, or nobody"
    leaf(below, shared, "mappings", summary, lazily("lint_mappings", "mappings"), _LINT)


def _add_integrations(below: Subparsers, shared: Parser) -> None:
    listing = leaf(
        below, shared, "list", "the integrations", lazily("integrations", "list_integrations"), _INTEGRATIONS
    )
    add_filter(listing)
    summary = "everything known about one integration"
    show = leaf(below, shared, "show", summary, lazily("integrations", "show"), _INTEGRATION)
    show.add_argument("name", metavar="NAME", help="the integration")
    show.add_argument("--issuer", action="store_true", help="ask its issuer from here, too")
    apply = _APPLY.format(plural="integrations", more="")
    _add_apply(below, shared, "integration", lazily("integrations", "apply"), apply)
    summary = "delete integrations, with their mappings"
    delete = leaf(below, shared, "delete", summary, lazily("integrations", "delete"), _CHANGE)
    delete.add_argument("names", metavar="NAME", nargs="+", help="integrations")
    add_write_options(delete)


def _add_mappings(below: Subparsers, shared: Parser) -> None:
    listing = leaf(below, shared, "list", "the identity mappings", lazily("mappings", "list_mappings"), _MAPPINGS)
    add_filter(listing)
    listing.add_argument("--integration", metavar="NAME", help="only those of one integration")
    _add_projects(listing)
    summary = "everything known about one mapping"
    more = '--json prints {"mapping": {…}}, which `mappings apply -f FILE` reads.'
    show = leaf(below, shared, "show", summary, lazily("mappings", "show"), more)
    _add_mapping(show)
    apply = _APPLY.format(plural="mappings", more="; claims are taken as a whole")
    _add_apply(below, shared, "mapping", lazily("mappings", "apply"), apply)
    delete = leaf(below, shared, "delete", "delete mappings of an integration", lazily("mappings", "delete"), _CHANGE)
    _add_mapping(delete, several=True)
    add_write_options(delete)
    summary = "have a mapping looked at earlier or later"
    move = leaf(below, shared, "move", summary, lazily("mappings", "move"), _MOVE)
    _add_mapping(move)
    where = move.add_mutually_exclusive_group(required=True)
    where.add_argument("--before", metavar="OTHER", help="right before another mapping")
    where.add_argument("--first", action="store_true", help="before all others")
    where.add_argument("--last", action="store_true", help="after all others")
    add_write_options(move)
    _add_simulate(below)


def _add_simulate(below: Subparsers) -> None:
    summary = "which mapping a token would get in through, and what it would get"
    own = shared_options(stdin=_PASTED)
    simulate = leaf(below, own, "simulate", summary, lazily("mappings", "simulate"), _SIMULATE)
    simulate.add_argument("integration", metavar="INTEGRATION", help="the integration")
    simulate.add_argument("--claims", metavar="FILE", help="a JSON file with claims instead of a token, or - for stdin")
    simulate.add_argument("--sample", metavar="PLATFORM", help="claims of a job as documented, such as github or eks")
    simulate.add_argument("--project", metavar="KEY", help=_PROJECT)
    simulate.add_argument("--mapping", metavar="NAME", help="the one mapping that the exchange asks for")


def _add_exchange(verbs: Subparsers) -> None:
    summary = "exchange a workload's ID token for an access token"
    own = shared_options(stdin="read the workload's ID token from stdin")
    exchange = leaf(verbs, own, "exchange", summary, lazily("exchange", "exchange"), _EXCHANGE)
    exchange.add_argument("--provider", metavar="NAME", required=True, help="the integration")
    exchange.add_argument("--mapping", metavar="NAME", help="ask for one mapping by its name")
    exchange.add_argument("--project", metavar="KEY", help=_PROJECT)
    exchange.add_argument("--reference", action="store_true", help="with a short token that stands for it")
    add_secret_options(exchange)


def _add_doctor(below: Subparsers) -> None:
    _add_published(below)
    summary = "why the tokens of an integration do not get in"
    trust = leaf(below, shared_options(stdin=_PASTED), "trust", summary, lazily("doctor", "trust"), _DOCTOR)
    trust.add_argument("integration", metavar="INTEGRATION", help="the integration, as clients send its name")
    trust.add_argument("--project", metavar="KEY", help=_PROJECT)
    trust.add_argument("--mapping", metavar="NAME", help="the one mapping that the exchange asks for")
    trust.add_argument("--no-exchange", action="store_true", help="look only: the token is not sent")
    trust.add_argument(
        "--platform-reaches",
        action="store_true",
        help="go on where the issuer cannot be reached from here: the platform may reach it",
    )
    trust.add_argument("--repair", action="store_true", help="carry out what mends the first broken stage, as a plan")
    add_write_options(trust)
    summary = "how far the way to the platform goes, and what the token may do there"
    leaf(below, shared_options(), "connection", summary, lazily("doctor", "connection"), _CONNECTION)


def _add_published(below: Subparsers) -> None:
    own = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    own.add_argument("--url", metavar="URL", help="where its documents are; default: the issuer's own URL")
    own.add_argument("--ca-cert", metavar="FILE", help="further trusted authorities, as PEM")
    own.add_argument("--json", action="store_true", help="print one JSON document; errors are JSON on stderr")
    summary = "whether an issuer of ours is published as it should be"
    published = leaf(below, own, "publish", summary, lazily("doctor", "publish"), _PUBLISHED)
    published.add_argument("issuer", metavar="ISSUER", help="the issuer")


def _add_apply(below: Subparsers, shared: Parser, noun: str, run: Verb, more: str) -> None:
    apply = leaf(below, shared, "apply", f"bring one {noun} to a state", run, more)
    apply.add_argument("-f", "--file", metavar="FILE", required=True, help="a JSON file, or - for stdin")
    add_write_options(apply)


def _add_mapping(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    parser.add_argument("integration", metavar="INTEGRATION", help="the integration")
    if several:
        parser.add_argument("names", metavar="NAME", nargs="+", help="mappings")
    else:
        parser.add_argument("name", metavar="NAME", help="the mapping")
    parser.add_argument("--project", metavar="KEY", help="the project that it belongs to")


def _add_projects(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--project", metavar="KEY", action="append", default=[], help="with those of a project")
