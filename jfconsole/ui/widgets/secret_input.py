"""An input for secrets: always masked, never copied from, emptied when read."""

from __future__ import annotations

from textual.widgets import Input

from jfconsole.domain.secret import Secret
from jfconsole.ui.widgets.quiet_input import QuietInput


class SecretInput(QuietInput):
    """A masked input whose value cannot be copied or cut; `take` hands it over once."""

    def __init__(self) -> None:
        super().__init__(password=True)

    def take(self) -> Secret:
        """The value, which the widget then forgets."""
        secret = Secret(self.value.strip())
        self.value = ""
        return secret

    def peek(self) -> Secret:
        """The value, which stays in the widget: a form may have to be shown again."""
        return Secret(self.value)

    def action_copy(self) -> None:
        """A masked value is not copied."""

    def action_cut(self) -> None:
        """A masked value is not cut."""

    def on_unmount(self) -> None:
        """Forget what was typed and not taken."""
        self.set_reactive(Input.value, "")
