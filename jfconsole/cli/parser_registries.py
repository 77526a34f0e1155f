"""The command line of remote registries: where images are pulled from, and with which credentials."""

from __future__ import annotations

from typing import Final

from jfconsole.cli.parser_issuer import EXPORT
from jfconsole.cli.parsing import Parser, Subparsers, add_opening_option, add_write_options, lazily, leaf, noun

_LIST: Final = '--json prints {"registries": […]}. It works while the vault is locked.'
_SHOW: Final = '--json prints {"registry": {…}}, which `registries apply -f FILE` reads.'
_APPLY: Final = """\
The file holds what `registries show --json` prints, or the object alone. It is made where it does not exist; else what
the file does not say is left alone; credentials are taken as a whole. --json prints {"report": {…}}, or
{"plan": {…}} with --plan; null when everything is as wanted already."""
_EXPLAIN: Final = """\
Says which entry serves an image, and why: the longest that covers its repository, part by part, else the one for *.
Nothing is minted. --json prints {"explanation": {"registry", "repository", "reference", "entry", "why",
"login_entry"}}."""
_CHECK: Final = """\
Compares a registry with the roles that it uses and, where a platform is configured, with the integration and the
identity mappings there. --local leaves the platform out. Ends with 1 when there are findings.
--json prints {"findings": [{"code", "repository", "sentence", "fix", "repairable"}], "platform"}.
--repair carries out what mends the first finding that a plan can mend; --plan and --export show that plan."""
_VERIFY: Final = """\
Does what a client does: gets credentials for the image's entry, and asks the registry for its manifest and for the
blobs that it names. Ends with 1 when something is not as it should be.
--json prints {"proof": [{"what", "verdict", "detail"}]}."""
_LOGIN: Final = """\
Lets a container client ask `docker-credential-jfconsole` for an address, by an entry of credHelpers in its file. What
changes is shown first, a copy of the old file stays beside it, and everything else in it stays as it is.

Clients ask by the address alone, so they get the entry for *, or the one of --repository, which is kept with the
registry. `journal undo` takes it back. --json prints {"login": {"file", "backup", "helper", "changed"}}, or
{"plan": {…}} with --plan."""


def add_registries(verbs: Subparsers, shared: Parser) -> None:
    """Add all of them."""
    summary = "registries that images are pulled from, and which credentials go with them"
    noun(verbs, "registries", summary, lambda below: _add_verbs(below, shared))


def _add_verbs(below: Subparsers, shared: Parser) -> None:
    leaf(below, shared, "list", "the registries", lazily("registries", "list_all"), _LIST)
    show = leaf(below, shared, "show", "one registry", lazily("registries", "show"), _SHOW)
    apply = leaf(below, shared, "apply", "make or change a registry", lazily("registries", "apply"), _APPLY)
    apply.add_argument("-f", "--file", metavar="FILE", required=True, help="a JSON file, - for stdin")
    summary = "one registry, or all of them, as supctl commands"
    export = leaf(below, shared, "export", summary, lazily("registries", "export"), EXPORT)
    export.add_argument("name", metavar="ADDRESS", nargs="?", default="", help="the registry")
    delete = leaf(below, shared, "delete", "delete a registry", lazily("registries", "delete"))
    summary = "which credentials an image is pulled with"
    explain = leaf(below, shared, "explain", summary, lazily("registries", "explain_image"), _EXPLAIN)
    explain.add_argument("image", metavar="IMAGE", help="such as registry.example.com/team/app:1.0")
    verify = leaf(below, shared, "verify", "pull an image's manifest", lazily("registries", "verify"), _VERIFY)
    verify.add_argument("image", metavar="IMAGE", help="such as registry.example.com/team/app:1.0")
    add_opening_option(verify)
    check = leaf(below, shared, "check", "what stands in the way of pulls", lazily("registries", "check"), _CHECK)
    check.add_argument("--local", action="store_true", help="ask no platform")
    check.add_argument("--repair", action="store_true", help="mend what a plan can mend, one at a time")
    login = leaf(
        below,
        shared,
        "login-config",
        "let Docker, Podman and Skopeo pull",
        lazily("registry_login", "login_config"),
        _LOGIN,
    )
    login.add_argument("--repository", metavar="NAME", help="whose credentials clients get; * for the general entry")
    where = login.add_mutually_exclusive_group()
    where.add_argument("--docker-config", metavar="FILE", help="the client's file; default: that of Docker")
    where.add_argument("--podman", action="store_true", help="the file of Podman, Skopeo and Buildah")
    for verb in (show, delete, check, login):
        verb.add_argument("address", metavar="ADDRESS", help="the registry, such as registry.example.com:6000")
    for verb in (apply, delete, check, login):
        add_opening_option(verb)
        add_write_options(verb)
