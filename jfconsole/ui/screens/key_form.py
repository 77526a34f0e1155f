"""What is asked about a transit key, and the document that the answers come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from jfconsole.domain.answers import flag, text
from jfconsole.domain.durations import DAY, format_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.text import visible
from jfconsole.domain.transit_keys import Cipher, TransitKey, read_key

_ADVISED: Final = 90 * DAY


def new_key_form() -> Form:
    """A key that does not exist yet."""
    return _form("New transit key", TransitKey(name="", rotate_period=_ADVISED), new=True)


def edit_key_form(key: TransitKey) -> Form:
    """A key as it is; name and cipher stay."""
    return _form(f"Edit transit key {visible(key.name)}", key, new=False)


def key_record(answers: Answers) -> JsonObject:
    """The document; what the form does not ask stays as it is."""
    asked = ("name", "cipher", "rotate-period", "overlap")
    return {**{name: text(answers, name) for name in asked}, "deletion-allowed": flag(answers, "deletion-allowed")}


def _form(title: str, key: TransitKey, *, new: bool) -> Form:
    period = format_duration(key.rotate_period) if key.rotate_period else "off"
    return Form(
        title=title,
        fields=(
            FormField(
                id="name",
                label="Name",
                help="Small letters, digits and dashes. It cannot be changed later.",
                required=True,
                default=key.name,
                fixed=not new,
            ),
            FormField(
                id="cipher",
                label="Cipher",
                help="ecdsa-p256 (ES256) is what JFrog is known to take, and quick. It cannot be changed later.",
                kind=FieldKind.CHOICE,
                choices=tuple(Cipher),
                default=key.cipher.value,
                fixed=not new,
            ),
            FormField(
                id="rotate-period",
                label="Rotates every",
                help="90d to 180d is advised; off: only by hand. Any console that is unlocked then does it.",
                default=period,
            ),
            FormField(
                id="overlap",
                label="Overlap",
                help="How long a key that has retired stays published, so that tokens under it go on verifying.",
                default=format_duration(key.overlap),
            ),
            FormField(
                id="deletion-allowed",
                label="May be deleted",
                help="Off protects the key: it is refused to delete it. Tokens under a deleted key verify no more.",
                kind=FieldKind.FLAG,
                default=key.deletion_allowed,
            ),
        ),
        check=_check,
        preview=_preview,
    )


def _check(answers: Answers) -> Mapping[str, str]:
    _, problems = read_key(key_record(answers))
    return {problem.field: problem.sentence for problem in reversed(problems) if problem.certain}


def _preview(answers: Answers) -> Sequence[str]:
    key, problems = read_key(key_record(answers))
    told = [problem.sentence for problem in problems if problem.field != "name" or text(answers, "name")]
    if key is not None:
        told.append(f"Signs with {key.cipher.algorithm}. Two versions are made: one signs, the next is published")
    return told
