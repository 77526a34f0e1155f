"""The command line of groups, users, permissions, repositories, effective access and the linter."""

from __future__ import annotations

import argparse
from functools import partial
from typing import Final

from jfconsole.cli.parser_living import add_token_lint
from jfconsole.cli.parser_oidc import add_oidc_lint
from jfconsole.cli.parsing import Parser, Subparsers, add_filter, add_write_options, lazily, leaf, noun

_LIST: Final = """\
--json prints {{"{plural}": […], "shown": n, "total": n, "filter": "…", "detailed": bool, "changed_while_read": bool}}.
The platform lists {thin} only. With --details every one of them is read in full, one call each; then filters may ask
for everything."""
_SHOW: Final = '--json prints {{"{noun}": {{…}}}}, which `{plural} apply -f FILE` reads.'
_APPLY: Final = """\
The file holds what `{plural} show --json` prints, or the object alone. It is made where it does not exist; else what
the file does not say is left alone. --json prints {{"report": {{…}}}}, or {{"plan": {{…}}}} with --plan; null when
everything is as wanted already."""
_RENAME: Final = """\
The platform cannot rename: the same is made by the new name, grants follow, and the old one is deleted at the end.
--json prints {{"report": {{…}}}}, or {{"plan": {{…}}}} with --plan.{more}"""
_PASSWORDLESS: Final = """
The new user has no password, unless --set-password gives one."""
_CHANGE: Final = '--json prints {"report": {…}}, or {"plan": {…}} with --plan.'
_IMPORT: Final = """\
The header of the file says what is in it:

  username,email,groups,profile_updatable,disable_ui_access    users; groups separated by | or ;
  group,username,action                                        memberships; action is add (default) or remove

Users are made without a password; existing ones are only put into groups. --plan is the dry run: it names every line
that makes no sense, ends with 1 when there is one, and with --json prints
{"plan": {…} or null, "problems": [{"line": n, "sentence": "…"}], "unchanged": n}."""
_LINT: Final = """\
Ends with 1 when there are findings. --json prints {"findings": [{"rule", "permission", "section", "subject",
"sentence", "fix"}]}."""
_WHO_CAN: Final = """\
With a path, patterns are evaluated on it. --json prints {"who_can": {…}} with grants, users, groups, administrators,
denied and caveats."""
_WHAT_CAN: Final = """\
--json prints {"what_can": {…}} with everything (why it is all), grants, groups, by_scope and caveats."""


def add_directory(verbs: Subparsers, shared: Parser) -> None:
    """Add all of them."""
    for name, summary, fill in (
        ("groups", "list, show, make, change, rename and delete groups", _add_groups),
        ("users", "list, show, make, change, rename, import, unlock and delete users", _add_users),
        ("permissions", "list, show, make, change, rename and delete permissions", _add_permissions),
        ("repositories", "list and show repositories", _add_repositories),
        ("access", "who can do what, and why", _add_access),
        ("lint", "look for what is dangerous, or has no effect", _add_lint),
    ):
        noun(verbs, name, summary, partial(fill, shared=shared))


def _add_lint(below: Subparsers, shared: Parser) -> None:
    summary = "grants that reach too far, nobody or nothing"
    leaf(below, shared, "permissions", summary, lazily("lint", "permissions"), _LINT)
    add_oidc_lint(below, shared)
    add_token_lint(below, shared)


def _add_groups(below: Subparsers, shared: Parser) -> None:
    _add_common(below, shared, "group", "names")
    _add_rename(below, shared, "group")
    members = leaf(
        below, shared, "members", "add and remove members, whoever else is in it", lazily("groups", "members"), _CHANGE
    )
    members.add_argument("name", metavar="NAME", help="the group")
    members.add_argument("--add", metavar="USER", nargs="+", action="extend", default=[], help="users to put in")
    members.add_argument("--remove", metavar="USER", nargs="+", action="extend", default=[], help="users to take out")
    add_write_options(members)


def _add_users(below: Subparsers, shared: Parser) -> None:
    _add_common(below, shared, "user", "names, states and realms")
    rename = _add_rename(below, shared, "user", _PASSWORDLESS)
    rename.add_argument(
        "--set-password", action="store_true", help="give the new user a password, typed at a terminal or in stdin"
    )
    for name, summary in (
        ("unlock", "let users in again who are locked after failed logins"),
        ("expire", "make users choose a new password at the next login"),
    ):
        verb = leaf(below, shared, name, summary, lazily("users", name), _CHANGE)
        verb.add_argument("names", metavar="NAME", nargs="+", help="user names")
        add_write_options(verb)
    password = leaf(
        below,
        shared,
        "password",
        "set the password of a user",
        lazily("password", "set_password"),
        f"It is asked for at a terminal, else read from stdin; never from the command line.\n{_CHANGE}",
    )
    password.add_argument("name", metavar="NAME", help="the user name")
    add_write_options(password)
    _add_import(below, shared)


