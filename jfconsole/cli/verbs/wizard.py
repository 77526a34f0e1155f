"""`jfconsole wizard list`, `show`, `runs` and `answers`: recipes, what they ask, and what was set up with them."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final

from jfconsole.cli.built_in_wizards import built_in_records, built_in_rows, show_built_in
from jfconsole.cli.connect import connection_of
from jfconsole.cli.output import cell_limit, fact_lines, print_json, print_lines, remark, table
from jfconsole.cli.wizards import answers_of, broken, entry_of, run_of, runs_on, steps_of
from jfconsole.domain.durations import format_relative
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answer, FormField, asked
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.times import utc_text
from jfconsole.domain.token_words import Fact
from jfconsole.services.paths import find_paths
from jfconsole.services.wizard_runs import WizardRun
from jfconsole.wizards.answers import write_answers
from jfconsole.wizards.catalog import CatalogEntry, built_in, recipes
from jfconsole.wizards.ci_recipe import CiRecipe
from jfconsole.wizards.engine import WizardStep
from jfconsole.wizards.recipe import Recipe
from jfconsole.wizards.recipe_parser import AnyRecipe

_OWN: Final = "your own"


def list_recipes(arguments: argparse.Namespace) -> int:
    """Print what can be run, and files that were meant to be; `{"recipes": […]}`."""
    entries = recipes(find_paths()).entries
    if getattr(arguments, "json", False):
        print_json({"recipes": [_entry_record(entry) for entry in entries], "wizards": built_in_records()})
        return 0
    rows = [*built_in_rows(), *(_entry_row(entry) for entry in entries)]
    print_lines(table(("RECIPE", "TITLE", "FROM", "WHAT IT IS FOR"), rows, limit=cell_limit()))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print what a recipe makes and asks, or a file of answers to start from."""
    other = built_in(arguments.recipe)
    if other is not None:
        asked_for = other.pages({})
        return show_built_in(arguments, other, _questions(asked_for), [_page_record(page) for page in asked_for])
    entry = entry_of(arguments.recipe)
    if entry.recipe is None:
        for problem in entry.problems:
            remark(visible(str(problem)))
        raise broken(entry)
    steps = steps_of(entry)
    if arguments.answers:
        sys.stdout.write(write_answers(entry.id, steps, {}))
    elif getattr(arguments, "json", False):
        pages: list[Json] = [_page_record(page) for page in steps({})]
        print_json({"recipe": _recipe_record(entry, entry.recipe), "pages": pages})
    else:
        print_lines([*fact_lines(list(_facts(entry.recipe))), "", *_questions(steps({}))])
    return 0


def list_runs(arguments: argparse.Namespace) -> int:
    """Print the accounts on a platform, newest first, or `{"runs": […]}`."""
    runs = runs_on(connection_of(arguments))
    if getattr(arguments, "json", False):
        print_json({"runs": [_run_record(run) for run in runs]})
    elif runs:
        print_lines(table(("ACCOUNT", "STATE", "SET UP", "PLAN"), [_run_row(run) for run in runs], limit=cell_limit()))
    else:
        remark("No account was set up on this platform from here.")
    return 0


def answers(arguments: argparse.Namespace) -> int:
    """Print the latest answers of an account as a file: change it, and run it again."""
    if getattr(arguments, "json", False):
        raise UsageError("Answers are a file of their own", "Leave --json out; `wizard runs --json` has them too")
    run = run_of(arguments.account, connection_of(arguments))
    entry = entry_of(run.recipe)
    sys.stdout.write(write_answers(entry.id, steps_of(entry), answers_of(entry, run.answers)))
    return 0


def _entry_row(entry: CatalogEntry) -> list[str]:
    where = _OWN if entry.path else "jfconsole"
    if entry.recipe is None:
        return [visible(entry.id), "no recipe", where, visible(str(entry.problems[0]))]
    return [visible(entry.id), visible(entry.recipe.title), where, visible(entry.recipe.summary)]


def _entry_record(entry: CatalogEntry) -> Json:
    recipe = entry.recipe
    return {
        "id": entry.id,
        "title": recipe.title if recipe else None,
        "vendor": recipe.vendor if recipe else None,
        "summary": recipe.summary if recipe else None,
        "path": str(entry.path) if entry.path else None,
        "replaces_built_in": entry.replaces,
        "problems": [str(problem) for problem in entry.problems],
    }


