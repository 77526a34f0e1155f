"""Where the ID token of a workload is pasted."""

from __future__ import annotations

from typing import Final

from jfconsole.ui.screens.paste import HERE, PasteToken

__all__ = ["HERE", "SENT", "PasteIdToken"]

SENT: Final = "It is decoded here, and sent to the platform alone, for one exchange. It is kept nowhere."


class PasteIdToken(PasteToken):
    """Answers what was pasted; None when it was left."""

    def __init__(self, note: str) -> None:
        super().__init__(
            "The token of a workload", "Paste the ID token of a job, a JWT with three parts, then press enter.", note
        )
