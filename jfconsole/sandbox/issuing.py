"""The rules by which tokens come to be: who may ask for what, how long it lasts, whether it is kept."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import scopes
from jfconsole.sandbox.auth import Caller
from jfconsole.sandbox.errors import Message, bad_request, forbidden
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.project_admins import administers
from jfconsole.sandbox.records import RefreshGrant, RevokedToken, TokenItem, TokenRecord, subject_user
from jfconsole.sandbox.scopes import Scope
from jfconsole.sandbox.signing import BadToken
from jfconsole.sandbox.token_values import TokenValues

DEFAULT_AUDIENCE = "*@*"
_PROJECT = re.compile(r"[a-z][a-z0-9-]{1,31}")
_FAR = 2**53
"""Expiry dates beyond it would lose precision in JSON readers; Inferred: refused like any bad expiry."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a caller asks for; limits and defaults as in the reference page "Create Token"."""

    username: str | None
    scope: str
    expires_in: int | None
    refreshable: bool
    description: str | None
    audience: str
    include_reference_token: bool
    force_revocable: bool
    project_key: str | None

    @classmethod
    def of(cls, fields: f.Fields) -> "TokenRequest":
        """Read the fields of a create call.

        Raises:
            Refusal: 400, a field has the wrong type, is too long, or is outside its grammar.
        """
        project = f.text(fields, "project_key", 32)
        if project is not None and not _PROJECT.fullmatch(project):
            raise bad_request(Message.INVALID_FIELD.format(field="project_key"))
        return cls(
            username=f.text(fields, "username", 255),
            scope=f.text(fields, "scope", 500) or scopes.USER,
            expires_in=f.seconds(fields, "expires_in"),
            refreshable=f.flag(fields, "refreshable"),
            description=f.text(fields, "description", 1024),
            audience=f.text(fields, "audience", 255) or DEFAULT_AUDIENCE,
            include_reference_token=f.flag(fields, "include_reference_token"),
            force_revocable=f.flag(fields, "force_revocable"),
            project_key=project,
        )


