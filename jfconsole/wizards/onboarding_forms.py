"""What an onboarding asks, page by page, with defaults that follow from the recipe and from the answers so far.

The proposal is always the least that is known to work. Where the vendor asks for more, its wish stands in the help
of the question, with what goes without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.forms import Answer, Answers, FieldKind, Form, FormField
from jfconsole.domain.groups import ROLE_WORDS, name_problems
from jfconsole.domain.lifetimes import lifetime_fields
from jfconsole.domain.token_requests import NEVER
from jfconsole.domain.users import email_problem, username_problems
from jfconsole.wizards.engine import WizardStep
from jfconsole.wizards.recipe import ALL_SERVICES, Flavour, Password, Recipe, Topic, Wish
from jfconsole.wizards.templates import fill

ACCOUNT: Final = "account"
CONNECTION: Final = "connection_name"
REPOSITORIES: Final = "repositories"
EVERY: Final = "every_repository"
GROUP: Final = "group"
PERMISSION: Final = "permission"
ACTIONS: Final = "actions"
USER: Final = "user"
EMAIL: Final = "email"
PROFILE: Final = "profile_updatable"
PASSWORD: Final = "password"  # noqa: S105 (the id of a question)
USER_ADMIN: Final = "user_admin"
ROLE: Final = "role_"
"""What the id of the question about a global role begins with."""
FLAVOUR: Final = "flavour"
SERVICES: Final = "services"
REFERENCE: Final = "reference"
DESCRIPTION: Final = "description"
"""The ids of the questions, as answer files have them."""

FLAVOURS: Final = {
    Flavour.USER: "what its user may do",
    Flavour.GROUPS: "what its group may do",
    Flavour.SCOPES: "what the recipe names",
    Flavour.ADMIN: "everything (administrator)",
}
PASSWORDS: Final = {Password.NONE: "none, the token is enough", Password.GENERATED: "generated, shown once"}
"""Answers in words."""

_ACCOUNT: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")


def pages(recipe: Recipe, answers: Answers) -> tuple[WizardStep, ...]:
    """The pages of a recipe. Later defaults follow from earlier answers."""
    account = str(answers.get(ACCOUNT) or recipe.account)
    names = {"account": account, "recipe": recipe.id}
    texts = {**names, "vendor": recipe.vendor, "title": recipe.title}
    found = [_account_page(recipe, names), _token_page(recipe, texts)]
    if recipe.user is not None:
        found.insert(1, _user_page(recipe, names))
    if recipe.permission is not None or recipe.group is not None:
        found.insert(1, _access_page(recipe, names))
    return tuple(found)


def defaults(recipe: Recipe, answers: Answers) -> dict[str, Answer]:
    """All answers: those that were given, and for the rest what is proposed after them."""
    found: dict[str, Answer] = dict(answers)
    for page in pages(recipe, answers):
        for field in page.form.fields:
            found.setdefault(field.id, field.default)
    return found


def _account_page(recipe: Recipe, names: dict[str, str]) -> WizardStep:
    fields = [
        FormField(
            id=ACCOUNT,
            label="Short name",
            help="Goes into the names of what is made. Another one sets up a second account of the same vendor.",
            required=True,
            default=recipe.account,
            check=account_problem,
        ),
        FormField(
            id=CONNECTION,
            label="Connection name",
            help=f"How the connection is called at {recipe.vendor}.",
            default=fill(recipe.connection_name, names),
        ),
    ]
    return WizardStep("account", "Account", Form(title=recipe.title, fields=tuple(fields)), recipe.summary)


def _access_page(recipe: Recipe, names: dict[str, str]) -> WizardStep:
    fields: list[FormField] = []
    if recipe.repositories is not None:
        fields += _repository_fields(recipe)
    if recipe.group is not None:
        fields.append(
            FormField(
                id=GROUP,
                label="Group",
                help=_with_wish("The group that gets the rights.", recipe.wish(Topic.GROUP_NAME)),
                required=True,
                default=fill(recipe.group.name, names),
                check=_first(name_problems),
            )
        )
    if recipe.permission is not None:
        fields.append(
            FormField(
                id=PERMISSION,
                label="Permission",
                help="Gives the group its actions in the chosen repositories.",
                required=True,
                default=fill(recipe.permission.name, names),
            )
        )
        fields.append(_actions_field(recipe.permission.actions, recipe.wish(Topic.ACTIONS)))
    return WizardStep("access", "Access", Form(title="What it may reach", fields=tuple(fields)))


def _repository_fields(recipe: Recipe) -> list[FormField]:
    wish = recipe.wish(Topic.REPOSITORIES)
    chosen = FormField(
        id=REPOSITORIES,
        label="Repositories",
        help="Enter chooses among those that fit. It can read no others.",
        kind=FieldKind.NAMES,
        source=REPOSITORIES,
        required=True,
        default=(),
        when=(lambda answers: answers.get(EVERY) is not True) if wish else None,
    )
    if wish is None:
        return [chosen]
    every = FormField(
        id=EVERY,
        label="Every repository",
        help=_with_wish("All of these kinds, new ones too.", wish),
        kind=FieldKind.FLAG,
        default=False,
    )
    return [every, chosen]


def _actions_field(proposed: Sequence[str], wish: Wish | None) -> FormField:
    choices = [", ".join(proposed)]
    if wish is not None and isinstance(wish.value, tuple):
        choices.append(", ".join(wish.value))
    return FormField(
        id=ACTIONS,
        label="Actions",
        help=_with_wish("What the group may do there.", wish),
        kind=FieldKind.CHOICE,
        choices=tuple(choices),
        default=choices[0],
    )


def _user_page(recipe: Recipe, names: dict[str, str]) -> WizardStep:
    assert recipe.user is not None
    user = recipe.user
    fields = [
        FormField(
            id=USER,
            label="User name",
            help="A user for this consumer alone. It stays for good.",
            required=True,
            default=fill(user.name, names),
            check=_first(username_problems),
        ),
        FormField(
            id=EMAIL,
            label="E-mail",
            help="The platform wants one for every user; a mailbox that somebody reads is best.",
            required=True,
            check=email_problem,
        ),
        FormField(
            id=PROFILE,
            label="Can update profile",
            help=_with_wish("Whether it may change its own e-mail and password.", recipe.wish(Topic.PROFILE_UPDATABLE)),
            kind=FieldKind.FLAG,
            default=user.profile_updatable,
        ),
        FormField(
            id=PASSWORD,
            label="Password",
            help=_with_wish("The token works as one, too.", recipe.wish(Topic.PASSWORD)),
            kind=FieldKind.CHOICE,
            choices=tuple(PASSWORDS.values()),
            default=PASSWORDS[user.password],
        ),
    ]
    if (wish := recipe.wish(Topic.USER_ADMIN)) is not None:
        fields.append(
            FormField(
                id=USER_ADMIN,
                label="Administrator",
                help=_with_wish("It could then do everything on the platform.", wish),
                kind=FieldKind.FLAG,
                default=False,
            )
        )
    fields += _role_fields(recipe)
    return WizardStep("user", "User", Form(title="Who it is", fields=tuple(fields)))


def _role_fields(recipe: Recipe) -> Iterator[FormField]:
    """A question for each global role that the vendor asks for; none is proposed."""
    wish = recipe.wish(Topic.USER_ROLES)
    for role in wish.value if wish is not None and isinstance(wish.value, tuple) else ():
        yield FormField(
            id=f"{ROLE}{role}",
            label=ROLE_WORDS.get(role, role).capitalize(),
            help=_with_wish(f"The global role {role}.", wish),
            kind=FieldKind.FLAG,
            default=False,
        )


def _token_page(recipe: Recipe, texts: dict[str, str]) -> WizardStep:
    token = recipe.token
    flavours = dict.fromkeys(token.flavours)
    wish = recipe.wish(Topic.FLAVOUR)
    if wish is not None and isinstance(wish.value, str):
        flavours[Flavour(wish.value)] = None
    lifetime = recipe.wish(Topic.EXPIRES_IN)
    fields = (
        FormField(
            id=FLAVOUR,
            label="Scope",
            help=_with_wish("What the token lets its holder do.", wish),
            kind=FieldKind.CHOICE,
            choices=tuple(FLAVOURS[flavour] for flavour in flavours),
            default=FLAVOURS[token.flavours[0]],
        ),
        _services_field(token.services, recipe.wish(Topic.SERVICES)),
        *lifetime_fields(token.expires_in, _with_wish("You get a reminder for your calendar.", lifetime)),
        FormField(
            id=REFERENCE,
            label="Reference token",
            help=_with_wish("A short value of 64 characters that the platform looks up.", recipe.wish(Topic.REFERENCE)),
            kind=FieldKind.FLAG,
            default=token.reference,
        ),
        FormField(
            id=DESCRIPTION,
            label="Description",
            help="Stands in the list of tokens.",
            required=True,
            default=fill(token.description, texts),
        ),
    )
    return WizardStep("token", "Token", Form(title="The token", fields=fields))


def _services_field(proposed: Sequence[str], wish: Wish | None) -> FormField:
    wished = ", ".join(wish.value) if wish is not None and isinstance(wish.value, tuple) else ALL_SERVICES
    choices = tuple(dict.fromkeys((", ".join(proposed), wished, ALL_SERVICES)))
    return FormField(
        id=SERVICES,
        label="Services",
        help=_with_wish("Which services accept the token.", wish),
        kind=FieldKind.CHOICE,
        choices=choices,
        default=choices[0],
    )


def _with_wish(help: str, wish: Wish | None) -> str:
    """The help of a question, and what the vendor asks for there."""
    return help if wish is None else f"{help} The vendor asks for {_wish_words(wish)}: {wish.why} {wish.instead}"


def _wish_words(wish: Wish) -> str:
    match wish.value:
        case bool(value):
            return "yes" if value else "no"
        case int(seconds):
            return "never" if seconds == NEVER else format_duration(seconds)
        case str(text):
            return text
        case names:
            return ", ".join(names)


def account_problem(text: str) -> str | None:
    """Why this is no short name, as a sentence; None when it is one."""
    return None if _ACCOUNT.fullmatch(text) else "Lower-case letters, digits and hyphens, up to 32"


def _first(check: Callable[[str], Sequence[str]]) -> Callable[[str], str | None]:
    return lambda text: next(iter(check(text)), None)
