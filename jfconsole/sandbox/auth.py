"""Who is calling, and what that caller may do. The only place that decides either."""

import base64
import hmac
from dataclasses import dataclass

from msgspec.structs import replace
from starlette.requests import Request

from jfconsole.sandbox import passwords, scopes
from jfconsole.sandbox.errors import Message, Refusal, forbidden
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import UserRecord, subject_user
from jfconsole.sandbox.scopes import Scope
from jfconsole.sandbox.signing import BadToken, Claims
from jfconsole.sandbox.token_values import TokenValues, looks_like_reference

ANONYMOUS = "anonymous"
"""The built-in user whose permissions those have who do not log in."""
API_KEY_PREFIX = "AKCp8"
"""What API keys start with (jfrog/jfrog-client-go http/httpclient/client.go)."""
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Artifactory Realm"'}
_FULL_DAY_TRACKED = 21_600
"""Tokens shorter than this never get a time of last use (help page "Get Tokens")."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller with effective rights."""

    username: str
    subject: str
    scope: Scope
    admin: bool
    groups: frozenset[str]
    """Groups whose rights the caller has."""
    token_id: str | None
    """None for a password."""

    def require_admin(self) -> None:
        """Raises: Refusal 403 unless the caller is a platform administrator."""
        if not self.admin:
            raise forbidden(Message.NOT_ADMIN.format(user=self.username))

    def require(self, resource: str, action: str) -> None:
        """Raises: Refusal 403 unless the caller is an administrator or its scope grants `action` on `resource`."""
        if not self.scope.allows(resource, action):
            self.require_admin()


