"""`/artifactory/api/security/apiKey`: the keys that older releases let users have in the place of a password."""

import secrets

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox.auth import API_KEY_PREFIX, Gate
from jfconsole.sandbox.errors import Message, bad_request, forbidden, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ApiKeyRecord
from jfconsole.sandbox.replies import json_reply, legacy_name

_PATH = "/api/security/apiKey"
_DIGITS = 68
"""Letters and digits behind the prefix: 73 in all (jfrog/jfrog-client-go http/httpclient/client.go)."""
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class ApiKeysArea:
    """Help pages "Get API Key", "Create API Key", "Regenerate API Key" and "Revoke API Key".

    Inferred: what releases say that make no keys any more, and the sentences of success.
    """

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route(_PATH, self.get, methods=["GET"]),
            Route(_PATH, self.create, methods=["POST"]),
            Route(_PATH, self.regenerate, methods=["PUT"]),
            Route(_PATH, self.revoke, methods=["DELETE"]),
            Route(f"{_PATH}/{{name}}", self.revoke_of, methods=["DELETE"]),
        ]

    async def get(self, request: Request) -> Response:
        """The caller's key; an empty object if there is none (dohq-artifactory reads it so)."""
        record = self._platform.state.api_keys.get(self._gate.artifactory(request).username)
        return json_reply({} if record is None else {"apiKey": record.api_key})

    async def create(self, request: Request) -> Response:
        """A key for the caller, who must not have one."""
        username = self._maker(request)
        if username in self._platform.state.api_keys:
            raise bad_request(Message.API_KEY_EXISTS.format(user=username))
        return self._new(username)

    async def regenerate(self, request: Request) -> Response:
        """Another key in the place of the caller's."""
        username = self._maker(request)
        if username not in self._platform.state.api_keys:
            raise bad_request(Message.API_KEY_MISSING.format(user=username))
        return self._new(username)

    async def revoke(self, request: Request) -> Response:
        """Remove the caller's key, or with `deleteAll=1` those of everybody."""
        caller = self._gate.artifactory(request)
        if request.query_params.get("deleteAll") == "1":
            self._gate.artifactory_admin(request)
            for record in list(self._platform.state.api_keys):
                self._platform.state.api_keys.delete(record.key)
            return json_reply({"info": "All API keys have been revoked"})
        return self._revoked(caller.username)

    async def revoke_of(self, request: Request) -> Response:
        """Remove the key of somebody else."""
        self._gate.artifactory_admin(request)
        return self._revoked(legacy_name(request))

    def _maker(self, request: Request) -> str:
        username = self._gate.artifactory(request).username
        if not self._platform.emulation.makes_api_keys:
            raise forbidden(Message.API_KEYS_DISABLED)
        return username

    def _new(self, username: str) -> Response:
        value = API_KEY_PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_DIGITS))
        self._platform.state.api_keys.put(ApiKeyRecord(username, value))
        return json_reply({"apiKey": value})

    def _revoked(self, username: str) -> Response:
        if self._platform.state.api_keys.delete(username) is None:
            raise not_found(Message.API_KEY_MISSING.format(user=username))
        return json_reply({"info": f"API key for user: '{username}' has been successfully revoked"})
