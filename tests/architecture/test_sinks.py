"""No widget gets text from the wire as it came."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sinks import Annotations, violations
from tests.architecture.source import modules

EXEMPT = {
    "ui/text.py": "turns text into content",
    "ui/widgets/table_render.py": "cleans every cell as it fits it into its column",
}
"""The modules that make text fit; their own tests feed them hostile text."""

SHOWING = [module for module in modules() if module.name.startswith("ui/") and module.name not in EXEMPT]
ANNOTATIONS = Annotations.of(module.tree for module in modules())

PRELUDE = """
class Row:
    description: Untrusted
    head: Content
    count: int
def painted() -> Content: ...
def worded() -> str: ...
"""

GOOD = [
    'Static("[b]ours[/b]")',
    "Static(show(row.description))",
    "Static(painted())",
    "Static(row.head)",
    'Static(f"{row.count} rows")',
    'Static(f"{total:,} rows")',
    'Static(f"{visible(x)}", markup=False)',
    'self.notify(f"Copied {visible(name)}", markup=False)',
    'self.notify("done")',
    'Content(f"{visible(x)} of {total:,}")',
    'Content.assemble("a ", (visible(x), "bold"), painted())',
    'Content.from_markup("[b]$name[/b]", name=visible(x))',
    'self.query_one(Static).update("ours" if x else show(y))',
    "self.border_title = show(name)",
    "title = show(name)\nself.border_title = title",
    "def f(title: Content): Button(title)",
    "for head in [show(a), show(b)]: Label(head)",
    'Segment(" ".join(visible(x) for x in xs), style)',
    "self.options = OptionList(*[Option(show(x)) for x in xs])",
    "Static(TITLE)",
]

BAD = [
    "Static(row.description)",
    "Static(name)",
    "Static(worded())",
    'Static(f"{name}")',
    'Static(f"[b]{visible(name)}[/b]")',
    "Static(visible(name))",
    'Static("a" + name)',
    'Static("%s" % name)',
    'Static("{}".format(name))',
    "Static(name, markup=False)",
    "Label(str(name))",
    "Button(label=name)",
    "Option(name)",
    'self.notify(f"Copied {name}", markup=False)',
    "self.app.notify('x', title=name)",
    "table.add_row(show(a), b)",
    "Content(name)",
    "Text(row.description)",
    'Content.assemble("a", (name, "bold"))',
    "Content.from_markup(name)",
    'Content.from_markup("[b]$name[/b]", name=name)',
    "self.query_one(Static).update(name)",
    "self.border_title = name",
    "title = name\nself.border_title = title",
    "def f(title: str): Button(title)",
    "for head in [show(a), b]: Label(head)",
    "Segment(name, style)",
    "Static(name if x else show(y))",
    "title = title\nStatic(title)",
    'SystemCommand("x", f"{help} [{keys}]", f)',
]


def _found(code: str) -> list[str]:
    return list(violations(ast.parse(code), Annotations.of([ast.parse(PRELUDE)])))


def test_no_widget_gets_raw_text() -> None:
    assert len(SHOWING) > 50
    assert {module.name: found for module in SHOWING if (found := list(violations(module.tree, ANNOTATIONS)))} == {}


@pytest.mark.parametrize("code", GOOD)
def test_fit_text_passes(code: str) -> None:
    assert _found(code) == []


@pytest.mark.parametrize("code", BAD)
def test_raw_text_is_seen(code: str) -> None:
    assert len(_found(code)) == 1
