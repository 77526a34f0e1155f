"""What the issuer's store holds in public: keys with their versions, issuers, roles, registries. No secrets.

From it follows, for any point in time, which key signs and which keys are published: nobody has to act for a retired
key to leave, or for an announced one to take over. Times are epoch seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.registries import RemoteRegistry
from jfconsole.domain.transit_keys import SKEW, KeyState, KeyVersion, TransitKey

_NEVER: Final = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A transit key with its versions, oldest first."""

    key: TransitKey
    versions: tuple[KeyVersion, ...]

    @property
    def active(self) -> KeyVersion:
        """The version that signs."""
        return next(version for version in self.versions if version.state is KeyState.ACTIVE)

    @property
    def next(self) -> KeyVersion:
        """The version that will sign."""
        return next(version for version in self.versions if version.state is KeyState.NEXT)

    def due(self) -> int | None:
        """When it is to rotate by itself; None for never."""
        started = self.active.activated or self.active.created
        return started + self.key.rotate_period if self.key.rotate_period else None


@dataclass(frozen=True, slots=True)
class Switch:
    """An issuer's change to another key: published from `announced` on, signing from `effective` on."""

    key: str
    announced: int
    effective: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerRecord:
    """An issuer with its changes of key, oldest first.

    `cached_until`: a JWKS fetched under a longer `jwks-max-age` may be in use until then; `tokens_until`: a token
    minted under a longer `max-ttl` may.
    """

    issuer: JwtIssuer
    switches: tuple[Switch, ...]
    cached_until: int = 0
    tokens_until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The documents of an issuer as they were last exported. `kids`: since when each was in them, none forgotten."""

    directory: str
    first: int
    last: int
    digest: str
    kids: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerState:
    """Everything public in the store. Roles by `issuer/role`, secrets (what they hold, not their values) likewise;
    registries by address.

    `revisions` says how often each secret was written: its values tell nothing of a change.
    """

    tenant: str
    public_base: str
    generation: int = 0
    keys: Mapping[str, KeyRecord] = field(default_factory=dict)
    issuers: Mapping[str, IssuerRecord] = field(default_factory=dict)
    roles: Mapping[str, IssuerRole] = field(default_factory=dict)
    vaults: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)
    publications: Mapping[str, Publication] = field(default_factory=dict)
    registries: Mapping[str, RemoteRegistry] = field(default_factory=dict)

    def url(self, issuer: str) -> str:
        """The URL of an issuer: its `iss`."""
        return self.issuers[issuer].issuer.url(self.public_base, self.tenant)

    def users_of(self, key: str, now: int) -> tuple[str, ...]:
        """The issuers whose JWKS has this key, or will have it."""
        return tuple(name for name in self.issuers if key in self.published_keys(name, now))

    def registries_with(self, *, role: str = "", secret: str = "") -> tuple[str, ...]:
        """The registries with an entry that sends tokens of this role, or this secret."""
        return tuple(
            registry.address
            for registry in self.registries.values()
            if any(entry.role_key == role and entry.secret_key == secret for entry in registry.credentials)
        )

    def signing_key(self, issuer: str, now: int) -> str:
        """The name of the key that signs for an issuer at this time."""
        return self.issuers[issuer].switches[self._current(issuer, now)].key

    def published_keys(self, issuer: str, now: int) -> tuple[str, ...]:
        """The keys in the JWKS: the one that signs, those to come, and earlier ones whose tokens may still be good."""
        record, current = self.issuers[issuer], self._current(issuer, now)
        names = [switch.key for switch in record.switches[current:]]
        for number in range(current):
            until = max(self._takes_over(issuer, number + 1) + record.issuer.max_ttl, record.tokens_until)
            if now < until + record.issuer.jwks_max_age + SKEW:
                names.append(record.switches[number].key)
        return tuple(dict.fromkeys(names))

    def published_versions(self, issuer: str, now: int) -> Iterator[KeyVersion]:
        """The key versions in the JWKS at this time."""
        for name in self.published_keys(issuer, now):
            yield from (version for version in self.keys[name].versions if version.is_published(now))

    def ready_at(self, issuer: str, key: str, version: KeyVersion) -> int | None:
        """From when on every verifier that keeps to the rules knows this version; None while it is not published.

        What an issuer published at its very beginning needs no waiting: nobody can have an older copy.
        """
        record = self.issuers[issuer]
        publication = self.publications.get(issuer)
        since: int | None
        if publication is not None:
            since, beginning = publication.kids.get(version.kid), publication.first
        else:
            announced = next(switch.announced for switch in reversed(record.switches) if switch.key == key)
            since, beginning = max(version.published, announced), record.switches[0].announced
        if since is None or since <= beginning:
            return since
        return max(since + record.issuer.jwks_max_age, record.cached_until)

    def _current(self, issuer: str, now: int) -> int:
        switches = self.issuers[issuer].switches
        taken = [number for number in range(len(switches)) if number == 0 or self._takes_over(issuer, number) <= now]
        return taken[-1]

    def _takes_over(self, issuer: str, number: int) -> int:
        """When a switch takes effect: once its key was published for long enough, by export if there is one."""
        switch, publication = self.issuers[issuer].switches[number], self.publications.get(issuer)
        if publication is None:
            return switch.effective
        kids = (version.kid for version in self.keys[switch.key].versions) if switch.key in self.keys else ()
        since = min((publication.kids[kid] for kid in kids if kid in publication.kids), default=_NEVER)
        age = self.issuers[issuer].issuer.jwks_max_age if since > publication.first else 0
        return max(switch.effective, since + age)
