"""What is asked about a role, and the document that the answers come to; a token of it is told all the while."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jfconsole.domain.answers import flag, text
from jfconsole.domain.durations import format_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.globs import is_glob
from jfconsole.domain.issuer_roles import IssuerRole, read_role
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.requests import Json
from jfconsole.domain.role_text import allowed_in, allowed_text, fixed_in, fixed_text, names_in, names_text
from jfconsole.domain.subject_templates import expand
from jfconsole.domain.text import visible

_LISTS = ("allowed-audiences", "default-audiences", "allowed-subject-patterns", "required-claims")
_TEXTS = ("issuer", "name", "subject-template", "default-ttl", "max-ttl")
_FLAGS = ("require-audience", "verbose-logging")


def new_role_form(state: IssuerState, issuer: str, actor: str) -> Form:
    """A role that does not exist yet."""
    start = IssuerRole(issuer=issuer, name="", subject_template="${SYS_TENANT}/pulls")
    return _form("New role", state, start, actor, new=True)


def edit_role_form(state: IssuerState, role: IssuerRole, actor: str) -> Form:
    """A role as it is; issuer and name stay."""
    return _form(f"Edit role {visible(role.key)}", state, role, actor, new=False)


def role_record(answers: Answers) -> JsonObject:
    """The document; what the form does not ask stays as it is. Raises ValueError for what cannot be read."""
    record: JsonObject = {name: text(answers, name) for name in _TEXTS}
    for name in _LISTS:
        listed: list[Json] = [*names_in(text(answers, name))]
        record[name] = listed
    record |= {name: flag(answers, name) for name in _FLAGS}
    return record | {
        "fixed-claims": fixed_in(text(answers, "fixed-claims")),
        "allowed-claims": allowed_in(text(answers, "allowed-claims")),
    }


def _form(title: str, state: IssuerState, role: IssuerRole, actor: str, *, new: bool) -> Form:
    return Form(
        title=title,
        fields=(*_named(state, role, new=new), *_audiences(role), *_subject(role), *_lifetimes(role), *_claims(role)),
        check=_check,
        preview=lambda answers: _preview(state, actor, answers),
    )


def _named(state: IssuerState, role: IssuerRole, *, new: bool) -> tuple[FormField, ...]:
    return (
        FormField(
            id="issuer",
            label="Issuer",
            help="In whose name tokens are minted. It cannot be changed later.",
            kind=FieldKind.CHOICE,
            choices=tuple(state.issuers),
            default=role.issuer,
            fixed=not new,
        ),
        FormField(
            id="name",
            label="Name",
            help="Small letters, digits and dashes. It cannot be changed later.",
            required=True,
            default=role.name,
            fixed=not new,
        ),
    )


def _audiences(role: IssuerRole) -> tuple[FormField, ...]:
    allowed = "Whom tokens may be for: the address of the registry, with its port. * stands for any text without a /."
    return (
        FormField(id="allowed-audiences", label="Audiences", help=allowed, default=names_text(role.allowed_audiences)),
        FormField(
            id="default-audiences",
            label="Default audience",
            help="Where a caller names none. Commas between several.",
            default=names_text(role.default_audiences),
        ),
        FormField(
            id="require-audience",
            label="Audience needed",
            help="Without one nothing is minted. Leave it on: a token for nobody in particular is for everybody.",
            kind=FieldKind.FLAG,
            default=role.require_audience,
        ),
    )


def _subject(role: IssuerRole) -> tuple[FormField, ...]:
    template = "What sub says; ${SYS_TENANT} and ${SYS_USERNAME} are filled in. An identity mapping asks for it."
    return (
        FormField(id="subject-template", label="Subject", help=template, default=role.subject_template),
        FormField(
            id="allowed-subject-patterns",
            label="Or any of",
            help="Patterns for a subject that the caller gives, where the one above is empty.",
            default=names_text(role.allowed_subject_patterns),
            when=lambda answers: not text(answers, "subject-template"),
        ),
    )


def _lifetimes(role: IssuerRole) -> tuple[FormField, ...]:
    return (
        FormField(
            id="default-ttl",
            label="Lifetime",
            help="Where a caller asks for none. A pull of images asks for 5m.",
            default=format_duration(role.default_ttl),
        ),
        FormField(
            id="max-ttl",
            label="Longest lifetime",
            help="More is refused. Not below 5m, or pulls are.",
            default=format_duration(role.max_ttl),
        ),
    )


def _claims(role: IssuerRole) -> tuple[FormField, ...]:
    return (
        FormField(
            id="fixed-claims",
            label="Fixed claims",
            help="In every token: name=value; name=value. Templates as in the subject.",
            default=fixed_text(role.fixed_claims),
            check=_readable(fixed_in),
        ),
        FormField(
            id="allowed-claims",
            label="Allowed claims",
            help="What a caller may add: name; name: integer; env = dev | prod. * stands for any text without a /.",
            default=allowed_text(role.allowed_claims),
        ),
        FormField(
            id="required-claims",
            label="Required claims",
            help="Of those, what a token must have.",
            default=names_text(role.required_claims),
        ),
        FormField(
            id="verbose-logging",
            label="Verbose log",
            help="The mint log holds all claims of a token, never the token.",
            kind=FieldKind.FLAG,
            default=role.verbose_logging,
        ),
    )


def _readable(read: Callable[[str], object]) -> Callable[[str], str | None]:
    def problem(typed: str) -> str | None:
        try:
            read(typed)
        except ValueError as error:
            return str(error)
        return None

    return problem


def _check(answers: Answers) -> Mapping[str, str]:
    _, problems = read_role(role_record(answers))
    return {problem.field: problem.sentence for problem in reversed(problems) if problem.certain}


def _preview(state: IssuerState, actor: str, answers: Answers) -> Sequence[str]:
    try:
        role, problems = read_role(role_record(answers))
    except ValueError as problem:
        return (str(problem),)
    told = [problem.sentence for problem in problems if problem.field != "name" or text(answers, "name")]
    return told if role is None else (*_token_words(state, role, actor), *told)


def _token_words(state: IssuerState, role: IssuerRole, actor: str) -> Sequence[str]:
    """What a token of the role says, as far as the role alone says it."""
    values = {"SYS_TENANT": state.tenant, "SYS_USERNAME": actor}
    literal = [audience for audience in role.allowed_audiences if not is_glob(audience)]
    audience = names_text(role.default_audiences) or names_text(literal[:1]) or "what the caller names"
    lines = [f"iss  {state.url(role.issuer)}" if role.issuer in state.issuers else "", f"aud  {audience}"]
    try:
        subject = expand(role.subject_template, values) if role.subject_template else "what the caller names"
        lines.append(f"sub  {subject}")
        lines += [f"{name}  {expand(value, values)}" for name, value in role.fixed_claims]
    except KeyError:
        return ()
    lines.append(f"good for {format_duration(role.default_ttl)}, at most {format_duration(role.max_ttl)}")
    return [line for line in lines if line]
