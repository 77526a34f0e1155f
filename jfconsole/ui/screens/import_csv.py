"""Importing users or memberships from a CSV file: which file, and what to do with lines that make no sense."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jfconsole.domain.answers import flag, text
from jfconsole.domain.errors import Refused, UsageError
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible
from jfconsole.services.directory import Directory
from jfconsole.services.imports import MEMBERSHIP_COLUMNS, USER_COLUMNS, LineProblem, plan_import, read_file

LARGEST: Final = 16 * 1024 * 1024
"""Bytes that a file may have."""

_TOLD: Final = 4


def import_form() -> Form:
    """Which file."""
    return Form(
        title="Import users or memberships",
        fields=(
            FormField(
                id="file",
                label="CSV file",
                help=f"Its first line is {','.join(USER_COLUMNS)} or {','.join(MEMBERSHIP_COLUMNS)}. No passwords.",
                required=True,
            ),
            FormField(
                id="skip",
                label="Leave out",
                help="Leave out lines that make no sense, and import the others. Else nothing is imported.",
                kind=FieldKind.FLAG,
                default=False,
            ),
        ),
    )


async def plan_file(directory: Directory, answers: Answers) -> Plan:
    """What a file comes to.

    Raises UsageError for a file that cannot be read or changes nothing, Refused for lines that make no sense.
    """
    content = await asyncio.to_thread(_read, text(answers, "file"))
    found = await plan_import(directory, read_file(content))
    if found.problems and not flag(answers, "skip"):
        raise _refusal(found.problems)
    if found.plan is None:
        raise UsageError("There is nothing to import: everything is as the file says")
    return found.plan


def _read(name: str) -> str:
    path = Path(name).expanduser()
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{visible(name)} is larger than 16 MB", "Import it in parts")
        return path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"{visible(name)} cannot be read: {visible(error.strerror or 'no reason given')}") from error
    except ValueError as error:
        raise UsageError(f"{visible(name)} is no text in UTF-8", "Save it as CSV in UTF-8") from error


def _refusal(problems: Sequence[LineProblem]) -> Refused:
    told = "; ".join(f"line {problem.line}: {problem.sentence}" for problem in problems[:_TOLD])
    more = f"; and {len(problems) - _TOLD:,} more" if len(problems) > _TOLD else ""
    return Refused(f"Not imported: {told}{more}", "Correct the file, or choose to leave such lines out")
