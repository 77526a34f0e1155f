"""Which names people, groups and permissions may have."""

import re

from jfconsole.sandbox.errors import Message, bad_request

_FORBIDDEN = re.compile(r'[/\\:|?*"<>]')
_RESERVED = frozenset({".", "..", "&"})
_USER = re.compile(r"[a-z0-9.\-_@+]+")
_BUILT_IN = frozenset({"anonymous", "access-admin", "_system_", "token"})
_GROUP_LIMIT, _USER_LIMIT, _PERMISSION_LIMIT = 64, 255, 255


def check_group(name: object) -> str:
    """A group name: 1 to 64 characters (jfrog/terraform-provider-platform resource_group.go), no forbidden ones.

    Raises:
        Refusal: 400.
    """
    return _legal(name, "name", _GROUP_LIMIT)


def check_permission(name: object) -> str:
    """A permission name: 1 to 255 characters (jfrog/terraform-provider-platform resource_permission.go).

    Inferred: the forbidden characters are those of groups.

    Raises:
        Refusal: 400.
    """
    return _legal(name, "name", _PERMISSION_LIMIT)


def check_user(name: object) -> str:
    """A user name: lower-case letters, digits and `. - _ @ +`, and none that is built in.

    The expression is that of jfrog/terraform-provider-artifactory user.go. Inferred: the server refuses what its
    provider does, and length has an end.

    Raises:
        Refusal: 400.
    """
    legal = _legal(name, "username", _USER_LIMIT)
    if legal in _BUILT_IN or not _USER.fullmatch(legal):
        raise bad_request(Message.ILLEGAL_USER_NAME.format(name=legal))
    return legal


def _legal(name: object, field: str, limit: int) -> str:
    """The rules of `NameValidator` in the source of Artifactory 6.20, mirrored by knottnhupfer/artifactory-oss."""
    if not isinstance(name, str) or not name.strip():
        raise bad_request(Message.INVALID_FIELD.format(field=field))
    if len(name) > limit:
        raise bad_request(Message.TOO_LONG.format(field=field, limit=limit))
    if name in _RESERVED:
        raise bad_request(Message.RESERVED_NAME.format(name=name))
    if _FORBIDDEN.search(name):
        raise bad_request(Message.ILLEGAL_NAME)
    return name
