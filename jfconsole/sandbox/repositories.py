"""`/artifactory/api/repositories`: repositories and their configurations."""

from collections.abc import Iterable

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import repository_bodies as bodies
from jfconsole.sandbox.access_rules import Rights
from jfconsole.sandbox.auth import Caller, Gate, denied
from jfconsole.sandbox.errors import Message, Refusal, bad_request
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import RepositoryRecord
from jfconsole.sandbox.replies import base_url, json_reply

_PATH = "/api/repositories"
_TYPE = "application/vnd.org.jfrog.artifactory.repositories.{name}+json"


class RepositoriesArea:
    """Repositories (help pages "Get Repositories", "Repository Configuration", "Create Repository" and others)."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`. `configurations` and `existence` come before the keys: they are none."""
        return [
            Route(_PATH, self.list_repositories, methods=["GET"]),
            Route(f"{_PATH}/configurations", self.configurations, methods=["GET"]),
            Route(f"{_PATH}/existence", self.existence, methods=["GET"]),
            Route("/api/v2/repositories/batch", self.batch, methods=["GET"]),
            Route(f"{_PATH}/{{key}}", self.get, methods=["GET"]),
            Route(f"{_PATH}/{{key}}", self.create, methods=["PUT"]),
            Route(f"{_PATH}/{{key}}", self.update, methods=["POST"]),
            Route(f"{_PATH}/{{key}}", self.delete, methods=["DELETE"]),
        ]

    async def list_repositories(self, request: Request) -> Response:
        """All repositories the caller can read, by key. Inferred: those without rights get an empty list."""
        rights = Rights(self._platform, self._gate.reader(request))
        query, base = request.query_params, base_url(self._platform, request)
        found = (
            bodies.listed(repository, base)
            for repository in self._sorted()
            if _fits(repository.rclass, query.get("type"))
            and _fits(repository.package_type, query.get("packageType"))
            and _fits(repository.project_key or "", query.get("project"))
            and rights.may_see(repository)
        )
        reply = json_reply(list(found), media_type=_TYPE.format(name="RepositoryDetailsList"))
        reply.headers["cache-control"] = "no-store"
        return reply

    async def configurations(self, request: Request) -> Response:
        """Full configurations, grouped by class. Inferred: the names of the groups."""
        self._gate.artifactory_admin(request)
        query = request.query_params
        grouped: dict[str, list[object]] = {}
        for repository in self._sorted():
            if _fits(repository.rclass, query.get("repoType")) and _fits(
                repository.package_type, query.get("packageType")
            ):
                grouped.setdefault(repository.rclass.upper(), []).append(bodies.configuration(repository))
        return json_reply(grouped)

    async def existence(self, request: Request) -> Response:
        """Whether `repoKey` is taken. Inferred: the form of question and answer."""
        self._gate.artifactory(request)
        key = request.query_params.get("repoKey", "")
        return json_reply({"exists": self._taken(key)})

    async def batch(self, request: Request) -> Response:
        """The configurations of the repositories in `names`; unknown ones are left out. Since 7.84.3.

        Inferred: the answer is a list, without those the caller cannot read.
        """
        caller = self._gate.artifactory(request)
        if not self._platform.emulation.has_repository_batch:
            raise Refusal(404, Message.NOT_FOUND)
        rights = Rights(self._platform, caller)
        names = dict.fromkeys(request.query_params.getlist("names"))
        found = (self._platform.state.repositories.get(name) for name in names)
        return json_reply([self._shown(caller, row) for row in found if row is not None and rights.may_see(row)])

    async def get(self, request: Request) -> Response:
        """One configuration, in part for those who do not administer the platform; 400 if there is none."""
        caller = self._gate.artifactory(request)
        repository = self._named(request)
        if not Rights(self._platform, caller).may_see(repository):
            raise denied(caller, Message.FORBIDDEN)
        kind = f"{repository.rclass.capitalize()}RepositoryConfiguration"
        return json_reply(self._shown(caller, repository), media_type=_TYPE.format(name=kind))

    async def create(self, request: Request) -> Response:
        """Make a repository."""
        self._gate.artifactory_admin(request)
        key = _key(request)
        if self._taken(key):
            raise bad_request(Message.REPOSITORY_EXISTS)
        self._platform.state.repositories.put(bodies.created(self._platform, key, await f.read_json(request)))
        return PlainTextResponse(f"Successfully created repository '{key}' \n")

    async def update(self, request: Request) -> Response:
        """Change a repository."""
        self._gate.artifactory_admin(request)
        repository = bodies.updated(self._platform, self._named(request), await f.read_json(request))
        self._platform.state.repositories.put(repository)
        return PlainTextResponse(f"Repository {repository.key} update successfully.\n")

    async def delete(self, request: Request) -> Response:
        """Remove a repository with all in it; permissions on it stay, and cover nothing any more. Inferred: that."""
        self._gate.artifactory_admin(request)
        key, state = self._named(request).key, self._platform.state
        for artifact in [artifact for artifact in state.artifacts if artifact.repository == key]:
            state.artifacts.delete(artifact.key)
        for folder in [folder for folder in state.folders if folder.repository == key]:
            state.folders.delete(folder.key)
        for other in [other for other in state.repositories if key in other.repositories]:
            state.repositories.put(replace(other, repositories=[name for name in other.repositories if name != key]))
        state.repositories.delete(key)
        return PlainTextResponse(f"Repository {key} and all its content have been removed successfully.\n")

    def _shown(self, caller: Caller, repository: RepositoryRecord) -> dict[str, object]:
        return bodies.configuration(repository, partial=not caller.admin)

    def _taken(self, key: str) -> bool:
        return any(repository.key.lower() == key.lower() for repository in self._platform.state.repositories)

    def _sorted(self) -> Iterable[RepositoryRecord]:
        return sorted(self._platform.state.repositories, key=lambda repository: repository.key)

    def _named(self, request: Request) -> RepositoryRecord:
        """Artifactory says 400, not 404, of a repository it does not have
        (CHANGELOG of jfrog/terraform-provider-artifactory, #1018)."""
        repository = self._platform.state.repositories.get(_key(request))
        if repository is None:
            raise bad_request(Message.REPOSITORY_NOT_FOUND.format(name=_key(request)))
        return repository


def _key(request: Request) -> str:
    return str(request.path_params["key"])


def _fits(value: str, wanted: str | None) -> bool:
    return not wanted or value == wanted.lower()
