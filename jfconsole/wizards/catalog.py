"""All recipes: those that come with the console, and those that a person keeps beside its settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeAlias

from jfconsole.domain.errors import UsageError
from jfconsole.domain.forms import Answer, Answers
from jfconsole.domain.toml_source import SIZE_LIMIT, Problem
from jfconsole.services.paths import Paths
from jfconsole.services.wizard_runs import WizardTools
from jfconsole.wizards import (
    ci_forms,
    key_rotation_forms,
    offboarding,
    onboarding_forms,
    pairing,
    registry_forms,
)
from jfconsole.wizards.ci import CiTrust
from jfconsole.wizards.ci_recipe import CiRecipe
from jfconsole.wizards.engine import Wizard, WizardStep
from jfconsole.wizards.onboarding import Onboarding
from jfconsole.wizards.recipe import Recipe
from jfconsole.wizards.recipe_files import FOLDER, SUFFIX
from jfconsole.wizards.recipe_parser import AnyRecipe, BrokenRecipe, parse_recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """A recipe that can be run, or a file that is none and says why.

    `path` is the file of a person's own recipe, None for one that comes with the console. `replaces`: it stands in
    the place of the one of that id that comes with the console.
    """

    id: str
    recipe: AnyRecipe | None = None
    problems: tuple[Problem, ...] = ()
    path: Path | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Catalog:
    """Entries by id, in the order in which they are listed."""

    entries: tuple[CatalogEntry, ...]

    def find(self, recipe_id: str) -> CatalogEntry | None:
        """The entry of that id."""
        return next((entry for entry in self.entries if entry.id == recipe_id), None)

    @property
    def recipes(self) -> tuple[AnyRecipe, ...]:
        """Those that can be run."""
        return tuple(entry.recipe for entry in self.entries if entry.recipe)


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A wizard that is code and no recipe: what it is for, its pages without a platform, and how it is opened."""

    id: str
    title: str
    summary: str
    pages: Callable[[Answers], Sequence[WizardStep]]
    open: Callable[[WizardTools], Wizard]


def _registry_pulls(tools: WizardTools) -> Wizard:
    from jfconsole.wizards.registry_pulls import RegistryPulls  # here, since its ciphers take long to load

    return RegistryPulls(tools)


def _key_rotation(tools: WizardTools) -> Wizard:
    from jfconsole.wizards.key_rotation import KeyRotation  # here, for the same reason

    return KeyRotation(tools)


BUILT_IN: Final = (
    BuiltIn(offboarding.ID, offboarding.TITLE, offboarding.SUMMARY, offboarding.pages, offboarding.Offboarding),
    BuiltIn(pairing.ID, pairing.TITLE, pairing.SUMMARY, pairing.pages, pairing.Pairing),
    BuiltIn(registry_forms.ID, registry_forms.TITLE, registry_forms.SUMMARY, registry_forms.pages, _registry_pulls),
    BuiltIn(
        key_rotation_forms.ID,
        key_rotation_forms.TITLE,
        key_rotation_forms.SUMMARY,
        key_rotation_forms.pages,
        _key_rotation,
    ),
)
"""Wizards beside the recipes. Their ids are taken: no recipe stands in their place."""


def built_in(wizard_id: str) -> BuiltIn | None:
    """The wizard of that id that is no recipe."""
    return next((wizard for wizard in BUILT_IN if wizard.id == wizard_id), None)


def recipes(paths: Paths) -> Catalog:
    """Everything there is; a broken file is an entry like the others. Raises nothing: an unreadable folder is empty.

    A person's own recipe stands in the place of the console's one of the same id, and so does a broken one: what was
    meant to be replaced must not be run by accident.
    """
    built_in = {entry.id: entry for entry in _built_in()}
    own = {entry.id: entry for entry in _own(paths.recipes, built_in.keys())}
    return Catalog(tuple(sorted({**built_in, **own}.values(), key=_place)))


AnyWizard: TypeAlias = Onboarding | CiTrust
"""A wizard of any kind; see `engine.Wizard`."""


def open_wizard(entry: CatalogEntry, tools: WizardTools) -> AnyWizard:
    """The wizard that carries a recipe out. Raises UsageError for a file that is no recipe, with what is wrong."""
    match entry.recipe:
        case Recipe() as consumer:
            return Onboarding(consumer, tools)
        case CiRecipe() as platform:
            return CiTrust(platform, tools)
    raise UsageError(f"{entry.id} is no recipe: {entry.problems[0].sentence}", "Mend the file, and try again")


def pages_of(recipe: AnyRecipe, answers: Answers) -> tuple[WizardStep, ...]:
    """The pages of a recipe for the answers so far, without a platform."""
    if isinstance(recipe, Recipe):
        return onboarding_forms.pages(recipe, answers)
    return ci_forms.pages(recipe, answers)


def complete(recipe: AnyRecipe, answers: Answers) -> dict[str, Answer]:
    """All answers: those that were given, and for the rest what is proposed after them."""
    if isinstance(recipe, Recipe):
        return onboarding_forms.defaults(recipe, answers)
    return ci_forms.defaults(recipe, answers)


def _place(entry: CatalogEntry) -> tuple[bool, bool, str]:
    """By title: consumers, then platforms whose workloads get in, the broken ones last."""
    recipe = entry.recipe
    return recipe is None, isinstance(recipe, CiRecipe), (recipe.title if recipe else entry.id).casefold()


def _built_in() -> Iterator[CatalogEntry]:
    for file in files(__package__).joinpath(FOLDER).iterdir():
        if file.name.endswith(SUFFIX):
            recipe = parse_recipe(file.read_text(encoding="utf-8"), file.name)
            yield CatalogEntry(id=recipe.id, recipe=recipe)


def _own(folder: Path, replaced: Collection[str]) -> Iterator[CatalogEntry]:
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError:
        return
    for path in found:
        yield _own_entry(path, replaced=path.stem in replaced)


def _own_entry(path: Path, *, replaced: bool) -> CatalogEntry:
    try:
        recipe = parse_recipe(_read(path), path.name)
    except BrokenRecipe as error:
        return CatalogEntry(id=path.stem, problems=error.problems, path=path, replaces=replaced)
    return CatalogEntry(id=path.stem, recipe=recipe, path=path, replaces=replaced)


def _read(path: Path) -> str:
    """The text of a file; raises BrokenRecipe when there is none, or too much of it."""
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise BrokenRecipe([Problem(path.name, 1, "", f"the file is larger than {SIZE_LIMIT:,} bytes")])
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise BrokenRecipe([Problem(path.name, 1, "", f"the file cannot be read: {reason}")]) from None
    except UnicodeDecodeError:
        raise BrokenRecipe([Problem(path.name, 1, "", "the file is not written in UTF-8")]) from None
