"""The views of the token list, each with how many tokens it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jfconsole.domain.filters import Schema, parse
from jfconsole.domain.lint_tokens import RULES, Surroundings, lint_tokens
from jfconsole.domain.token_facts import TokenView
from jfconsole.domain.views import READY, View

VIEWS = READY["tokens"]


def counted_views(rows: Sequence[TokenView], around: Surroundings, schema: Schema[TokenView]) -> list[View]:
    """As many as the linter finds for its rules, as the filter lets through for the rest; slow for long lists."""
    found = lint_tokens(rows, around)
    unasked = {rule.id for rule in found.not_asked}
    counts = {**found.counts, **{view.id: _count(view, rows, schema, around.now) for view in VIEWS[len(RULES) :]}}
    return [
        replace(view, title=f"{view.title} ({'not known' if view.id in unasked else f'{counts[view.id]:,}'})")
        for view in VIEWS
    ]


def _count(view: View, rows: Sequence[TokenView], schema: Schema[TokenView], now: float) -> int:
    return sum(map(parse(view.filter, schema).compile(now), rows))
