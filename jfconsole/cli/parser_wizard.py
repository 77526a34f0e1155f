"""The command line of wizards: recipes that set up what a vendor needs, from a file of answers."""

from __future__ import annotations

import argparse
from typing import Final

from jfconsole.cli.parsing import Parser, Subparsers, add_write_options, lazily, leaf

_LIST: Final = """\
Your own recipes, in the folder `recipes` of the settings (see `jfconsole paths`), are listed with those that come with
the console; one that makes no sense is listed with what is wrong. --json prints {"recipes": […]}."""
_SHOW: Final = """\
--json prints {"recipe": {…}, "pages": […]}. With --answers it prints a file of answers instead, with every question
explained and the proposals filled in: edit it, and give it to `wizard run`."""
_RUN: Final = """\
Objects that are there already are taken over, and the same answers a second time change nothing. What the vendor's form
asks for is printed once on stdout, secrets filled in; what was tried with the new token, on stderr. Ends with 1 when
the new token cannot do what it must; what other permissions let it do besides is a warning.

--json prints {"report", "products", "artefacts", "proof", "existing", "preflight"}, or {"plan", "existing",
"preflight"} with --plan; plan and report are null when everything is as wanted already."""
_RUNS: Final = 'It comes from the journal of this user. --json prints {"runs": […]}.'
_ROTATE: Final = """\
The old token stays valid until it is revoked: hand the new one over first. It is printed as `wizard run` does."""
_RETIRE: Final = "What was there before the wizard stays. It is a plan like every other, and can be undone."


def add_wizard(below: Subparsers, shared: Parser) -> None:
    """Add every verb on wizards."""
    leaf(below, shared, "list", "the recipes that there are", lazily("wizard", "list_recipes"), _LIST)
    show = leaf(below, shared, "show", "what a recipe makes, and what it asks", lazily("wizard", "show"), _SHOW)
    show.add_argument("recipe", metavar="RECIPE", help="the id of a recipe, such as ox-security")
    show.add_argument("--answers", action="store_true", help="print a file of answers to start from")
    run = leaf(below, shared, "run", "set up what a recipe describes", lazily("wizard_run", "run"), _RUN)
    run.add_argument("recipe", metavar="RECIPE", help="the id of a recipe")
    run.add_argument("--answers", dest="file", metavar="FILE", required=True, help="a file of answers, or - for stdin")
    run.add_argument("--save-answers", metavar="FILE", help="also write all answers to a new file; it has no secrets")
    run.add_argument(
        "--secret",
        metavar="QUESTION=FILE",
        action="append",
        help="the answer to a question for a secret, from a file (0600), or - for stdin; once for each",
    )
    _add_folder(run)
    add_write_options(run)
    leaf(below, shared, "runs", "the accounts that were set up from here", lazily("wizard", "list_runs"), _RUNS)
    summary = "the latest answers of an account, to be changed and run again"
    answers = leaf(below, shared, "answers", summary, lazily("wizard", "answers"))
    _add_account(answers)
    rotate = leaf(below, shared, "rotate", "give an account another token", lazily("wizard_run", "rotate"), _ROTATE)
    _add_account(rotate)
    _add_folder(rotate)
    add_write_options(rotate)
    retire = leaf(
        below, shared, "retire", "take away what was made for an account", lazily("wizard_run", "retire"), _RETIRE
    )
    _add_account(retire)
    add_write_options(retire)


def _add_account(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", metavar="RECIPE/NAME", help="an account, as `wizard runs` lists it")


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output", metavar="FOLDER", help="write what there is to take away to new files (mode 0600) in this folder"
    )
