"""What comes with the console proposes the least, and says where it differs from the vendor's page."""

from __future__ import annotations

import pytest

from jfconsole.domain.groups import name_problems
from jfconsole.domain.scopes import parse_scope
from jfconsole.domain.token_requests import DESCRIPTION_LIMIT, TokenRequest, request_problems
from jfconsole.domain.users import username_problems
from jfconsole.wizards.recipe import PROPOSED_EXPIRY, Flavour, Probe, Recipe, Topic, audience_of
from jfconsole.wizards.templates import CARD_PLACES, fill, places
from tests.unit.wizards.written_recipes import BUILT_IN, consumer

RECIPES = {file.removesuffix(".toml"): consumer(text, file) for file, text in BUILT_IN.items()}
WANTED = {
    *("ox-security", "gitguardian", "snyk-container", "snyk-packages", "prisma-cloud", "qualys-sensor", "kaspersky"),
    *("docker-scout", "brinqa", "veza", "scim", "generic-scanner"),
}

each_recipe = pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)


def test_they_are_all_there() -> None:
    assert RECIPES.keys() >= WANTED


@each_recipe
def test_the_least_is_proposed(recipe: Recipe) -> None:
    assert 0 < recipe.token.expires_in <= PROPOSED_EXPIRY
    assert recipe.token.flavours[0] is not Flavour.ADMIN
    assert not recipe.token.refreshable
    assert "*" not in audience_of(recipe.token.services).split("@")[0]
    if recipe.permission:
        assert recipe.permission.actions == ("READ",)
    if recipe.user:
        assert recipe.user.only_this_group


@each_recipe
def test_admin_rights_are_a_wish_with_a_reason(recipe: Recipe) -> None:
    wish = recipe.wish(Topic.FLAVOUR)
    assert (Flavour.ADMIN in recipe.token.flavours) == (wish is not None and wish.value is Flavour.ADMIN)


@each_recipe
def test_more_than_reading_is_warned_about(recipe: Recipe) -> None:
    more = {Topic.USER_ADMIN, Topic.USER_ROLES, Topic.FLAVOUR}
    if any(wish.about in more for wish in recipe.wishes):
        assert recipe.warnings


@each_recipe
def test_names_are_names_that_platforms_take(recipe: Recipe) -> None:
    values = {"account": recipe.account, "recipe": recipe.id, "vendor": recipe.vendor, "title": recipe.title}
    if recipe.group:
        assert name_problems(fill(recipe.group.name, values)) == ()
    if recipe.user:
        assert username_problems(fill(recipe.user.name, values)) == ()
    assert username_problems(fill(recipe.token.name, values)) == ()
    assert len(fill(recipe.token.description, values)) < DESCRIPTION_LIMIT / 2


@each_recipe
def test_the_token_is_one_that_platforms_take(recipe: Recipe) -> None:
    scopes = " ".join(recipe.token.scopes) or "applied-permissions/user"
    request = TokenRequest(
        scope=scopes, audience=audience_of(recipe.token.services), expires_in=recipe.token.expires_in
    )
    assert request_problems(request) == {}
    assert " ".join(scope.wire() for scope in parse_scope(scopes)) == scopes


@each_recipe
def test_the_card_says_where_and_how_to_get_in(recipe: Recipe) -> None:
    used = {name for field in recipe.card for name in places(field.value)}
    assert used <= CARD_PLACES.keys()
    assert recipe.url_form.place in used
    if recipe.token.flavours == (Flavour.USER,):
        assert "user_name" in used


@each_recipe
def test_what_must_be_refused_is_tried(recipe: Recipe) -> None:
    assert recipe.probes[0] is Probe.PING
    if recipe.repositories:
        assert {Probe.NO_OTHER_REPOSITORY, Probe.NO_WRITE} <= {*recipe.probes}


@each_recipe
def test_texts_are_sentences_that_fit_a_screen(recipe: Recipe) -> None:
    texts = [recipe.summary, *recipe.warnings, *(text for wish in recipe.wishes for text in (wish.why, wish.instead))]
    for text in texts:
        assert text[0].isupper()
        assert text.endswith(".")
        assert len(text) <= 120
