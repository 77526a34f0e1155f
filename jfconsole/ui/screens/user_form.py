"""What is asked about a user, and the user that the answers describe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from jfconsole.domain.answers import flag, names, secret, text, untrusted
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.users import User, email_problem, why_read_only
from jfconsole.ui.screens.answers import chosen_roles, differing, role_fields, taken, with_roles
from jfconsole.ui.screens.rename_form import new_name_field

NO_PASSWORD: Final = "no password: tokens, or a login elsewhere"  # noqa: S105 (words)
SET_PASSWORD: Final = "set the one typed below"  # noqa: S105 (words)
KEEP_PASSWORD: Final = "as it is"  # noqa: S105 (words)

_EMAIL: Final = FormField(
    id="email", label="E-mail", help="The platform wants an address for everybody, machines too.", required=True
)
_GROUPS: Final = FormField(
    id="groups",
    label="Groups",
    help="Enter chooses among all groups. Groups that new users join by themselves come on top.",
    kind=FieldKind.NAMES,
    source="groups",
    default=(),
)
_ADMIN: Final = FormField(
    id="admin",
    label="Administrator",
    help="May do everything on the whole platform.",
    kind=FieldKind.FLAG,
    default=False,
)
_PROFILE: Final = FormField(
    id="profile_updatable",
    label="Own profile",
    help="The user may change e-mail address and password, and make identity tokens.",
    kind=FieldKind.FLAG,
    default=True,
)
_CLOSED: Final = FormField(
    id="disable_ui_access",
    label="No web UI",
    help="The user reaches the platform by its APIs only: right for machines.",
    kind=FieldKind.FLAG,
    default=False,
)
_PASSWORDS: Final = (
    FormField(
        id="secret",
        label="New password",
        help="By default at least 8 characters with an upper-case and a lower-case letter and a digit.",
        kind=FieldKind.SECRET,
    ),
    FormField(id="again", label="Once more", help="The same password, typed again.", kind=FieldKind.SECRET),
)


def new_user_form(roles: Iterable[str] = ()) -> Form:
    """A user who does not exist yet: without a password unless one is asked for.

    `roles` are the global roles that the platform knows.
    """
    return Form(
        title="New user",
        fields=(
            FormField(
                id="username",
                label="Name",
                help="Lower-case letters, digits and . - _ @. Another name later means another user.",
                required=True,
            ),
            replace(_EMAIL, check=email_problem),
            _GROUPS,
            _choice(NO_PASSWORD, SET_PASSWORD),
            *_PASSWORDS,
            _PROFILE,
            _CLOSED,
            _ADMIN,
            *role_fields(dict.fromkeys(roles, False)),
        ),
        check=password_problems,
    )


def new_user(answers: Answers) -> User:
    """The user that the answers describe."""
    return User(
        username=untrusted(answers, "username"),
        email=untrusted(answers, "email"),
        groups=names(answers, "groups"),
        admin=flag(answers, "admin"),
        profile_updatable=flag(answers, "profile_updatable"),
        disable_ui_access=flag(answers, "disable_ui_access"),
        internal_password_disabled=_without(answers, "password"),
        roles=chosen_roles(answers),
    )


def edit_user_form(user: User) -> Form:
    """A user as he is. What the platform does not say is not asked."""
    realm = why_read_only(user.realm and visible(user.realm))
    groups = replace(_GROUPS, help=f"{realm}." if realm else "Enter chooses among all groups.")
    flags = (
        (_PROFILE, user.profile_updatable),
        (_CLOSED, user.disable_ui_access),
        (_ADMIN, user.admin),
    )
    return Form(
        title=f"Edit user {visible(user.username)}",
        fields=(
            FormField(
                id="username",
                label="Name",
                help="f2 in the list renames.",
                default=user.username,
                fixed=True,
            ),
            replace(_EMAIL, default=user.email or "", required=bool(user.email), check=email_problem),
            replace(groups, default=user.groups or ()),
            *_password_fields(user),
            *(replace(field, default=held) for field, held in flags if held is not None),
            *role_fields(user.roles),
        ),
        check=password_problems if user.internal_password_disabled else None,
    )


def changed_user(user: User, form: Form, answers: Answers) -> User:
    """The user with what the answers change; everything else as it was."""
    wanted = differing(form, answers)
    return replace(
        user,
        email=taken(wanted, "email", untrusted, user.email),
        groups=taken(wanted, "groups", names, user.groups),
        admin=taken(wanted, "admin", flag, user.admin),
        profile_updatable=taken(wanted, "profile_updatable", flag, user.profile_updatable),
        disable_ui_access=taken(wanted, "disable_ui_access", flag, user.disable_ui_access),
        internal_password_disabled=taken(wanted, "password", _without, user.internal_password_disabled),
        roles=with_roles(user.roles, wanted),
    )


def rename_user_form(old: str) -> Form:
    """Another name for a user, whose password cannot be carried over."""
    return Form(
        title=f"Rename user {visible(old)}",
        fields=(new_name_field("user", old), _choice(NO_PASSWORD, SET_PASSWORD), *_PASSWORDS),
        check=password_problems,
    )


def password_form(username: str) -> Form:
    """Another password for somebody."""
    fields = tuple(replace(field, required=True) for field in _PASSWORDS)
    return Form(title=f"Set the password of {visible(username)}", fields=fields, check=_repetition)


def password_of(answers: Answers) -> Secret | None:
    """The password that was asked for, if one was."""
    return secret(answers, "secret") if text(answers, "password") == SET_PASSWORD else None


def password_problems(answers: Answers) -> Mapping[str, str]:
    """A password is typed, twice alike, exactly when one is asked for."""
    typed = secret(answers, "secret")
    if text(answers, "password") != SET_PASSWORD:
        return {"password": f"A password is typed below: choose “{SET_PASSWORD}”, or clear it"} if typed else {}
    return _repetition(answers) if typed else {"secret": "New password is needed"}


def _without(answers: Answers, field: str) -> bool:
    return text(answers, field) == NO_PASSWORD


def _repetition(answers: Answers) -> Mapping[str, str]:
    alike = secret(answers, "secret").matches(secret(answers, "again"))
    return {} if alike else {"again": "It differs from the password above"}


def _password_fields(user: User) -> tuple[FormField, ...]:
    if user.internal_password_disabled:
        return (_choice(NO_PASSWORD, SET_PASSWORD), *_PASSWORDS)
    return () if user.internal_password_disabled is None else (_choice(KEEP_PASSWORD, NO_PASSWORD),)


def _choice(*choices: str) -> FormField:
    return FormField(
        id="password",
        label="Password",
        help="For logging in with the name on this platform. Machines do better with tokens alone.",
        kind=FieldKind.CHOICE,
        choices=choices,
        default=choices[0],
    )
