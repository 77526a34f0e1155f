"""What must hold between the parts of a recipe, once each of them can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from jfconsole.domain.toml_source import Path
from jfconsole.wizards.recipe import Flavour, Password, Probe, Recipe, Topic, Wish, WishValue
from jfconsole.wizards.recipe_files import SUFFIX
from jfconsole.wizards.templates import REPOSITORY_PLACES, SECRET_PLACES, places

Found: TypeAlias = Iterator[tuple[Path, str]]


def rules(recipe: Recipe, file: str) -> Found:
    """Every rule that is broken by a recipe in a file of that name: the place, and a sentence."""
    if recipe.id != file.removesuffix(SUFFIX):
        yield ("id",), f"the file of this recipe must be called {recipe.id}{SUFFIX}"
    yield from _parts(recipe)
    yield from _token(recipe)
    yield from _card(recipe)
    yield from _probes(recipe)
    yield from _wishes(recipe)


def _parts(recipe: Recipe) -> Found:
    if recipe.permission and not recipe.group:
        yield ("permission",), "a permission is given to a group: [group] is missing"
    if recipe.permission and not recipe.repositories:
        yield ("permission",), "a permission holds somewhere: [repositories] is missing"
    if recipe.repositories and not recipe.permission:
        yield ("repositories",), "nothing is done with repositories: [permission] is missing"
    if recipe.permission and "READ" not in recipe.permission.actions:
        yield ("permission", "actions"), "READ is missing: a consumer reads"


def _token(recipe: Recipe) -> Found:
    token = recipe.token
    if Flavour.USER in token.flavours and not recipe.user:
        yield ("token", "flavours"), "a token for a user needs one: [user] is missing"
    if Flavour.GROUPS in token.flavours and not recipe.group:
        yield ("token", "flavours"), "a token for groups needs one: [group] is missing"
    if (Flavour.SCOPES in token.flavours) != bool(token.scopes):
        yield ("token", "scopes" if token.scopes else "flavours"), "the flavour scopes and the key scopes go together"
    if token.flavours[0] is Flavour.ADMIN:
        yield (
            ("token", "flavours"),
            "an administrator's token is never proposed: put another flavour first, or leave admin to a [[wish]]",
        )


def _card(recipe: Recipe) -> Found:
    used = {name for field in recipe.card for name in places(field.value)}
    if used.isdisjoint(SECRET_PLACES):
        yield ("card",), "no line holds {token} or {password}: the consumer could not log in"
    if recipe.url_form.place not in used:
        yield ("url_form",), f"no line of the card holds {{{recipe.url_form.place}}}"
    for index, field in enumerate(recipe.card):
        if "password" in places(field.value) and not (recipe.user and recipe.user.password is Password.GENERATED):
            yield ("card", index, "value"), 'there is no {password} unless [user] says password = "generated"'
        if field.repeated and not recipe.repositories:
            needy = [f"{{{name}}}" for name in places(field.value) if name in REPOSITORY_PLACES]
            yield ("card", index, "value"), f"{needy[0]} needs [repositories]"


_IN_REPOSITORIES = frozenset(
    {Probe.LIST, Probe.READ, Probe.PULL, Probe.SEARCH, Probe.NO_OTHER_REPOSITORY, Probe.NO_WRITE}
)


def _probes(recipe: Recipe) -> Found:
    for index, probe in enumerate(recipe.probes):
        if probe in _IN_REPOSITORIES and not recipe.repositories:
            yield ("probes", index), f"{probe} needs [repositories]"


def _wishes(recipe: Recipe) -> Found:
    seen: set[Topic] = set()
    for index, wish in enumerate(recipe.wishes):
        if wish.about in seen:
            yield ("wish", index, "about"), f"there is a wish about {wish.about} already"
        seen.add(wish.about)
        table = wish.about.partition(".")[0]
        if getattr(recipe, table) is None:
            yield ("wish", index, "about"), f"[{table}] is missing"
        elif wish.value == _proposed(recipe, wish.about):
            yield ("wish", index, "value"), "this is what the recipe proposes: a wish says what differs"
        else:
            yield from _choosable(recipe, index, wish)


def _choosable(recipe: Recipe, index: int, wish: Wish) -> Found:
    if wish.about is Topic.FLAVOUR and wish.value not in recipe.token.flavours:
        yield ("wish", index, "value"), f"it cannot be chosen: [token] flavours does not have {wish.value}"


def _proposed(recipe: Recipe, about: Topic) -> WishValue:
    """What the recipe proposes there. Rights that no recipe proposes are false or empty."""
    table, _, key = about.partition(".")
    match about:
        case Topic.REPOSITORIES | Topic.USER_ADMIN:
            return False
        case Topic.USER_ROLES:
            return ()
        case Topic.FLAVOUR:
            return recipe.token.flavours[0]
        case _:
            proposed: WishValue = getattr(getattr(recipe, table), key)
            return proposed
