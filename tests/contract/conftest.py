"""Fixtures of contract tests: a platform that trusts issuers on loopback, and an issuer to trust."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.oidc_issuer import OidcIssuer
from tests.support.sandbox import RunningSandbox


@pytest.fixture(scope="session")
def trusting() -> Iterator[RunningSandbox]:
    """A platform that takes tokens of issuers on loopback without TLS. Tests want `platform`."""
    with RunningSandbox(arguments=["--allow-http-issuers"]) as running:
        yield running


@pytest.fixture
def platform(trusting: RunningSandbox) -> RunningSandbox:
    """The same, freshly installed."""
    trusting.reset()
    return trusting


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    """An issuer that publishes discovery and keys."""
    with OidcIssuer() as issuer:
        yield issuer
