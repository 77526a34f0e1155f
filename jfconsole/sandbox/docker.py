"""`/v2` and `/artifactory/api/docker/<repository>/v2`: enough of a registry to log in and to pull.

With the first, the repository is the first part of an image's name (help page "The Repository Path Method for Docker").
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import docker_images, scopes
from jfconsole.sandbox.auth import Caller, Gate, secret_of
from jfconsole.sandbox.content import Content
from jfconsole.sandbox.docker_images import PACKAGE_TYPES, Images
from jfconsole.sandbox.errors import Refusal, not_found
from jfconsole.sandbox.issuing import Issuer, TokenRequest
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ArtifactRecord
from jfconsole.sandbox.replies import json_reply

_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
_TOKEN_LIFE = 3600
"""Seconds (help page "How to Troubleshoot Docker Problems")."""
_CODES = {401: "UNAUTHORIZED", 403: "DENIED", 404: "NAME_UNKNOWN", 405: "UNSUPPORTED"}
_Work = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class _Missing:
    """How a registry says that something of a kind is not there (specification of Docker's registry API)."""

    code: str
    message: str


_NAME = _Missing("NAME_UNKNOWN", "repository name not known to registry")
_MANIFEST = _Missing("MANIFEST_UNKNOWN", "The named manifest is not known to the registry.")
_BLOB = _Missing("BLOB_UNKNOWN", "blob unknown to registry")


class DockerArea:
    """The registry. Passwords and access tokens are accepted as they are, and for a token of the registry's own."""

    def __init__(self, platform: Platform, gate: Gate, issuer: Issuer) -> None:
        self._platform = platform
        self._gate = gate
        self._issuer = issuer

    def routes(self) -> list[Route]:
        """Routes under `/v2`, in either place."""
        table: list[tuple[str, _Work, _Missing]] = [
            ("/", self.ping, _NAME),
            ("/token", self.token, _NAME),
            ("/_catalog", self.catalog, _NAME),
            ("/{name:path}/tags/list", self.tags, _NAME),
            ("/{name:path}/manifests/{reference}", self.manifest, _MANIFEST),
            ("/{name:path}/blobs/{reference}", self.blob, _BLOB),
        ]
        return [Route(path, self._guarded(work, missing), methods=["GET"]) for path, work, missing in table]

    async def ping(self, request: Request) -> Response:
        """An empty object for who may come in: what `docker login` looks for."""
        self._gate.reader(request)
        return json_reply({})

    async def token(self, request: Request) -> Response:
        """A bearer token for whom a password, or an access token as one, proves. Inferred: the latter comes back."""
        caller = self._gate.reader(request)
        value = self._new_token(caller) if caller.token_id is None else secret_of(request)
        return json_reply({"token": value, "access_token": value, "expires_in": _TOKEN_LIFE})

    def _new_token(self, caller: Caller) -> object:
        wanted = TokenRequest(
            username=None,
            scope=scopes.USER,
            expires_in=_TOKEN_LIFE,
            refreshable=False,
            description=None,
            audience="jfrt@*",
            include_reference_token=False,
            force_revocable=False,
            project_key=None,
        )
        record = self._issuer.issue(wanted, subject=caller.subject, expires_in=_TOKEN_LIFE, refreshable=False)
        return self._issuer.answer(record)["access_token"]

    async def catalog(self, request: Request) -> Response:
        """Images that the caller can pull: of the repository, or with its name in front of those of all."""
        caller, key = self._gate.reader(request), request.path_params.get("repository")
        if key is not None:
            return _page(request, "repositories", self._images(caller, str(key)).names(), {})
        found = docker_images.docker_repositories(iter(self._platform.state.repositories))
        names = [f"{one.key}/{image}" for one in found for image in self._readable(caller, one.key)]
        return _page(request, "repositories", names, {})

    def _readable(self, caller: Caller, key: str) -> list[str]:
        try:
            return self._images(caller, key).names()
        except Refusal:
            return []

    async def tags(self, request: Request) -> Response:
        """The tags of an image."""
        caller, (key, image) = self._gate.reader(request), _place(request)
        return _page(request, "tags", self._images(caller, key).tags(image), {"name": request.path_params["name"]})

    async def manifest(self, request: Request) -> Response:
        """A manifest by tag or digest; HEAD too."""
        caller, (key, image) = self._gate.reader(request), _place(request)
        record = self._images(caller, key).manifest(image, str(request.path_params["reference"]))
        return _file(record, docker_images.manifest_type(record))

    async def blob(self, request: Request) -> Response:
        """A layer or configuration by digest; HEAD too."""
        caller, (key, image) = self._gate.reader(request), _place(request)
        record = self._images(caller, key).blob(image, str(request.path_params["reference"]))
        return _file(record, record.media_type)

    def _images(self, caller: Caller, key: str) -> Images:
        content = Content(self._platform, caller)
        repository = content.item(key, "").repository
        if repository.package_type not in PACKAGE_TYPES:
            raise not_found(key)
        return Images(content, repository)

    def _guarded(self, work: _Work, missing: _Missing) -> _Work:
        async def endpoint(request: Request) -> Response:
            try:
                response = await work(request)
            except Refusal as refusal:
                response = self._refused(request, refusal, missing)
            response.headers.update(_VERSION)
            return response

        return endpoint

    def _refused(self, request: Request, refusal: Refusal, missing: _Missing) -> Response:
        """A refusal as registries send it, with the way to a token for who has not logged in."""
        code, message = _CODES.get(refusal.status, "UNKNOWN"), refusal.message
        if refusal.status == 404:
            code, message = missing.code, missing.message
        response = json_reply({"errors": [{"code": code, "message": message, "detail": None}]}, refusal.status)
        if refusal.status == 401:
            response.headers["WWW-Authenticate"] = self._challenge(request)
        return response

    def _challenge(self, request: Request) -> str:
        """Where to get a token, in the form that Artifactory gives it in public recordings; there, a password."""
        if request.url.path.endswith("/v2/token"):
            return 'Basic realm="Artifactory Realm"'
        base, key = str(request.base_url).rstrip("/"), request.path_params.get("repository")
        realm = f"{base}/v2/token" if key is None else f"{base}/artifactory/api/docker/{key}/v2/token"
        name = request.path_params.get("name")
        scope = f',scope="repository:{name}:pull"' if name else ""
        return f'Bearer realm="{realm}",service="{request.url.netloc}"{scope}'


def _place(request: Request) -> tuple[str, str]:
    """Key of the repository, and name of the image within it."""
    name = str(request.path_params["name"])
    key, _, image = name.partition("/")
    if "repository" in request.path_params:
        key, image = str(request.path_params["repository"]), name
    if not image:
        raise not_found(name)
    return key, image


def _file(record: ArtifactRecord, media_type: str) -> Response:
    """The bytes with the digest they have."""
    digest = docker_images.digest(record)
    headers = {"Docker-Content-Digest": digest, "ETag": f'"{digest}"'}
    return Response(record.content, headers=headers, media_type=media_type)


def _page(request: Request, kind: str, names: list[str], more: dict[str, object]) -> Response:
    """A list, or `n` names of it after `last`, and then a link to the rest (specification of Docker's registry API)."""
    query = request.query_params
    last, size = query.get("last", ""), query.get("n", "")
    rest = [name for name in sorted(names) if name > last]
    part = rest[: int(size)] if size.isascii() and size.isdigit() and int(size) else rest
    reply = json_reply({**more, kind: part})
    if len(part) < len(rest):
        reply.headers["Link"] = f'<{request.url.path}?n={size}&last={quote(part[-1])}>; rel="next"'
    return reply
