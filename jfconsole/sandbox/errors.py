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
    # seen: jfrog/terraform-provider-platform#202
    USERS_NOT_FETCHED = "Could not fetch all requested users"
    # seen: jfrog/terraform-provider-artifactory#914
    GROUP_NOT_ASSOCIATED = "Cant remove group that are not associated"
    # seen, its beginning: jfrog/terraform-provider-artifactory#931
    UPDATE_NEEDS_PASSWORD = "Cannot create a user with no password"
    # seen: Artifactory 6.20 source, mirrored by knottnhupfer/artifactory-oss
    ILLEGAL_NAME = "Illegal name : '/,\\,:,|,?,<,>,*,\"' is not allowed"
    # seen: Artifactory 6.20 source
    PERMISSION_TARGET_UNKNOWN_REPOSITORY = (
        "Permission target contains a reference to a non-existing repository '{name}'."
    )
    # seen: `RestSecurityRequestHandlerV2Impl` of Artifactory 6.20, all up to the next source
    TARGET_NOT_FOUND = "No such permission target '{name}'"
    TARGET_EXISTS = "Can't create permission target '{name}' for type {kind}. It already exists."
    TARGET_EMPTY = "Permission target request missing repositories, builds and release bundles. Must have at least one."
    TARGET_NO_REPOSITORIES = "Permission target request missing repositories."
    TARGET_BUILD = "Build permission target repositories list must contain {name} as the only repository key"
    TARGET_ONLY_ADMIN = "Only an admin user can create permission targets."
    TARGET_MANAGER = "Manager user cannot modify {element} in a permission target"
    TARGET_FORBIDDEN = "Accessing permission target '{name}' of types: {kinds} is forbidden."
    # seen: atlassian/terraform-provider-artifactory#22, its missing space too
    ADMIN_BY_GROUP = (
        "The user is associated with one or more groups with admin privileges. "
        "To disablethe admin privileges, remove the user from all relevant groups."
    )
    # seen: Artifactory 6.20 source
    EXPIRATION_OFF = "Password expiration is not enforced, please enable it first"
    LOGIN_ATTEMPTS = "LoginAttempts must be between 1 - 100"
    # seen: help page "Security Configuration JSON"
    PERMISSION_TARGET_VIRTUAL = "Permission targets are not supported for Virtual repositories"
    # seen: help page "Error Responses"
    FILE_NOT_FOUND = "File not found."
    # seen: jfrog/jfrog-cli#1814
    API_KEY_UNKNOWN = "Props Authentication Token not found"
    # seen: Artifactory 6.20 source
    API_KEY_EXISTS = "Api key already exists for user: {user}"
    # seen: Artifactory's answers to Conan and Maven uploads in several public test suites
    CHECKSUM_MISSING = "Checksum deploy failed. no checksum header 'X-Checksum-Sha1/X-Checksum-Sha256' was found."
    CHECKSUM_UNKNOWN = "Checksum deploy failed. No existing file with {checksums}"
    # seen: jfrog/terraform-provider-artifactory#1140, as Artifactory repeats it
    PROJECT_NOT_FOUND = "Could not find project ``{name}``"
    # seen: Artifactory answers to AQL without these fields, quoted in jfrog/jfrog-client-go
    AQL_FIELDS = "For permissions reasons AQL demands the following fields: repo, path and name."
    # seen: agent skills in jfrog/ai-agent-examples, the first for `issuer_url`
    MUST_NOT_BE_BLANK = "{field} must not be blank"
    ORGANIZATION = "oidc_setting Organization is not valid"
    MAPPING_SCOPE = "token_spec Invalid scope"
    # seen: acceptance tests of jfrog/terraform-provider-platform
    MAPPING_EXPIRY = "Invalid expiry"
    # seen: jfrog/setup-jfrog-cli#270, #155, #279
    EXCHANGE_AUDIENCE = "Invalid audience"
    EXCHANGE_KEY = "Failed to get public key"
    EXCHANGE_REFUSED = "Bad Credentials"

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
    USER_EXISTS = "User '{name}' already exists"
    ILLEGAL_USER_NAME = "User name '{name}' is not allowed"
    RESERVED_NAME = "Name cannot be {name}"
    GROUP_NOT_FOUND = "Group '{name}' was not found"
    GROUP_EXISTS = "Group '{name}' already exists"
    GROUPS_NOT_FETCHED = "Could not fetch all requested groups"
    ADMIN_AUTO_JOIN = "A group with admin privileges cannot be joined automatically"
    ADMIN_WITHOUT_UI = "disable_ui_access cannot be set for an administrator"
    NOTHING_TO_CHANGE = "At least one of 'add' and 'remove' must be provided"
    ADD_AND_REMOVE = "'{name}' cannot be both added and removed"
    LAST_ADMIN = "The last administrator cannot be removed"
    CANNOT_DELETE_YOURSELF = "User '{name}' cannot delete itself"
    CANNOT_DELETE_BUILT_IN = "User '{name}' cannot be deleted"
    PASSWORD_REQUIRED = "password is required"
    PASSWORD_DISABLED = "Internal password is disabled for user '{name}'"
    PASSWORD_TOO_FEW = "Password must contain at least {count} {what}"
    PASSWORD_IS_USERNAME = "Password cannot match the user name"
    PASSWORD_IS_OLD = "Password cannot match the old password"
    PERMISSION_NOT_FOUND = "Permission '{name}' was not found"
    PERMISSION_EXISTS = "Permission '{name}' already exists"
    RESOURCE_NOT_FOUND = "Permission '{name}' has no resource type '{kind}'"
    UNKNOWN_RESOURCE_TYPE = "Unknown resource type '{kind}'"
    UNKNOWN_ACTION = "Unknown action '{action}'"
    NO_RESOURCES = "At least one resource type must be provided"
    NO_TARGETS = "At least one target must be provided for resource type '{kind}'"
    ONE_TARGET = "Exactly one target must be provided for resource type '{kind}'"
    LAST_RESOURCE = "The last resource type of permission '{name}' cannot be removed"
    REPOSITORY_NOT_FOUND = "Repository '{name}' does not exist"
    REPOSITORY_EXISTS = "Case insensitive repository key already exists"
    REPOSITORY_KEY = "Invalid repository key '{name}'"
    REPOSITORY_CLASS = "Invalid rclass '{name}'"
    REPOSITORY_CLASS_FIXED = "Repository {name} is {rclass} and cannot become anything else"
    REPOSITORY_URL = "Remote repository '{name}' needs a url"
    REPOSITORY_MEMBER = "Repository '{name}' does not exist and cannot be aggregated"
    NOT_DEPLOYABLE = "Repository '{name}' cannot be deployed to"
    MAY_NOT_OVERWRITE = "Not enough permissions to delete/overwrite artifact '{path}' (user '{user}' needs DELETE)"
    ARTIFACT_TOO_LARGE = "The sandbox keeps small artifacts only"
    NOTHING_TO_DELETE = "Could not locate artifact '{path}' (Nothing to delete)."
    ITEM_NOT_FOUND = "Unable to find item"
    NO_PROPERTIES = "No properties could be found."
    AQL_UNREADABLE = "Failed to parse query: {text}"
    TARGET_NAME = "Permission target name in the request does not match the one in the path"
    PASSWORDS_DIFFER = "New passwords do not match"
    OLD_PASSWORD = "Old password is incorrect"
    ROLE_EXISTS = "Role '{name}' already exists"
    ROLE_NOT_FOUND = "Role '{name}' was not found"
    ROLE_PREDEFINED = "Role '{name}' is predefined and cannot be changed"
    API_KEYS_DISABLED = "Creation of API keys is disabled"
    API_KEY_MISSING = "Api key does not exist for user: {user}"
    PROJECT_EXISTS = "Project '{name}' already exists"
    MEMBER_NOT_FOUND = "'{name}' was not found"
    REPOSITORY_OF_OTHER_PROJECT = "Repository '{name}' is assigned to project '{project}'"
    OIDC_UNLICENSED = "OpenID Connect integrations need an Enterprise X or Enterprise+ license"
    INTEGRATION_NOT_FOUND = "OIDC configuration '{name}' was not found"
    INTEGRATION_EXISTS = "OIDC configuration '{name}' already exists"
    MAPPING_NOT_FOUND = "Identity mapping '{name}' was not found"
    MAPPING_EXISTS = "Identity mapping '{name}' already exists"
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
