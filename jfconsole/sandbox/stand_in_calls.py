"""`/_sandbox/idp`: stand-ins as jobs and verifiers see them, and the strings behind them."""

import hmac
import re

import msgspec
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jfconsole.sandbox.control import Guard
from jfconsole.sandbox.jose import ALGORITHMS
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import StandInRecord
from jfconsole.sandbox.stand_ins import DISCOVERY, JWKS, PATH, NoStandIn, StandIns

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class _StandIn(msgspec.Struct, forbid_unknown_fields=True):
    """What can be set; whatever is left out stays."""

    claims: dict[str, object] | None = None
    algorithm: str | None = None
    lifetime: int | None = None
    clock_offset: float | None = None


class _Rotation(msgspec.Struct, forbid_unknown_fields=True):
    keep: bool = False


class _Token(msgspec.Struct, forbid_unknown_fields=True):
    audience: str | None = None
    claims: dict[str, object] = {}
    header: dict[str, object] = {}


class StandInsArea:
    """Discovery, keys and tokens for anyone who could have them from the real service; the rest for administrators."""

    def __init__(self, platform: Platform, guard: Guard, stand_ins: StandIns) -> None:
        self._platform = platform
        self._guard = guard
        self._stand_ins = stand_ins

    def routes(self) -> list[Route]:
        """Routes under `/_sandbox`."""
        one, guarded = "/idp/{name}", self._guard.guarded
        return [
            Route("/idp", guarded(self.list_stand_ins), methods=["GET"]),
            Route(one, guarded(self.get), methods=["GET"]),
            Route(one, guarded(self.set), methods=["PUT"]),
            Route(one, guarded(self.delete), methods=["DELETE"]),
            Route(f"{one}/rotate", guarded(self.rotate), methods=["POST"]),
            Route(f"{one}/token", guarded(self.compose), methods=["POST"]),
            Route(f"{one}/token", self.token, methods=["GET"]),
            Route(f"{one}{DISCOVERY}", self.discovery, methods=["GET"]),
            Route(f"{one}{JWKS}", self.jwks, methods=["GET"]),
        ]

    async def list_stand_ins(self, request: Request) -> object:
        """Their names."""
        return {"idps": self._stand_ins.names()}

    async def get(self, request: Request) -> object:
        """Where one is, what it says, and what a job needs to ask it for a token."""
        record, base = self._named(request), _base(request)
        shown = {name: getattr(record, name) for name in ("name", "claims", "algorithm", "lifetime", "clock_offset")}
        return shown | {
            "issuer": self._stand_ins.issuer(record.name, base),
            "discovery_url": f"{base}{PATH}/{record.name}{DISCOVERY}",
            "request_url": f"{base}{PATH}/{record.name}/token?api-version=2.0",
            "request_token": self._request_token(record),
        }

    async def set(self, request: Request) -> object:
        """Make one, or change what it says."""
        name, wanted = str(request.path_params["name"]), msgspec.json.decode(await request.body(), type=_StandIn)
        if not _NAME.fullmatch(name):
            raise HTTPException(400, "a name is of lower-case letters, digits, dots, hyphens and underscores")
        if wanted.algorithm is not None and wanted.algorithm not in ALGORITHMS:
            raise HTTPException(400, f"the algorithm must be one of {', '.join(ALGORITHMS)}")
        try:
            record = self._stand_ins.get(name)
        except NoStandIn:
            record = StandInRecord(name, claims={"sub": name})
        changes = {field: value for field, value in msgspec.structs.asdict(wanted).items() if value is not None}
        self._stand_ins.save(replace(record, **changes))
        return await self.get(request)

    async def delete(self, request: Request) -> object:
        """Forget one; a known one is as at first then."""
        self._platform.state.stand_ins.delete(self._named(request).name)
        return {}

    async def rotate(self, request: Request) -> object:
        """Sign with a new key; `keep` says whether the old ones stay published."""
        wanted = msgspec.json.decode(await request.body() or b"{}", type=_Rotation)
        self._stand_ins.rotate(self._named(request), keep=wanted.keep)
        return self._stand_ins.jwks(self._named(request))

    async def compose(self, request: Request) -> object:
        """A token that says what it is told to say, true or not."""
        wanted, record = msgspec.json.decode(await request.body() or b"{}", type=_Token), self._named(request)
        issuer = self._stand_ins.issuer(record.name, _base(request))
        claims = self._stand_ins.token(record, issuer, wanted.audience, wanted.claims)
        return {"value": self._stand_ins.sign(record, claims, wanted.header), "claims": claims}

    async def token(self, request: Request) -> Response:
        """What a job gets for its request token, in the form of GitHub's runner (actions/toolkit oidc-utils.ts)."""
        record = self._named(request)
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(value.encode(), self._request_token(record).encode()):
            raise HTTPException(401, "a job's request token is needed")
        issuer = self._stand_ins.issuer(record.name, _base(request))
        claims = self._stand_ins.token(record, issuer, request.query_params.get("audience"), {})
        value = self._stand_ins.sign(record, claims, {})
        return JSONResponse({"count": len(value), "value": value})

    async def discovery(self, request: Request) -> Response:
        """The discovery document."""
        name = self._named(request).name
        return JSONResponse(self._stand_ins.discovery(name, self._stand_ins.issuer(name, _base(request))))

    async def jwks(self, request: Request) -> Response:
        """The public keys."""
        return JSONResponse(self._stand_ins.jwks(self._named(request)))

    def _named(self, request: Request) -> StandInRecord:
        try:
            return self._stand_ins.get(str(request.path_params["name"]))
        except NoStandIn as error:
            raise HTTPException(404, "there is no such stand-in") from error

    def _request_token(self, record: StandInRecord) -> str:
        return self._platform.root.derive(f"job of {record.name}").hex()


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
