"""The command line of the local issuer: transit keys, issuers, roles and vaults."""

from __future__ import annotations

from functools import partial
from typing import Final

from jfconsole.cli.parsing import Parser, Subparsers, add_opening_option, add_write_options, lazily, leaf, noun

_LIST: Final = '--json prints {{"{plural}": […]}}. It works while the vault is locked.'
_SHOW: Final = '--json prints {{"{noun}": {{…}}}}, which `{plural} apply -f FILE` reads.'
_APPLY: Final = """\
The file holds what `{plural} show --json` prints, or the object alone. It is made where it does not exist; else what
the file does not say is left alone. --json prints {{"report": {{…}}}}, or {{"plan": {{…}}}} with --plan; null when
everything is as wanted already."""
_MINT: Final = """\
A token is printed once its row in the audit trail is durable. A refusal names the rule and what it would allow, and
ends with 3. --validate signs nothing and tells what the token would say.
--json prints {"jwt", "kid", "ttl", "claims"}."""
_SERVE: Final = """\
Serves the discovery document and the keys of every issuer, and nothing else, until SIGTERM or SIGINT. It listens on
loopback only: a reverse proxy with TLS stands before the world, or `issuers publish` does. When it is ready, one line
of JSON says where it is. It needs no passphrase."""
_PUBLISH: Final = """\
Writes the keys and then the discovery document, and prints what each is to be served as. Upload them in this order.
From then on a key signs only when it is in what was published, for as long as verifiers may cache.
--json prints {"issuer", "files": [{"file", "url", "content-type", "cache-control"}]}."""
_DESTROY: Final = """\
Only a version that has retired can be destroyed. Tokens under it verify no more, once verifiers fetch the keys again;
some keep what they have for as long as they run. Where a platform is given, the integrations that trust the issuer
are named."""
_LOG: Final = """\
Every attempt to mint, with the rule of a refusal, and every change. Never a token. --json prints {"rows": [{…}]},
with --follow one JSON document a line."""
EXPORT: Final = """\
As commands for an Avassa system. No key and no secret is in it. --json prints {"export": {"format", "text"}}."""
_EXPORT_ALL: Final = f"""\
Without a name everything: transit keys, issuers, roles, vaults and remote registries, in the order in which they can be
made.

{EXPORT}"""
_BACKUP: Final = """\
The file is encrypted under a passphrase of its own: it opens without this machine, and neither a key file nor the
keyring opens it."""
_PUT: Final = """\
A secret holds a user name and a password, or a token. The values are typed, or stand in stdin with --values-stdin:
the user name, the password, then the passphrase of the vault if that stands there, too. A secret of that name is
replaced."""
_PUBLIC_URL: Final = """\
Every issuer without a URL of its own gets another one, and so does what stands in its tokens: platforms that trust the
old URL refuse them. --plan tells which issuers, and which integrations of the platform where one is configured.
--follow changes those integrations, too. --json prints {"report": {…}}, or {"plan": {…}} with --plan; null when
everything is as wanted already."""
_OPENED_BY: Final = "The passphrase is typed, or stands in stdin with --passphrase-stdin."


def add_issuer(verbs: Subparsers, shared: Parser) -> None:
    """Add all of them."""
    for name, summary, fill in (
        ("keys", "list, show, make, change, rotate and delete transit keys", _add_keys),
        ("issuers", "list, show, make, change, delete, serve and publish JWT issuers; mint tokens", _add_issuers),
        ("roles", "list, show, make, change and delete the roles of issuers", _add_roles),
        ("vaults", "make and open the vault of the local issuer; vaults of named secrets", _add_vaults),
    ):
        noun(verbs, name, summary, partial(fill, shared=shared))


