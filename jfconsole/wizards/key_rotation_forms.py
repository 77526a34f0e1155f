"""What the wizard that rotates a signing key asks."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.wizards.engine import WizardStep

ID: Final = "rotate-signing-key"
TITLE: Final = "Rotate a signing key"
SUMMARY: Final = "the next version signs, the old one stays published, and a real exchange proves it"

KEY: Final = "key"
EMERGENCY: Final = "emergency"


def pages(answers: Answers, key: str = "") -> tuple[WizardStep, ...]:
    """The one page, which needs no platform; `key` is proposed."""
    fields = (
        FormField(
            id=KEY,
            label="Key",
            help="The transit key that signs.",
            kind=FieldKind.NAME,
            source="keys",
            required=True,
            default=key,
        ),
        FormField(
            id=EMERGENCY,
            label="Emergency",
            help="At once, although verifiers may not know the next version yet: for a key that somebody else has.",
            kind=FieldKind.FLAG,
            default=False,
        ),
    )
    intro = "The next version is published before it signs, so that no pull breaks. It cannot be taken back."
    return (WizardStep("key", "Key", Form(title=TITLE, fields=fields), intro),)