def _add_import(below: Subparsers, shared: Parser) -> None:
    verb = leaf(
        below, shared, "import", "make users, or change memberships, from CSV", lazily("imports", "users"), _IMPORT
    )
    verb.add_argument("file", metavar="FILE", help="a CSV file in UTF-8, or - for stdin")
    verb.add_argument("--skip-invalid", action="store_true", help="go on without the lines that make no sense")
    add_write_options(verb)


def _add_permissions(below: Subparsers, shared: Parser) -> None:
    _add_common(below, shared, "permission", "names")
    _add_rename(below, shared, "permission")
    grant = leaf(
        below,
        shared,
        "grant",
        "give a user or a group exactly these actions in one section",
        lazily("permissions", "grant"),
        _CHANGE,
    )
    _add_grantee(grant)
    grant.add_argument("actions", metavar="ACTION", nargs="+", type=str.upper, help="such as READ, ANNOTATE, WRITE")
    add_write_options(grant)
    withdraw = leaf(
        below, shared, "withdraw", "take a user or a group out of one section", lazily("permissions", "grant"), _CHANGE
    )
    _add_grantee(withdraw)
    withdraw.set_defaults(actions=())
    add_write_options(withdraw)


def _add_grantee(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the permission")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", metavar="USER", help="a user")
    who.add_argument("--group", metavar="GROUP", help="a group")
    parser.add_argument("--type", metavar="TYPE", default="artifact", help="the resource type; default: %(default)s")


def _add_repositories(below: Subparsers, shared: Parser) -> None:
    more = '--json prints {"repositories": […], "shown": n, "total": n, "filter": "…", …}.'
    listing = leaf(below, shared, "list", "the repositories", lazily("repositories", "list_repositories"), more)
    add_filter(listing)
    show = leaf(
        below,
        shared,
        "show",
        "what matters about one for access",
        lazily("repositories", "show"),
        '--json prints {"repository": {…}}.',
    )
    show.add_argument("name", metavar="KEY", help="the key of the repository")


def _add_access(below: Subparsers, shared: Parser) -> None:
    who = leaf(
        below, shared, "who-can", "who has access to a repository or a path", lazily("access", "who_can"), _WHO_CAN
    )
    who.add_argument("place", metavar="REPO[/PATH]", help="such as libs-local or libs-local/org/acme/a.jar")
    who.add_argument(
        "--action", dest="wanted", type=str.upper, metavar="ACTION", help="only who may do this, such as READ"
    )
    what = leaf(
        below,
        shared,
        "what-can",
        "what a user, a group or the bearer of a token may do",
        lazily("access", "what_can"),
        _WHAT_CAN,
    )
    subject = what.add_mutually_exclusive_group(required=True)
    subject.add_argument("name", metavar="NAME", nargs="?", help="a user name")
    subject.add_argument("--group", metavar="NAME", help="the members of a group")
    subject.add_argument("--token-id", metavar="ID", help="the bearer of a token, by its id; `me`: the token in use")


def _add_rename(below: Subparsers, shared: Parser, noun: str, more: str = "") -> argparse.ArgumentParser:
    verb = leaf(
        below, shared, "rename", f"give a {noun} another name", lazily(f"{noun}s", "rename"), _RENAME.format(more=more)
    )
    verb.add_argument("name", metavar="OLD", help=f"the {noun}")
    verb.add_argument("new", metavar="NEW", help="its new name")
    add_write_options(verb)
    return verb


def _add_common(below: Subparsers, shared: Parser, noun: str, thin: str) -> None:
    """list, show, apply and delete."""
    plural = f"{noun}s"
    said = {"noun": noun, "plural": plural, "thin": thin}
    listing = leaf(
        below, shared, "list", f"the {plural} of the platform", lazily(plural, f"list_{plural}"), _LIST.format(**said)
    )
    add_filter(listing)
    listing.add_argument("--details", action="store_true", help="read every one in full, one call each")
    show = leaf(
        below, shared, "show", f"everything known about one {noun}", lazily(plural, "show"), _SHOW.format(**said)
    )
    show.add_argument("name", metavar="NAME", help=f"the {noun}")
    apply = leaf(below, shared, "apply", f"bring a {noun} to a state", lazily(plural, "apply"), _APPLY.format(**said))
    apply.add_argument("-f", "--file", metavar="FILE", required=True, help="a JSON file, or - for stdin")
    add_write_options(apply)
    delete = leaf(
        below, shared, "delete", f"delete {plural}, with what depends on them", lazily(plural, "delete"), _CHANGE
    )
    delete.add_argument("names", metavar="NAME", nargs="+", help=f"{plural}")
    add_write_options(delete)
