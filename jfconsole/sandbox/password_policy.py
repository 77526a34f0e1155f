"""What a password must have. No endpoint tells the policy; it can only be set."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.errors import Message, Refusal, bad_request
from jfconsole.sandbox.passwords import matches
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import UserRecord
from jfconsole.sandbox.replies import no_content
from jfconsole.sandbox.settings import PasswordPolicy

_PATH = "/api/v1/config/security/password_policy"
_NUMBERS = ("uppercase", "lowercase", "digit", "special_char", "length")
_SPECIAL = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_LIMIT = 1024


def check(policy: PasswordPolicy, user: UserRecord, password: object) -> str:
    """`password`, if `user` may have it.

    Inferred: the sentences; the first rule that is broken is named.

    Raises:
        Refusal: 400.
    """
    if not isinstance(password, str) or not password or len(password) > _LIMIT:
        raise bad_request(Message.INVALID_FIELD.format(field="password"))
    for what, needed, found in _counts(policy, password):
        if found < needed:
            raise bad_request(Message.PASSWORD_TOO_FEW.format(count=needed, what=what))
    if password.lower() == user.username.lower():
        raise bad_request(Message.PASSWORD_IS_USERNAME)
    if policy.not_match_old and matches(password, user.password):
        raise bad_request(Message.PASSWORD_IS_OLD)
    return password


def _counts(policy: PasswordPolicy, password: str) -> tuple[tuple[str, int, int], ...]:
    return (
        ("character(s)", policy.length, len(password)),
        ("upper-case letter(s)", policy.uppercase, sum(map(str.isupper, password))),
        ("lower-case letter(s)", policy.lowercase, sum(map(str.islower, password))),
        ("digit(s)", policy.digit, sum(map(str.isdigit, password))),
        ("special character(s)", policy.special_char, sum(character in _SPECIAL for character in password)),
    )


class PasswordPolicyArea:
    """Help pages "Create Password Policy" and "Update Password Policy"; since 7.125.3."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/access`."""
        return [Route(_PATH, self.set, methods=["PUT", "PATCH"])]

    async def set(self, request: Request) -> Response:
        """Set the policy: PUT makes zero of what is not said, PATCH keeps it."""
        self._gate.access(request).require_admin()
        if not self._platform.emulation.has_password_policy_api:
            raise Refusal(404, Message.ACCESS_STATUS.format(status=404, phrase="Not Found"))
        fields = await f.read_json(request)
        if not fields:
            raise bad_request(Message.INVALID_BODY)
        nothing = PasswordPolicy(length=0, uppercase=0, lowercase=0, digit=0)
        before = self._platform.settings.password_policy if request.method == "PATCH" else nothing
        policy = msgspec.structs.replace(before, **_numbers(fields), **_switch(fields))
        self._platform.configure(msgspec.structs.replace(self._platform.settings, password_policy=policy))
        return no_content()


def _numbers(fields: f.Fields) -> dict[str, int]:
    found = {name: value for name in _NUMBERS if (value := f.whole(fields, name)) is not None}
    if unknown := set(fields) - {*_NUMBERS, "not_match_old"}:
        raise bad_request(Message.INVALID_FIELD.format(field=min(unknown)))
    return found


def _switch(fields: f.Fields) -> dict[str, bool]:
    value = f.boolean(fields, "not_match_old")
    return {} if value is None else {"not_match_old": value}
