"""`/artifactory/api/security`: locking, unlocking and expiring, as it was before Access had it."""

import msgspec
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import passwords, user_bodies
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.directory import Directory
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import UserRecord
from jfconsole.sandbox.replies import json_reply, legacy_name
from jfconsole.sandbox.settings import ExpirationPolicy, LockPolicy

_PATH = "/api/security"
_AUTHORIZATION = f"{_PATH}/users/authorization"
_EXPIRATION = f"{_PATH}/configuration/passwordExpirationPolicy"
_MOST_ATTEMPTS = 100


class LegacySecurityArea:
    """Endpoints of `SecurityResource` and its neighbours in Artifactory 6.20, mirrored by knottnhupfer/artifactory-oss.

    Successes are told in plain text.
    """

    def __init__(self, platform: Platform, gate: Gate, directory: Directory) -> None:
        self._platform = platform
        self._gate = gate
        self._directory = directory

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route(f"{_PATH}/lockedUsers", self.locked, methods=["GET"]),
            Route(f"{_PATH}/unlockUsers", self.unlock_many, methods=["POST"]),
            Route(f"{_PATH}/unlockUsers/{{name}}", self.unlock, methods=["POST"]),
            Route(f"{_PATH}/unlockAllUsers", self.unlock_all, methods=["POST"]),
            Route(f"{_PATH}/userLockPolicy", self.lock_policy, methods=["GET"]),
            Route(f"{_PATH}/userLockPolicy", self.set_lock_policy, methods=["PUT"]),
            Route(_EXPIRATION, self.expiration, methods=["GET"]),
            Route(_EXPIRATION, self.set_expiration, methods=["PUT"]),
            Route(f"{_AUTHORIZATION}/changePassword", self.change_password, methods=["POST"]),
            Route(f"{_AUTHORIZATION}/expirePassword", self.expire_many, methods=["POST"]),
            Route(f"{_AUTHORIZATION}/expirePasswordForAllUsers", self.expire_all, methods=["POST"]),
            Route(f"{_AUTHORIZATION}/unexpirePasswordForAllUsers", self.unexpire_all, methods=["POST"]),
            Route(f"{_AUTHORIZATION}/expirePassword/{{name}}", self.expire, methods=["POST"]),
            Route(f"{_AUTHORIZATION}/unexpirePassword/{{name}}", self.unexpire, methods=["POST"]),
        ]

    async def locked(self, request: Request) -> Response:
        """The names of locked users."""
        self._gate.artifactory_admin(request)
        return json_reply(sorted(user.username for user in self._locked()))

    async def unlock(self, request: Request) -> Response:
        """Unlock one user; a success even if there is none, or it is not locked."""
        self._gate.artifactory_admin(request)
        name = legacy_name(request)
        self._unlock([name])
        return PlainTextResponse(f"The user: '{name}' was successfully unlocked")

    async def unlock_many(self, request: Request) -> Response:
        """Unlock the users in the body, a list of names."""
        self._gate.artifactory_admin(request)
        self._unlock(await _names(request))
        return PlainTextResponse("Specified users were successfully unlocked")

    async def unlock_all(self, request: Request) -> Response:
        """Unlock whoever is locked."""
        self._gate.artifactory_admin(request)
        self._unlock([user.username for user in self._locked()])
        return PlainTextResponse("All users were successfully unlocked")

    async def lock_policy(self, request: Request) -> Response:
        """Whether and when wrong passwords lock a user."""
        self._gate.artifactory_admin(request)
        policy = self._platform.settings.lock_policy
        return json_reply({"enabled": policy.enabled, "loginAttempts": policy.login_attempts})

    async def set_lock_policy(self, request: Request) -> Response:
        """Set that."""
        self._gate.artifactory_admin(request)
        fields, old = await f.read_json(request), self._platform.settings.lock_policy
        enabled, attempts = f.boolean(fields, "enabled"), f.whole(fields, "loginAttempts")
        attempts = old.login_attempts if attempts is None else attempts
        if not 1 <= attempts <= _MOST_ATTEMPTS:
            raise bad_request(Message.LOGIN_ATTEMPTS)
        policy = LockPolicy(old.enabled if enabled is None else enabled, attempts)
        self._platform.configure(replace(self._platform.settings, lock_policy=policy))
        return PlainTextResponse("UserLockPolicy was successfully updated")

    async def expiration(self, request: Request) -> Response:
        """Whether and when passwords expire."""
        self._gate.artifactory_admin(request)
        return json_reply(_expiration(self._platform.settings.password_expiration))

    async def set_expiration(self, request: Request) -> Response:
        """Set that; the answer repeats it. Inferred: that."""
        self._gate.artifactory_admin(request)
        fields, old = await f.read_json(request), self._platform.settings.password_expiration
        enabled, age = f.boolean(fields, "enabled"), f.whole(fields, "passwordMaxAge")
        mail = f.boolean(fields, "notifyByEmail")
        policy = ExpirationPolicy(
            old.enabled if enabled is None else enabled,
            old.max_age if age is None else age,
            old.notify_by_email if mail is None else mail,
        )
        self._platform.configure(replace(self._platform.settings, password_expiration=policy))
        return json_reply(_expiration(policy))

    async def change_password(self, request: Request) -> Response:
        """Change a password by the old one, which may be expired. Inferred: the old one is all the proof it takes."""
        fields = await f.read_json(request)
        user = self._platform.state.users.get(f.text(fields, "userName", 255) or "")
        old, first, second = (fields.get(name) for name in ("oldPassword", "newPassword1", "newPassword2"))
        if user is None or not isinstance(old, str) or not passwords.matches(old, user.password):
            raise bad_request(Message.OLD_PASSWORD)
        if first != second:
            raise bad_request(Message.PASSWORDS_DIFFER)
        self._platform.state.users.put(user_bodies.with_password(self._platform, user, first))
        return PlainTextResponse("Password has been successfully changed")

    async def expire(self, request: Request) -> Response:
        """Make a password useless until it is changed."""
        user = self._expirable(request)
        self._platform.state.users.put(replace(user, password_expired=True))
        return PlainTextResponse(f"{user.username}'s credentials have been expired")

    async def unexpire(self, request: Request) -> Response:
        """Accept an expired password again. Inferred: the text."""
        user = self._expirable(request)
        self._platform.state.users.put(replace(user, password_expired=False))
        return PlainTextResponse(f"{user.username}'s credentials have been unexpired")

    async def expire_many(self, request: Request) -> Response:
        """The same for the users in the body, a list of names. Inferred: the texts of this and of the next two."""
        self._require_expiration(request)
        self._expire(True, [self._directory.user(name) for name in await _names(request)])
        return PlainTextResponse("Specified users' credentials have been expired")

    async def expire_all(self, request: Request) -> Response:
        """The same for everybody. Inferred: administrators too."""
        self._require_expiration(request)
        self._expire(True, list(self._platform.state.users))
        return PlainTextResponse("All users' credentials have been expired")

    async def unexpire_all(self, request: Request) -> Response:
        """Accept all expired passwords again."""
        self._require_expiration(request)
        self._expire(False, list(self._platform.state.users))
        return PlainTextResponse("All users' credentials have been unexpired")

    def _expire(self, expired: bool, users: list[UserRecord]) -> None:
        for user in users:
            if user.password_expired != expired:
                self._platform.state.users.put(replace(user, password_expired=expired))

    def _require_expiration(self, request: Request) -> None:
        self._gate.artifactory_admin(request)
        if not self._platform.settings.password_expiration.enabled:
            raise bad_request(Message.EXPIRATION_OFF)

    def _expirable(self, request: Request) -> UserRecord:
        self._require_expiration(request)
        return self._directory.user(legacy_name(request))

    def _locked(self) -> list[UserRecord]:
        return [user for user in self._platform.state.users if user.status == "locked"]

    def _unlock(self, names: list[str]) -> None:
        for user in (self._platform.state.users.get(name) for name in names):
            if user is not None:
                self._directory.unlock(user)


async def _names(request: Request) -> list[str]:
    try:
        return msgspec.json.decode(await request.body(), type=list[str])
    except msgspec.MsgspecError as error:
        raise bad_request(Message.INVALID_BODY) from error


def _expiration(policy: ExpirationPolicy) -> dict[str, object]:
    return {"enabled": policy.enabled, "passwordMaxAge": policy.max_age, "notifyByEmail": policy.notify_by_email}
