"""`jfconsole tokens list` and `show`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from jfconsole.cli.filtering import fields_of, filter_of, filter_words
from jfconsole.cli.output import cell_limit, fact_lines, print_json, print_lines, remark, table
from jfconsole.cli.parser_tokens import COLUMNS
from jfconsole.cli.platform import with_tokens
from jfconsole.domain.durations import format_relative
from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.domain.text import visible
from jfconsole.domain.token_facts import TokenView, flags
from jfconsole.services.tokens import TokenListing, TokenService

if TYPE_CHECKING:
    from jfconsole.domain.filters import Filter, Schema
    from jfconsole.domain.requests import Json

USER_FIELDS: Final = frozenset({"state", "missing", "disabled", "locked", "orphaned"})
"""Filter fields that mean something only when the users were read."""

EXTERNAL: Final = "external"
"""The filter field that means something only in the console, which reads the users' realms."""

_FAR: Final = float("inf")
_NOT_SAID: Final = "–"

_CELLS: Final[Mapping[str, Callable[[TokenView, float], str]]] = {
    "id": lambda view, now: visible(view.token_id),
    "subject": lambda view, now: visible(view.username),
    "scope": lambda view, now: view.scope_label,
    "expires": lambda view, now: format_relative(view.token.expiry, now),
    "created": lambda view, now: format_relative(view.token.issued_at, now),
    "used": lambda view, now: _used(view, now),
    "flags": lambda view, now: ", ".join(flags(view, now)),
    "description": lambda view, now: visible(view.token.description or ""),
    "issuer": lambda view, now: visible(view.token.issuer),
    "project": lambda view, now: visible(view.token.project or ""),
}
_ORDERS: Final[Mapping[str, Callable[[TokenView], tuple[float | str, str]]]] = {
    "expires": lambda view: (_FAR if view.token.expiry is None else view.token.expiry, view.token_id),
    "created": lambda view: (view.token.issued_at, view.token_id),
    "used": lambda view: (view.token.last_used or 0, view.token_id),
    "subject": lambda view: (view.username, view.token_id),
    "scope": lambda view: (view.scope_label, view.token_id),
    "description": lambda view: (view.token.description or "", view.token_id),
    "id": lambda view: (view.token_id, ""),
}


def list_tokens(arguments: argparse.Namespace) -> int:
    """Print the tokens that match, as a table or as `{"tokens": […], "shown": n, "total": n, "filter": …}`."""
    wanted = read_filter(filter_words(arguments, "tokens"))
    columns = _columns(arguments.columns)
    listing = with_tokens(arguments, lambda service: read_list(service, wanted, users=arguments.check_subjects))
    now = time.time()
    shown = matching(listing, wanted, now)
    shown.sort(key=_ORDERS[arguments.sort], reverse=arguments.reverse)
    if getattr(arguments, "json", False):
        print_json(_document(shown, listing, wanted, now))
    else:
        _print_table(shown, listing, columns, now)
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print everything known about one token, as lines or as `{"token": {…}}`."""
    view = with_tokens(arguments, lambda service: _read_one(service, arguments.id))
    print_token(view, as_json=getattr(arguments, "json", False))
    return 0


def print_token(view: TokenView, *, as_json: bool) -> None:
    """One token, in words or as its record, with what the ledger has on it."""
    from jfconsole.cli.verbs import ledger  # here, since a table needs nothing of the journal
    from jfconsole.domain.token_words import describe_token

    now = time.time()
    entry = ledger.known_tokens().get(view.token_id)
    if as_json:
        print_json({"token": ledger.record(view, now, entry)})
    else:
        print_lines(fact_lines(ledger.with_ledger(describe_token(view, now), entry)))


def read_filter(text: str) -> Filter[TokenView] | None:
    """The filter of a command line, None for none. Raises UsageError for anything that was not fully understood."""
    wanted = filter_of(text, _schema)
    if EXTERNAL in fields_of(wanted):
        raise UsageError(
            "A list of tokens does not say which users come from elsewhere",
            "`jfconsole lint tokens` reads the users, too, and tells their tokens",
        )
    return wanted


async def read_list(service: TokenService, wanted: Filter[TokenView] | None, *, users: bool = False) -> TokenListing:
    """The token list, with the users where they are wanted or the filter needs them.

    Raises ConsoleError when the filter needs the users and they cannot be read.
    """
    needed = bool(fields_of(wanted) & USER_FIELDS)
    if users or needed:
        subjects = await service.subjects()
        if needed and subjects.states is None:
            raise ConsoleError(
                f"The filter cannot be answered: {subjects.reason}", "Leave the state of users out of it"
            )
    return await service.list()


def matching(listing: TokenListing, wanted: Filter[TokenView] | None, now: float) -> list[TokenView]:
    """The tokens that match, in the platform's order."""
    return list(filter(wanted.compile(now), listing.views) if wanted else listing.views)


def _schema() -> Schema[TokenView]:
    from functools import cache

    from jfconsole.domain.token_filters import token_schema

    made_here = cache(_made_here)
    return token_schema(external=lambda _: False, here=lambda token_id: token_id in made_here())


def _made_here() -> Collection[str]:
    from jfconsole.cli.verbs import ledger  # here, since most filters need nothing of the journal

    return ledger.known_tokens().keys()


async def _read_one(service: TokenService, token_id: str) -> TokenView:
    await service.subjects()
    return await service.get(token_id)


def _columns(names: str | None) -> Sequence[str]:
    if names is None:
        return COLUMNS[:-2]
    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in COLUMNS]
    if unknown or not wanted:
        raise UsageError(f"There is no column {', '.join(unknown) or 'given'}", f"Columns: {', '.join(COLUMNS)}")
    return wanted


def _print_table(shown: Sequence[TokenView], listing: TokenListing, columns: Sequence[str], now: float) -> None:
    rows = [[_CELLS[name](view, now) for name in columns] for view in shown]
    if rows:
        print_lines(table([name.upper() for name in columns], rows, limit=cell_limit()))
    if sys.stderr.isatty() or not rows:
        remark(f"{len(shown):,} of {len(listing.views):,} tokens")


def _document(
    shown: Sequence[TokenView], listing: TokenListing, wanted: Filter[TokenView] | None, now: float
) -> dict[str, Json]:
    from jfconsole.cli.verbs import ledger

    made_here = ledger.known_tokens()
    known = listing.subjects.states is not None
    return {
        "tokens": [ledger.record(view, now, made_here.get(view.token_id)) for view in shown],
        "shown": len(shown),
        "total": len(listing.views),
        "filter": wanted.format() if wanted else "",
        "subjects_known": known,
        "subjects_unknown_because": None if known else listing.subjects.reason,
    }


def _used(view: TokenView, now: float) -> str:
    used = view.token.last_used
    return _NOT_SAID if used is None else format_relative(used, now)
