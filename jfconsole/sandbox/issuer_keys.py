"""The public keys of other issuers: found by discovery, kept for a while."""

from collections.abc import Mapping
from dataclasses import dataclass

from jfconsole.sandbox import jose
from jfconsole.sandbox.fetching import Fetcher, FetchFailed
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import IntegrationRecord
from jfconsole.sandbox.stand_ins import DISCOVERY, NoStandIn, StandIns
from jfconsole.sandbox.tls import client_context

_KEPT = 600
"""Seconds for which fetched keys are good. Inferred: JFrog documents none."""
Jwks = list[Mapping[str, object]]


class NoKey(Exception):
    """The key of a token that could not be had."""


@dataclass(frozen=True, slots=True)
class _Kept:
    jwks: Jwks
    fetched: float
    """By the platform's clock."""
    version: int
    """Of all integrations: keys are forgotten when any of them changes, or everything starts over."""


class IssuerKeys:
    """Keys by integration. One that is not known is looked for once more, as its issuer may have changed keys."""

    def __init__(self, platform: Platform, stand_ins: StandIns) -> None:
        self._platform = platform
        self._stand_ins = stand_ins
        self._kept: dict[str, _Kept] = {}

    async def find(self, integration: IntegrationRecord, kid: object) -> jose.PublicKey:
        """The key called `kid`; a token that names none gets the only one there is.

        Raises:
            NoKey: discovery or the keys cannot be had, or there is no such key among them.
        """
        kept = self._kept.get(integration.name)
        if kept is not None and self._is_good(kept):
            key = _chosen(kept.jwks, kid)
            if key is not None:
                return key
        key = _chosen(await self._fetched(integration), kid)
        if key is None:
            raise NoKey("unknown kid")
        return key

    def _is_good(self, kept: _Kept) -> bool:
        age = self._platform.clock.precise() - kept.fetched
        return kept.version == self._platform.state.integrations.version and 0 <= age < _KEPT

    async def _fetched(self, integration: IntegrationRecord) -> Jwks:
        version, app = self._platform.state.integrations.version, integration.azure_app_id
        try:
            discovery = await self._document(_discovery_url(integration.issuer_url, app))
            document = await self._document(str(discovery.get("jwks_uri")))
        except (FetchFailed, NoStandIn) as error:
            raise NoKey(str(error)) from error
        keys = document.get("keys")
        jwks: Jwks = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
        self._kept[integration.name] = _Kept(jwks, self._platform.clock.precise(), version)
        return jwks

    async def _document(self, url: str) -> Mapping[str, object]:
        own = self._stand_ins.document(url)
        if own is not None:
            return own
        trust = self._platform.trust
        return await Fetcher(client_context(trust.authority), trust.http_on_loopback).json(url)


def _discovery_url(issuer_url: str, azure_app_id: str) -> str:
    """Where discovery is: a slash at the end of the issuer URL stays, and makes two (jfrog/setup-jfrog-cli#155).

    Inferred from the documentation of Azure: an application with keys of its own is named in the query.
    """
    return issuer_url + DISCOVERY + (f"?appid={azure_app_id}" if azure_app_id else "")


def _chosen(jwks: Jwks, kid: object) -> jose.PublicKey | None:
    fitting = (
        jwks if kid is None and len(jwks) == 1 else [key for key in jwks if kid is not None and key.get("kid") == kid]
    )
    for jwk in fitting:
        try:
            return jose.public_key(jwk)
        except ValueError:
            continue
    return None
