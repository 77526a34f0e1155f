"""The vault of the local issuer: whether it is open and what opens it, its backup, and the named secrets in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Final, TypeAlias

from jfconsole.domain.answers import flag, secret, text
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.exports.supctl import export_vault
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.role_text import names_text
from jfconsole.domain.text import visible
from jfconsole.services.issuer_steps import SECRET, VAULT
from jfconsole.services.issuer_view import KEY_FILE_LEFT, IssuerView, SecretRow, secret_rows
from jfconsole.services.public_base import plan_public_base
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens import vault_forms as forms
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.issuer_list import IssuerList
from jfconsole.ui.screens.sealed_list import Work
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line

Change: TypeAlias = Callable[[], None]
Do: TypeAlias = Callable[[Answers], None]

_NEITHER: Final = frozenset({"objects.new", "vault.care"})
"""What can be done where there is no vault."""


class VaultScreen(IssuerList[SecretRow]):
    """The named secrets, and what can be done with the vault as a whole."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*IssuerList.SCOPES, Scope.VAULT)
    CRUMBS: ClassVar[tuple[str, ...]] = ("issuer", "vault")
    PART: ClassVar[str] = "vault"
    NOUN: ClassVar[str] = "the vault"
    ONE: ClassVar[str] = "secret"
    FOOTER: ClassVar[tuple[str, ...]] = (
        *("table.open", "objects.new", "objects.edit", "objects.delete"),
        *("vault.care", "issuer.next-part", "issuer.lock", "issuer.supctl"),
    )
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("name", False)

    def columns(self) -> Sequence[Column[SecretRow]]:
        """Vault and secret, what it holds, description."""
        return (
            Column("name", "VAULT/SECRET", _name, 20, 1, 60, 9, lambda row: row.key),
            Column("holds", "HOLDS", _holds, 20, 0, 30, 8),
            Column("revision", "WRITTEN", _written, 10, 0, 10, 5, lambda row: row.revision),
            Column("description", "VAULT IS FOR", lambda row, _: Cell(row.description, "muted"), 16, 3, 80, 6),
        )

    def schema(self) -> Schema[SecretRow]:
        """Vault, secret, what it holds."""
        return Schema(
            lambda row: f"{row.key} {row.description}".lower(),
            {
                FieldSpec("vault", "text", (), "the vault"): lambda row: row.vault,
                FieldSpec("name", "text", (), "the secret"): lambda row: row.name,
                FieldSpec("holds", "text", (), "password or token"): lambda row: names_text(row.holds),
            },
        )

    def key(self, row: SecretRow) -> str:
        """`vault/secret`, or the vault alone where it is empty."""
        return row.key

    def rows_of(self, view: IssuerView, state: IssuerState) -> Sequence[SecretRow]:
        """All secrets, and the vaults without any."""
        return tuple(secret_rows(state))

    def describe(self, row: SecretRow) -> Sheet:
        """What there is to tell of it: never its values. Then the vault as a whole."""
        held = SheetLine("holds", names_text(row.holds) or "nothing yet: n puts a secret into it")
        written = [SheetLine("written", _times(row.revision))] if row.name else []
        description = SheetLine("vault is for", row.description or "it does not say")
        return Sheet(show_name(row.key), (held, *written, description, *self._store_lines()))

    def _store_lines(self) -> tuple[SheetLine, ...]:
        if self.view is None or self.view.state is None:
            return ()
        status, state = self.view.status, self.view.state
        beware = (SheetLine("beware", status.warning, "$text-warning"),) if status.warning else ()
        return (
            SheetLine("opened by", names_text(sorted(status.opened_by))),
            *beware,
            SheetLine("tenant", state.tenant),
            SheetLine("public base", state.public_base),
            SheetLine("store", str(self.service.local.store.path)),
        )

    def record(self, row: SecretRow) -> Json:
        """As `vaults secrets show --json` prints it; an empty vault as `vaults show` does."""
        listed = self.service.secrets() if row.name else self.service.vaults()
        return next((record for record in listed if record["name"] == row.key), None)

    def supctl(self, row: SecretRow) -> str:
        """The whole vault."""
        return export_vault(self.state, row.vault)

    def empty(self) -> Empty:
        """No vault: how to make one, or get one back. Else: how to put something into it."""
        if self.view is None or self.view.state is None:
            return Empty(
                "There is no local issuer yet. Its vault seals the keys that sign, and secrets for registries.",
                "Press n to make it, or b to restore a backup.",
            )
        return self.nothing()

    def nothing(self) -> Empty:
        """What it is when nothing is in it."""
        facts = " · ".join(f"{line.label}: {line.text}" for line in self._store_lines())
        about = "No named secrets yet. Keys, issuers and roles are the next parts: ] goes there."
        return Empty(f"{about} {facts}", "Press n to make a vault for secrets.")

    # -- actions ---------------------------------------------------------------------------------------

    def _may_be_without_vault(self, action: Action) -> bool:
        return action.id in _NEITHER

    def do_new(self) -> None:
        """Where there is no vault, make it; else a vault of secrets, or a secret in one."""
        self.propose(self._make())

    async def _make(self) -> None:
        if (await self.seen()).state is None:
            await self._create()
        else:
            await self._new()

    async def _create(self) -> None:
        def make(answers: Answers) -> None:
            passphrase = secret(answers, "new")
            self.service.local.vault.create(passphrase, text(answers, "public-url").rstrip("/"))

        if await self._ask_until(forms.create_form(), make):
            self.say(Line("The vault is made, and open", hint="Next: ] for the keys, n to make one. b makes a backup"))

    async def _new(self) -> None:
        vaults = tuple(self.state.vaults)
        chosen = await self.app.push_screen_wait(Menu("Make what?", _NEW)) if vaults else "vault"
        if chosen == "vault":
            await self.ask_and_apply(VAULT, forms.vault_form(), forms.vault_record, new=True)
        elif chosen == "secret":
            row = self.table.cursor_row
            await self._put(forms.secret_form(vaults, row.vault if row is not None else vaults[0]))

    def do_edit(self) -> None:
        """Replace a secret, or describe a vault that is empty."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._edit(row))

    async def _edit(self, row: SecretRow) -> None:
        if row.name:
            await self._put(forms.secret_form(tuple(self.state.vaults), row.vault, row.name, row.holds))
        else:
            form = forms.vault_form(row.vault, row.description)
            await self.ask_and_apply(VAULT, form, forms.vault_record)

    async def _put(self, form: Form) -> None:
        async def build(answers: Answers) -> Plan:
            key = f"{text(answers, 'vault')}/{text(answers, 'name')}"
            return await asyncio.to_thread(self.service.plan_secret, key, forms.secret_values(answers))

        await self.fill_in(form, build)

    def do_delete(self) -> None:
        """Delete the marked secrets, or the one under the cursor; or vaults that are empty."""
        rows = self.table.targets
        secrets = [row.key for row in rows if row.name]
        if secrets:
            self.propose_deletion(SECRET, secrets)
        else:
            self.propose_deletion(VAULT, [row.key for row in rows])

    # -- the vault as a whole --------------------------------------------------------------------------

    def do_public_base(self) -> None:
        """Ask where issuers are reached, tell whom that concerns, review, change."""
        self.propose(self._change_base())

    async def _change_base(self) -> None:
        state = await self.seen_state()
        directory = await self.app.workbench.directory()

        async def build(answers: Answers) -> Plan:
            base = text(answers, "public-url").rstrip("/")
            return await plan_public_base(self.service, directory, base, follow=flag(answers, "follow"))

        await self.fill_in(forms.base_form(state), build)

    def do_care(self) -> None:
        """Choose what to do with the vault as a whole."""
        self.in_background("vault", self._care)

    async def _care(self) -> None:
        there = (await self.seen()).state is not None
        work: dict[str, Work] = {
            "passphrase": self._change_passphrase,
            "backup": self._back_up,
            "key-file": self._add_key_file,
            "keyring": partial(self._opened_by, self.service.local.vault.add_keyring),
            "off": partial(self._opened_by, self.service.local.vault.remove_unattended),
            "restore": self._restore,
        }
        choices = _CARE if there else _RESTORE
        chosen = await self.app.push_screen_wait(Menu("The vault", choices))
        if chosen == _BASE:
            self.app.action_perform("vault.public-base")
        elif chosen is not None:
            await work[chosen]()

    async def _change_passphrase(self) -> None:
        def change(answers: Answers) -> None:
            self.service.local.vault.change_passphrase(secret(answers, "old"), secret(answers, "new"))

        if await self._ask_until(forms.passphrase_form(), change):
            self.say(Line("The new passphrase opens the vault from now on", hint="Make a backup with b"))

    async def _back_up(self) -> None:
        def write(answers: Answers) -> None:
            self.service.back_up(Path(text(answers, "file")).expanduser(), secret(answers, "new"))

        if await self.opened() and await self._ask_until(forms.backup_form(), write):
            self.say(Line("The backup is written", hint="Its passphrase opens it, and nothing else does"))

    async def _restore(self) -> None:
        old = ""

        def restore(answers: Answers) -> None:
            nonlocal old
            old = self.service.restore(Path(text(answers, "file")).expanduser(), secret(answers, "passphrase"))
            self.service.local.vault.unlock(secret(answers, "passphrase"))

        if await self._ask_until(forms.restore_form(), restore):
            self.say(Line("The backup is restored, and its passphrase opens it", hint=old))

    async def _add_key_file(self) -> None:
        def add(answers: Answers) -> None:
            self.service.local.vault.add_key_file(Path(text(answers, "file")).expanduser().absolute())

        if await self.opened() and await self._ask_until(forms.key_file_form(), add):
            self._tell_openers()

    async def _opened_by(self, change: Change) -> None:
        if await self.opened():
            await asyncio.to_thread(change)
            self._tell_openers()

    def _tell_openers(self) -> None:
        warning = self.service.local.vault.status().warning
        if warning:
            self.say(Line(warning))
        else:
            self.say(Line("Only the passphrase opens the vault now", hint=KEY_FILE_LEFT))

    async def _ask_until(self, form: Form, do: Do) -> bool:
        """Ask until it can be done, or the person leaves; whether it was done. What was secret is asked anew."""
        answers: Answers | None = None
        refusal = ""
        while True:
            answers = await self.app.push_screen_wait(FormScreen(form, answers=answers, refusal=refusal))
            if answers is None:
                return False
            try:
                await asyncio.to_thread(do, answers)
            except ConsoleError as error:
                refusal = f"{error.message}. {error.hint}"
            except OSError as problem:
                refusal = visible(f"{problem.filename}: {problem.strerror}")
            else:
                self.fetch_now()
                return True


_NEW: Final = (
    Choice("secret", "A secret", "A user name and a password, or a token, for a registry"),
    Choice("vault", "A vault of secrets", "A folder for secrets that belong together"),
)
_RESTORE: Final = (Choice("restore", "Restore a backup", "Put it where no vault is; its passphrase opens it"),)
_BASE: Final = "base"
_CARE: Final = (
    Choice("backup", "Back up", "Everything in one file, encrypted under a passphrase of its own"),
    Choice("passphrase", "Change the passphrase", "Nothing is encrypted anew: the keys stay what they are"),
    Choice("key-file", "Open by a key file", "Unattended: every process of yours can open the vault then"),
    Choice("keyring", "Open by the system's keyring", "Unattended, while you are logged in; needs the package keyring"),
    Choice("off", "Open by the passphrase alone", "Key file and keyring open it no more"),
    Choice(_BASE, "Change the public base", "Where issuers without a URL of their own are reached; told and reviewed"),
    Choice("restore", "Restore a backup", "Only where no vault is: move this one away first"),
)


def _name(row: SecretRow, _: RenderContext) -> Cell:
    return Cell(row.key if row.name else f"{row.vault}/")


def _holds(row: SecretRow, _: RenderContext) -> Cell:
    return Cell(names_text(row.holds)) if row.name else Cell("empty vault", "muted")


def _written(row: SecretRow, _: RenderContext) -> Cell:
    return Cell(_times(row.revision) if row.name else "", "muted")


def _times(revision: int) -> str:
    return "once" if revision == 1 else f"{revision} times"
