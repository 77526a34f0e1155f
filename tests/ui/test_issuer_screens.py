"""The local issuer as an administrator meets it: vault, keys, issuers, roles, minting, log, public server."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import httpx
import jwt
import pytest

from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.ui.screens.base import ConsoleScreen
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.issuers import IssuersScreen
from jfconsole.ui.screens.keys import KeysScreen
from jfconsole.ui.screens.mint_log import MintLogScreen
from jfconsole.ui.screens.minting import MintPanel
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.roles import RolesScreen
from jfconsole.ui.screens.unlock import Unlock
from jfconsole.ui.screens.vault import VaultScreen
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import WATCHDOG, Hands, connection, console, drive
from tests.support.issuing import WORDS, local_issuer, made, secret_in
from tests.support.sandbox import RunningSandbox
from tests.support.trust import OIDC, make_integration, make_mapping

SMALL = (80, 24)
PARTS: dict[str, type[ConsoleScreen]] = {
    "vault": VaultScreen,
    "keys": KeysScreen,
    "issuers": IssuersScreen,
    "roles": RolesScreen,
    "mint-log": MintLogScreen,
}


async def go(hands: Hands, part: str) -> None:
    """Go to a part of the local issuer by its name."""
    await hands.press("colon")
    await hands.type(part)
    await hands.press("enter")
    await hands.until(lambda: hands.top(PARTS[part]), part)
    await hands.until(lambda: getattr(hands.app.screen, "rows", None) is not None, "the list")


async def unlock(hands: Hands, words: str = WORDS) -> None:
    """Type the passphrase where it is asked for."""
    await hands.until(lambda: hands.top(Unlock), "the passphrase to be asked for")
    await hands.type(words)
    await hands.press("enter")


async def fill(hands: Hands, *answers: str) -> None:
    """Type answers one after another, enter between them, and go on."""
    await hands.until(lambda: hands.top(FormScreen), "a form")
    for answer in answers:
        await hands.type(answer)
        await hands.press("enter")
    await hands.press("ctrl+s")


async def agree(hands: Hands, part: str, *, locked: bool = False, phrase: str = "", done: str = "1 done") -> None:
    """Go past the review, open the vault where it is asked for, wait for the end, close the report."""
    await hands.until(lambda: hands.top(Review), "the review")
    if phrase:
        await hands.type(phrase)
        await hands.press("enter")
    else:
        await hands.press("tab", "enter")
    if locked:
        await unlock(hands)
    await hands.see(done)
    await hands.press("escape")
    await hands.until(lambda: hands.top(PARTS[part]), part)


async def make_key_issuer_and_role(hands: Hands) -> None:
    """From the vault on, by keys."""
    await hands.press("right_square_bracket")
    await hands.see("There is no transit key yet")
    await hands.press("n")
    await fill(hands, "signer")
    await agree(hands, "keys")
    await hands.see("ecdsa-p256")
    await hands.press("right")
    await hands.see("There is no issuer yet")
    await hands.press("n")
    await hands.until(lambda: hands.top(FormScreen))
    await hands.type("jfrog")
    await hands.see(r"https://id.acme.example/.*/jwt/jfrog")
    await hands.press("ctrl+s")
    await agree(hands, "issuers")
    await hands.press("right")
    await hands.see("There is no role yet")
    await hands.press("n")
    await hands.until(lambda: hands.top(FormScreen))
    await hands.press("tab")
    await hands.type("pulls")
    await hands.press("enter")
    await hands.type("registry.acme.example:6000")
    await hands.see("aud  registry.acme.example:6000")
    await hands.press("ctrl+s")
    await agree(hands, "roles")


@pytest.mark.deep
def test_from_nothing_to_a_token_by_keys(sandbox: RunningSandbox, tmp_path: Path) -> None:
    taken: list[str] = []

    async def scenario(hands: Hands) -> None:
        await hands.see(r"1 of 1")
        await hands.press("8")
        await hands.see("There is no local issuer yet")
        await hands.see("no vault yet")
        await hands.press("n")
        await fill(hands, "https://id.acme.example", "short", "other")
        await hands.see("The two are not the same")
        await hands.press("escape", "j", "enter")
        await hands.until(lambda: hands.top(VaultScreen))
        await hands.press("n")
        await fill(hands, "https://id.acme.example", WORDS, WORDS)
        await hands.see("The vault is made, and open")
        await hands.see("vault open, locks in 15 min")
        await make_key_issuer_and_role(hands)
        await hands.press("M")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("good for  5m")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(MintPanel), "the token")
        await hands.see("registry.acme.example:6000")
        panel = hands.app.screen
        assert isinstance(panel, MintPanel)
        taken.append(panel.report.products[0].secrets["jwt"].reveal())
        assert taken[0] not in hands.text
        await hands.press("escape", "j", "enter")
        await go(hands, "mint-log")
        await hands.see("minted for registry.acme")
        assert taken[0].split(".")[2] not in hands.text

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    claims = jwt.decode(taken[0], options={"verify_signature": False})
    assert claims["aud"] == "registry.acme.example:6000"
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert WORDS.encode() not in path.read_bytes()
            assert taken[0].split(".")[2].encode() not in path.read_bytes()


def test_a_locked_vault_is_asked_to_open_where_a_change_needs_it(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)

    async def scenario(hands: Hands) -> None:
        await go(hands, "keys")
        await hands.see("vault locked")
        await hands.press("o")
        await hands.until(lambda: hands.top(Review))
        await hands.press("tab", "enter")
        await unlock(hands, "not the one")
        await hands.see("wrong passphrase")
        await hands.press("escape")
        await hands.until(lambda: hands.top(KeysScreen))
        await hands.see("v1 since")
        await hands.press("o")
        await agree(hands, "keys", locked=True)
        await hands.see("v2 since")
        await hands.see("vault open")
        await hands.press("U")
        await hands.see("vault locked")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_a_vault_that_is_left_alone_locks(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)

    async def scenario(hands: Hands) -> None:
        await go(hands, "keys")
        await hands.press("U")
        await unlock(hands)
        await hands.see("vault open")
        vault = hands.app.workbench.issuer.local.vault
        vault._used -= 10_000
        await hands.see("vault locked")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_a_key_s_life_is_drawn(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)
    with local_issuer(tmp_path) as issuer:
        issuer.rotate_key("k")

    async def scenario(hands: Hands) -> None:
        await go(hands, "keys")
        await hands.press("d")
        await hands.until(lambda: hands.top(Viewer))
        await hands.see("= signs +~ still verifies")
        await hands.see(r"3 next +[-.|=~]{50}")
        await hands.see(r"2 active +[-.|=~]{50}")
        await hands.press("pagedown")
        await hands.see(r"1 retiring +[-.|=~]{50}")
        await hands.see("leaves the JWKS")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_destroying_says_whom_it_reaches_and_is_typed(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)
    with local_issuer(tmp_path) as issuer:
        issuer.rotate_key("k")
        url = issuer.state().url("jfrog")
    with sandbox.http() as http:
        make_integration(http, "strongbox", url)
        make_mapping(http, "strongbox", "pull-images", {"sub": "job"})

    async def scenario(hands: Hands) -> None:
        await go(hands, "keys")
        await hands.press("colon")
        await hands.type("destroy")
        await hands.press("enter")
        await hands.see("Destroy which version of k")
        await hands.press("enter")
        await hands.until(lambda: hands.top(Review))
        await hands.see("strongbox")
        await hands.see("pull-images")
        await agree(hands, "keys", locked=True, phrase="k 1")
        await hands.press("ctrl+d")
        await hands.see("used by issuers: jfrog")

    drive(console(connection(sandbox), tmp_path), scenario)
    with local_issuer(tmp_path) as issuer:
        assert [version.state.value for version in issuer.state().keys["k"].versions] == ["destroyed", "active", "next"]


@pytest.mark.deep
def test_another_public_base_takes_the_platform_s_integrations_along(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)
    with local_issuer(tmp_path) as issuer:
        url = issuer.state().url("jfrog")
    with sandbox.http() as http:
        make_integration(http, "strongbox", url)

    async def scenario(hands: Hands) -> None:
        await go(hands, "vault")
        await hands.press("colon")
        await hands.type("public-base")
        await hands.press("enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("This is what it is now")
        await hands.press("end")
        await hands.type("8")
        await hands.see(r"The issuer jfrog becomes\W+http://127.0.0.1:98/")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.see("Change integration strongbox")
        await agree(hands, "vault", locked=True, done="2 done")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    with local_issuer(tmp_path) as issuer:
        after = issuer.state().url("jfrog")
    assert after.startswith("http://127.0.0.1:98/")
    with sandbox.http() as http:
        assert http.get(f"{OIDC}/strongbox").json()["issuer_url"] == after


def test_a_change_by_another_process_shows_up(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)

    async def scenario(hands: Hands) -> None:
        await go(hands, "roles")
        await hands.see("jfrog/pulls")
        with local_issuer(tmp_path) as issuer:
            role = IssuerRole(issuer="jfrog", name="other", allowed_audiences=("a",), subject_template="x")
            issuer.put_role(role)
        await hands.press("r")
        await hands.see("jfrog/other")
        await go(hands, "mint-log")
        await hands.see("role.put +jfrog/other")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_a_refusal_names_the_rule_and_what_it_allows(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)

    async def scenario(hands: Hands) -> None:
        await go(hands, "roles")
        await hands.press("M")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("tab")
        await hands.type(".evil.example")
        await hands.see("Refused by audience-not-allowed")
        await hands.see("Allowed: acme.jfrog.io")
        await hands.press("ctrl+s")
        await unlock(hands)
        await hands.see("audience not allowed: acme.jfrog.io.evil.example. Allowed: acme.jfrog.io")
        await hands.press("escape")

    drive(console(connection(sandbox), tmp_path), scenario)
    with local_issuer(tmp_path) as issuer:
        assert issuer.audit_rows(1)[0].row["rule"] == "audience-not-allowed"


@pytest.mark.deep
def test_secrets_are_put_and_replaced_and_never_shown(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)

    async def scenario(hands: Hands) -> None:
        await go(hands, "vault")
        await hands.see("No named secrets yet")
        await hands.press("n")
        await fill(hands, "registry")
        await agree(hands, "vault", locked=True)
        await hands.see("registry/ +empty vault")
        await hands.press("n", "enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("tab")
        await hands.type("hub")
        await hands.press("enter", "tab")
        await hands.type("robot")
        await hands.press("enter")
        await hands.type("pass-canary")
        await hands.press("ctrl+s")
        await agree(hands, "vault")
        await hands.see("registry/hub +password, username")
        assert "canary" not in hands.text
        await hands.press("ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await hands.see("gone for good")
        await hands.press("enter")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert secret_in(tmp_path, "registry/hub") == {"username": "robot", "password": "pass-canary"}


@pytest.mark.deep
def test_what_was_lost_is_restored_from_the_console(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)
    backup = tmp_path / "backup"

    async def save(hands: Hands) -> None:
        await go(hands, "vault")
        await hands.press("b", "enter")
        await unlock(hands)
        await fill(hands, str(backup), "of the backup", "of the backup")
        await hands.see("The backup is written")

    drive(console(connection(sandbox), tmp_path), save, SMALL)
    for path in (tmp_path / "state/issuer").glob("issuer.db*"):
        path.unlink()

    async def bring_back(hands: Hands) -> None:
        await go(hands, "vault")
        await hands.see("There is no local issuer yet")
        await hands.press("b", "enter")
        await fill(hands, str(backup), "not the one")
        await hands.see("wrong passphrase")
        await hands.press("tab")
        await hands.type("of the backup")
        await hands.press("ctrl+s")
        await hands.see("The backup is restored")
        await hands.see(r"Keys are as they were\s+at 20")
        await go(hands, "keys")
        await hands.see("v1 since")

    drive(console(connection(sandbox), tmp_path), bring_back, SMALL)


@pytest.mark.deep
def test_the_journal_is_sealed_while_the_vault_is_open(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)

    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("0", "v")
        await hands.see("Open the vault to find a deliberate")
        await go(hands, "keys")
        await hands.press("n")
        await fill(hands, "other")
        await agree(hands, "keys", locked=True)
        await hands.press("0", "v")
        await hands.see("none edited, moved or missing")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_the_public_server_counts_and_ends_though_a_client_hangs(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)
    urls: list[str] = []

    async def scenario(hands: Hands) -> None:
        await go(hands, "issuers")
        await hands.press("P")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("ctrl+s")
        await hands.see("Serving discovery and keys")
        url = hands.app.workbench.issuer.public_server.url
        urls.append(url)
        path = httpx.URL(hands.app.workbench.issuer.local.state().url("jfrog")).path
        async with httpx.AsyncClient(timeout=WATCHDOG) as client:
            assert (await client.get(f"{url}{path}/jwks")).status_code == 200
            assert (await client.get(f"{url}/%1b[31mred")).status_code == 404
        await hands.until(lambda: hands.app.workbench.issuer.public_server.count == 2)
        await hands.press("H")
        await hands.see("200 +GET")
        await hands.press("escape")
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as hanging:
            hanging.sendall(b"GET / HT")
            await hands.press("P")
            await hands.see("The public server has ended")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)))

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_the_documents_are_published_as_files(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)
    folder = tmp_path / "site"

    async def scenario(hands: Hands) -> None:
        await go(hands, "issuers")
        await hands.see("served live")
        await hands.press("W")
        await fill(hands, str(folder))
        await hands.see("Upload in this order")
        await hands.press("escape")
        await hands.see("files (now|[0-9]+ s ago)")
        with local_issuer(tmp_path) as issuer:
            issuer.rotate_key("k", emergency=True)
        await hands.press("r")
        await hands.see("files are stale")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert (folder / "jwks").is_file()


def test_a_store_that_was_tampered_with_is_a_sentence(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)
    with sqlite3.connect(tmp_path / "state/issuer/issuer.db") as db:
        db.execute("UPDATE records SET body = '{}' WHERE kind = 'key'")
    db.close()

    async def scenario(hands: Hands) -> None:
        await hands.see(r"1 of 1")
        await hands.press("8")
        await hands.see("The store is damaged or was edited")
        await hands.see("Restore a backup")
        await hands.press("right")
        await hands.see("The store is damaged or was edited")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


@pytest.mark.deep
def test_read_only_changes_nothing_and_mints(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)
    with local_issuer(tmp_path) as issuer:
        before = issuer.state()

    async def scenario(hands: Hands) -> None:
        for part, keys in (("vault", "nb"), ("keys", "neo"), ("issuers", "neW"), ("roles", "ne")):
            await go(hands, part)
            for key in (*keys, "ctrl+d"):
                await hands.press(key)
                await hands.see("read-only mode")
        await hands.press("M")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("ctrl+s")
        await unlock(hands)
        await hands.until(lambda: hands.top(MintPanel), "the token")

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)
    with local_issuer(tmp_path) as issuer:
        assert issuer.state() == before


def test_hostile_text_is_shown_and_does_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)
    with local_issuer(tmp_path) as issuer:
        issuer.put_vault("registry", "[@click=app.bell]x[/] \x1b]0;title\x07\u202eevil")

    async def scenario(hands: Hands) -> None:
        await go(hands, "vault")
        await hands.see("registry/")
        await hands.see(r"\[@click=app.bell\]x")
        assert "\x1b" not in hands.text
        assert "\u202e" not in hands.text
        await hands.press("d")
        await hands.until(lambda: hands.top(Viewer))
        assert "\x1b" not in hands.text

    drive(console(connection(sandbox), tmp_path), scenario)


@pytest.mark.deep
def test_every_part_is_shown_on_a_large_terminal(sandbox: RunningSandbox, tmp_path: Path) -> None:
    made(tmp_path)

    async def scenario(hands: Hands) -> None:
        for part in PARTS:
            await go(hands, part)
            await hands.see(rf"\[{part.replace('-', ' ')}\]")

    drive(console(connection(sandbox), tmp_path), scenario, (200, 60))
