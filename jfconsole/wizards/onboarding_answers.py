"""From answers to what a consumer needs on the platform."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from jfconsole.domain.answers import listed, text
from jfconsole.domain.forms import Answer, Answers
from jfconsole.domain.groups import Group
from jfconsole.domain.lifetimes import lifetime_of
from jfconsole.domain.permissions import ordered
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import AdminScope, GroupsScope, UserScope, format_scope
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_requests import TokenRequest, folded_username
from jfconsole.domain.users import User
from jfconsole.wizards import onboarding_forms as ask
from jfconsole.wizards.onboarding_plan import Wanted
from jfconsole.wizards.recipe import Flavour, Password, Recipe, audience_of
from jfconsole.wizards.templates import fill

_FLAVOURS: Final = {words: flavour for flavour, words in ask.FLAVOURS.items()}


def wanted(recipe: Recipe, answers: Answers, targets: Iterable[str]) -> Wanted:
    """What these answers ask for. `targets` are what the permission names for the chosen repositories.

    Raises ValueError for a lifetime that is none.
    """
    group = _group(recipe, answers)
    user = _user(recipe, answers)
    return Wanted(
        group=group,
        permission_name=Untrusted(text(answers, ask.PERMISSION)),
        repositories=tuple(Untrusted(name) for name in targets) if recipe.permission is not None else (),
        actions=ordered(listed(answers, ask.ACTIONS)),
        user=user,
        with_password=text(answers, ask.PASSWORD) == ask.PASSWORDS[Password.GENERATED],
        token=_token(recipe, answers, group, user),
    )


def username(recipe: Recipe, answers: Answers) -> Untrusted:
    """Whom the token acts as: its own user, or a name that does not exist."""
    if recipe.user is not None:
        return folded_username(text(answers, ask.USER))
    return folded_username(fill(recipe.token.name, {"account": text(answers, ask.ACCOUNT), "recipe": recipe.id}))


def _group(recipe: Recipe, answers: Answers) -> Group | None:
    if recipe.group is None:
        return None
    places = {
        "account": text(answers, ask.ACCOUNT),
        "recipe": recipe.id,
        "vendor": recipe.vendor,
        "title": recipe.title,
    }
    # The platform stores names of groups in lower case.
    name = Untrusted(text(answers, ask.GROUP).lower())
    return Group(name=name, description=Untrusted(fill(recipe.group.description, places)))


def _user(recipe: Recipe, answers: Answers) -> User | None:
    if recipe.user is None:
        return None
    return User(
        username=username(recipe, answers),
        email=Untrusted(text(answers, ask.EMAIL)),
        admin=answers.get(ask.USER_ADMIN) is True,
        profile_updatable=answers.get(ask.PROFILE) is True,
        internal_password_disabled=text(answers, ask.PASSWORD) == ask.PASSWORDS[Password.NONE],
        roles={
            name.removeprefix(ask.ROLE): True
            for name, answer in answers.items()
            if name.startswith(ask.ROLE) and answer is True
        },
    )


def _token(recipe: Recipe, answers: Answers, group: Group | None, user: User | None) -> TokenRequest:
    return TokenRequest(
        username=username(recipe, answers),
        scope=_scope(recipe, _FLAVOURS[text(answers, ask.FLAVOUR)], group),
        audience=audience_of(listed(answers, ask.SERVICES)),
        expires_in=lifetime_of(answers),
        refreshable=recipe.token.refreshable,
        reference=answers.get(ask.REFERENCE) is True,
        description=text(answers, ask.DESCRIPTION),
    )


def _scope(recipe: Recipe, flavour: Flavour, group: Group | None) -> str:
    match flavour:
        case Flavour.GROUPS if group is not None:
            return format_scope([GroupsScope((group.name,))])
        case Flavour.SCOPES:
            return " ".join(recipe.token.scopes)
        case Flavour.ADMIN:
            return format_scope([AdminScope()])
    return format_scope([UserScope()])


def kept(answers: Answers) -> dict[str, Json]:
    """The answers as a plan keeps them. Raises TypeError for a secret: there is none among them."""
    return {name: _json(answer) for name, answer in answers.items()}


def taken_up(kept: Mapping[str, Json]) -> dict[str, Answer]:
    """The answers that a plan kept."""
    return {name: tuple(map(str, value)) if isinstance(value, list) else _plain(value) for name, value in kept.items()}


def _json(answer: Answer) -> Json:
    match answer:
        case bool() | str():
            return answer
        case tuple():
            return [*answer]
    raise TypeError("a secret is no answer that can be kept")


def _plain(value: Json) -> Answer:
    return value if isinstance(value, bool) else str(value)
