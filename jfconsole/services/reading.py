"""The calls that read one object: what a front end shows to whoever wants to make them elsewhere."""

from jfconsole.jfrog.groups import group_request
from jfconsole.jfrog.integrations import integration_request
from jfconsole.jfrog.mappings import mapping_request
from jfconsole.jfrog.permissions import permission_request
from jfconsole.jfrog.repositories import repository_request
from jfconsole.jfrog.tokens import token_request
from jfconsole.jfrog.users import user_request

__all__ = [
    "group_request",
    "integration_request",
    "mapping_request",
    "permission_request",
    "repository_request",
    "token_request",
    "user_request",
]
