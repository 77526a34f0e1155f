"""Minting: policy, signature and one durable audit row, before a token is handed out.

Callers who come at the same time share one transaction, and its one fsync: the first of them commits for all.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuer_errors import Damaged, MintRefused, VaultLocked
from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.minting import Denied, MintContext, MintRequest, decide
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.issuer import audit, records
from jfconsole.issuer.key_material import Sign, base64url, load, signing
from jfconsole.issuer.loading import KEY_VERSION, PUBLISHED, load_state
from jfconsole.issuer.sealing import DataKey, compact
from jfconsole.issuer.store import Store, get_meta
from jfconsole.issuer.vault import Vault

TOKEN_LIMIT: Final = 8192
"""Bytes of a token: more does not fit into the header of a request everywhere."""

CLOCK_SLACK: Final = 300
"""Seconds that the clock may have gone back since the last token."""

_ID_BYTES: Final = 16
"""Random bytes of a `jti`, as many as a UUID has."""


class MintedToken(NamedTuple):
    """A token and what it says. `ttl` in seconds is what it really got."""

    jwt: Secret
    kid: str
    role: str
    ttl: int
    claims: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """What a token would say: nothing was signed."""

    kid: str
    claims: Mapping[str, Json]


@dataclass(slots=True)
class _Job:
    """One caller's request, and what came of it."""

    request: MintRequest
    row: JsonObject = field(default_factory=dict)
    token: MintedToken | None = None
    error: ConsoleError | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class _Signer:
    """A key at work, and the header that every token under it has."""

    sign: Sign
    kid: str
    header: str


