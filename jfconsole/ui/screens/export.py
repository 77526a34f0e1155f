"""A plan as text to take elsewhere: curl, the JFrog CLI, or Terraform. No secret is in it."""

from __future__ import annotations

from typing import Any, Final

from textual.app import App

from jfconsole.domain.exports.formats import Format, export_plan
from jfconsole.domain.plans import Plan
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show, show_block
from jfconsole.ui.widgets.fact_sheet import Sheet

_CHOICES: Final = (
    Choice(Format.CURL, "curl", "A script of calls; the token is asked for when it runs"),
    Choice(Format.JF, "JFrog CLI", "A script of `jf api` calls"),
    Choice(Format.TERRAFORM, "Terraform", "Resources of the providers jfrog/platform and jfrog/artifactory"),
)


def offer_export(app: App[Any], plan: Plan) -> None:
    """Ask for the format, and show the text; `c` copies it."""

    def answer(chosen: str | None) -> None:
        if chosen is not None:
            text = export_plan(plan, Format(chosen))
            app.push_screen(Viewer(show(plan.title), Sheet(show_block(text)), copyable=text))

    app.push_screen(Menu("Export as", _CHOICES), answer)
