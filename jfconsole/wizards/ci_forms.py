"""What a recipe of the kind `ci` asks, page by page: which workloads, whose tokens, what they may reach.

The proposal is always the least: a group of its own that reads the chosen repositories, and a token for minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain.durations import format_duration, parse_duration
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.forms import Answer, Answers, FieldKind, Form, FormField
from jfconsole.domain.groups import name_problems
from jfconsole.domain.integrations import Integration, integration_problems
from jfconsole.domain.mappings import IdentityMapping, mapping_problems
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.wizards.ci_recipe import CiRecipe, MappingPart, Question
from jfconsole.wizards.engine import WizardStep
from jfconsole.wizards.onboarding_forms import ACCOUNT, REPOSITORIES, SERVICES, account_problem
from jfconsole.wizards.recipe import ALL_SERVICES
from jfconsole.wizards.templates import fill, places

INTEGRATION: Final = "integration"
WAY: Final = "way"
ISSUER: Final = "issuer"
AUDIENCE: Final = "audience"
ACTS_AS: Final = "acts_as"
GROUP: Final = "group"
PERMISSION: Final = "permission"
ACTIONS: Final = "actions"
MAPPING: Final = "mapping"
THEIR_GROUP: Final = "existing_group"
THEIR_USER: Final = "existing_user"
LIFETIME: Final = "lifetime"
ID_TOKEN: Final = "id_token"  # noqa: S105 (the id of a question)
"""The ids of the questions, as answer files have them; see `field_of` for those of one mapping of several."""

GROUPS: Final = "groups"
USERS: Final = "users"
"""What existing names are chosen from."""

OWN_GROUP: Final = "a group of its own"
EXISTING_GROUP: Final = "a group that is there"
EXISTING_USER: Final = "a user that is there"
"""Answers to what a workload acts as."""

_WRITING: Final = "READ, ANNOTATE, WRITE"


def pages(recipe: CiRecipe, answers: Answers) -> tuple[WizardStep, ...]:
    """The pages of a recipe. Later questions and defaults follow from earlier answers."""
    return (
        _account_page(recipe, answers),
        _workload_page(recipe, answers),
        _trust_page(recipe, answers),
        _access_page(recipe, answers),
        _token_page(recipe),
        _proof_page(),
    )


def defaults(recipe: CiRecipe, answers: Answers) -> dict[str, Answer]:
    """All answers: those that were given, and for the rest what is proposed after them."""
    found: dict[str, Answer] = dict(answers)
    for page in range(len(pages(recipe, found))):
        for field in pages(recipe, found)[page].form.fields:
            found.setdefault(field.id, field.default)
    return found


def field_of(recipe: CiRecipe, part: MappingPart, name: str) -> str:
    """The id of a question about one mapping: `group`, or `group_apply` where there are several."""
    return name if len(recipe.mappings) == 1 else f"{name}_{part.id.replace('-', '_')}"


def answer_field(question: Question) -> str:
    """The id of the field of a recipe's own question."""
    return f"q_{question.id}" if question.id in _TAKEN else question.id


def values_of(recipe: CiRecipe, answers: Answers) -> dict[str, str]:
    """What fills the templates of a recipe: its own place holders, and the answers to the questions that are asked."""
    way = recipe.way(str(answers.get(WAY, "")))
    own = {"account": str(answers.get(ACCOUNT) or recipe.account), "recipe": recipe.id}
    asked = {question.id: str(answers.get(answer_field(question), question.default)) for question in recipe.asked(way)}
    return {**own, **asked, "vendor": recipe.vendor, "title": recipe.title}


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template, or nothing while one of its values is not there."""
    return fill(template, values) if all(values.get(name) for name in places(template)) else ""


_TAKEN: Final = frozenset(
    {ACCOUNT, INTEGRATION, WAY, ISSUER, AUDIENCE, ACTS_AS, REPOSITORIES, SERVICES, LIFETIME, ID_TOKEN}
    | {GROUP, PERMISSION, ACTIONS, MAPPING, THEIR_GROUP, THEIR_USER}
)
"""Ids that a recipe's own question may have too, and then has with a prefix."""


