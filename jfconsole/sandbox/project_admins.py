"""Who administers a project."""

from jfconsole.sandbox.auth import Caller
from jfconsole.sandbox.platform import Platform

PROJECT_ADMIN = "Project Admin"


def administers(platform: Platform, caller: Caller, project_key: str) -> bool:
    """Whether the caller has the role of administrator in that project, or administers the platform."""
    project = platform.state.projects.get(project_key)
    if project is None:
        return caller.admin
    by_user = project.users.get(caller.username, []) if caller.scope.user else []
    by_group = (project.groups.get(group, []) for group in caller.groups)
    return caller.admin or PROJECT_ADMIN in by_user or any(PROJECT_ADMIN in roles for roles in by_group)
