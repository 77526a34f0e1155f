"""What is done before a picture is taken; `at_rest` comes first."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.durations import DAY
from jfconsole.domain.snapshots import GROUPS, MAPPINGS, TOKENS, USERS, Snapshot
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.store import FOLDER
from jfconsole.services.demo_issuer import DemoIssuer
from tests.support.console import Hands, text_of
from tests.support.ox_walk import choose_recipe, choose_repository, open_ox
from tests.support.starting import a_form, door
from tests.support.starting import paste as paste_into
from tests.support.still import NOW

SMALL: Final = (80, 24)
MIDDLE: Final = (120, 40)
LARGE: Final = (200, 60)


async def at_rest(hands: Hands) -> None:
    """The list is there, we know who we are, and nothing is fetched any more."""
    await hands.see(r"of 6\d")
    await hands.until(lambda: hands.app.workbench.identity is not None)
    await hands.press("R")
    await hands.see("not live")


async def the_list(hands: Hands) -> None:
    pass


async def views(hands: Hands) -> None:
    await hands.press("f", "j")
    await hands.see("A token without an end")


async def never_marked(hands: Hands) -> None:
    await hands.press("slash")
    await hands.type("never !admin")
    await hands.press("enter", "space", "space", "space")
    await hands.see("3 marked")


async def review_many(hands: Hands) -> None:
    await never_marked(hands)
    await hands.press("ctrl+d")
    await hands.see("Type revoke 3")


async def review_admin(hands: Hands) -> None:
    await hands.press("slash")
    await hands.type("never admin old-jenkins")
    await hands.press("enter", "ctrl+d")
    await hands.see("to confirm")


async def report(hands: Hands) -> None:
    await review_many(hands)
    await hands.type("revoke 3")
    await hands.press("enter")
    await hands.see("3 done")
    await hands.see("revoked or lapsed")
    hands.app.screen.query_one("#keys").display = False  # the path of the report differs


async def details(hands: Hands) -> None:
    await hands.press("d")


async def as_json(hands: Hands) -> None:
    await hands.press("y")


async def helped(hands: Hands) -> None:
    await hands.press("question_mark")


async def filtered_out(hands: Hands) -> None:
    await hands.press("slash", *"nosuch")
    await hands.see("0 of")


async def misspelt(hands: Hands) -> None:
    await hands.press("slash")
    await hands.type("expirs<7d ")
    await hands.see("did you mean")


async def command(hands: Hands) -> None:
    await hands.press("colon", *"tok")


async def palette(hands: Hands) -> None:
    await hands.press("ctrl+p", *"revo")
    await hands.see("Revoke the marked")
    await hands.see("find one, give it another key")  # the last that there is room for


async def paste(hands: Hands) -> None:
    await hands.press("i")


async def journal(hands: Hands) -> None:
    await hands.press("0", "R")
    await hands.see("Nothing was changed")


async def users(hands: Hands) -> None:
    await hands.press("2")
    await hands.see("40 of 40")
    await hands.press("R", "j", "j")
    await hands.see("e-mail")


async def permission_editor(hands: Hands) -> None:
    await hands.press("4")
    await hands.see("12 of 12")
    await hands.press("slash", *"developers", "enter", "e")
    await hands.see("matches")


async def mappings(hands: Hands) -> None:
    """Identity mappings in evaluation order, the one that lets strangers in under the cursor."""
    await hands.press("7")
    await hands.see(r"quick-start +stops")
    await hands.press("j")
    await hands.see("looked at +2 among the global")


async def simulator(hands: Hands) -> None:
    """Which mapping the sample of the integration's own platform gets in through."""
    await mappings(hands)
    await hands.press("t")
    await hands.see("It gets in through quick-start")


async def doctor(hands: Hands) -> None:
    """An issuer that is no longer there."""
    await hands.press("6")
    await hands.see("teamcity-oldplant|teamcity-oldpl")
    await hands.press("G", "D")
    await hands.see("To change: ")


async def token_form(hands: Hands) -> None:
    await hands.press("n")
    await hands.see("New token")
    await hands.type("ci")
    await hands.see("everything its user may do")


async def behind(hands: Hands, text: str) -> None:
    """Wait for what lies behind a dialog, and have that drawn again: to read a screen leaves its background blank."""
    below = hands.app.screen_stack[-2]
    await hands.until(lambda: text in text_of(below), f"{text!r} behind the dialog")
    hands.app.screen.refresh()


async def agree(hands: Hands) -> None:
    """From Cancel, where the keyboard is once a review is there, to the button beside it."""
    await hands.see("Review before anything is sent")
    await hands.until(lambda: hands.app.focused is not None and hands.app.focused.id == "cancel", "the keyboard")
    await hands.press("tab", "enter")


async def secret_panel(hands: Hands) -> None:
    await token_form(hands)
    await hands.press("ctrl+s")
    await agree(hands)
    await hands.see("Shown once")
    await hands.press("j", "j", "j", "j")
    await hands.see("password-stdin")
    hands.app.screen.query_one("FactSheet").display = False  # the id of the token differs
    await behind(hands, "62 of 62")


async def own_token(hands: Hands) -> None:
    await hands.press("O")
    await hands.see("It never expires, and administers")


async def rotation(hands: Hands) -> None:
    await hands.press("slash")
    await hands.type("mirror")
    await hands.see("1 of 6")
    await hands.press("enter", "o")
    await hands.see("not known: choose")
    await hands.press("enter", "down", "enter", "ctrl+s")
    await agree(hands)
    await hands.see("accepts the new access token")
    hands.app.screen.query_one("FactSheet").display = False  # the id of the token differs


