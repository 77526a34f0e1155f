"""The recipes of CI platforms that come with the console, and answers to what each of them needs."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from jfconsole.domain.forms import Answer
from jfconsole.wizards import ci_forms as ask
from jfconsole.wizards.ci_recipe import CiRecipe, Way
from jfconsole.wizards.onboarding_forms import REPOSITORIES
from jfconsole.wizards.recipe_parser import parse_recipe

_FILES: Final = files("jfconsole.wizards").joinpath("recipes")

CI_RECIPES: Final = {
    recipe.id: recipe
    for file in sorted(_FILES.iterdir(), key=lambda file: file.name)
    if file.name.endswith(".toml")
    and isinstance(recipe := parse_recipe(file.read_text(encoding="utf-8"), file.name), CiRecipe)
}


def least(recipe: CiRecipe, way: Way | None = None, repository: str = "libs-local") -> dict[str, Answer]:
    """Answers to the questions that have none proposed, and nothing else."""
    chosen = way or recipe.ways[0]
    found: dict[str, Answer] = {REPOSITORIES: (repository,)}
    if way is not None:
        found[ask.WAY] = way.title
    for question in recipe.asked(chosen):
        if not question.default and (question.needed or question.id in chosen.needs):
            found[ask.answer_field(question)] = question.example
    return found