def _add_keys(below: Subparsers, shared: Parser) -> None:
    _add_common(below, shared, "key")
    rotate = leaf(below, shared, "rotate", "let the next version of a key sign", lazily("keys", "rotate"))
    rotate.add_argument("name", metavar="NAME", help="the key")
    rotate.add_argument("--emergency", action="store_true", help="although verifiers may not know the next version yet")
    add_opening_option(rotate)
    add_write_options(rotate)

    destroy = leaf(
        below,
        shared,
        "destroy",
        "take a retiring version of a key out of the JWKS",
        lazily("keys", "destroy"),
        _DESTROY,
    )
    destroy.add_argument("name", metavar="NAME", help="the key")
    destroy.add_argument("number", metavar="VERSION", type=int, help="the version, as `keys show` tells it")
    add_opening_option(destroy)
    add_write_options(destroy)


def _add_issuers(below: Subparsers, shared: Parser) -> None:
    _add_common(below, shared, "issuer")
    mint = leaf(below, shared, "mint", "make a token under a role", lazily("issuers", "mint"), _MINT)
    mint.add_argument("issuer", metavar="ISSUER", help="the issuer")
    mint.add_argument("role", metavar="ROLE", help="one of its roles")
    mint.add_argument("--audience", metavar="TEXT", action="append", default=[], help="whom it is for; may be repeated")
    mint.add_argument("--subject", metavar="TEXT", default="", help="whom it is about, where the role leaves it open")
    mint.add_argument(
        "--ttl", metavar="TIME", help="how long it is good for, such as 5m; the role's default unless given"
    )
    mint.add_argument("--claim", metavar="NAME=JSON", action="append", default=[], help="a further claim")
    mint.add_argument("--validate", action="store_true", help="sign nothing; tell what the token would say")
    add_opening_option(mint)
    serve = leaf(below, shared, "serve", "serve discovery and keys on loopback", lazily("issuers", "serve"), _SERVE)
    serve.add_argument("--host", default="127.0.0.1", help="a loopback address; default: %(default)s")
    serve.add_argument("--port", type=int, default=0, help="default: a free one")
    serve.add_argument(
        "--public-url", metavar="URL", help="where a proxy in front of it is reached; it is answered, too"
    )
    serve.add_argument("--hits", action="store_true", help="print a line of JSON for each answer")
    log = leaf(below, shared, "log", "the attempts to mint and the changes", lazily("issuers", "log"), _LOG)
    log.add_argument("--limit", type=int, default=100, metavar="N", help="at most so many rows; default: %(default)s")
    log.add_argument("--follow", action="store_true", help="go on as rows come, until ctrl+c")
    publish = leaf(
        below, shared, "publish", "write discovery and keys as files", lazily("issuers", "publish"), _PUBLISH
    )
    publish.add_argument("name", metavar="NAME", help="the issuer")
    publish.add_argument("folder", metavar="FOLDER", help="what stands for the issuer's URL")


def _add_roles(below: Subparsers, shared: Parser) -> None:
    _add_common(below, shared, "role", name="ISSUER/ROLE")


def _add_vaults(below: Subparsers, shared: Parser) -> None:
    _add_common(below, shared, "vault")
    create = leaf(
        below, shared, "create", "make the local issuer's sealed store", lazily("vaults", "create"), _OPENED_BY
    )
    create.add_argument(
        "--public-url",
        metavar="URL",
        required=True,
        help="where its issuers are reached, such as https://id.acme.example",
    )
    create.add_argument("--passphrase-stdin", action="store_true", help="read the passphrase from stdin")
    base = leaf(
        below, shared, "public-url", "change where issuers are reached", lazily("vaults", "public_url"), _PUBLIC_URL
    )
    base.add_argument("base", metavar="URL", help="such as https://id.acme.example")
    base.add_argument("--follow", action="store_true", help="change the platform's integrations in the same plan")
    add_opening_option(base)
    add_write_options(base)
    leaf(below, shared, "status", "whether there is a store, and what opens it", lazily("vaults", "status"))
    unattended = leaf(
        below,
        shared,
        "unattended",
        "let a key file or the keyring open it, for every process of yours",
        lazily("vaults", "unattended"),
    )
    unattended.add_argument("--key-file", metavar="FILE", help="a new file, mode 0600")
    unattended.add_argument("--keyring", action="store_true", help="the system's keyring, with the package keyring")
    unattended.add_argument("--off", action="store_true", help="let only the passphrase open it")
    add_opening_option(unattended)
    leaf(below, shared, "audit", "check the audit trail", lazily("vaults", "audit")).add_argument(
        "--passphrase-stdin", action="store_true", help="read the passphrase from stdin, to find edits too"
    )

    _add_care(below, shared)
    noun(below, "secrets", "put, list, show and delete named secrets", partial(_add_secrets, shared=shared))


