"""Users as Access v2 reads and writes them."""

from datetime import UTC, datetime

from msgspec.structs import replace

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import password_policy, passwords
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import UserRecord

_FLAGS = ("admin", "profile_updatable", "disable_ui_access")
_ROLES = (
    "watch_manager",
    "policy_viewer",
    "policy_manager",
    "reports_manager",
    "resources_manager",
    "manage_webhook",
)
_AUDITOR = "platform_auditor"
_EMAIL_LIMIT = 254


def changed(platform: Platform, user: UserRecord, fields: f.Fields) -> UserRecord:
    """`user` with what `fields` say; what they do not say, or may not, stays.

    Raises:
        Refusal: 400, a field has the wrong type, or a password is missing or too weak.
    """
    if "email" in fields:
        user = replace(user, email=f.text(fields, "email", _EMAIL_LIMIT))
    if user.email is None:
        raise bad_request(Message.INVALID_FIELD.format(field="email"))
    names = (*_FLAGS, *_role_names(platform))
    user = replace(user, **{name: value for name in names if (value := f.boolean(fields, name)) is not None})
    if user.admin and user.disable_ui_access:
        raise bad_request(Message.ADMIN_WITHOUT_UI)
    if user.policy_manager:
        user = replace(user, policy_viewer=True)
    return _with_password(platform, user, fields)


def _with_password(platform: Platform, user: UserRecord, fields: f.Fields) -> UserRecord:
    """A user has a password or has it disabled; disabling clears it, and enabling needs a new one.

    Inferred: a password sent along with the wish to have none is ignored.
    """
    disabled = f.boolean(fields, "internal_password_disabled")
    disabled = user.internal_password_disabled if disabled is None else disabled
    if disabled:
        return replace(user, internal_password_disabled=True, password=None)
    wanted = fields.get("password")
    if wanted is None:
        if user.password is None:
            raise bad_request(Message.PASSWORD_REQUIRED)
        return user
    return with_password(platform, replace(user, internal_password_disabled=False), wanted)


def with_password(platform: Platform, user: UserRecord, password: object) -> UserRecord:
    """`user` with a new password, which is not expired.

    Raises:
        Refusal: 400, the policy forbids it.
    """
    checked = password_policy.check(platform.settings.password_policy, user, password)
    return replace(user, password=passwords.digest(checked), password_expired=False)


def shown(platform: Platform, user: UserRecord, *, effective_admin: bool) -> dict[str, object]:
    """The body of `user`. The password is never in it; `email` and `last_logged_in` are absent if there is none."""
    body: dict[str, object] = {"username": user.username}
    if user.email is not None:
        body["email"] = user.email
    body |= {
        "admin": user.admin,
        "effective_admin": effective_admin,
        "profile_updatable": user.profile_updatable,
        "disable_ui_access": user.disable_ui_access,
        "internal_password_disabled": user.internal_password_disabled,
    }
    if user.last_logged_in is not None:
        moment = datetime.fromtimestamp(user.last_logged_in, UTC)
        body["last_logged_in"] = moment.isoformat(timespec="milliseconds")
    body |= {"realm": user.realm, "groups": sorted(user.groups), "status": user.status}
    return body | {name: getattr(user, name) for name in _role_names(platform)}


def _role_names(platform: Platform) -> tuple[str, ...]:
    """The switches of the imitated release."""
    emulation = platform.emulation
    return (*_ROLES * emulation.has_role_flags, *(_AUDITOR,) * emulation.has_platform_auditor)
