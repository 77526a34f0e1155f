"""`/access/api/v1/projects/_/share/repositories`: lending a repository to projects that do not own it."""

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import paging
from jfconsole.sandbox.access_rules import ALL_PROJECTS
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.errors import Message, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import RepositoryRecord
from jfconsole.sandbox.replies import no_content

_PATH = "/api/v1/projects/_/share/repositories/{repository}"


class SharingArea:
    """Help pages "Share Repository with Target Project", "Share Repository with All Projects" and their opposites.

    The members of a project may do with a shared repository what their roles allow. Inferred: 204, as for attaching.
    """

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/access`."""
        return [
            route
            for path in (_PATH, f"{_PATH}/{{project}}")
            for route in (Route(path, self.share, methods=["PUT"]), Route(path, self.unshare, methods=["DELETE"]))
        ]

    async def share(self, request: Request) -> Response:
        """Lend it to one project or to all, with `readOnly` for reading alone."""
        repository, project = self._ends(request)
        shared = {**repository.shared, project: paging.flag(request.query_params, "readOnly")}
        self._platform.state.repositories.put(replace(repository, shared=shared))
        return no_content()

    async def unshare(self, request: Request) -> Response:
        """Take it back. Inferred: also if it was not lent."""
        repository, project = self._ends(request)
        shared = {name: read_only for name, read_only in repository.shared.items() if name != project}
        self._platform.state.repositories.put(replace(repository, shared=shared))
        return no_content()

    def _ends(self, request: Request) -> tuple[RepositoryRecord, str]:
        """The repository and the project, for administrators."""
        self._gate.access(request).require_admin()
        key, project = str(request.path_params["repository"]), str(request.path_params.get("project", ALL_PROJECTS))
        repository = self._platform.state.repositories.get(key)
        if repository is None:
            raise not_found(Message.REPOSITORY_NOT_FOUND.format(name=key))
        if project != ALL_PROJECTS and project not in self._platform.state.projects:
            raise not_found(Message.PROJECT_NOT_FOUND.format(name=project))
        return repository, project