def _account_page(recipe: CiRecipe, answers: Answers) -> WizardStep:
    values = values_of(recipe, answers)
    fields = (
        FormField(
            id=ACCOUNT,
            label="Short name",
            help="Goes into the names of what is made. Another one lets other workloads in beside the first.",
            required=True,
            default=recipe.account,
            check=account_problem,
        ),
        FormField(
            id=INTEGRATION,
            label="Integration",
            help="Its name is what an exchange sends as provider_name. One that is there is used, and shown first.",
            required=True,
            default=filled(recipe.integration, values),
            check=integration_problem,
        ),
    )
    return WizardStep("account", "Account", Form(title=recipe.title, fields=fields), recipe.summary)


def _workload_page(recipe: CiRecipe, answers: Answers) -> WizardStep:
    way = recipe.way(str(answers.get(WAY, "")))
    choice = FormField(
        id=WAY,
        label="Match",
        help="How a token says which workload it is. The first is the best.",
        kind=FieldKind.CHOICE,
        choices=tuple(one.title for one in recipe.ways),
        default=recipe.ways[0].title,
    )
    fields = [choice] if len(recipe.ways) > 1 else []
    fields += [_question_field(question, needed=question.id in way.needs) for question in recipe.asked(way)]
    return WizardStep("workloads", "Workloads", Form(title="Who gets in", fields=tuple(fields)))


def _question_field(question: Question, *, needed: bool) -> FormField:
    return FormField(
        id=answer_field(question),
        label=question.label,
        help=f"{question.help} Such as {question.example}",
        required=question.needed or needed,
        default=question.default,
        check=question.problem,
    )


def _trust_page(recipe: CiRecipe, answers: Answers) -> WizardStep:
    values = values_of(recipe, answers)
    fields = (
        FormField(
            id=ISSUER,
            label="Provider URL",
            help="The issuer, letter for letter as it stands in the iss of its tokens.",
            required=True,
            default=filled(recipe.issuer, values),
            check=_issuer_problem,
        ),
        FormField(
            id=AUDIENCE,
            label="Audience",
            help="The platform has workloads of this kind ask for just this one."
            if recipe.audience_fixed
            else "What workloads ask their token for. One for this integration alone keeps others' tokens out.",
            required=True,
            default=filled(recipe.audience, values),
            fixed=recipe.audience_fixed,
        ),
    )
    return WizardStep("trust", "Trust", Form(title="Whose tokens are believed", fields=fields))


def _access_page(recipe: CiRecipe, answers: Answers) -> WizardStep:
    acts_as = FormField(
        id=ACTS_AS,
        label="Acts as",
        help="With groups, the user name of the token is integration/mapping, which a few clients refuse.",
        kind=FieldKind.CHOICE,
        choices=(OWN_GROUP, EXISTING_GROUP, EXISTING_USER),
        default=OWN_GROUP,
    )
    chosen = FormField(
        id=REPOSITORIES,
        label="Repositories",
        help="Enter chooses among those that fit. It can read no others.",
        kind=FieldKind.NAMES,
        source=REPOSITORIES,
        required=True,
        default=(),
        when=_when(OWN_GROUP),
    )
    names = values_of(recipe, answers)
    fields = [acts_as, chosen]
    for part in recipe.mappings:
        fields += _mapping_fields(recipe, part, names)
    form = Form(title="What it may reach", fields=tuple(fields), check=lambda given: _twice(recipe, given))
    return WizardStep("access", "Access", form)


def _mapping_fields(recipe: CiRecipe, part: MappingPart, values: Mapping[str, str]) -> Iterator[FormField]:
    """The questions about one mapping; where there are several, its name stands in label and help."""
    yield _about(
        recipe,
        part,
        FormField(
            id=MAPPING,
            label="Mapping",
            help="The name of the identity mapping.",
            default=fill(part.name, values),
            check=mapping_problem,
        ),
    )
    for field in (*_own_group_fields(part, values), *_existing_fields()):
        yield _about(recipe, part, field)


def _about(recipe: CiRecipe, part: MappingPart, field: FormField) -> FormField:
    """The question as it is asked about one of the mappings."""
    of, more = (f" ({part.id})", f" For {part.id}.") if len(recipe.mappings) > 1 else ("", "")
    named = field_of(recipe, part, field.id)
    return replace(field, id=named, label=f"{field.label}{of}", help=f"{field.help}{more}", required=True)


