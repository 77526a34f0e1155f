"""Exchanging a token from the console: what is asked, and the panel that shows the value once."""

from __future__ import annotations

from jfconsole.domain.answers import flag, secret, text
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.exchanges import ExchangeOrder
from jfconsole.ui.screens.secret_panel import SecretPanel


def exchange_form(integration: str) -> Form:
    """The token, and which mapping it shall get in through."""
    return Form(
        title=f"Exchange with {visible(integration)}",
        fields=(
            FormField(
                id="token",
                label="ID token",
                help="The token of a job, not shown. It goes to the platform alone, and is kept nowhere.",
                kind=FieldKind.SECRET,
                required=True,
                default=Secret(""),
            ),
            FormField(id="mapping", label="Mapping", help="Ask for one by its name; empty: the first that fits."),
            FormField(id="project", label="Project", help="Its mappings come before the global ones."),
            FormField(
                id="reference",
                label="Reference token",
                help="With a short token that stands for it.",
                kind=FieldKind.FLAG,
                default=False,
            ),
        ),
        onward="Exchange",
    )


def exchange_order(integration: str, answers: Answers) -> ExchangeOrder:
    """What the answers ask for."""
    return ExchangeOrder(
        provider=integration,
        token=secret(answers, "token"),
        mapping=text(answers, "mapping") or None,
        project=text(answers, "project") or None,
        reference=flag(answers, "reference"),
    )


class ExchangePanel(SecretPanel):
    """Shows what an exchange gave. No plan stands behind it: what is left here lapses by itself."""

    async def _beat(self) -> None:
        """There is no plan that somebody could take for interrupted."""

    async def _hand_over(self) -> None:
        """The journal has it already."""
        self.dismiss(None)
