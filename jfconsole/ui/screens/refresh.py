"""Refreshing a token from the console: what is asked, and the panel that gives the new pair once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual.widget import Widget
from textual.widgets import Static

from jfconsole.domain.answers import secret
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.plans import Report
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.going_over import work_with
from jfconsole.services.inspect import Pair, bare_secret, pair_in
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.secret_panel import SecretPanel
from jfconsole.ui.text import show

_DEAD: Final = "The old pair is dead: whoever uses it is refused until it has the new one"
_GOES_ON: Final = "This console works with the new one already"


def refresh_form() -> Form:
    """Both halves of the pair; the access token alone tells which token it is."""
    return Form(
        title="Refresh a token",
        fields=(
            FormField(
                id="refresh_token",
                label="Refresh token",
                help="It came with the access token, and is good for one refresh. Not shown, and kept nowhere.",
                kind=FieldKind.SECRET,
                required=True,
                default=Secret(""),
            ),
            FormField(
                id="access_token",
                label="Access token",
                help="The old one, expired or not. It tells whose it is, and lets you refresh another user's; "
                "without it only your own is refreshed.",
                kind=FieldKind.SECRET,
                default=Secret(""),
            ),
        ),
    )


def pair_of(answers: Answers) -> Pair:
    """What was pasted. Raises UsageError for a refresh token that is none."""
    access = bare_secret(secret(answers, "access_token"))
    return Pair(pair_in(secret(answers, "refresh_token")).refresh_token, access if access else None)


class RefreshEnd(SecretPanel):
    """As the panel of secrets, with what became of the old pair. `own`: the console itself worked with it."""

    DEFAULT_CSS = """
    RefreshEnd #old { height: auto; margin-bottom: 1; }
    """

    TITLE: ClassVar[str] = "The new pair: take it now"

    def __init__(self, report: Report, *, own: bool) -> None:
        super().__init__(report)
        self._own = own

    def heading(self) -> Iterable[Widget]:
        """What it is, and that the old one is dead."""
        yield from super().heading()
        yield Static(show(f"{_DEAD}. {_GOES_ON}" if self._own else _DEAD, "bold $text-warning"), id="old")

    @property
    def around(self) -> int:
        """See the panel; the fate of the old pair stands above."""
        return super().around + 3

    def on_mount(self) -> None:
        """The console's own token is dead, too: go on with the new one."""
        if self._own:
            latest(self, "go-over", self._go_over)

    async def _go_over(self) -> None:
        try:
            await work_with(self.app.workbench, self.report, shown=True)
        except ConsoleError as error:
            self.app.notify(visible(f"{error.message}. {error.hint}"), severity="error", markup=False)
        await self.app.identify()