def _own_group_fields(part: MappingPart, values: Mapping[str, str]) -> Iterator[FormField]:
    own, proposed = _when(OWN_GROUP), ", ".join(part.actions)
    yield FormField(
        id=GROUP,
        label="Group",
        help="The group that gets the rights; it needs no members.",
        default=fill(part.group, values),
        check=_first(name_problems),
        when=own,
    )
    yield FormField(
        id=PERMISSION,
        label="Permission",
        help="Gives the group its actions there.",
        default=fill(part.permission, values),
        when=own,
    )
    yield FormField(
        id=ACTIONS,
        label="Actions",
        help="What it may do in the chosen repositories. Publishing takes WRITE.",
        kind=FieldKind.CHOICE,
        choices=tuple(dict.fromkeys((proposed, _WRITING, "READ"))),
        default=proposed,
        when=own,
    )


def _existing_fields() -> Iterator[FormField]:
    yield FormField(
        id=THEIR_GROUP,
        label="Existing group",
        help="A group that is there, with its permissions as they are.",
        kind=FieldKind.NAME,
        source=GROUPS,
        when=_when(EXISTING_GROUP),
    )
    yield FormField(
        id=THEIR_USER,
        label="Existing user",
        help="A user that is there: the token may do what it may.",
        kind=FieldKind.NAME,
        source=USERS,
        when=_when(EXISTING_USER),
    )


def _token_page(recipe: CiRecipe) -> WizardStep:
    proposed = ", ".join(recipe.token.services)
    fields = (
        FormField(
            id=SERVICES,
            label="Services",
            help="Which services accept the token.",
            kind=FieldKind.CHOICE,
            choices=tuple(dict.fromkeys((proposed, ALL_SERVICES))),
            default=proposed,
        ),
        FormField(
            id=LIFETIME,
            label="Lifetime",
            help="How long a token lives: as long as the job that uses it, such as 15m or 1h.",
            required=True,
            default=format_duration(recipe.token.expires_in),
            check=lifetime_problem,
        ),
    )
    return WizardStep("token", "Token", Form(title="What an exchange gives", fields=fields))


def _proof_page() -> WizardStep:
    field = FormField(
        id=ID_TOKEN,
        label="Token of a job",
        help="Pasted here, it is exchanged at the end to see that it works. It is not kept. Empty: nothing is tried.",
        kind=FieldKind.SECRET,
        default=Secret(""),
    )
    return WizardStep("proof", "Proof", Form(title="Try it", fields=(field,)))


def _twice(recipe: CiRecipe, answers: Answers) -> dict[str, str]:
    """Names that two mappings have in common; an existing group or user may serve both."""
    found: dict[str, str] = {}
    for name in (MAPPING, GROUP, PERMISSION):
        seen: set[str] = set()
        for part in recipe.mappings:
            field = field_of(recipe, part, name)
            text = str(answers.get(field, "")).lower()
            if text and text in seen:
                found[field] = "Another mapping has that name already"
            seen.add(text)
    return found


def _when(choice: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(ACTS_AS, OWN_GROUP) == choice


def integration_problem(text: str) -> str | None:
    """What is wrong with the name of an integration."""
    return _of_field("name", integration_problems(Integration(name=Untrusted(text))))


def _issuer_problem(text: str) -> str | None:
    return _of_field("issuer_url", integration_problems(Integration(name=Untrusted("x"), issuer_url=Untrusted(text))))


def mapping_problem(text: str) -> str | None:
    """What is wrong with the name of an identity mapping."""
    return _of_field("name", mapping_problems(IdentityMapping(name=Untrusted(text), provider_name=Untrusted(""))))


def _of_field(name: str, problems: Sequence[FieldProblem]) -> str | None:
    return next((problem.sentence for problem in problems if problem.field == name and problem.certain), None)


def lifetime_problem(text: str) -> str | None:
    """What is wrong with the lifetime of a token."""
    try:
        return None if parse_duration(text) > 0 else "A lifetime of nothing is of no use"
    except ValueError as error:
        return str(error)


def _first(check: Callable[[str], Sequence[str]]) -> Callable[[str], str | None]:
    return lambda text: next(iter(check(text)), None)