def _add_care(below: Subparsers, shared: Parser) -> None:
    """What keeps the store from being lost."""
    change = leaf(below, shared, "passphrase", "change the passphrase", lazily("vaults", "passphrase"))
    change.add_argument("--passphrase-stdin", action="store_true", help="read the old and the new one, a line each")
    backup = leaf(below, shared, "backup", "write everything to a new file", lazily("vaults", "backup"), _BACKUP)
    backup.add_argument("file", metavar="FILE", help="a new file, mode 0600")
    backup.add_argument(
        "--backup-passphrase-stdin",
        action="store_true",
        help="read the backup's own passphrase from stdin, on the line after the vault's if that stands there, too",
    )
    add_opening_option(backup)
    restore = leaf(below, shared, "restore", "put a backup where no store is", lazily("vaults", "restore"))
    restore.add_argument("file", metavar="FILE", help="what `vaults backup` wrote")
    restore.add_argument("--passphrase-stdin", action="store_true", help="read the backup's passphrase from stdin")


def _add_secrets(below: Subparsers, shared: Parser) -> None:
    leaf(below, shared, "list", "what there is, without the values", lazily("secrets", "list_all"))
    show = leaf(below, shared, "show", "what a secret holds, without the values", lazily("secrets", "show"))
    put = leaf(below, shared, "put", "write a secret", lazily("secrets", "put"), _PUT)
    put.add_argument("--kind", choices=("password", "token"), default="password", help="default: %(default)s")
    put.add_argument("--values-stdin", action="store_true", help="read the values from stdin, a line each")
    delete = leaf(below, shared, "delete", "delete a secret", lazily("secrets", "delete"))
    for verb in (show, put, delete):
        verb.add_argument("name", metavar="VAULT/NAME", help="the secret")
    for verb in (put, delete):
        add_opening_option(verb)
        add_write_options(verb)


def _add_common(below: Subparsers, shared: Parser, singular: str, name: str = "NAME") -> None:
    plural = f"{singular}s"
    leaf(below, shared, "list", f"the {plural}", lazily(plural, "list_all"), _LIST.format(plural=plural))
    show = leaf(
        below, shared, "show", f"one {singular}", lazily(plural, "show"), _SHOW.format(noun=singular, plural=plural)
    )
    show.add_argument("name", metavar=name, help=f"the {singular}")
    apply = leaf(
        below, shared, "apply", f"make or change a {singular}", lazily(plural, "apply"), _APPLY.format(plural=plural)
    )
    apply.add_argument("-f", "--file", metavar="FILE", required=True, help="a JSON file, - for stdin")
    summary = f"one {singular}, or all of them, as supctl commands"
    everything = singular == "issuer"
    export = leaf(
        below,
        shared,
        "export",
        "an issuer, or everything, as supctl commands" if everything else summary,
        lazily(plural, "export"),
        _EXPORT_ALL if everything else EXPORT,
    )
    export.add_argument("name", metavar=name, nargs="?", default="", help=f"the {singular}")
    delete = leaf(below, shared, "delete", f"delete a {singular}", lazily(plural, "delete"))
    delete.add_argument("name", metavar=name, help=f"the {singular}")
    for verb in (apply, delete):
        add_opening_option(verb)
        add_write_options(verb)
