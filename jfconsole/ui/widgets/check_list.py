"""Checks as lines: a sign, the verdict in a word, what was looked at, what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from jfconsole.domain.checks import Check, Verdict
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.text import show

_STYLES: Final = {
    Verdict.GOOD: "$text-success",
    Verdict.WARNING: "$text-warning",
    Verdict.BAD: "$text-error",
    Verdict.UNKNOWN: "$text-muted",
}


def checks_content(checks: Iterable[Check], glyphs: Glyphs) -> Content:
    """A line for each check."""
    return Content("\n").join([_line(check, glyphs) for check in checks])


def _line(check: Check, glyphs: Glyphs) -> Content:
    signs = {Verdict.GOOD: glyphs.ok, Verdict.WARNING: glyphs.warn, Verdict.BAD: glyphs.fail}
    verdict = f"{signs.get(check.verdict, '?')} {check.verdict.value:<9} "
    detail = f": {check.detail}" if check.detail else ""
    return show(verdict, _STYLES[check.verdict]) + show(f"{check.what}{detail}")
