"""What comes with the console lets in those who are meant, by every way it offers, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from jfconsole.domain.forms import Answer, problems
from jfconsole.domain.integrations import integration_problems
from jfconsole.domain.lint_mappings import Rule, Severity, passes
from jfconsole.domain.mappings import mapping_problems
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.wizards import ci_answers as given
from jfconsole.wizards import ci_forms as ask
from jfconsole.wizards import ci_plan as parts
from jfconsole.wizards import onboarding_plan as access
from jfconsole.wizards.ci_answers import WantedTrust
from jfconsole.wizards.ci_plan import FoundTrust
from jfconsole.wizards.ci_recipe import CiRecipe, Question, Shape, Way
from tests.unit.wizards.ci_recipes import CI_RECIPES, least

NOW: Final = 1_800_000_000.0
WANTED: Final = {
    *("github", "github-enterprise", "ghes", "gitlab", "azure-devops", "entra", "circleci", "buildkite", "bitbucket"),
    *("hcp-terraform", "eks", "aks", "gke", "openshift", "google", "generic-oidc"),
}
WAYS = [(recipe, way) for recipe in CI_RECIPES.values() for way in recipe.ways]
each_way = pytest.mark.parametrize(("recipe", "way"), WAYS, ids=[f"{recipe.id}-{way.id}" for recipe, way in WAYS])
each_recipe = pytest.mark.parametrize("recipe", CI_RECIPES.values(), ids=CI_RECIPES)


def trust(recipe: CiRecipe, way: Way, **answers: Answer) -> tuple[WantedTrust, FoundTrust]:
    """What is wanted with the least answers, on a platform where nothing is there."""
    complete = ask.defaults(recipe, {**least(recipe, way), **answers})
    assert [found for page in ask.pages(recipe, complete) if (found := problems(page.form, complete))] == []
    wanted = given.wanted(recipe, complete, ["libs-local"])
    nothing = {one.part.id: access.Found() for one in wanted.mappings}
    return wanted, FoundTrust(integration=None, mappings=(), accesses=nothing)


def test_they_are_all_there() -> None:
    assert CI_RECIPES.keys() >= WANTED


@each_way
def test_the_linter_stops_none(recipe: CiRecipe, way: Way) -> None:
    found = parts.findings(*trust(recipe, way))
    assert passes(found)
    told = {finding.rule for finding in found if finding.severity is not Severity.INFORMS}
    assert told <= {Rule.BROAD, Rule.NAMES_ONLY}, found


@each_recipe
def test_the_way_that_is_proposed_is_the_best(recipe: CiRecipe) -> None:
    told = {finding.rule for finding in parts.findings(*trust(recipe, recipe.ways[0]))}
    assert told <= ({Rule.NAMES_ONLY} if recipe.id in ("eks", "aks", "gke") else set()), told


@each_way
def test_optional_answers_left_open_still_keep_strangers_out(recipe: CiRecipe, way: Way) -> None:
    left = {
        ask.answer_field(question): ""
        for question in recipe.asked(way)
        if not question.needed and question.id not in way.needs
    }
    assert passes(parts.findings(*trust(recipe, way, **left)))


@each_way
def test_a_sample_gets_in_through_its_mapping_and_gets_its_groups_rights(recipe: CiRecipe, way: Way) -> None:
    wanted, found = trust(recipe, way)
    for one in wanted.mappings:
        simulation = parts.simulated(wanted, found, one, NOW)
        assert simulation.succeeds, simulation.checks
        winner = simulation.evaluation.winner
        assert winner is not None
        assert winner.mapping.key == one.mapping.key
        assert "Simulated: a workload's token gets in" in parts.outcome(simulation, one.mapping.name)


@each_way
def test_another_answer_to_a_question_that_is_matched_does_not_get_in(recipe: CiRecipe, way: Way) -> None:
    """A token whose claims come from other answers is a stranger's, whichever of them differs."""
    wanted, found = trust(recipe, way)
    tried = 0
    for question in recipe.asked(way):
        field, other = ask.answer_field(question), _other(question)
        if not ask.defaults(recipe, least(recipe, way))[field]:
            continue  # left open: every answer is meant
        strange, _ = trust(recipe, way, **{field: other})
        if strange.mappings[0].mapping.claims == wanted.mappings[0].mapping.claims:
            continue
        for one in strange.mappings:
            issued = {**one.sample, "iss": wanted.integration.issuer_url, "aud": wanted.integration.audience}
            claims: dict[str, Json] = {**issued, "exp": int(NOW) + 60}
            stranger = replace(one, sample=claims)
            assert parts.simulated(wanted, found, stranger, NOW).evaluation.winner is None, question.id
        tried += 1
    assert tried


def _other(question: Question) -> str:
    """Another answer of its shape."""
    if question.shape is Shape.NUMBER:
        return f"{question.example}9"
    if question.shape in (Shape.UUID, Shape.BRACED_UUID):
        return question.example.replace("0000-4000", "9999-4000")
    return f"{question.example}other"


@each_way
def test_what_is_made_is_what_platforms_take(recipe: CiRecipe, way: Way) -> None:
    wanted, _ = trust(recipe, way)
    assert [problem for problem in integration_problems(wanted.integration)] == []
    for one in wanted.mappings:
        assert [problem for problem in mapping_problems(one.mapping)] == []
        assert 0 < (one.mapping.token_spec.expires_in or 0) <= 3600
        assert one.mapping.token_spec.audience == "jfrt@*"


@each_recipe
def test_a_wildcard_stands_only_where_it_is_harmless(recipe: CiRecipe) -> None:
    for question in recipe.questions:
        for text in ("*", f"*{question.example}", f"{question.example}*x"):
            assert question.problem(text), (question.id, text)
        open_ended = question.problem(f"{question.example}*")
        assert (open_ended is None) == question.wildcard


@each_way
def test_every_answer_with_a_wildcard_passes_the_linter(recipe: CiRecipe, way: Way) -> None:
    for question in recipe.asked(way):
        if question.wildcard:
            field = ask.answer_field(question)
            assert passes(parts.findings(*trust(recipe, way, **{field: f"{question.example}*"}))), question.id


@each_recipe
def test_names_that_cannot_be_are_told_on_their_page(recipe: CiRecipe) -> None:
    answers = ask.defaults(
        recipe, {**least(recipe), "integration": "Not A Name", "lifetime": "0s", "issuer": "ftp://x"}
    )
    wrong = {field for page in ask.pages(recipe, answers) for field in problems(page.form, answers)}
    assert wrong >= {"integration", "lifetime", "issuer"}


def test_two_mappings_cannot_share_a_group() -> None:
    recipe = CI_RECIPES["hcp-terraform"]
    answers = ask.defaults(recipe, {**least(recipe), "group_plan": "same", "group_apply": "Same"})
    wrong = {field for page in ask.pages(recipe, answers) for field in problems(page.form, answers)}
    assert wrong == {"group_apply"}


def test_a_pasted_token_is_not_kept() -> None:
    recipe = CI_RECIPES["github"]
    answers = ask.defaults(recipe, {**least(recipe), "id_token": Secret("eyJ")})
    assert "id_token" not in given.kept_answers(answers)


@each_recipe
def test_texts_are_sentences_that_fit_a_screen(recipe: CiRecipe) -> None:
    for text in (recipe.summary, *recipe.warnings):
        assert text[0].isupper()
        assert text.endswith(".")
        assert len(text) <= 120
    for question in recipe.questions:
        assert len(question.help) <= 110, question.help
