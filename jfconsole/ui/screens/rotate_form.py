"""What is asked before a token is rotated: what no list tells, how long the new one lives, what becomes of the old."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jfconsole.domain.answers import flag, text
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.ledger import LedgerEntry
from jfconsole.domain.lifetimes import lifetime_fields, lifetime_of
from jfconsole.domain.text import visible
from jfconsole.domain.token_facts import TokenView
from jfconsole.services.token_rotate import Twin
from jfconsole.ui.screens.token_form import ALL, PICKED, audience_of, service_fields

REVOKE: Final = "revoke it once the new one works and is in hand"
KEEP: Final = "keep it, with a reminder to revoke it"
SAME: Final = "as the old one"
_OPEN: Final = "not known: choose"


def rotate_form(view: TokenView, entry: LedgerEntry | None) -> Form:
    """The questions for a token. `entry` is what the ledger has on it."""
    scope = () if view.token.scope or (entry and entry.scope) else (_SCOPE,)
    return Form(
        title=f"Rotate the token of {visible(view.username)}",
        fields=(*scope, *_services(entry), *_lifetime(view), _reference(entry), _fate(view)),
        check=_problems,
    )


def twin_of(answers: Answers) -> Twin:
    """What the answers say of the new token. Raises ValueError, with a sentence, for services that are none."""
    return Twin(
        audience=None if text(answers, "services") == SAME else audience_of(answers),
        scope=text(answers, "scope") or None,
        expires_in=lifetime_of(answers),
        reference=flag(answers, "reference"),
        revoke_old=text(answers, "fate") == REVOKE,
    )


def _problems(answers: Answers) -> Mapping[str, str]:
    if text(answers, "services") == _OPEN:
        return {"services": "Say which services accept the new token"}
    try:
        twin_of(answers)
    except ValueError as error:
        return {"picked_services": str(error)}
    return {}


_SCOPE: Final = FormField(
    id="scope",
    label="Scope",
    help="The platform does not say what the old token may do. As applied-permissions/groups:readers.",
    required=True,
)


def _services(entry: LedgerEntry | None) -> tuple[FormField, ...]:
    known = entry.audience_words if entry is not None else ""
    first = SAME if known else _OPEN
    told = f"From our ledger: {known}." if known else "No list tells it, and the token was not made from here."
    return service_fields((first, ALL, PICKED), help=f"Services that accept the new token. {told}")


def _lifetime(view: TokenView) -> tuple[FormField, ...]:
    """As long as the old one was made to live; one that never expires is to end that way."""
    if view.token.lifetime is None:
        ends = "The old one never expires. One that ends by itself does no harm when it is forgotten."
        return lifetime_fields(help=ends, by_default=False)
    as_before = "As long as the old one was made to live, unless you say otherwise."
    return lifetime_fields(view.token.lifetime, as_before, by_default=False)


def _reference(entry: LedgerEntry | None) -> FormField:
    return FormField(
        id="reference",
        label="Reference token",
        help="Also gives a short value of 64 characters. No list tells whether the old one has one.",
        kind=FieldKind.FLAG,
        default=entry is not None and entry.reference,
    )


def _fate(view: TokenView) -> FormField:
    """The token in use does not end itself."""
    why = "This console works with it, so it stays; revoke it with the new one. " if view.in_use else ""
    return FormField(
        id="fate",
        label="The old token",
        help=f"{why}Nothing revokes by itself later.",
        kind=FieldKind.CHOICE,
        choices=(KEEP,) if view.in_use else (REVOKE, KEEP),
        default=KEEP if view.in_use else REVOKE,
    )
