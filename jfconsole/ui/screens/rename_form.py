"""What a rename asks."""

from __future__ import annotations

from jfconsole.domain.forms import Form, FormField
from jfconsole.domain.text import visible


def rename_form(noun: str, old: str, limit: int | None = None) -> Form:
    """The new name, as the answer `name`; at most so many characters where there is a limit."""
    return Form(title=f"Rename {noun} {visible(old)}", fields=(new_name_field(noun, old, limit),))


def new_name_field(noun: str, old: str, limit: int | None = None) -> FormField:
    """Asks for a name that differs in more than case."""

    def check(new: str) -> str | None:
        if new.casefold() == old.casefold():
            return "That is its name already; upper and lower case count as the same"
        return f"At most {limit} characters" if limit is not None and len(new) > limit else None

    return FormField(
        id="name",
        label="New name",
        help=f"A new {noun} of this name is made that is the same, then the old one is deleted.",
        required=True,
        default=old,
        check=check,
    )
