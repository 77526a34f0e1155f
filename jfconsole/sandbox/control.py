"""`/_sandbox`: the strings behind the stage. Nothing here exists on a real platform."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox.faults import Fault, FaultBook
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.request_log import RequestLog
from jfconsole.sandbox.seed import BOOTSTRAP_TOKEN_ID, initial_settings, plant
from jfconsole.sandbox.settings import Settings
from jfconsole.sandbox.signing import BadToken
from jfconsole.sandbox.token_values import TokenValues, claims_of

_SECRET_FIELDS = ("password", "api_key", "private_keys")
Work = Callable[[Request], Awaitable[object]]


class _Time(msgspec.Struct, forbid_unknown_fields=True):
    """One of: the moment it shall be, the distance to the machine's clock, or how far to move."""

    now: float | None = None
    frozen: bool = False
    offset: float | None = None
    advance: float | None = None


class _Future(msgspec.Struct, forbid_unknown_fields=True):
    enabled: bool


class Guard:
    """Lets nobody pull the strings but the token announced at start, and other administrators'."""

    def __init__(self, values: TokenValues) -> None:
        self._values = values

    def guarded(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that answers with what `work` returns, as JSON; a body it cannot read is a 400."""

        async def endpoint(request: Request) -> Response:
            self._require_admin(request)
            try:
                answer = await work(request)
            except msgspec.MsgspecError as error:
                raise HTTPException(400, str(error)) from error
            return Response(msgspec.json.encode(answer), media_type="application/json")

        return endpoint

    def _require_admin(self, request: Request) -> None:
        """The announced token is good for ever here, even revoked; others must hold and be administrators'."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() == "bearer" and self._is_admin(value.strip()):
                return
        except BadToken:
            pass
        raise HTTPException(401, "an administrator's access token is needed")

    def _is_admin(self, value: str) -> bool:
        if self._values.identify(value).jti == BOOTSTRAP_TOKEN_ID:
            return True
        return "applied-permissions/admin" in self._values.check(value).scp.split()


class ControlArea:
    """Watching, breaking, moving in time and starting over."""

    def __init__(
        self, platform: Platform, guard: Guard, values: TokenValues, log: RequestLog, faults: FaultBook
    ) -> None:
        self._platform = platform
        self._guard = guard
        self._values = values
        self._log = log
        self._faults = faults

    def routes(self) -> list[Route]:
        """Routes under `/_sandbox`."""
        table: list[tuple[str, str, Work]] = [
            ("DELETE", "/", self.reset_all),
            ("GET", "/requests", self.requests),
            ("DELETE", "/requests", self.forget_requests),
            ("GET", "/changes", self.changes),
            ("GET", "/state", self.state),
            ("POST", "/state", self.add_state),
            ("DELETE", "/state", self.reset_state),
            ("GET", "/tokens/{token_id}", self.token),
            ("GET", "/faults", self.faults),
            ("POST", "/faults", self.arm),
            ("DELETE", "/faults", self.disarm),
            ("GET", "/clock", self.clock),
            ("POST", "/clock", self.set_clock),
            ("POST", "/future", self.set_future),
            ("GET", "/settings", self.settings),
            ("POST", "/settings", self.set_settings),
            ("DELETE", "/settings", self.default_settings),
        ]
        return [Route(path, self._guard.guarded(work), methods=[method]) for method, path, work in table]

    async def reset_all(self, request: Request) -> object:
        """Everything as just started: faults, clock, settings, future, logs, state."""
        self._faults.arm([])
        self._platform.clock.shift(0)
        self._platform.keep_clock()
        self._platform.configure(initial_settings(self._platform.seed))
        self._platform.future = False
        self._log.clear()
        return await self.reset_state(request)

    async def requests(self, request: Request) -> object:
        """Arrivals, those after `since` if given."""
        since = _since(request)
        return {"requests": [arrival.shown() for arrival in self._log.arrivals if arrival.seq > since]}

    async def forget_requests(self, request: Request) -> object:
        """Empty the log."""
        self._log.clear()
        return {}

    async def changes(self, request: Request) -> object:
        """Objects created, updated and deleted since the last reset, those after `since` if given."""
        since = _since(request)
        return {"changes": [change for change in self._platform.state.changes if change.seq > since]}

    async def state(self, request: Request) -> object:
        """Every object without its secrets, sorted by key: equal states give equal bytes."""
        return {"seed": self._platform.seed} | {
            store.kind: [_without_secrets(row) for row in sorted(store, key=lambda row: row.key)]
            for store in self._platform.state.stores()
        }

    async def add_state(self, request: Request) -> object:
        """Put in the objects of the body, lists by kind, past every check of the platform."""
        self._platform.state.take(msgspec.json.decode(await request.body(), type=dict[str, list[Any]]))
        return {}

    async def reset_state(self, request: Request) -> object:
        """Plant the seed again."""
        plant(self._platform)
        return {}

    async def token(self, request: Request) -> object:
        """The secrets of a stored token, which a real platform shows once."""
        record = self._platform.state.tokens.get(request.path_params["token_id"])
        if record is None:
            raise HTTPException(404, "no such token is stored")
        secrets = {"access_token": self._values.access(record), "claims": claims_of(record)}
        if record.reference:
            secrets["reference_token"] = self._values.reference(record)
        if record.key in self._platform.state.refreshes:
            secrets["refresh_token"] = self._values.refresh(record.key)
        return secrets

    async def faults(self, request: Request) -> object:
        """The rules in force."""
        return {"faults": self._faults.shown()}

    async def arm(self, request: Request) -> object:
        """Replace all rules by those of the body, a list."""
        self._faults.arm(msgspec.json.decode(await request.body(), type=list[Fault]))
        return await self.faults(request)

    async def disarm(self, request: Request) -> object:
        """No more faults."""
        self._faults.arm([])
        return await self.faults(request)

    async def clock(self, request: Request) -> object:
        """The sandbox's time."""
        clock = self._platform.clock
        return {"now": clock.precise(), "offset": clock.offset, "frozen": clock.frozen}

    async def set_clock(self, request: Request) -> object:
        """Move in time."""
        wanted, clock = msgspec.json.decode(await request.body(), type=_Time), self._platform.clock
        if wanted.now is not None:
            clock.set(wanted.now, frozen=wanted.frozen)
        if wanted.offset is not None:
            clock.shift(wanted.offset)
        if wanted.advance is not None:
            clock.advance(wanted.advance)
        self._platform.keep_clock()
        return await self.clock(request)

    async def set_future(self, request: Request) -> object:
        """Answer as a later release, or no longer."""
        self._platform.future = msgspec.json.decode(await request.body(), type=_Future).enabled
        return {"enabled": self._platform.future}

    async def settings(self, request: Request) -> object:
        """The settings in force."""
        return self._platform.settings

    async def set_settings(self, request: Request) -> object:
        """Change those named in the body."""
        changed = msgspec.to_builtins(self._platform.settings) | msgspec.json.decode(
            await request.body(), type=dict[str, Any]
        )
        self._platform.configure(msgspec.convert(changed, Settings))
        return self._platform.settings

    async def default_settings(self, request: Request) -> object:
        """Back to those of the start."""
        self._platform.configure(initial_settings(self._platform.seed))
        return self._platform.settings


def _since(request: Request) -> int:
    text = request.query_params.get("since", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


def _without_secrets(row: object) -> object:
    fields = msgspec.to_builtins(row)
    return {name: value for name, value in fields.items() if name not in _SECRET_FIELDS}