class Gate:
    """Authentication for both services, which differ in what they accept and in what they say."""

    def __init__(self, platform: Platform, values: TokenValues) -> None:
        self._platform = platform
        self._values = values

    def access(self, request: Request, *, any_audience: bool = False, password: bool = False) -> Caller:
        """The caller of an Access endpoint, which takes bearer tokens, and passwords only where `password` says so.

        Raises:
            Refusal: 401.
        """
        scheme, credentials = _authorization(request)
        if scheme == "bearer":
            try:
                claims = self._values.check(credentials)
                self._check_audience(claims, self._platform.identity.access_id, any_audience=any_audience)
            except BadToken as bad:
                raise Refusal(401, Message.ACCESS_BAD_TOKEN.format(reason=bad.reason)) from bad
            return self._seen(request, self._of_token(claims, Message.ACCESS_UNAUTHORIZED))
        user = self._password_user(credentials) if scheme == "basic" and password else None
        if user is None:
            detail = Message.BAD_CREDENTIALS if scheme else None
            raise Refusal(401, Message.ACCESS_UNAUTHORIZED, detail=detail)
        return self._seen(request, self._of_user(user))

    def artifactory(self, request: Request) -> Caller:
        """The caller of an Artifactory endpoint: bearer, `X-JFrog-Art-Api`, or basic with a password or a token.

        Raises:
            Refusal: 401 with a challenge.
        """
        caller = self.artifactory_or_anonymous(request)
        if caller is None:
            raise Refusal(401, Message.UNAUTHORIZED, headers=_CHALLENGE)
        return caller

    def reader(self, request: Request) -> Caller:
        """As `artifactory`; where anonymous access is enabled, those who send no credentials are `anonymous`."""
        caller = self.artifactory_or_anonymous(request)
        anonymous = self._platform.state.users.get(ANONYMOUS)
        if caller is None and anonymous is not None and self._platform.settings.anonymous_access:
            return self._of_user(anonymous)
        if caller is None:
            raise Refusal(401, Message.UNAUTHORIZED, headers=_CHALLENGE)
        return caller

    def artifactory_admin(self, request: Request) -> Caller:
        """As `artifactory`, for administrators alone.

        Raises:
            Refusal: 401, 403.
        """
        caller = self.artifactory(request)
        if not caller.admin:
            raise forbidden(Message.FORBIDDEN)
        return caller

    def artifactory_or_anonymous(self, request: Request) -> Caller | None:
        """As `artifactory`, but None when no credentials were sent. Wrong ones are still refused."""
        scheme, credentials = _authorization(request)
        if scheme == "basic":
            return self._seen(request, self._basic(credentials))
        value = credentials if scheme == "bearer" else request.headers.get("x-jfrog-art-api")
        if value is None:
            return None
        if value.startswith(API_KEY_PREFIX):
            return self._seen(request, self._of_api_key(value if scheme != "bearer" else ""))
        return self._seen(request, self._of_token(self._artifactory_token(value), Message.BAD_CREDENTIALS))

    def _of_api_key(self, value: str, username: str | None = None) -> Caller:
        """The user whose API key this is, and who must have that name if one is given. No key is a bearer token."""
        for record in self._platform.state.api_keys if self._platform.emulation.makes_api_keys else ():
            user = self._platform.state.users.get(record.username)
            named = username is None or record.username == username.lower()
            if hmac.compare_digest(record.api_key.encode(), value.encode()) and named and user is not None:
                return self._of_user(user)
        raise Refusal(401, Message.API_KEY_UNKNOWN, headers=_CHALLENGE)

    def _basic(self, credentials: str) -> Caller:
        username, _, secret = _basic_pair(credentials)
        if looks_like_reference(secret) or secret.count(".") == 2:
            caller = self._of_token(self._artifactory_token(secret), Message.BAD_CREDENTIALS)
            if caller.username != username.lower():
                raise Refusal(401, Message.WRONG_USERNAME, headers=_CHALLENGE)
            return caller
        if secret.startswith(API_KEY_PREFIX):
            return self._of_api_key(secret, username)
        user = self._password_user(credentials)
        if user is None:
            raise Refusal(401, Message.BAD_CREDENTIALS, headers=_CHALLENGE)
        return self._of_user(user)

    def _artifactory_token(self, value: str) -> Claims:
        try:
            claims = self._values.check(value)
            self._check_audience(claims, self._platform.identity.artifactory_id, any_audience=False)
        except BadToken as bad:
            message = Message.ARTIFACTORY_BAD_TOKEN.format(reason=bad.reason)
            raise Refusal(401, message, headers=_CHALLENGE) from bad
        return claims

    def _check_audience(self, claims: Claims, service: str, *, any_audience: bool) -> None:
        """Inferred: a token made for other services is refused like any bad token. Reading or revoking a token by its
        id does not look at the audience since 7.68 (help page "Get Token by ID")."""
        audience = claims.aud.split() if isinstance(claims.aud, str) else claims.aud
        kind = service.partition("@")[0]
        if not any_audience and not {"*", "*@*", f"{kind}@*", service}.intersection(audience):
            raise BadToken("audience")

    def _password_user(self, credentials: str) -> UserRecord | None:
        username, _, password = _basic_pair(credentials)
        user = self._platform.state.users.get(username.lower())
        if user is None or user.status not in ("enabled", "invited"):
            return None
        if not self._platform.settings.basic_authentication_enabled or user.password_expired:
            return None
        good = passwords.matches(password, user.password)
        self._count_failures(user, good=good)
        return user if good else None

    def _count_failures(self, user: UserRecord, *, good: bool) -> None:
        """Lock a user after too many wrong passwords in a row, if the platform does that at all."""
        policy, failed = self._platform.settings.lock_policy, 0 if good else user.failed_logins + 1
        if not policy.enabled or failed == user.failed_logins:
            return
        if failed >= policy.login_attempts:
            self._platform.state.users.put(replace(user, failed_logins=failed, status="locked"))
        else:
            self._platform.state.users.touch(replace(user, failed_logins=failed))

    def _of_user(self, user: UserRecord) -> Caller:
        subject = self._platform.identity.subject(user.username)
        groups = frozenset(user.groups)
        admin = user.admin or self._any_admin_group(groups)
        return Caller(user.username, subject, Scope(user=True), admin, groups, token_id=None)

    def _of_token(self, claims: Claims, refused: Message) -> Caller:
        """Rights of a token: those of its scope, where `applied-permissions/user` stands for its user's.

        Inferred: tokens of a disabled user are refused (a locked one only loses the password), and a group with
        admin privileges passes them on to a token that names it.
        """
        username = subject_user(claims.sub)
        user = self._platform.state.users.get(username)
        if user is not None and user.status == "disabled":
            raise Refusal(401, refused)
        scope = scopes.parse(claims.scp)
        groups = frozenset(scope.groups)
        by_user = scope.user and user is not None
        if by_user and user is not None:
            groups |= frozenset(user.groups)
        admin = scope.admin or bool(by_user and user and user.admin) or self._any_admin_group(groups)
        self._note_use(claims)
        return Caller(username, claims.sub, scope, admin, groups, token_id=claims.jti)

    def _any_admin_group(self, names: frozenset[str]) -> bool:
        found = (self._platform.state.groups.get(name) for name in names)
        return any(group is not None and group.admin_privileges for group in found)

    def _note_use(self, claims: Claims) -> None:
        settings, now = self._platform.settings, self._platform.clock.now()
        record = self._platform.state.tokens.get(claims.jti) if settings.last_used_enabled else None
        if record is None or 0 < record.expires_in < _FULL_DAY_TRACKED:
            return
        if record.item.last_used is None or now - record.item.last_used >= settings.last_used_threshold:
            record.item.last_used = now
            self._platform.state.tokens.touch(record)

    def _seen(self, request: Request, caller: Caller) -> Caller:
        """Tell the request log which token was used."""
        request.scope.setdefault("state", {})["token_id"] = caller.token_id
        return caller


def denied(caller: Caller, message: str) -> Refusal:
    """The refusal of something within Artifactory: 403, but a challenge to those who have not logged in
    (`ArtifactoryRestExceptionMapperBase` of Artifactory 6.20, mirrored by knottnhupfer/artifactory-oss)."""
    if caller.username == ANONYMOUS and caller.token_id is None:
        return Refusal(401, message, headers=_CHALLENGE)
    return forbidden(message)


def secret_of(request: Request) -> str:
    """The token or password that was sent, good or bad."""
    scheme, credentials = _authorization(request)
    return _basic_pair(credentials)[2] if scheme == "basic" else credentials or request.headers["x-jfrog-art-api"]


def bearer_of(request: Request) -> str | None:
    """The token in the `Authorization` header, good or bad."""
    scheme, credentials = _authorization(request)
    return credentials if scheme == "bearer" else None


def _authorization(request: Request) -> tuple[str, str]:
    """Lower-case scheme and credentials of the `Authorization` header, both empty if it is absent."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    return scheme.lower(), credentials.strip()


def _basic_pair(credentials: str) -> tuple[str, str, str]:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return "", "", ""
