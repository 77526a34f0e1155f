"""What must hold between the parts of a recipe of the kind `ci`, once each of them can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jfconsole.domain.claims import ClaimPlace
from jfconsole.domain.providers import ClaimType, Provider
from jfconsole.domain.requests import Json
from jfconsole.domain.toml_source import Path
from jfconsole.wizards.ci_recipe import PLACE, SNIPPET_PLACES, CiRecipe, Way, claim_places, snippet_places
from jfconsole.wizards.recipe_files import SUFFIX
from jfconsole.wizards.recipe_rules import Found
from jfconsole.wizards.templates import advice


def ci_rules(recipe: CiRecipe, file: str) -> Found:
    """Every rule that is broken by a recipe in a file of that name: the place, and a sentence."""
    if recipe.id != file.removesuffix(SUFFIX):
        yield ("id",), f"the file of this recipe must be called {recipe.id}{SUFFIX}"
    yield from _twice("question", [question.id for question in recipe.questions])
    yield from _twice("way", [way.id for way in recipe.ways])
    yield from _twice("mapping", [part.id for part in recipe.mappings])
    for key in ("name", "group", "permission"):
        yield from _same_names(key, [str(getattr(part, key)) for part in recipe.mappings])
    yield from _questions(recipe)
    yield from _ways(recipe)
    for index, way in enumerate(recipe.ways):
        yield from _claims(recipe.provider, ("way", index, "claims"), (), way.claims)
    for index, part in enumerate(recipe.mappings):
        yield from _claims(recipe.provider, ("mapping", index, "claims"), (), part.claims)
    yield from _claims(recipe.provider, ("sample",), (), recipe.sample)
    yield from _snippets(recipe)


def _questions(recipe: CiRecipe) -> Found:
    used = {question.id for way in recipe.ways for question in recipe.asked(way)}
    for index, question in enumerate(recipe.questions):
        if question.id not in used:
            yield ("question", index, "id"), f"nothing uses {{{question.id}}}"
        for key in ("example", "default"):
            text = str(getattr(question, key))
            if text and (wrong := question.problem(text)):
                yield ("question", index, key), f"it does not fit the question: {wrong}"


def _ways(recipe: CiRecipe) -> Found:
    if not recipe.ways:
        yield ("way",), "there is no [[way]]: nothing says which workloads are meant"
    for index, way in enumerate(recipe.ways):
        if not any(_certain(recipe, way, value) for value in way.claims.values()):
            yield ("way", index, "claims"), "every claim hangs on a question that may be left open: name it in needs"


def _certain(recipe: CiRecipe, way: Way, value: Json) -> bool:
    """Whether the claim is there whatever is answered."""
    if isinstance(value, dict):
        return any(_certain(recipe, way, member) for member in value.values())
    sure = {question.id for question in recipe.questions if question.needed} | {*way.needs}
    return claim_places(value) <= sure


def _claims(provider: Provider, path: Path, place: ClaimPlace, claims: Mapping[str, Json]) -> Found:
    """Claims that tokens of the platform do not have, or have in another form."""
    for name, value in claims.items():
        here = (*place, name)
        siblings = [known.place for known in provider.claims if known.place[: len(place)] == place]
        known = provider.claim(here)
        if not any(other[: len(here)] == here for other in siblings) and not (not place and provider.knows(name)):
            near = dict.fromkeys(other[len(place)] for other in siblings if len(other) > len(place))
            yield (*path, name), f"there is no such claim; {advice(name, [*near])}"
        elif isinstance(value, dict) and (known is None or known.type is ClaimType.OBJECT):
            yield from _claims(provider, (*path, name), here, value)
        elif known is not None and not _fits(known.type, value):
            yield (*path, name), f"tokens have a {known.type.value} there"


def _fits(kind: ClaimType, value: Json) -> bool:
    """Whether a claim of that kind can be wanted so; a list is any of its members."""
    if isinstance(value, list) and kind is not ClaimType.LIST:
        return all(_fits(kind, member) for member in value)
    match kind:
        case ClaimType.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool)
        case ClaimType.FLAG:
            return isinstance(value, bool)
        case ClaimType.LIST | ClaimType.OBJECT:
            return isinstance(value, list | dict)
    return isinstance(value, str)


def _snippets(recipe: CiRecipe) -> Found:
    if not recipe.snippets:
        yield ("snippet",), "there is no [[snippet]]: nobody would know what to write on the platform's side"
    known = {*SNIPPET_PLACES, *(question.id for question in recipe.questions)}
    for index, snippet in enumerate(recipe.snippets):
        for name in sorted(snippet_places(snippet.text) - known):
            yield ("snippet", index, "text"), f"«{name}» is no place holder here; {advice(name, sorted(known))}"
        if "«" in (rest := PLACE.sub("", snippet.text)) or "»" in rest:
            yield ("snippet", index, "text"), "a guillemet stands alone"


def _twice(table: str, ids: Sequence[str]) -> Found:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield (table, index, "id"), f"there is a {table} {name} already"


def _same_names(key: str, names: Sequence[str]) -> Found:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield ("mapping", index, key), f"another mapping has the same {key}"