@dataclass(frozen=True, slots=True)
class _Decision:
    """What a request comes to: the claims and the audit row, but for the `jti` that each token has of its own."""

    claims: JsonObject
    ttl: int
    row: JsonObject


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all tokens of one role have in common that are minted in the same second.

    `decisions`: what was decided for requests without claims, by the rest of the request; they come in crowds.
    """

    issuer: JwtIssuer
    role: IssuerRole
    context: MintContext
    signer: _Signer
    verbose: bool
    decisions: dict[tuple[tuple[str, ...], str, int | None], _Decision] = field(default_factory=dict)


@dataclass(slots=True)
class _Opened:
    """What the unlocked vault gave, for one state of the store."""

    stamp: tuple[str | None, str | None]
    state: IssuerState
    signers: dict[str, _Signer] = field(default_factory=dict)
    now: int = 0
    desks: dict[tuple[str, str], _Desk] = field(default_factory=dict)

    def at(self, now: int) -> None:
        """What holds for one second is not worked out anew for each token."""
        if now != self.now:
            self.now, self.desks = now, {}


class Minter:
    """Mints for any number of threads. `clock` gives epoch seconds, `actor` stands in the audit trail."""

    def __init__(self, store: Store, vault: Vault, actor: str, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._vault = vault
        self._actor = actor
        self._clock = clock
        self._turn = threading.Lock()
        self._queue = threading.Lock()
        self._waiting: list[_Job] = []
        self._opened: _Opened | None = None
        vault.on_lock(self._forget)

    def mint(self, request: MintRequest) -> MintedToken:
        """A token, once its audit row is durable.

        Raises MintRefused with the rule, VaultLocked, StoreClosed when the row cannot be written, Damaged.
        """
        job = _Job(request)
        self._run([job])
        return _result(job)

    def mint_many(self, requests: Iterable[MintRequest]) -> list[MintedToken | ConsoleError]:
        """As `mint` for each, with one commit for all; what was refused stands in its place."""
        jobs = [_Job(request) for request in requests]
        self._run(jobs)
        return [job.error or _result(job) for job in jobs]

    def validate(self, request: MintRequest) -> Validated:
        """What `mint` would sign, while the vault is locked too. Nothing is written. Raises MintRefused."""
        now = int(self._clock())
        with self._store.reading() as db:
            state = load_state(db)
        try:
            issuer, role = _found(state, request)
            claims = decide(request, issuer, role, self._context(state, request.issuer, now))
        except Denied as denied:
            raise MintRefused(denied.refusal) from denied
        return Validated(kid=state.keys[state.signing_key(request.issuer, now)].active.kid, claims=claims)

    # -- one batch -------------------------------------------------------------------------------------

    def _run(self, jobs: Sequence[_Job]) -> None:
        """Queue, then wait for the turn: whoever has it mints for all who wait."""
        with self._queue:
            self._waiting.extend(jobs)
        with self._turn:
            if all(job.done for job in jobs):
                return
            with self._queue:
                batch, self._waiting = self._waiting, []
            try:
                self._mint_batch(batch)
            except BaseException as error:
                known = error if isinstance(error, ConsoleError) else None
                for job in batch:
                    job.token, job.error = None, known or _failed_together()
                if known is None:
                    raise
            finally:
                for job in batch:
                    job.done = True

    def _mint_batch(self, batch: Sequence[_Job]) -> None:
        """Raises StoreClosed when nothing could be committed: then no token leaves."""
        now = self._clock()
        try:
            seal: DataKey | None = self._vault.key()
        except VaultLocked as locked:
            seal = None
            for job in batch:
                job.error = locked
                job.row = self._row(job.request, "refused", {"rule": "vault-locked"})
        with self._store.writing() as db:
            if seal is not None:
                opened = self._current(db, seal)
                opened.at(int(now))
                behind = now < audit.tail(db).minted - CLOCK_SLACK
                for job in batch:
                    self._mint_one(db, seal, opened, job, behind=behind)
            rows = [job.row for job in batch]
            audit.append(db, seal, rows, now, minted=any(job.token for job in batch))

    def _mint_one(self, db: sqlite3.Connection, seal: DataKey, opened: _Opened, job: _Job, *, behind: bool) -> None:
        request = job.request
        try:
            if behind:
                raise Denied("clock", "The clock is behind the last token by more than five minutes", "set the clock")
            desk = opened.desks.get((request.issuer, request.role)) or self._desk(db, seal, opened, request)
            decision = self._decision(desk, request)
            token = _signed(desk, decision)
        except Denied as denied:
            job.error = MintRefused(denied.refusal)
            job.row = self._row(request, "refused", {"rule": denied.refusal.rule, "reason": denied.refusal.sentence})
        except Damaged as error:
            job.error = error
            job.row = self._row(request, "refused", {"rule": "damaged"})
        else:
            job.token = token
            job.row = {**decision.row, "jti": token.claims["jti"]}
            if desk.verbose:
                job.row["claims"] = dict(token.claims)

    def _desk(self, db: sqlite3.Connection, seal: DataKey, opened: _Opened, request: MintRequest) -> _Desk:
        """Raises Denied for an issuer or a role that is not there, Damaged."""
        issuer, role = _found(opened.state, request)
        context = self._context(opened.state, issuer.name, opened.now)
        signer = self._signer(db, seal, opened, opened.state.signing_key(issuer.name, opened.now))
        desk = _Desk(issuer, role, context, signer, issuer.verbose_logging or role.verbose_logging)
        opened.desks[issuer.name, role.name] = desk
        return desk

    def _decision(self, desk: _Desk, request: MintRequest) -> _Decision:
        """Raises Denied with the rule that stands in the way."""
        asked = (request.audiences, request.subject, request.ttl)
        found = None if request.claims else desk.decisions.get(asked)
        if found is None:
            claims = decide(request, desk.issuer, desk.role, desk.context)
            expires = claims["exp"]
            assert isinstance(expires, int)
            said = {"kid": desk.signer.kid, "sub": claims["sub"], "aud": claims.get("aud"), "exp": expires}
            found = _Decision(claims, expires - desk.context.now, self._row(request, "minted", said))
            if not request.claims:
                desk.decisions[asked] = found
        return found

    def _signer(self, db: sqlite3.Connection, seal: DataKey, opened: _Opened, name: str) -> _Signer:
        found = opened.signers.get(name)
        if found is None:
            record = opened.state.keys[name]
            stored = records.find(db, (KEY_VERSION, name, record.active.version))
            if stored is None:
                raise Damaged(f"The private key of {name} is missing", "Restore a backup")
            key = load(stored.secret(seal), record.active.jwk, record.key.cipher)
            kid = record.active.kid
            header = compact({"alg": record.key.cipher.algorithm, "kid": kid, "typ": "JWT"})
            found = opened.signers[name] = _Signer(signing(key), kid, base64url(header))
        return found

    def _current(self, db: sqlite3.Connection, seal: DataKey) -> _Opened:
        """The configuration as of this transaction: read and checked anew when somebody changed or published it."""
        stamp = get_meta(db, "generation"), get_meta(db, PUBLISHED)
        opened = self._opened
        if opened is None or opened.stamp != stamp:
            records.verify(db, seal)
            opened = self._opened = _Opened(stamp, load_state(db))
        return opened

    def _forget(self) -> None:
        self._opened = None

    def _context(self, state: IssuerState, issuer: str, now: int) -> MintContext:
        variables = {"SYS_TENANT": state.tenant, "SYS_USERNAME": self._actor}
        return MintContext(issuer_url=state.url(issuer), variables=variables, now=now)

    def _row(self, request: MintRequest, outcome: str, facts: JsonObject) -> JsonObject:
        return {
            "event": "mint",
            "actor": self._actor,
            "issuer": request.issuer,
            "role": request.role,
            "asked": {"audiences": list(request.audiences), "subject": request.subject, "ttl": request.ttl},
            "outcome": outcome,
            **facts,
        }


def _signed(desk: _Desk, decision: _Decision) -> MintedToken:
    """Raises Denied for a token that fits nowhere."""
    claims: JsonObject = {**decision.claims, "jti": os.urandom(_ID_BYTES).hex()}
    signer = desk.signer
    signed = f"{signer.header}.{base64url(compact(claims))}"
    token = f"{signed}.{base64url(signer.sign(signed.encode()))}"
    if len(token) > TOKEN_LIMIT:
        raise Denied("token-size", f"The token would have {len(token)} bytes", f"{TOKEN_LIMIT} at most")
    return MintedToken(jwt=Secret(token), kid=signer.kid, role=desk.role.key, ttl=decision.ttl, claims=claims)


def _found(state: IssuerState, request: MintRequest) -> tuple[JwtIssuer, IssuerRole]:
    """Raises Denied for an issuer or a role that is not there."""
    if request.issuer not in state.issuers:
        raise Denied("issuer-unknown", f"There is no issuer {request.issuer[:80]!r}", ", ".join(state.issuers))
    role = state.roles.get(f"{request.issuer}/{request.role}")
    if role is None:
        there = ", ".join(each.name for each in state.roles.values() if each.issuer == request.issuer)
        raise Denied("role-unknown", f"The issuer {request.issuer} has no role {request.role[:80]!r}", there)
    return state.issuers[request.issuer].issuer, role


def _failed_together() -> ConsoleError:
    return ConsoleError("Nothing was minted: a request that came at the same time broke off", "Try again")


def _result(job: _Job) -> MintedToken:
    if job.error is not None:
        raise job.error
    assert job.token is not None
    return job.token
