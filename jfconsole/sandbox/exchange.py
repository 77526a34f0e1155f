"""`POST /access/api/v1/oidc/token`: somebody else's token for one of ours."""

import logging
from collections.abc import Mapping
from typing import TypeGuard

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import claim_matching
from jfconsole.sandbox import fields as f
from jfconsole.sandbox.errors import Message, Refusal, bad_request
from jfconsole.sandbox.exchanged_tokens import ExchangedTokens, Refused
from jfconsole.sandbox.integration_bodies import GITHUB, GITHUB_ENTERPRISE
from jfconsole.sandbox.integrations import PATH, require_licence
from jfconsole.sandbox.issuer_keys import IssuerKeys, NoKey
from jfconsole.sandbox.jose import BadJwt, Jwt
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import IntegrationRecord, MappingRecord
from jfconsole.sandbox.replies import json_reply

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a name
_LONGEST = 64 * 1024
Claims = Mapping[str, object]

logger = logging.getLogger("jfconsole.sandbox")


class ExchangeArea:
    """The exchange (help page "OIDC Token Exchange", reference page "OIDC Token Exchange").

    Nobody has to log in, and fields that say where a job ran are ignored, unknown ones too: JFrog's clients send many.
    Inferred: which failure is a 400 and which a 401, beyond those quoted in public issues.
    """

    def __init__(self, platform: Platform, keys: IssuerKeys, tokens: ExchangedTokens) -> None:
        self._platform = platform
        self._keys = keys
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """Routes under `/access`. `token` is no integration."""
        return [Route(f"{PATH}/token", self.exchange, methods=["POST"])]

    async def exchange(self, request: Request) -> Response:
        """Believe the token, find the mapping that fits, and answer with what it gives. The log says why not."""
        require_licence(self._platform)
        fields = await f.read_json(request)
        text, provider = _subject_token(fields), f.text(fields, "provider_name", 255)
        if provider is None:
            raise bad_request(Message.MUST_NOT_BE_BLANK.format(field="provider_name"))
        try:
            integration = self._integration(provider)
            claims = await self._believed(integration, text)
            mapping = self._mapping(integration, fields, claims)
            answer = self._tokens.issue(mapping, claims, reference=f.flag(fields, "include_reference_token"))
        except Refused as refused:
            logger.warning("exchange with %r refused: %s", provider, refused)
            raise Refusal(401, Message.EXCHANGE_REFUSED) from refused
        return json_reply(answer)

    def _integration(self, name: str) -> IntegrationRecord:
        integration = self._platform.state.integrations.get(name)
        if integration is None:
            raise Refused("no such integration")
        return integration

    async def _believed(self, integration: IntegrationRecord, text: str) -> Claims:
        """The claims of a token that the integration's issuer made for us, and that holds now."""
        try:
            token = Jwt.of(text)
            token.verify(await self._keys.find(integration, token.header.get("kid")))
        except NoKey as error:
            logger.warning("exchange with %r refused: no public key: %s", integration.name, error)
            raise bad_request(Message.EXCHANGE_KEY) from error
        except BadJwt as error:
            raise Refused(f"bad token: {error}") from error
        if token.claims.get("iss") != integration.issuer:
            raise Refused("the issuer is another")
        self._check_audience(integration, token.claims)
        self._check_times(token.claims)
        self._check_organization(integration, token.claims)
        return token.claims

    def _check_audience(self, integration: IntegrationRecord, claims: Claims) -> None:
        """A token must have the audience of the integration, if that has one; what the request says does not matter."""
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if self._platform.settings.audience_enforced and integration.audience and integration.audience not in named:
            raise bad_request(Message.EXCHANGE_AUDIENCE)

    def _check_times(self, claims: Claims) -> None:
        """Inferred: a token must end, and no allowance is made for clocks that differ."""
        now, end, begin = self._platform.clock.now(), claims.get("exp"), claims.get("nbf", 0)
        if not _is_time(end) or end <= now:
            raise Refused("expired, or never does")
        if not _is_time(begin) or begin > now:
            raise Refused("not yet valid")

    def _check_organization(self, integration: IntegrationRecord, claims: Claims) -> None:
        """Inferred: the organisation is that of the repository, and cases count."""
        of_github = integration.provider_type in (GITHUB, GITHUB_ENTERPRISE)
        if not of_github or not self._platform.emulation.has_organizations:
            return
        if not integration.enable_permissive_configuration and (
            claims.get("repository_owner") != integration.organization
        ):
            raise Refused("another organisation")

    def _mapping(self, integration: IntegrationRecord, fields: f.Fields, claims: Claims) -> MappingRecord:
        """The first mapping that fits; one that is asked for by name must fit, too. Inferred: that."""
        project, name = f.text(fields, "project_key", 255), f.text(fields, "identity_mapping_name", 255)
        exact = not self._platform.emulation.has_claim_patterns
        for mapping in self._in_order(integration, project or integration.project_key):
            if name in (None, mapping.name) and claim_matching.matches(mapping.claims, claims, exact=exact):
                return mapping
        raise Refused("no mapping fits")

    def _in_order(self, integration: IntegrationRecord, project: str | None) -> list[MappingRecord]:
        """Mappings of the project, then global ones; lower priorities first, and without one last (help page "Identity
        Mappings", knowledge base article 000006684). Inferred: older ones first where that is the same."""
        found = [one for one in self._platform.state.mappings if one.provider_name == integration.name]
        eligible = [one for one in found if one.project_key in (None, project)]
        return sorted(eligible, key=lambda one: (one.project_key is None, one.priority is None, one.priority or 0))


def _subject_token(fields: f.Fields) -> str:
    """The token that is offered, in a request that asks for an exchange."""
    for name, wanted in (("grant_type", GRANT), ("subject_token_type", ID_TOKEN)):
        if f.text(fields, name, 255) != wanted:
            raise bad_request(Message.INVALID_FIELD.format(field=name))
    text = f.text(fields, "subject_token", _LONGEST)
    if text is None:
        raise bad_request(Message.MUST_NOT_BE_BLANK.format(field="subject_token"))
    return text


def _is_time(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
