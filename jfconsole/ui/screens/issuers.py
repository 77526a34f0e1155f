"""Issuers: the live list with their URLs, making, changing, deleting, serving and publishing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import urlsplit

from jfconsole.domain.answers import text
from jfconsole.domain.connection import is_loopback
from jfconsole.domain.durations import format_duration, format_relative
from jfconsole.domain.errors import Refused
from jfconsole.domain.exports.supctl import export_issuer
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.forms import Answers, Form, FormField
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.jwt_issuers import document_url, jwks_url, url_problem
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text
from jfconsole.services.issuer_steps import ISSUER
from jfconsole.services.issuer_view import IssuerRow, IssuerView, issuer_rows
from jfconsole.services.public_server import Hit
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.issuer_list import IssuerList
from jfconsole.ui.screens.jwt_issuer_form import edit_issuer_form, issuer_record, new_issuer_form
from jfconsole.ui.screens.minting import Minting
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show, show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line

_NO_KEY: Final = "An issuer needs a transit key: make one first, under keys"
_LARGEST_PORT: Final = 65_535


class IssuersScreen(Minting[IssuerRow]):
    """All issuers of the local store."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*IssuerList.SCOPES, Scope.ISSUERS, Scope.MINTING)
    CRUMBS: ClassVar[tuple[str, ...]] = ("issuer", "issuers")
    PART: ClassVar[str] = "issuers"
    NOUN: ClassVar[str] = "issuers"
    ONE: ClassVar[str] = "issuer"
    FOOTER: ClassVar[tuple[str, ...]] = (
        *("table.open", "objects.new", "objects.edit", "issuer.mint"),
        *("issuers.serve", "issuers.publish", "issuer.next-part", "issuer.lock", "issuer.supctl"),
    )
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("name", False)

    def columns(self) -> Sequence[Column[IssuerRow]]:
        """Name, key, where it is published, lifetimes, URL."""
        return (
            Column("name", "NAME", lambda row, _: Cell(row.name), 12, 1, 40, 9, lambda row: row.name),
            Column("key", "SIGNS WITH", _signs, 14, 1, 40, 7, lambda row: row.signing),
            Column("published", "PUBLISHED", _published, 16, 1, 30, 8),
            Column("roles", "ROLES", lambda row, _: Cell(", ".join(row.roles) or "none"), 12, 2, 50, 6),
            Column("ttl", "LONGEST", _longest, 8, 0, 8, 4, lambda row: row.issuer.max_ttl),
            Column("url", "ISSUER URL", lambda row, _: Cell(row.url, "muted"), 24, 3, 120, 5),
        )

    def schema(self) -> Schema[IssuerRow]:
        """Name, key, URL, role."""
        return Schema(
            lambda row: f"{row.name} {row.signing} {row.url} {' '.join(row.roles)}".lower(),
            {
                FieldSpec("name", "text", (), "the issuer"): lambda row: row.name,
                FieldSpec("key", "text", (), "the key that signs"): lambda row: row.signing,
                FieldSpec("url", "text", (), "its iss"): lambda row: row.url,
                FieldSpec("role", "text", (), "one of its roles"): lambda row: " ".join(row.roles),
                FieldSpec("stale", "flag", (), "what was published is not what would be now"): _is_stale,
            },
        )

    def key(self, row: IssuerRow) -> str:
        """The name."""
        return row.name

    def rows_of(self, view: IssuerView, state: IssuerState) -> Sequence[IssuerRow]:
        """All of them."""
        return tuple(issuer_rows(state, view.now))

    def describe(self, row: IssuerRow) -> Sheet:
        """Its URLs, lifetimes, and what is published where."""
        issuer, switched = row.issuer, row.signing != row.issuer.signing_key
        waits = f", then {issuer.signing_key}, once verifiers know it" if switched else ""
        stale = "$text-warning" if _is_stale(row) else ""
        return Sheet(
            show_name(row.name),
            (
                SheetLine("iss", row.url),
                SheetLine("discovery", document_url(row.url)),
                SheetLine("keys", jwks_url(row.url)),
                SheetLine("signs with", f"{row.signing}{waits}"),
                SheetLine("roles", ", ".join(row.roles) or "none: nothing can be minted"),
                SheetLine("lifetimes", _lifetimes(row)),
                SheetLine("keys cached", format_duration(issuer.jwks_max_age)),
                SheetLine("verbose log", "yes" if issuer.verbose_logging else "no"),
                SheetLine("published", _publication(row), stale),
                SheetLine("tenant", self.state.tenant),
            ),
        )

    def record(self, row: IssuerRow) -> Json:
        """As `issuers show --json` prints it."""
        return next((issuer for issuer in self.service.issuers() if issuer["name"] == row.name), None)

    def curl(self, row: IssuerRow) -> str | None:
        """GET of the discovery document, as a platform asks for it."""
        return f"curl --fail --silent --show-error {document_url(row.url)}"

    def supctl(self, row: IssuerRow) -> str:
        """The issuer."""
        return export_issuer(row.issuer)

    def nothing(self) -> Empty:
        """No issuer yet."""
        if not self.state.keys:
            return Empty("There is no issuer yet, and no key to sign with.", "Press [ for the keys, and n to make one.")
        return Empty("There is no issuer yet: tokens are minted in its name.", "Press n to make one.")

    # -- changing --------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """An issuer needs a key; what was not started cannot be looked at."""
        if action.id == "objects.new" and self.view is not None and self.view.state and not self.view.state.keys:
            return _NO_KEY
        if action.id == "issuers.hits" and not self.service.public_server.count:
            return "Nobody asked the public server of this console yet"
        return super().why_not(action)

    def hint_label(self, action: Action) -> str:
        """`stop serving` while it runs."""
        if action.id == "issuers.serve" and self.service.public_server.running:
            return "stop serving"
        return super().hint_label(action)

    def do_new(self) -> None:
        """Ask, review, make."""
        self.propose(self._new())

    async def _new(self) -> None:
        state = await self.seen_state()
        if not state.keys:
            raise Refused(_NO_KEY, "Press [ for the keys, and n to make one")
        await self.ask_and_apply(ISSUER, new_issuer_form(state), issuer_record, new=True)

    def do_edit(self) -> None:
        """Ask for what shall be different, review, change."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self.ask_and_apply(ISSUER, edit_issuer_form(self.state, row.issuer), issuer_record))

    def do_delete(self) -> None:
        """Delete the marked ones, or the one under the cursor."""
        self.propose_deletion(ISSUER, [row.name for row in self.table.targets])

    # -- serving and publishing ------------------------------------------------------------------------

    def do_address(self) -> None:
        """Choose a URL, copy it."""
        row = self.table.cursor_row
        if row is None:
            return
        urls = {"iss": row.url, "discovery": document_url(row.url), "keys": jwks_url(row.url)}
        titles = {"iss": "Issuer URL, the provider URL of an integration", "discovery": "Discovery", "keys": "Keys"}
        choices = [Choice(name, titles[name], url) for name, url in urls.items()]

        def answer(chosen: str | None) -> None:
            if chosen is not None:
                self.app.copy_text(urls[chosen])

        self.app.push_screen(Menu("Copy which URL?", choices), answer)

    def do_serve(self) -> None:
        """Start the public server, or stop it."""
        self.in_background("serve", self._stop if self.service.public_server.running else self._start)

    async def _stop(self) -> None:
        await asyncio.to_thread(self.service.public_server.stop)
        self.say(Line("The public server has ended"))

    async def _start(self) -> None:
        answers = await self.app.push_screen_wait(FormScreen(_server_form(self.state.public_base)))
        if answers is None:
            return
        self.say(Line("Starting the public server …"))
        server = self.service.public_server
        await asyncio.to_thread(server.start, int(text(answers, "port") or "0"), text(answers, "url"))
        hint = "It ends with this console; H shows who asked"
        self.say(Line(f"Serving discovery and keys of every issuer at {server.url}", hint=hint))

    def do_hits(self) -> None:
        """A page with what the server answered, newest first."""
        hits = tuple(self.service.public_server.hits)
        lines = tuple(SheetLine(_time(hit), f"{hit.status}  {hit.method} {hit.path}") for hit in hits)
        sheet = Sheet(show(f"{len(hits):,} answers"), lines, label_width=26)
        self.app.push_screen(Viewer(show("Public server"), sheet))

    def do_publish(self) -> None:
        """Ask for a folder, write the files, say what each is to be served as."""
        row = self.table.cursor_row
        if row is not None:
            self.in_background("publish", lambda: self._publish(row))

    async def _publish(self, row: IssuerRow) -> None:
        answers = await self.app.push_screen_wait(FormScreen(_publish_form(row)))
        if answers is None:
            return
        made = await asyncio.to_thread(lambda: self.service.publish(row.name, _folder(answers)))
        lines = [SheetLine("issuer", made.issuer_url)]
        for number, file in enumerate(made.files, 1):
            lines += [
                SheetLine(f"{number}. upload", str(file.file)),
                SheetLine("as", file.url),
                SheetLine("type", f"Content-Type: {file.content_type}; Cache-Control: {file.cache_control}"),
            ]
        beware = "A key signs only when it is in what was published, for as long as verifiers may cache."
        sheet = Sheet(show("Upload in this order", "bold"), tuple(lines), show(beware))
        self.app.push_screen(Viewer(show("Published"), sheet))


def _folder(answers: Answers) -> Path:
    return Path(text(answers, "folder")).expanduser()


def _server_form(base: str) -> Form:
    """The port that the public base names is proposed, where that is on this machine."""
    parts = urlsplit(base)
    port = str(parts.port) if parts.port and is_loopback(parts.hostname or "") else ""
    return Form(
        title="Serve discovery and keys",
        fields=(
            FormField(
                id="port",
                label="Port",
                help="On 127.0.0.1 alone; empty: a free one. Plain http: a proxy with TLS stands before the world.",
                default=port,
                check=_port_problem,
            ),
            FormField(
                id="url",
                label="Public URL",
                help="Where such a proxy is reached, if its Host is none of the issuers'; it is answered, too.",
                check=url_problem,
            ),
        ),
        onward="Start",
    )


def _publish_form(row: IssuerRow) -> Form:
    before = row.publication.directory if row.publication is not None else ""
    return Form(
        title=f"Publish {visible(row.name)} as files",
        fields=(
            FormField(
                id="folder",
                label="Folder",
                help=f"It stands for {row.url}: what is in it is to be found there. Made if it is missing.",
                required=True,
                default=before,
            ),
        ),
        preview=lambda answers: _publish_words(row, answers),
        onward="Write",
    )


def _publish_words(row: IssuerRow, _: Answers) -> Sequence[str]:
    return (
        f"jwks, then .well-known/openid-configuration, for {row.url}",
        "Public keys only. From now on a key signs only when it is in what was published",
        "It is written without a review: files of an earlier publication are replaced",
    )


def _port_problem(typed: str) -> str | None:
    good = typed.isascii() and typed.isdecimal() and int(typed) <= _LARGEST_PORT
    return None if good else f"A port is a number up to {_LARGEST_PORT}"


def _time(hit: Hit) -> str:
    return local_text(hit.at) or "?"


def _is_stale(row: IssuerRow) -> bool:
    return row.publication is not None and not row.current


def _signs(row: IssuerRow, _: RenderContext) -> Cell:
    waiting = row.issuer.signing_key
    return Cell(row.signing if waiting == row.signing else f"{row.signing}, then {waiting}")


def _published(row: IssuerRow, context: RenderContext) -> Cell:
    if row.publication is None:
        return Cell("served live", "muted")
    if _is_stale(row):
        return Cell("files are stale", "warning")
    return Cell(f"files {format_relative(row.publication.last, context.now)}")


def _publication(row: IssuerRow) -> str:
    if row.publication is None:
        return "not as files: P serves it on this machine, W writes files"
    state = "current" if row.current else "not current: publish again; no new key signs before"
    return f"{row.publication.directory}, {local_text(row.publication.last)}, {state}"


def _longest(row: IssuerRow, _: RenderContext) -> Cell:
    return Cell(format_duration(row.issuer.max_ttl))


def _lifetimes(row: IssuerRow) -> str:
    return f"{format_duration(row.issuer.default_ttl)}, at most {format_duration(row.issuer.max_ttl)}"
