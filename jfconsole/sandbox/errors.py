"""Refusals: the table of messages, and the two envelopes in which JFrog services send them."""

# ruff: noqa: S105 - messages that speak of tokens, not tokens
import json
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from starlette.responses import Response


class Message(StrEnum):
    """Every sentence the sandbox refuses with.

    Those marked `seen` are quoted in public issues, clients or documentation; the others are inferred, and this is
    the one place to change them.
    """

    # seen: jfrog/vault-plugin-secrets-artifactory artifactory.go, jfrog/terraform-provider-platform#44
    ACCESS_BAD_TOKEN = "Invalid token, {reason}"
    # seen: jfrog/vault-plugin-secrets-artifactory artifactory.go, jfrog/setup-jfrog-cli#220
    ARTIFACTORY_BAD_TOKEN = "Token failed verification: {reason}"
    # seen: jfrog.com knowledge base "How to Resolve the 401 Startup Error"
    ACCESS_UNAUTHORIZED = "HTTP 401 Unauthorized"
    # seen: jfrog/jfrog-cli#416
    BAD_CREDENTIALS = "Bad credentials"
    # seen: jfrog/setup-jfrog-cli#146
    WRONG_USERNAME = "Wrong username was used"
    # seen: Artifactory 6.20 source, mirrored by knottnhupfer/artifactory-oss
    UNAUTHORIZED = "Unauthorized"
    # seen: jfrog/terraform-provider-project#74
    NOT_ADMIN = "Logged in '{user}' is not an admin."
    # seen: jfrog/jfrog-client-go tests
    FORBIDDEN = "Forbidden"
    # seen: jfrog/vault-plugin-secrets-artifactory#245
    NOT_FOUND = "Not Found"
    # seen: help page "Error Responses"
    METHOD_NOT_ALLOWED = "Method Not Allowed"
    # seen: Artifactory 6.20 source
    UNEXPECTED = "An unexpected error has occurred, please check Artifactory logs for further details."
    # seen: idcmp/artifactory-secrets-plugin#3
    TOKEN_NOT_REVOCABLE = "Token not revocable"
    # seen: jfrog/terraform-provider-artifactory#1246
    INVALID_FORMATTED_NAME = "Invalid formatted name: {name}"
    # seen for identity mappings as `token_spec Invalid scope`: agent skills in jfrog/ai-agent-examples
    INVALID_SCOPE = "Invalid scope"

    ACCESS_STATUS = "HTTP {status} {phrase}"
    INVALID_EXPIRY = "Invalid expires_in"
    INVALID_FIELD = "Invalid {field}"
    TOO_LONG = "{field} must not exceed {limit} characters"
    INVALID_BODY = "Invalid request body"
    INVALID_QUERY = "Invalid value for query parameter '{name}'"
    UNSUPPORTED_GRANT = "Unsupported grant type: {grant}"
    INVALID_REFRESH_TOKEN = "Invalid refresh token"
    REFRESH_EXPIRED = "Refresh token expired"
    REFRESH_OTHER_USER = "Token can only be refreshed by its user"
    TOKEN_FOR_OTHER_USER = "User '{user}' is not allowed to create a token for another user"
    SCOPE_NOT_ALLOWED = "User '{user}' is not allowed to create a token with the requested scope"
    EXPIRY_NOT_ALLOWED = "Requested expiry exceeds the maximum allowed for non-admin users: {limit} seconds"
    TOKEN_NOT_FOUND = "Token with id '{token_id}' was not found"
    NOT_USER_OR_ADMIN = "Only user and admin tokens can list tokens"
    TOKEN_NOT_YOURS = "User '{user}' is not allowed to access the requested token"
    TOKEN_OTHER_INSTANCE = "Token was not created by this instance"
    USER_NOT_FOUND = "User '{name}' was not found"
    BODY_TOO_LARGE = "Request body is too large"
    INVALID_BASE_URL = "Invalid base URL"


class Refusal(Exception):
    """A request that is answered with an error. `status` is the HTTP status; the service's envelope does the rest."""

    def __init__(
        self, status: int, message: str, *, detail: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.detail = detail
        self.headers = headers


def bad_request(message: str) -> Refusal:
    """A 400."""
    return Refusal(400, message)


def forbidden(message: str) -> Refusal:
    """A 403."""
    return Refusal(403, message)


def not_found(message: str) -> Refusal:
    """A 404."""
    return Refusal(404, message)


def jackson(value: object, depth: int = 0) -> str:
    """`value` as JFrog's servers print JSON: two-space indents, ` : ` after keys, arrays opened on the same line."""
    if isinstance(value, Mapping) and value:
        pad = "  " * (depth + 1)
        rows = [f"{pad}{json.dumps(key)} : {jackson(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + "  " * depth + "}"
    if isinstance(value, list) and value:
        return "[ " + ", ".join(jackson(item, depth) for item in value) + " ]"
    return json.dumps(value, ensure_ascii=False)


def access_envelope(refusal: Refusal) -> Response:
    """`{"errors":[{"code","message","detail"?}]}`: errors of everything under `/access`."""
    error = {"code": HTTPStatus(refusal.status).name, "message": refusal.message}
    if refusal.detail is not None:
        error["detail"] = refusal.detail
    return _reply(refusal, error)


def artifactory_envelope(refusal: Refusal) -> Response:
    """`{"errors":[{"status","message"}]}`: errors of everything under `/artifactory`."""
    return _reply(refusal, {"status": refusal.status, "message": refusal.message})


def _reply(refusal: Refusal, error: Mapping[str, object]) -> Response:
    body = jackson({"errors": [error]})
    return Response(body, refusal.status, headers=refusal.headers, media_type="application/json")
