"""What a real issuer publishes, as the console sees it from here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import Refused, Unreachable
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.services.integrations import IntegrationService, IssuerReport
from jfconsole.services.session import open_session
from tests.support.oidc_issuer import DISCOVERY, JWKS, OidcIssuer
from tests.support.trusting import an_integration


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    with OidcIssuer() as issuer:
        yield issuer


def looked_up(issuer_url: str, token_issuer: str = "") -> IssuerReport:
    integration = an_integration(issuer_url=Untrusted(issuer_url), token_issuer=Untrusted(token_issuer) or None)

    async def asked() -> IssuerReport:
        connection = Connection(url="http://127.0.0.1:1", token=Secret("x"))
        async with open_session(connection) as session:
            return await IntegrationService(session).look_up(integration)

    return asyncio.run(asked())


def test_a_good_issuer(issuer: OidcIssuer) -> None:
    report = looked_up(issuer.url)
    assert report.usable
    assert report.discovery is not None
    assert report.discovery.issuer == issuer.url
    assert [key.key_id for key in report.keys or ()] == [issuer.kid]
    assert issuer.asked == [DISCOVERY, JWKS]


def test_a_slash_at_the_end(issuer: OidcIssuer) -> None:
    report = looked_up(f"{issuer.url}/")
    assert not report.usable
    assert report.problems[0].startswith("A slash at the end makes the difference")
    assert report.keys


def test_another_token_issuer_is_the_one_that_counts(issuer: OidcIssuer) -> None:
    report = looked_up(issuer.url, "https://another.test")
    assert report.problems[0].startswith("They differ")


def test_a_dead_issuer(issuer: OidcIssuer) -> None:
    issuer.stop()
    report = looked_up(issuer.url)
    assert isinstance(report.error, Unreachable)
    assert (report.discovery, report.keys, report.usable) == (None, None, False)


def test_keys_that_cannot_be_had(issuer: OidcIssuer) -> None:
    issuer.documents[DISCOVERY] = json.dumps({"issuer": issuer.url, "jwks_uri": f"{issuer.url}/none"}).encode()
    report = looked_up(issuer.url)
    assert report.discovery is not None
    assert report.keys is None
    assert report.error is not None


def test_keys_that_are_of_no_use(issuer: OidcIssuer) -> None:
    issuer.documents[JWKS] = b'{"keys":[{"kty":"EC","crv":"P-384","alg":"ES384","d":"x"}]}'
    report = looked_up(issuer.url)
    assert [problem.partition(":")[0] for problem in report.problems] == [
        "A key publishes private members (d)",
        "A key has no kid",
        "A key is for ES384; JFrog is known to check RS256 and ES256",
    ]


def test_a_metadata_address_is_not_asked() -> None:
    report = looked_up("https://169.254.169.254")
    assert isinstance(report.error, Refused)
    assert report.problems == (report.error.message,)
