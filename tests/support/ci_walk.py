"""The wizard for GitHub, walked by keys: for tests of it, and for its pictures."""

from __future__ import annotations

from tests.support.console import Hands
from tests.support.ox_walk import choose_recipe, choose_repository_here


async def open_github(hands: Hands) -> None:
    """Choose the recipe by keys."""
    await choose_recipe(hands, "GitHub Actions")
    await hands.see(r"now +Account")


async def tell_the_workload(hands: Hands) -> None:
    """Whose workflows, by numbers, as the stand-in's runner has them."""
    await hands.press("ctrl+n")
    await hands.see(r"now +Workloads")
    for answer in ("acme", "65", "74"):
        await hands.press("tab")
        await hands.type(answer)
    await hands.press("ctrl+n")
    await hands.see(r"now +Trust")


async def to_the_proof(hands: Hands, repository: str = "docker-local") -> None:
    """From the page of the trust to that of the proof."""
    await hands.press("ctrl+n")
    await hands.see(r"now +Access")
    await hands.press("tab")
    await choose_repository_here(hands, repository)
    await hands.press("ctrl+n")
    await hands.see(r"now +Token")
    await hands.press("ctrl+n")
    await hands.see(r"now +Proof")
