"""The access token that an identity mapping gives for a token it fits."""

from collections.abc import Mapping

from jfconsole.sandbox import identity_patterns, scopes
from jfconsole.sandbox.identity_patterns import BadPattern, NoName
from jfconsole.sandbox.issuing import Issuer, TokenRequest
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import MappingRecord, SelfRevocable
from jfconsole.sandbox.scopes import BadScope, Scope

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a name
Claims = Mapping[str, object]


class Refused(Exception):
    """An exchange that fails; the reason is for the log, as the caller does not learn it."""


class ExchangedTokens:
    """Makes the tokens of exchanges. They cannot be refreshed (jfrog/documentation jfrog-platform-configuration.md)."""

    def __init__(self, platform: Platform, issuer: Issuer) -> None:
        self._platform = platform
        self._issuer = issuer

    def issue(self, mapping: MappingRecord, claims: Claims, *, reference: bool) -> dict[str, object]:
        """The answer with a new token.

        Raises:
            Refused: a pattern finds no name, or the user is not there or may not log in.
        """
        spec = mapping.token_spec
        try:
            username, scope = self._username(mapping, claims), self._scope(mapping, claims)
            self._check_user(username, scopes.parse(scope))
        except (NoName, BadPattern, BadScope) as error:
            raise Refused(f"mapping {mapping.name}: no name from {error}") from error
        wanted = TokenRequest(
            username=None,
            scope=scope,
            expires_in=spec.expires_in,
            refreshable=False,
            description=None,
            audience=spec.audience,
            include_reference_token=reference,
            force_revocable=False,
            project_key=mapping.project_key,
        )
        subject = self._platform.identity.subject(username) if username else f"{mapping.provider_name}/{mapping.name}"
        record = self._issuer.issue(wanted, subject=subject, expires_in=spec.expires_in, refreshable=False)
        if spec.self_revocable:
            self._platform.state.self_revocable.put(SelfRevocable(record.key))
        body = self._issuer.answer(record, reference=reference)
        del body["token_id"]
        return body | {"issued_token_type": ACCESS_TOKEN, "username": username or subject}

    def _username(self, mapping: MappingRecord, claims: Claims) -> str | None:
        """The user that the token speaks for; without one it speaks for the mapping (jfrog/jfrog-client-go#951).

        User names are lower-case, whatever a claim says: so they come out in the help page "Dynamic Mapping".
        """
        spec = mapping.token_spec
        if spec.username_pattern:
            return identity_patterns.username(spec.username_pattern, claims).lower()
        return spec.username or None

    def _scope(self, mapping: MappingRecord, claims: Claims) -> str:
        """The scope of the mapping, and the groups that its pattern finds. Inferred: without either, the user's."""
        spec = mapping.token_spec
        pieces = [spec.scope] if spec.scope else []
        if spec.groups_pattern:
            names = identity_patterns.groups(spec.groups_pattern, claims)
            pieces.append("applied-permissions/groups:" + ",".join(f'"{name}"' for name in names))
        return " ".join(pieces) or scopes.USER

    def _check_user(self, username: str | None, scope: Scope) -> None:
        """The user whose rights are given must exist (as jfrog/jfrog-credentials-provider tells its users).

        Inferred: and must not be disabled; where other rights are given, the name may be anyone's.
        """
        user = self._platform.state.users.get(username or "")
        if username is not None and ((user is None and scope.user) or (user is not None and user.status == "disabled")):
            raise Refused("the user does not exist or is disabled")
