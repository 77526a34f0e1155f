"""The answers of a wizard at the command line: from a file, its secrets from files of their own, and back to a file."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jfconsole.cli.files import read_text
from jfconsole.cli.handing import new_private_file
from jfconsole.cli.pasted import STDIN, read_pasted
from jfconsole.domain.errors import UsageError
from jfconsole.domain.forms import Answer, Answers, FieldKind, FormField, asked
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.inspect import bare_secret
from jfconsole.wizards.answers import Steps, read_answers, write_answers
from jfconsole.wizards.templates import advice

_ONE_STDIN: Final = "stdin holds one thing: the answers, a secret, or the token that connects"


def answers_from(arguments: argparse.Namespace, wizard_id: str, steps: Steps) -> dict[str, Answer]:
    """What `--answers` and `--secret` give. Raises UsageError: BrokenAnswers for a file that is of no use."""
    text = read_text(arguments)
    name = "stdin" if arguments.file == STDIN else str(arguments.file)
    answers = read_answers(text, name, wizard_id, steps)
    return {**answers, **_secrets(arguments, _secret_fields(steps, answers))}


def save_answers(arguments: argparse.Namespace, wizard_id: str, steps: Steps, answers: Answers) -> None:
    """Write the answers to the new file that `--save-answers` names, if it does; secrets stay out of it."""
    if not arguments.save_answers:
        return
    descriptor = new_private_file(Path(arguments.save_answers).expanduser())
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(write_answers(wizard_id, steps, answers))


def _secret_fields(steps: Steps, answers: Answers) -> dict[str, FormField]:
    """The questions for a secret that are asked, given the other answers."""
    return {
        field.id: field
        for page in steps(answers)
        for field in asked(page.form, answers)
        if field.kind is FieldKind.SECRET
    }


def _secrets(arguments: argparse.Namespace, wanted: dict[str, FormField]) -> dict[str, Answer]:
    sources = _sources(arguments.secret or ())
    for name in sources:
        if name not in wanted:
            known = advice(name, [*wanted]) if wanted else "none is"
            raise UsageError(f"No secret {visible(name)} is asked for; {known}", "Name a question: --secret token=FILE")
    for name, field in wanted.items():
        if field.required and name not in sources:
            raise UsageError(f"{field.label} is needed", f"Put it into a file of your own: --secret {name}=FILE")
    if [arguments.file, *sources.values()].count(STDIN) > 1:
        raise UsageError(_ONE_STDIN, "Name files for the others")
    return {name: _read(arguments, source) for name, source in sources.items()}


def _sources(given: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, sign, source in pairs:
        if not (name and sign and source):
            raise UsageError("--secret takes QUESTION=FILE", "Such as --secret token=peer.token")
    return {name: source for name, _, source in pairs}


def _read(arguments: argparse.Namespace, source: str) -> Secret:
    return bare_secret(read_pasted(arguments, source))
