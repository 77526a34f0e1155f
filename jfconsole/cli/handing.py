"""Secrets that came of a plan, on their way to whoever asked for them: once, to stdout or into a file of their own.

Only when they are written out and flushed the journal is told that a person has them. Until then they are held: if
this process ends first, the plan can be continued, and what was lost is made again.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

from jfconsole.cli.output import fact_lines, print_json, print_lines, warn
from jfconsole.cli.plan_output import report_lines, report_record
from jfconsole.domain.audience import EVERY_SERVICE, audience_in_english, parse_audience
from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.plans import Outcome, Product, Report
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import scope_in_english
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text
from jfconsole.domain.token_words import Fact
from jfconsole.services.journal import Journal

Then: TypeAlias = Callable[[Report], Report]
"""What is done once a person has the secrets; returns the report as it stands then."""

_PRIVATE: Final = 0o600


@dataclass(slots=True)
class Outlet:
    """Where secrets go: a file that was opened for them, else stdout."""

    path: Path | None = None
    descriptor: int = -1
    used: bool = False

    def save(self, text: str) -> None:
        """Write the whole text, durably. Raises OSError."""
        data = text.encode()
        while data:
            data = data[os.write(self.descriptor, data) :]
        os.fsync(self.descriptor)
        self.used = True


@contextmanager
def open_outlet(name: str | None) -> Iterator[Outlet]:
    """The outlet that `--output` names. Its file is there, private and empty, before anything is sent.

    It is removed again when nothing came. Raises UsageError when it exists, or cannot be made.
    """
    if not name:
        yield Outlet()
        return
    path = Path(name).expanduser()
    outlet = Outlet(path, new_private_file(path))
    try:
        yield outlet
    finally:
        os.close(outlet.descriptor)
        if not outlet.used:
            path.unlink(missing_ok=True)


def hand_over(report: Report, outlet: Outlet, journal: Journal, *, as_json: bool, then: Then | None = None) -> Report:
    """Write out what came of a plan, tell the journal, and print the rest. Returns the report as it stands then.

    `then` goes on with what waited for it; it is not called where stdout holds one JSON document with the secrets, for
    nobody has read it yet. Raises ConsoleError when it cannot be written out: then it is still held.
    """
    done = handed(report)
    try:
        if outlet.path is not None:
            outlet.save(secret_text(report.products))
        elif as_json:
            _print_document(done, report.products, None)
        else:
            _tell(done)
            sys.stdout.write(secret_text(report.products))
        sys.stdout.flush()
    except OSError as problem:
        raise still_held(report, problem) from problem
    journal.handed_over(report.plan_id)
    if outlet.path is None and as_json:
        return done
    last = then(done) if then is not None else done
    if outlet.path is not None:
        _print_saved(replace(last, products=report.products), outlet.path, as_json=as_json)
    elif then is not None:
        for line in report_lines(last):
            warn(line)
    return last


def product_facts(product: Product) -> tuple[Fact, ...]:
    """What belongs to a secret, in words; cleaned."""
    facts = as_object(product.facts)
    if product.gives != "token":
        return (Fact(product.gives, f"of {visible(product.key)}"),)
    scope, audience = str(facts.get("scope", "")), str(facts.get("audience", "")) or EVERY_SERVICE
    return (
        Fact("token", visible(product.made)),
        Fact("user", visible(str(facts.get("username", "")))),
        Fact("may do", f"{scope_in_english(scope)} ({visible(scope)})"),
        Fact("accepted by", f"{audience_in_english(parse_audience(audience))} ({visible(audience)})"),
        Fact("expires", _expiry(facts.get("expires_in"))),
        Fact("made by", visible(product.key)),
    )


def _expiry(lifetime: Json) -> str:
    if not isinstance(lifetime, int) or not lifetime:
        return "never"
    when = local_text(time.time() + lifetime)
    return f"{when} local (in {format_duration(lifetime)})" if when else f"in {format_duration(lifetime)}"


def new_private_file(path: Path) -> int:
    """The descriptor of a new file, 0600. Raises UsageError when it exists, or cannot be made."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE)
    except FileExistsError as problem:
        raise UsageError(f"{visible(str(path))} exists, and is not overwritten", "Name a new file") from problem
    except OSError as problem:
        raise UsageError(f"{visible(str(path))} cannot be made: {problem.strerror}", "Name another file") from problem


def handed(report: Report) -> Report:
    """The report once the secrets are handed over: their steps are done."""
    given = {product.ordinal for product in report.products}
    results = [
        replace(result, outcome=Outcome.DONE) if result.ordinal in given else result for result in report.results
    ]
    return replace(report, results=tuple(results))


def secret_text(products: Sequence[Product]) -> str:
    """The secrets for stdout or a file: the value alone on a line, or `name=value` lines where there are several."""
    named = [(product, name, secret) for product in products for name, secret in product.secrets.items()]
    if len(named) == 1:
        return f"{named[0][2].reveal()}\n"
    often = Counter(name for _, name, _ in named)
    lines = (
        f"{name if often[name] == 1 else f'{visible(product.key)}.{name}'}={secret.reveal()}\n"
        for product, name, secret in named
    )
    return "".join(lines)


def _tell(report: Report) -> None:
    """Everything but the secrets, on stderr: stdout is theirs."""
    for line in (*report_lines(report), *facts_of(report)):
        warn(line)


def _print_saved(report: Report, path: Path, *, as_json: bool) -> None:
    if as_json:
        _print_document(report, report.products, path)
        return
    print_lines([*report_lines(report), *facts_of(report)])
    print_lines([f"Written to {visible(str(path))}, for you alone"])


def facts_of(report: Report) -> list[str]:
    """What belongs to the secrets of a report, as lines."""
    return [line for product in report.products for line in fact_lines(product_facts(product))]


def _print_document(report: Report, products: Sequence[Product], output: Path | None) -> None:
    records: list[Json] = [product_record(product, output) for product in products]
    print_json({"report": report_record(report), "products": records})


def product_record(product: Product, output: Path | None) -> JsonObject:
    """A product for `--json`; keys are stable. The secrets are there unless they are in a file."""
    shown: JsonObject = {name: secret.reveal() for name, secret in product.secrets.items()}
    return {
        "gives": product.gives,
        "key": product.key,
        "made": product.made or None,
        "facts": product.facts,
        "secrets": shown if output is None else None,
        "output": None if output is None else str(output),
    }


def still_held(report: Report, problem: OSError | UsageError) -> ConsoleError:
    """It was made, and nobody has it."""
    if isinstance(problem, OSError) and not sys.stdout.closed:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or what is left in the buffer is tried again at the end
    reason = problem.strerror if isinstance(problem, OSError) else problem.message
    things = " and ".join(dict.fromkeys(product.gives for product in report.products))
    return ConsoleError(
        f"The {things} could not be written out: {reason or problem}",
        f"It is held, and nobody has it. To make it again: jfconsole journal resume {report.plan_id}",
    )
