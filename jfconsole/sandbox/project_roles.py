"""What the roles of projects let their members do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jfconsole.sandbox.records import RoleRecord

_EVERYTHING = frozenset({"READ", "ANNOTATE", "WRITE", "DELETE", "MANAGE", "SCAN", "EXECUTE"})


@dataclass(frozen=True, slots=True)
class Role:
    """A predefined role: its actions on repositories, and where."""

    type: str
    description: str
    actions: frozenset[str]
    environments: tuple[str, ...] = ("DEV", "PROD")


ROLES: Mapping[str, Role] = {
    "Project Admin": Role("ADMIN", "The most powerful role in a project", _EVERYTHING),
    "Developer": Role(
        "PREDEFINED", "Develops and publishes", frozenset({"READ", "ANNOTATE", "WRITE", "DELETE"}), ("DEV",)
    ),
    "Contributor": Role("PREDEFINED", "Publishes", frozenset({"READ", "ANNOTATE", "WRITE"}), ("DEV",)),
    "Viewer": Role("PREDEFINED", "Reads", frozenset({"READ"})),
    "Release Manager": Role("PREDEFINED", "Releases", frozenset({"READ", "ANNOTATE", "WRITE", "EXECUTE"})),
    "Security Manager": Role("PREDEFINED", "Looks after security", frozenset({"READ", "SCAN"})),
}
"""Help page "Project Roles". Inferred: the exact actions of each."""


_WIRE = {
    "READ": "READ_REPOSITORY",
    "ANNOTATE": "ANNOTATE_REPOSITORY",
    "WRITE": "DEPLOY_CACHE_REPOSITORY",
    "DELETE": "DELETE_OVERWRITE_REPOSITORY",
    "SCAN": "MANAGE_XRAY_MD_REPOSITORY",
}


_OWN = {wire: action for action, wire in _WIRE.items()}


def custom_role(record: RoleRecord) -> Role:
    """A role that an administrator made; of its actions, those on repositories."""
    actions = frozenset(_OWN[action] for action in record.actions if action in _OWN)
    return Role("CUSTOM", record.description, actions, tuple(record.environments))


def actions_of(held: Iterable[Role], environments: Sequence[str]) -> frozenset[str]:
    """What these roles allow on a repository of these environments.

    Inferred: a repository of no environment counts as of every one.
    """
    return frozenset(
        action
        for role in held
        if not environments or set(environments).intersection(role.environments)
        for action in role.actions
    )


def role_body(name: str) -> dict[str, object]:
    """A role as Access shows it (jfrog/terraform-provider-platform resource_global_role.go)."""
    role = ROLES[name]
    actions = sorted(_WIRE[action] for action in role.actions if action in _WIRE)
    return {
        "name": name,
        "description": role.description,
        "type": role.type,
        "environments": list(role.environments),
        "actions": actions,
    }