class Issuer:
    """Creates and refreshes tokens; shared by the Access endpoint and the deprecated one of Artifactory."""

    def __init__(self, platform: Platform, values: TokenValues) -> None:
        self._platform = platform
        self._values = values

    def create(self, caller: Caller, wanted: TokenRequest) -> TokenRecord:
        """A new token for `caller`, stored if it is of a kind that is.

        Raises:
            Refusal: 400 for a bad scope or name, 403 for more than the caller may give.
        """
        try:
            scope = scopes.parse(wanted.scope)
        except scopes.BadScope as bad:
            raise bad_request(Message.INVALID_SCOPE) from bad
        subject = self._subject(caller, wanted.username)
        if not caller.admin:
            self._check_subject(caller, subject)
            self._check_scope(caller, scope, wanted.project_key)
        return self.issue(
            wanted,
            subject=subject,
            expires_in=self._expires_in(caller, wanted.expires_in),
            refreshable=wanted.refreshable and self._platform.settings.allow_refreshable,
        )

    def refresh(
        self, authenticate: Callable[[], Caller], refresh_token: str | None, old_token: str | None
    ) -> TokenRecord:
        """Exchange a refresh token for a new pair; the old pair stops working at once.

        The caller must be the token's user. Without other credentials the old access token itself, be it expired, is
        proof enough (jfrog/jfrog-client-go access/services/accesstoken.go sends it as bearer, jfrog/jfrog-cli-core
        tokenrefresh.go in the body).

        Raises:
            Refusal: 401 as `authenticate` has it, 400 for an unknown, used or lapsed refresh token, 403 for another
                user's.
        """
        token_id = self._values.find_refresh(refresh_token or "")
        caller = self._refreshing_caller(authenticate, old_token, token_id)
        grant = self._platform.state.refreshes.get(token_id) if token_id else None
        if grant is None:
            raise bad_request(Message.INVALID_REFRESH_TOKEN)
        old = grant.token
        if caller is not None and caller.username != old.username:
            raise forbidden(Message.REFRESH_OTHER_USER)
        expiry = old.item.expiry
        if expiry is not None and self._platform.clock.now() >= expiry + self._platform.settings.refresh_grace:
            raise bad_request(Message.REFRESH_EXPIRED)
        self._retire(old)
        return self.issue(_as_request(old), subject=old.item.subject, expires_in=old.expires_in, refreshable=True)

    def _refreshing_caller(
        self, authenticate: Callable[[], Caller], old_token: str | None, token_id: str | None
    ) -> Caller | None:
        """The caller, or None for the bearer of the very token that is to be refreshed."""
        try:
            if old_token and self._values.check(old_token, allow_expired=True).jti == token_id:
                return None
        except BadToken:
            pass
        return authenticate()

    def answer(self, record: TokenRecord, *, reference: bool = False) -> dict[str, object]:
        """The body that hands a new token to its caller, the only time its value is shown."""
        body: dict[str, object] = {
            "token_id": record.key,
            "access_token": self._values.access(record),
        }
        if record.item.refreshable:
            body["refresh_token"] = self._values.refresh(record.key)
        if reference:
            body["reference_token"] = self._values.reference(record)
        if record.expires_in:
            body["expires_in"] = record.expires_in
        return body | {"scope": record.scope, "token_type": "Bearer"}

    def issue(self, wanted: TokenRequest, *, subject: str, expires_in: int, refreshable: bool) -> TokenRecord:
        """A new token for `subject`, whoever asks; stored if it is of a kind that is. `expires_in` 0 is never."""
        settings, now = self._platform.settings, self._platform.clock.now()
        threshold = settings.revocable_threshold
        item = TokenItem(
            token_id=str(uuid.uuid4()),
            subject=subject,
            issued_at=now,
            issuer=self._platform.identity.access_id,
            refreshable=refreshable,
            expiry=now + expires_in if expires_in else None,
            description=wanted.description,
            scope=wanted.scope,
            project=wanted.project_key,
        )
        record = TokenRecord(
            item,
            scope=wanted.scope,
            audience=wanted.audience,
            expires_in=expires_in,
            revocable=wanted.force_revocable or not expires_in or (threshold >= 0 and expires_in >= threshold),
            reference=wanted.include_reference_token,
        )
        self._keep(record, marked=wanted.force_revocable)
        return record

    def _keep(self, record: TokenRecord, *, marked: bool) -> None:
        """Store what is stored. Inferred: forced-revocable and reference tokens are, however short."""
        short = 0 < record.expires_in < self._platform.settings.persistency_threshold
        if not short or marked or record.reference or record.revocable:
            self._platform.state.tokens.put(record)
        if record.item.refreshable:
            self._platform.state.refreshes.put(RefreshGrant(record))

    def _retire(self, old: TokenRecord) -> None:
        self._platform.state.refreshes.delete(old.key)
        self._platform.state.tokens.delete(old.key)
        if not old.revocable:
            self._platform.state.revoked.put(RevokedToken(old.key, old.item.expiry))

    def _subject(self, caller: Caller, username: str | None) -> str:
        """Whom the token speaks for: the caller unless named; a full `<service>/users/<name>` is taken as it is.

        A caller whose own subject is not of that form cannot be resolved to a user
        (jfrog/terraform-provider-artifactory#1246, jfrog/jfrog-cli access_test.go).
        """
        if username is not None and "/users/" in username:
            return username
        if "/users/" not in caller.subject:
            raise bad_request(Message.INVALID_FORMATTED_NAME.format(name=caller.subject))
        if username is None:
            return caller.subject
        if username != username.lower():
            raise bad_request(Message.INVALID_FIELD.format(field="username"))
        return self._platform.identity.subject(username)

    def _check_subject(self, caller: Caller, subject: str) -> None:
        if subject_user(subject) != caller.username:
            raise forbidden(Message.TOKEN_FOR_OTHER_USER.format(user=caller.username))

    def _check_scope(self, caller: Caller, scope: Scope, project_key: str | None) -> None:
        """Inferred: without admin rights one may give away one's own rights, one's own groups, and the roles of a
        project one administers; resource scopes are for administrators."""
        roles_allowed = all(administers(self._platform, caller, project) for project, _ in scope.roles)
        project_allowed = project_key is None or administers(self._platform, caller, project_key)
        groups_allowed = caller.groups.issuperset(scope.groups)
        user_allowed = caller.scope.user or not scope.user
        if (
            scope.admin
            or scope.resources
            or not (user_allowed and groups_allowed and roles_allowed and project_allowed)
        ):
            raise forbidden(Message.SCOPE_NOT_ALLOWED.format(user=caller.username))

    def _expires_in(self, caller: Caller, asked: int | None) -> int:
        settings = self._platform.settings
        wanted = settings.default_expiry if asked is None else asked
        if wanted > _FAR - self._platform.clock.now():
            raise bad_request(Message.INVALID_EXPIRY)
        limit = 0 if caller.admin else settings.max_expiry
        if limit and asked is None:
            return min(wanted or limit, limit)
        if limit and (wanted == 0 or wanted > limit):
            raise forbidden(Message.EXPIRY_NOT_ALLOWED.format(limit=limit))
        return wanted


def _as_request(old: TokenRecord) -> TokenRequest:
    """The request that would make `old` again, without its reference token, which a refresh does not give."""
    return TokenRequest(
        username=None,
        scope=old.scope,
        expires_in=old.expires_in,
        refreshable=True,
        description=old.item.description,
        audience=old.audience,
        include_reference_token=False,
        force_revocable=old.revocable and bool(old.expires_in),
        project_key=old.item.project,
    )
