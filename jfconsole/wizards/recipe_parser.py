"""Recipes as files: reading one, and saying with their lines everything that is wrong in it.

The keys of a file are the fields of the values in `recipe`; `[[wish]]` and `[[card]]` are repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from jfconsole.domain.permissions import ACTIONS_OF, ResourceType, ordered
from jfconsole.domain.scopes import AdminScope, UnknownScope, parse_scope
from jfconsole.domain.toml_source import Malformed, Problem, TomlSource
from jfconsole.wizards.ci_recipe import CiRecipe
from jfconsole.wizards.ci_recipe_parser import read_ci_recipe
from jfconsole.wizards.ci_rules import ci_rules
from jfconsole.wizards.recipe import (
    PROPOSED_EXPIRY,
    SERVICES,
    CardField,
    Flavour,
    GroupPart,
    Password,
    PermissionPart,
    Probe,
    Recipe,
    RecipeKind,
    TokenPart,
    UrlForm,
    UserPart,
)
from jfconsole.wizards.recipe_parts import id_problem, read_repositories
from jfconsole.wizards.recipe_rules import rules
from jfconsole.wizards.recipe_wishes import read_wish
from jfconsole.wizards.table_reader import TableReader
from jfconsole.wizards.templates import ACCOUNT, CARD_PLACES, NAME_PLACES, TEXT_PLACES

_ACTIONS: Final = ACTIONS_OF[ResourceType.ARTIFACT]
_OWN_NAME: Final = f"{{{ACCOUNT}}}"


AnyRecipe: TypeAlias = Recipe | CiRecipe
"""A recipe of any kind."""


class BrokenRecipe(Exception):
    """A file that is no recipe; `problems` are all of them, in the order of their lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def parse_recipe(text: str, file: str) -> AnyRecipe:
    """The recipe in a TOML text. `file` is its name: problems carry it, and the id stands in it.

    Raises BrokenRecipe with everything that is wrong.
    """
    try:
        source = TomlSource(text, file)
    except Malformed as error:
        raise BrokenRecipe([error.problem]) from None
    problems: list[Problem] = []
    table = TableReader(source, (), source.values, problems)
    recipe = read_ci_recipe(table) if source.values.get("kind") == RecipeKind.CI else _recipe(table)
    if not problems:
        found = rules(recipe, file) if isinstance(recipe, Recipe) else ci_rules(recipe, file)
        problems = [source.problem(path, sentence) for path, sentence in found]
    if problems:
        raise BrokenRecipe(sorted(problems))
    return recipe


def _recipe(table: TableReader) -> Recipe:
    recipe_id = table.text("id", check=id_problem)
    title = table.text("title")
    repositories = table.table("repositories")
    recipe = Recipe(
        id=recipe_id,
        title=title,
        vendor=table.text("vendor", title),
        kind=table.choice("kind", RecipeKind, RecipeKind.CONSUMER),
        summary=table.text("summary"),
        source=table.text("source"),
        url_form=table.choice("url_form", UrlForm),
        account=table.text("account", recipe_id, check=id_problem),
        connection_name=table.template("connection_name", NAME_PLACES, _OWN_NAME),
        warnings=table.texts("warnings", ()),
        probes=table.choices("probes", Probe),
        group=_group(table.table("group")),
        permission=_permission(table.table("permission")),
        repositories=read_repositories(repositories) if repositories else None,
        user=_user(table.table("user")),
        token=_token(table.needed_table("token")),
        wishes=tuple(wish for part in table.tables("wish") if (wish := read_wish(part))),
        card=tuple(map(_card_field, table.tables("card"))),
    )
    table.close()
    return recipe


def _group(table: TableReader | None) -> GroupPart | None:
    if table is None:
        return None
    part = GroupPart(
        name=table.template("name", NAME_PLACES, _OWN_NAME),
        description=table.template("description", TEXT_PLACES, "Read access for {title} ({account})"),
    )
    table.close()
    return part


def _permission(table: TableReader | None) -> PermissionPart | None:
    if table is None:
        return None
    part = PermissionPart(
        name=table.template("name", NAME_PLACES, f"{_OWN_NAME}-read"),
        actions=ordered(table.words("actions", _ACTIONS, ("READ",))),
    )
    table.close()
    return part


def _user(table: TableReader | None) -> UserPart | None:
    if table is None:
        return None
    part = UserPart(
        name=table.template("name", NAME_PLACES, _OWN_NAME),
        profile_updatable=table.flag("profile_updatable", False),
        password=table.choice("password", Password, Password.NONE),
        only_this_group=table.flag("only_this_group", True),
    )
    table.close()
    return part


def _token(table: TableReader) -> TokenPart:
    part = TokenPart(
        flavours=table.choices("flavours", Flavour),
        scopes=table.texts("scopes", (), check=_scope_problem),
        services=table.words("services", SERVICES),
        expires_in=table.duration("expires_in", PROPOSED_EXPIRY),
        reference=table.flag("reference", False),
        refreshable=table.flag("refreshable", False),
        name=table.template("name", NAME_PLACES, _OWN_NAME),
        description=table.template("description", TEXT_PLACES, "{title} ({account})"),
    )
    table.close()
    return part


def _card_field(table: TableReader) -> CardField:
    field = CardField(
        label=table.text("label"), value=table.template("value", CARD_PLACES), help=table.text("help", "")
    )
    table.close()
    return field


def _scope_problem(text: str) -> str | None:
    scopes = parse_scope(text)
    if len(scopes) != 1 or isinstance(scopes[0], UnknownScope):
        return f"{text!r} is no scope token that the console knows"
    if isinstance(scopes[0], AdminScope):
        return 'an administrator\'s scope is a flavour, not one of these: write flavours = ["admin"]'
    return None
