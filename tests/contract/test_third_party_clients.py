"""Clients that others wrote, unchanged, against the sandbox."""

from collections.abc import Iterator

import pytest
from pyartifactory import Artifactory
from pyartifactory.exception import InvalidTokenDataError
from pydantic import SecretStr

from tests.support.sandbox import RunningSandbox


@pytest.fixture
def pyartifactory(sandbox: RunningSandbox) -> Iterator[Artifactory]:
    """pyartifactory as an administrator, by token."""
    artifactory = Artifactory(url=sandbox.url, access_token=sandbox.token)
    yield artifactory
    artifactory.security.session.close()


def test_pyartifactory_creates_tokens(sandbox: RunningSandbox, pyartifactory: Artifactory) -> None:
    made = pyartifactory.security.create_access_token("scan-bot", expires_in=86_400, refreshable=True)
    assert (made.expires_in, made.scope, made.token_type) == (86_400, "applied-permissions/user", "Bearer")
    assert made.refresh_token
    with sandbox.http(token=made.access_token) as client:
        assert client.get("/access/api/v1/tokens/me").json()["refreshable"] is True


def test_pyartifactory_names_a_scope(pyartifactory: Artifactory) -> None:
    made = pyartifactory.security.create_access_token("scan-bot", scope="applied-permissions/groups:readers")
    assert (made.expires_in, made.scope) == (3600, "applied-permissions/groups:readers")
    assert made.refresh_token is None


@pytest.mark.parametrize("kind", ["access_token", "reference_token"])
def test_pyartifactory_revokes_by_value(sandbox: RunningSandbox, pyartifactory: Artifactory, kind: str) -> None:
    created = sandbox.create_token(username="scan-bot", include_reference_token=True)
    assert pyartifactory.security.revoke_access_token(created[kind]) is True
    with sandbox.http(token=created["access_token"]) as client:
        assert client.get("/access/api/v1/tokens/me").status_code == 401
    assert pyartifactory.security.revoke_access_token(created[kind]) is True, "or token did not exist"


def test_pyartifactory_is_told_what_cannot_be_done(sandbox: RunningSandbox, pyartifactory: Artifactory) -> None:
    short = sandbox.create_token(expires_in=15_000)["access_token"]
    assert pyartifactory.security.revoke_access_token(short) is False
    with pytest.raises(InvalidTokenDataError):
        pyartifactory.security.create_access_token("scan-bot", scope="applied-permissions/everything")


def test_pyartifactory_with_a_password_needs_the_switch(sandbox: RunningSandbox) -> None:
    artifactory = Artifactory(url=sandbox.url, auth=("admin", SecretStr("password")), api_version=1)
    with artifactory.security.session:
        with pytest.raises(InvalidTokenDataError):
            artifactory.security.create_access_token("admin")
        sandbox.settings(basic_token_creation=True)
        assert artifactory.security.create_access_token("admin").access_token
