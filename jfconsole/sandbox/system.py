"""System endpoints of Artifactory, Access and the router: the first calls of every client."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.platform import Platform

_VERSION_TYPE = "application/vnd.org.jfrog.artifactory.system.Version+json"
_LICENSE_HASH = hashlib.sha256(b"sandbox licence").hexdigest()[:40]
_ADDONS = ["build", "docker", "properties", "rest", "search", "sso", "watch"]
_ENTITLEMENTS = {
    "EVENT_BASED_PULL_REPLICATION": True,
    "SMART_REMOTE_TARGET_FOR_EDGE": False,
    "REPO_REPLICATION": True,
    "MULTIPUSH_REPLICATION": True,
}
_LICENSE_TYPE = "Enterprise Plus"
_LICENSE_DAYS = 400


class SystemArea:
    """Pings, versions, health, certificate, licence (help pages "System Ping", "Version and Add-ons", ...)."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def artifactory_routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route("/api/system/ping", self.artifactory_ping, methods=["GET"]),
            Route("/api/v1/system/readiness", self.probe, methods=["GET"]),
            Route("/api/v1/system/liveness", self.probe, methods=["GET"]),
            Route("/api/system/version", self.artifactory_version, methods=["GET"]),
            Route("/api/system/service_id", self.service_id, methods=["GET"]),
            Route("/api/system/license", self.license, methods=["GET"]),
            Route("/api/system/licenses", self.licenses, methods=["GET"]),
            Route("/api/system/usage", self.usage, methods=["POST"]),
            Route("/api/system/configuration/baseUrl", self.base_url, methods=["PUT"]),
            Route("/api/security/encryptedPassword", self.encrypted_password, methods=["GET"]),
        ]

    def access_routes(self) -> list[Route]:
        """Routes under `/access`."""
        basic = "/api/v1/config/security/authentication/basic_authentication_enabled"
        return [
            Route("/api/v1/system/ping", self.access_ping, methods=["GET"]),
            Route("/api/v1/system/version", self.access_version, methods=["GET"]),
            Route("/api/v1/cert/root", self.root_certificate, methods=["GET"]),
            Route(basic, self.basic_enabled, methods=["GET"]),
            Route(basic, self.set_basic_enabled, methods=["PUT"]),
            Route("/api/v1/config/token/default_expiry", self.default_expiry, methods=["GET"]),
            Route("/api/v1/config/token/default_expiry", self.set_default_expiry, methods=["PUT"]),
        ]

    def router_routes(self) -> list[Route]:
        """Routes under `/router`."""
        return [
            Route("/api/v1/system/ping", self.router_ping, methods=["GET"]),
            Route("/api/v1/system/health", self.health, methods=["GET"]),
        ]

    async def artifactory_ping(self, request: Request) -> Response:
        """`OK` for anyone, but wrong credentials are refused."""
        self._gate.artifactory_or_anonymous(request)
        return PlainTextResponse("OK")

    async def probe(self, request: Request) -> Response:
        """Readiness and liveness."""
        self._gate.artifactory_or_anonymous(request)
        return _json({"code": "OK"})

    async def artifactory_version(self, request: Request) -> Response:
        """Version, revision and licence hash, for anyone who is known."""
        self._gate.artifactory(request)
        version = self._platform.emulation.artifactory
        body: dict[str, object] = {"version": str(version), "revision": version.revision, "addons": _ADDONS}
        body |= {"license": _LICENSE_HASH, "entitlements": _ENTITLEMENTS}
        return Response(msgspec.json.encode(body), media_type=_VERSION_TYPE)

    async def service_id(self, request: Request) -> Response:
        """Artifactory's service id."""
        self._gate.artifactory(request).require_admin()
        return PlainTextResponse(self._platform.identity.artifactory_id)

    async def license(self, request: Request) -> Response:
        """The licence in force."""
        self._gate.artifactory(request).require("system:info/licenses", "r")
        return _json(self._license() | {"subscriptionType": self._platform.settings.subscription})

    async def licenses(self, request: Request) -> Response:
        """The licences of all nodes: one."""
        self._gate.artifactory(request).require("system:info/licenses", "r")
        node = {"licenseHash": _LICENSE_HASH, "nodeId": self._platform.identity.node}
        return _json([self._license() | node | {"nodeUrl": _base(request), "expired": False}])

    def _license(self) -> dict[str, object]:
        end = datetime.fromtimestamp(self._platform.clock.now(), UTC) + timedelta(days=_LICENSE_DAYS)
        through = f"{end:%b} {end.day}, {end.year}"
        return {"type": _LICENSE_TYPE, "validThrough": through, "licensedTo": "Acme"}

    async def usage(self, request: Request) -> Response:
        """Usage reports of clients are welcome and forgotten."""
        self._gate.artifactory(request)
        return Response(status_code=200)

    async def base_url(self, request: Request) -> Response:
        """Set the address that the platform gives for itself. Inferred: the sentence of the answer."""
        self._gate.artifactory(request).require_admin()
        url = (await request.body()).decode(errors="replace").strip().rstrip("/")
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise bad_request(Message.INVALID_BASE_URL)
        self._platform.configure(msgspec.structs.replace(self._platform.settings, base_url=url))
        return PlainTextResponse(f'URL base has been successfully updated to "{url}".\n')

    async def encrypted_password(self, request: Request) -> Response:
        """A stand-in for the caller's password. Inferred: its form, `AP` and letters."""
        caller = self._gate.artifactory(request)
        sealed = self._platform.root.derive(f"password {caller.username}")
        return PlainTextResponse("AP" + base64.b32encode(sealed).decode().rstrip("="))

    async def access_ping(self, request: Request) -> Response:
        """`OK` or `{"status":"UP"}`, as the imitated release has it; credentials do not matter."""
        if self._platform.emulation.access_ping_is_json:
            return _json({"status": "UP"})
        return PlainTextResponse("OK")

    async def access_version(self, request: Request) -> Response:
        """The version is called `name` (jfrog/terraform-provider-shared util/util.go)."""
        self._gate.access(request)
        return _json({"name": str(self._platform.emulation.access)})

    async def root_certificate(self, request: Request) -> Response:
        """The certificate that tokens are signed with: base64 DER, or PEM if `formatted`."""
        self._gate.access(request).require_admin()
        if request.query_params.get("formatted", "").lower() == "true":
            return PlainTextResponse(self._platform.root.certificate_pem())
        return PlainTextResponse(self._platform.root.certificate_base64())

    async def basic_enabled(self, request: Request) -> Response:
        """Whether passwords are accepted; the cheapest question that only an administrator may ask."""
        self._gate.access(request).require_admin()
        return _json({"enabled": self._platform.settings.basic_authentication_enabled})

    async def set_basic_enabled(self, request: Request) -> Response:
        """Accept passwords, or no longer. Inferred: the answer repeats the setting."""
        self._gate.access(request).require_admin()
        enabled = (await f.read_json(request)).get("enabled")
        if not isinstance(enabled, bool):
            raise bad_request(Message.INVALID_FIELD.format(field="enabled"))
        settings = msgspec.structs.replace(self._platform.settings, basic_authentication_enabled=enabled)
        self._platform.configure(settings)
        return _json({"enabled": enabled})

    async def default_expiry(self, request: Request) -> Response:
        """Seconds that a token lasts if nobody says how long (help page "Get Token Default Expiry Value")."""
        self._gate.access(request).require_admin()
        return _json({"default_token_expiration": self._platform.settings.default_expiry})

    async def set_default_expiry(self, request: Request) -> Response:
        """Change it. Inferred: this call, from the other one; not above the maximum that is configured."""
        self._gate.access(request).require_admin()
        wanted, settings = f.whole(await f.read_json(request), "default_token_expiration"), self._platform.settings
        if wanted is None or 0 < settings.max_expiry < wanted:
            raise bad_request(Message.INVALID_FIELD.format(field="default_token_expiration"))
        self._platform.configure(msgspec.structs.replace(settings, default_expiry=wanted))
        return await self.default_expiry(request)

    async def router_ping(self, request: Request) -> Response:
        """`OK` for anyone."""
        return PlainTextResponse("OK")

    async def health(self, request: Request) -> Response:
        """State of the router and of the services behind it."""
        identity = self._platform.identity
        healthy = {"node_id": identity.node, "state": "HEALTHY", "message": "OK"}
        services = [{"service_id": name} | healthy for name in (identity.artifactory_id, identity.access_id)]
        return _json({"router": healthy, "services": services})


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