def _recipe_record(entry: CatalogEntry, recipe: AnyRecipe) -> JsonObject:
    return {
        "id": entry.id,
        "kind": recipe.kind.value,
        "title": recipe.title,
        "vendor": recipe.vendor,
        "summary": recipe.summary,
        "source": recipe.source,
        "warnings": list(recipe.warnings),
        "makes": list(_makes(recipe)),
        **(_consumer_record(recipe) if isinstance(recipe, Recipe) else _platform_record(recipe)),
        "path": str(entry.path) if entry.path else None,
    }


def _platform_record(recipe: CiRecipe) -> JsonObject:
    return {
        "provider_type": recipe.provider.provider_type.value,
        "issuer": recipe.issuer,
        "matches": [way.title for way in recipe.ways],
        "files": [snippet.file for snippet in recipe.snippets],
    }


def _consumer_record(recipe: Recipe) -> JsonObject:
    return {
        "wishes": [{"about": wish.about.value, "why": wish.why, "instead": wish.instead} for wish in recipe.wishes],
        "probes": [probe.value for probe in recipe.probes],
        "card": [line.label for line in recipe.card],
    }


def _page_record(page: WizardStep) -> Json:
    questions: list[Json] = [_question_record(field) for field in page.form.fields]
    return {"id": page.id, "title": page.title, "intro": page.intro, "questions": questions}


def _question_record(field: FormField) -> Json:
    return {
        "id": field.id,
        "label": field.label,
        "help": field.help,
        "kind": field.kind.value,
        "required": field.required,
        "default": _plain(field.default),
        "choices": list(field.choices),
        "fixed": field.fixed,
    }


def _plain(answer: Answer) -> Json:
    if isinstance(answer, Secret):
        return None
    return [*answer] if isinstance(answer, tuple) else answer


def _facts(recipe: AnyRecipe) -> Iterator[Fact]:
    yield Fact("recipe", visible(recipe.id))
    yield Fact("title", visible(recipe.title))
    yield Fact("for", visible(recipe.summary))
    yield Fact("source", visible(recipe.source))
    yield Fact("makes", ", ".join(_makes(recipe)))
    yield from _consumer_facts(recipe) if isinstance(recipe, Recipe) else _platform_facts(recipe)


def _platform_facts(recipe: CiRecipe) -> Iterator[Fact]:
    yield Fact("issuer", visible(recipe.issuer))
    yield from (Fact("matches", visible(way.title)) for way in recipe.ways)
    yield from (Fact("file", visible(snippet.file)) for snippet in recipe.snippets)
    yield from (Fact("beware", visible(warning)) for warning in recipe.warnings)


def _consumer_facts(recipe: Recipe) -> Iterator[Fact]:
    yield Fact("asked for", ", ".join(visible(line.label) for line in recipe.card))
    yield Fact("tries", ", ".join(probe.value.replace("-", " ") for probe in recipe.probes))
    yield from (Fact("beware", visible(warning)) for warning in recipe.warnings)
    for wish in recipe.wishes:
        yield Fact("vendor", f"{visible(wish.about.value)}: {visible(wish.why)} Proposed here: {visible(wish.instead)}")


def _makes(recipe: AnyRecipe) -> Iterator[str]:
    if isinstance(recipe, CiRecipe):
        yield from ("a group", "a permission", "an integration")
        yield "an identity mapping" if len(recipe.mappings) == 1 else f"{len(recipe.mappings)} identity mappings"
        return
    parts = (("a group", recipe.group), ("a permission", recipe.permission), ("a user", recipe.user))
    yield from (word for word, part in parts if part is not None)
    yield "a token"


def _questions(pages: Sequence[WizardStep]) -> Iterator[str]:
    for page in pages:
        yield f"[{page.id}] {visible(page.title)}"
        for field in asked(page.form, page.form.defaults()):
            needed = " (needed)" if field.required and not field.default else ""
            yield f"  {field.id}{needed}: {visible(field.help)}"


def _run_row(run: WizardRun) -> list[str]:
    state = "set up" if run.finished else "interrupted"
    return [visible(run.id), state, format_relative(run.at, time.time()), visible(run.plan_id)]


def _run_record(run: WizardRun) -> Json:
    return {
        "account": run.id,
        "recipe": run.recipe,
        "name": run.account,
        "finished": run.finished,
        "at": int(run.at),
        "at_iso": utc_text(run.at),
        "plan": run.plan_id,
        "tokens": list(run.tokens),
        "answers": {**run.answers},
    }
