"""What a wizard leaves to take away: a card for the vendor's form, a reminder; printed once, or kept in a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from jfconsole.cli.handing import facts_of, handed, new_private_file, product_record, still_held
from jfconsole.cli.output import print_json, print_lines, remark
from jfconsole.cli.plan_output import report_lines, report_record
from jfconsole.domain.checks import Check
from jfconsole.domain.errors import UsageError
from jfconsole.domain.plans import Product, Report
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.storage.private import private_dir
from jfconsole.wizards.engine import Artefact, Existing


@dataclass(slots=True)
class TakeAway:
    """Where artefacts go: into new files of a folder, or, those with secrets, to stdout."""

    folder: Path | None = None
    files: dict[str, Path] = field(default_factory=dict)

    def keep(self, artefacts: Sequence[Artefact]) -> None:
        """Write out everything with a secret in it, and in a folder the rest too. Raises OSError, UsageError."""
        if self.folder is not None:
            for artefact in artefacts:
                self.files[artefact.id] = _save(self.folder, artefact)
            return
        sys.stdout.write("\n".join(filled(artefact) for artefact in artefacts if artefact.secrets))


def open_folder(name: str | None) -> TakeAway:
    """The folder that `--output` names, private and there before anything is sent. Raises UsageError."""
    if not name:
        return TakeAway()
    folder = Path(name).expanduser()
    try:
        if not folder.exists():
            private_dir(folder)
        usable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    except OSError as problem:
        raise UsageError(f"{visible(name)} cannot be made: {problem.strerror}", "Name another folder") from problem
    if not usable:
        raise UsageError(f"{visible(name)} is no folder that can be written to", "Name another one")
    return TakeAway(folder)


def with_the_rest(artefacts: Sequence[Artefact], products: Sequence[Product]) -> list[Artefact]:
    """The artefacts, and one more for secrets that are in none of them, such as a password that no form asks for."""
    told = "".join(map(filled, artefacts))
    left = [product for product in products if not any(value.reveal() in told for value in product.secrets.values())]
    if not left:
        return [*artefacts]
    named = {f"{product.key} {name}": value for product in left for name, value in product.secrets.items()}
    text = "".join(f"{visible(label)}: {{{{{label}}}}}\n" for label in named)
    return [*artefacts, Artefact("secrets", "Secrets that no form asks for", text, "other-secrets.txt", named)]


def filled(artefact: Artefact) -> str:
    """The text with its secrets in the place of their place holders."""
    text = artefact.text
    for name, secret in artefact.secrets.items():
        text = text.replace(f"{{{{{name}}}}}", secret.reveal())
    return text


def print_out(report: Report, artefacts: Sequence[Artefact], away: TakeAway) -> None:
    """Report and facts first, then what is taken away. Raises ConsoleError when it did not get out."""
    done = handed(report)
    say([*report_lines(done), *facts_of(report)], away)
    try:
        away.keep(artefacts)
        sys.stdout.flush()
    except (OSError, UsageError) as problem:
        raise still_held(report, problem) from problem
    say([_whereabouts(artefact, away) for artefact in artefacts if away.files or not artefact.secrets], away)


def _whereabouts(artefact: Artefact, away: TakeAway) -> str:
    path = away.files.get(artefact.id)
    return f"{visible(artefact.title)}: {visible(str(path)) if path else 'kept with --output FOLDER'}"


def print_document(
    report: Report, artefacts: Sequence[Artefact], proof: Sequence[Check], found: dict[str, Json], away: TakeAway
) -> None:
    """All of it as one document. Raises ConsoleError when it did not get out."""
    try:
        if away.folder is not None:
            away.keep(artefacts)
        print_json(
            {
                "report": report_record(handed(report)),
                "products": [product_record(product, away.folder) for product in report.products],
                "artefacts": [_artefact_record(artefact, away) for artefact in artefacts],
                "proof": check_records(proof),
                **found,
            }
        )
        sys.stdout.flush()
    except (OSError, UsageError) as problem:
        raise still_held(report, problem) from problem


def say(lines: Sequence[str], away: TakeAway) -> None:
    """Words beside what is taken away: on stderr while stdout is for the card."""
    if away.folder is not None:
        print_lines(lines)
    else:
        for line in lines:
            remark(line)


def check_lines(checks: Sequence[Check]) -> list[str]:
    """What was looked at or tried, one line each."""
    width = max((len(check.verdict.value) for check in checks), default=0)
    return [
        f"{check.verdict.value:<{width}}  {visible(check.what)}{f': {visible(check.detail)}' if check.detail else ''}"
        for check in checks
    ]


def check_records(checks: Sequence[Check]) -> list[Json]:
    """The same for `--json`; keys are stable."""
    return [{"what": check.what, "verdict": check.verdict.value, "detail": check.detail or None} for check in checks]


def existing_lines(existing: Sequence[Existing]) -> list[str]:
    """What is there already and will be taken over, with how it changes."""
    lines: list[str] = []
    for found in existing:
        lines.append(f"{visible(found.what)} is there already{', and changes' if found.differences else ''}")
        lines += [f"  {line.sign} {line.text}" for line in found.differences if line.text]
    return lines


def existing_records(existing: Sequence[Existing]) -> list[Json]:
    """The same for `--json`; keys are stable."""
    return [
        {"what": found.what, "diff": [f"{line.sign} {line.text}" for line in found.differences if line.text]}
        for found in existing
    ]


def _artefact_record(artefact: Artefact, away: TakeAway) -> Json:
    path = away.files.get(artefact.id)
    hidden = path is not None and bool(artefact.secrets)
    return {
        "id": artefact.id,
        "title": artefact.title,
        "filename": artefact.filename,
        "text": None if hidden else filled(artefact),
        "path": None if path is None else str(path),
    }


def _save(folder: Path, artefact: Artefact) -> Path:
    """Write it to a new file, numbered where the name is taken."""
    for number in count(1):
        path = _numbered(folder / Path(artefact.filename).name, number)
        if not os.path.lexists(path):
            break
    with os.fdopen(new_private_file(path), "w", encoding="utf-8") as file:
        file.write(filled(artefact))
        file.flush()
        os.fsync(file.fileno())
    return path


def _numbered(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_stem(f"{path.stem}-{number}")
