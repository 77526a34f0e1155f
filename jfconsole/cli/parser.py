"""The command line: verbs and options. Building it imports nothing of the product."""

from __future__ import annotations

from typing import Final

from jfconsole.cli.parser_directory import add_directory
from jfconsole.cli.parser_issuer import add_issuer
from jfconsole.cli.parser_oidc import add_oidc
from jfconsole.cli.parser_profiles import add_profiles
from jfconsole.cli.parser_registries import add_registries
from jfconsole.cli.parser_snapshot import add_snapshot
from jfconsole.cli.parser_tokens import add_tokens
from jfconsole.cli.parser_trust import add_trust_circle
from jfconsole.cli.parser_wizard import add_wizard
from jfconsole.cli.parsing import (
    EXPORTS,
    Parser,
    Subparsers,
    add_opening_option,
    add_secret_options,
    add_write_options,
    lazily,
    leaf,
    noun,
    shared_options,
)

_DESCRIPTION: Final = """\
A terminal console for access administration on the JFrog Platform.
Without a command it opens the console."""

_EPILOG: Final = """\
The platform and its token come as a pair, from --url with --token-file or --token-stdin or from --profile, else from
JFCONSOLE_URL and JFCONSOLE_TOKEN, from the profile that JFCONSOLE_PROFILE names, from JFROG_URL and
JFROG_ACCESS_TOKEN, or from JF_URL and JF_ACCESS_TOKEN, else from the default profile: see `jfconsole profiles`.

`jfconsole demo` needs no platform: it opens the console on a sandbox of its own.

Exit codes: 0 ok, 1 failed, 2 usage, 3 refused, 4 not found, 5 outcome unknown."""

_RESUME: Final = """\
Steps that have ended are left alone, and what is not known is found out first. A token or a password that came of the
plan and never reached you is made again: the lost token is revoked first. It is printed as `tokens create` does."""

_GLOSSARY: Final = '--json prints {"terms": [{"name", "text", "also", "see", "source"}]}.'

_MAN: Final = """\
It is installed as a page, too: `man jfconsole`. Without that:

  jfconsole man | man -l -"""

_VERIFY: Final = """\
Damage by accident is found always. Edits on purpose and a cut end are found where there is a vault: whenever it is open
while something is changed, it seals the journal. It is asked where it opens unattended, or with its passphrase."""

_COMPLETION: Final = """\
Profiles, recipes and settings are completed by their names; no platform is asked for any. What to do, once:

  bash  add  eval "$(jfconsole completion bash)"  to ~/.bashrc
  zsh   add  eval "$(jfconsole completion zsh)"   to ~/.zshrc, at its end
  fish  jfconsole completion fish > ~/.config/fish/completions/jfconsole.fish"""


def build_parser() -> Parser:
    """The whole command line. Global options may stand before or after the verb."""
    shared = shared_options()
    parser = Parser(prog="jfconsole", description=_DESCRIPTION, epilog=_EPILOG, parents=[shared])
    parser.add_argument("--version", action="store_true", help="print versions for a bug report and exit")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", dest="verb", prog="jfconsole")
    noun(
        verbs, "tokens", "list, show, create, inspect and revoke access tokens", lambda below: add_tokens(below, shared)
    )
    add_directory(verbs, shared)
    add_issuer(verbs, shared)
    add_registries(verbs, shared)
    add_oidc(verbs, shared)
    summary = "set up what a scanner or another consumer needs"
    noun(verbs, "wizard", summary, lambda below: add_wizard(below, shared))
    summary = "platforms that believe each other's tokens"
    noun(verbs, "trust-circle", summary, lambda below: add_trust_circle(below, shared))
    summary = "everything about access as a file: keep it, compare it, bring it back"
    noun(verbs, "snapshot", summary, lambda below: add_snapshot(below, shared))
    noun(verbs, "profiles", "platforms that are known by name", lambda below: add_profiles(below, shared))
    summary = "what this console has changed, and what it did not finish"
    noun(verbs, "journal", summary, lambda below: _add_journal(below, shared))
    _add_small(verbs, shared)
    return parser


def _add_journal(below: Subparsers, shared: Parser) -> None:
    leaf(below, shared, "list", "the plans that were run, and exchanges, newest first", lazily("journal", "list_plans"))
    show = leaf(below, shared, "show", "one plan, step by step", lazily("journal", "show"))
    show.add_argument("plan_id", metavar="PLAN", help="a plan id, such as jfc-0123456789")
    show.add_argument("--export", choices=EXPORTS, help="print it as a script of calls or as Terraform instead")
    resume = leaf(
        below, shared, "resume", "go on with a plan that was interrupted", lazily("journal", "resume"), _RESUME
    )
    resume.add_argument("plan_id", metavar="PLAN", help="a plan id")
    resume.add_argument(
        "--make-another",
        action="store_true",
        help="make a token again although the lost one may exist and nobody can tell",
    )
    add_secret_options(resume)
    add_opening_option(resume)
    add_write_options(resume)
    undo = leaf(
        below,
        shared,
        "undo",
        "take back what a plan did, as far as that is possible now",
        lazily("journal", "undo"),
        "It is a plan of its own: it is reviewed, and says what it cannot take back and why.",
    )
    undo.add_argument("plan_id", metavar="PLAN", help="a plan id")
    add_opening_option(undo)
    add_write_options(undo)
    verify = leaf(below, shared, "verify", "check that the journal is whole", lazily("journal", "verify"), _VERIFY)
    verify.add_argument(
        "--passphrase-stdin", action="store_true", help="read the vault's passphrase from stdin, to find edits too"
    )


def _add_settings(below: Subparsers, shared: Parser) -> None:
    leaf(below, shared, "list", "every setting, its value and what it means", lazily("settings", "show"))
    put = leaf(below, shared, "set", "set one", lazily("settings", "put"))
    put.add_argument("name", metavar="SETTING", help="its name")
    put.add_argument("value", metavar="VALUE", help="its value")
    reset = leaf(below, shared, "reset", "set one back to its default", lazily("settings", "reset"))
    reset.add_argument("name", metavar="SETTING", help="its name")


def _add_small(verbs: Subparsers, shared: Parser) -> None:
    noun(verbs, "settings", "how the console looks and behaves", lambda below: _add_settings(below, shared))
    leaf(verbs, shared, "paths", "where the console keeps its files", lazily("paths", "show"))
    terms = leaf(
        verbs, shared, "glossary", "what the words of the platform mean", lazily("glossary", "show"), _GLOSSARY
    )
    terms.add_argument("term", metavar="TERM", nargs="*", help="a term, or words from its explanation")
    page = leaf(verbs, shared, "man", "the manual: commands, keys, settings, words", lazily("man", "show"), _MAN)
    page.add_argument("--markdown", action="store_true", help="as Markdown instead of a page for `man`")
    words = leaf(
        verbs, shared, "completion", "completion of commands for a shell", lazily("completion", "show"), _COMPLETION
    )
    words.add_argument("shell", choices=("bash", "zsh", "fish"), help="whose")
    demo = leaf(verbs, shared, "demo", "open the console on a sandbox with believable data", lazily("demo", "demo"))
    demo.add_argument("--seed", choices=("empty", "demo", "large"), default="demo", help="default: %(default)s")
    from jfconsole.cli import sandbox

    sandbox.register(verbs)