async def wizards(hands: Hands) -> None:
    await hands.press("w")
    await hands.see("Offboard a user")


async def wizard_page(hands: Hands) -> None:
    await choose_recipe(hands, "Any scanner or other consumer")
    await hands.see("now +Account")
    await hands.see("good +This account")


async def ox_access(hands: Hands) -> None:
    await open_ox(hands)
    await choose_repository(hands, "docker-prod-local")


async def ox_user(hands: Hands) -> None:
    await ox_access(hands)
    await hands.press("ctrl+n")
    await hands.see(r"now +User")


async def ox_token(hands: Hands) -> None:
    await ox_user(hands)
    await hands.press("tab")
    await hands.type("sec")
    await hands.press("at")
    await hands.type("acme.example")
    await hands.press("ctrl+n")
    await hands.see(r"now +Token")


async def ox_review(hands: Hands) -> None:
    await ox_token(hands)
    await hands.press("ctrl+s")
    await hands.see("Review before anything is sent")


async def ox_proof(hands: Hands) -> None:
    await ox_review(hands)
    await agree(hands)
    await hands.see("It reads docker-prod-local")


async def with_issuer(hands: Hands) -> None:
    """The demo's local issuer as of the moment at which time stands still, its documents served."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    bench = hands.app.workbench
    story, url = DemoIssuer(bench.paths.state, NOW), bench.connection.url
    await asyncio.to_thread(story.begin, f"http://127.0.0.1:{port}")
    await asyncio.to_thread(story.finish, urlsplit(url).netloc, url)
    bench.issuer.local = LocalIssuer(bench.paths.state / FOLDER, clock=lambda: NOW, actor="george.miller")


async def issuer_keys(hands: Hands) -> None:
    """Transit keys, one of which cannot rotate although its time has come."""
    await with_issuer(hands)
    await hands.press("8")
    await hands.see("hub/mirror")
    await hands.press("right_square_bracket")
    await hands.see("not published")
    await hands.press("R")
    await hands.see("not live")
    await hands.see("vault opens by itself")
    await hands.see("3 of 3 · sort NAME")
    await hands.see("o rotate .* U unlock")


async def mint_log(hands: Hands) -> None:
    """Who asked for which token, and which rule stood in the way."""
    await with_issuer(hands)
    await hands.press("8")
    await hands.see("hub/mirror")
    await hands.press("left_square_bracket")
    await hands.see("refused by ttl-role")
    await hands.press("R", "j")


async def registry_explain(hands: Hands) -> None:
    """Which credentials an image is pulled with."""
    await with_issuer(hands)
    await hands.press("9")
    await hands.see("1 finding")
    await hands.press("R", "t")
    await hands.type("docker-prod-local/warehouse:2.8.1")
    await hands.see("registry/nightly")


async def pulls_proof(hands: Hands) -> None:
    """The end of the wizard for pulls: the image was pulled with a token that was minted for it."""
    await with_issuer(hands)
    issuer = hands.app.workbench.issuer
    await asyncio.to_thread(issuer.local.vault.unlock_unattended)
    await asyncio.to_thread(issuer.public_server.start, urlsplit(issuer.local.state().public_base).port or 0)
    await choose_recipe(hands, "Pull images with minted tokens")
    for page in ("Issuer", "Trust"):
        await hands.see("good +This account")
        await hands.press("ctrl+n")
        await hands.see(f"now +{page}")
    await hands.press("tab", "tab", "tab")
    await hands.type("k8s-prod")
    for page in ("Clients", "Proof"):
        await hands.press("ctrl+n")
        await hands.see(f"now +{page}")
    await hands.type("docker-prod-local/shop:4.3.0")
    await hands.press("ctrl+s")
    await hands.see("These exist already")
    await hands.press("tab", "enter")
    await agree(hands)
    await hands.see("The manifest of docker-prod-local/shop")


async def snapshot_compared(hands: Hands) -> None:
    """What three days ago differs in from now: a snapshot of the platform as it was then, and the platform."""
    service = hands.app.workbench.snapshots
    taken = await service.take()
    await asyncio.to_thread(service.files.keep, as_it_was(taken))
    await hands.press("Z")
    await hands.see("1 of 1")
    await hands.press("R", "equals_sign")
    await hands.see("this server, as it is now")
    await hands.press("ctrl+s")
    await hands.see(r"\d+ new")


def as_it_was(now: Snapshot) -> Snapshot:
    """The demo three days before: without what came about since, and with what was deleted."""
    users, mappings = dict(now.of(USERS)), dict(now.of(MAPPINGS))
    groups = dict(now.of(GROUPS))
    del users["new.hire"], mappings["github-acme/quick-start"]
    users["george.miller"] = {**users["george.miller"], "groups": ["developers", "readers"]}
    groups["hackathon"] = {"name": "hackathon", "description": "until the end of the month"}
    groups["readers"] = {**groups["readers"], "auto_join": False}
    changed = {USERS: users, MAPPINGS: mappings, GROUPS: groups}
    tokens = dict(list(now.of(TOKENS).items())[3:])
    return replace(now, taken=NOW - 3 * DAY, objects={**now.objects, **changed, TOKENS: tokens})


async def connect_form(hands: Hands, url: str, token: str) -> None:
    """The first run: a platform and its token, before they are tried."""
    await door(hands, 1)
    await a_form(hands)
    await paste_into(hands, url)
    await hands.press("tab")
    await paste_into(hands, token)
    await hands.see("It is called")
