"""Refreshing: a new pair for an old one, once, by its owner."""

from typing import Any

import httpx
import pytest

from tests.support.sandbox import RunningSandbox

TOKENS = "/access/api/v1/tokens"


def refresh(client: httpx.Client, created: dict[str, Any], **extra: object) -> httpx.Response:
    body = {"grant_type": "refresh_token", "refresh_token": created["refresh_token"], **extra}
    return client.post(TOKENS, json=body)


@pytest.mark.parametrize("expires_in", [0, 600, 15_000, 90_000])
def test_both_tokens_are_new_and_the_old_ones_dead(sandbox: RunningSandbox, expires_in: int) -> None:
    old = sandbox.create_token(
        username="scan-bot", expires_in=expires_in, refreshable=True, description="kept", include_reference_token=True
    )
    with sandbox.http(token=old["access_token"]) as client:
        response = refresh(client, old)
        assert response.status_code == 200
        new = response.json()
        assert client.get("/artifactory/api/system/version").status_code == 401
        assert refresh(client, old).status_code in (400, 401), "single use"
    assert {new[key] != old[key] for key in ("access_token", "refresh_token", "token_id")} == {True}
    assert "reference_token" not in new
    assert new.get("expires_in", 0) == expires_in
    assert new["scope"] == old["scope"]
    with sandbox.http(token=new["access_token"]) as client:
        assert client.get("/artifactory/api/system/version").status_code == 200
        assert refresh(client, new).status_code == 200
    with sandbox.http() as client:
        listed = client.get(TOKENS, params={"description": "kept"}).json()["tokens"]
    assert len(listed) == (expires_in == 0 or expires_in >= 10_800)


def test_an_old_refresh_token_is_refused_to_its_owner_too(sandbox: RunningSandbox) -> None:
    old = sandbox.create_token(refreshable=True)
    with sandbox.http() as client:
        assert refresh(client, old).status_code == 200
        again = refresh(client, old)
        unknown = refresh(client, {"refresh_token": "6f1c0000-0000-4000-8000-000000000000"})
        nonsense = refresh(client, {"refresh_token": "nonsense"})
    assert [answer.status_code for answer in (again, unknown, nonsense)] == [400, 400, 400]


def test_only_the_owner_refreshes(sandbox: RunningSandbox) -> None:
    bobs = sandbox.create_token(username="bob", refreshable=True)
    alice, bob = (sandbox.create_token(username=name)["access_token"] for name in ("alice", "bob"))
    for token, status in ((alice, 403), (sandbox.token, 403), ("garbage", 401), ("", 401), (bob, 200)):
        with sandbox.http(token=token) as client:
            assert refresh(client, bobs).status_code == status


@pytest.mark.parametrize("where", ["bearer", "body"])
@pytest.mark.parametrize(("late", "status"), [(0, 200), (86_399, 200), (86_400, 400)])
def test_the_old_token_is_proof_enough_even_expired_for_a_day(
    sandbox: RunningSandbox, where: str, late: int, status: int
) -> None:
    sandbox.clock(now=1_800_000_000, frozen=True)
    old = sandbox.create_token(username="bob", expires_in=40_000, refreshable=True)
    sandbox.clock(advance=40_000 + late)
    with sandbox.http(token=old["access_token"] if where == "bearer" else "") as client:
        extra = {} if where == "bearer" else {"access_token": old["access_token"]}
        assert refresh(client, old, **extra).status_code == status


def test_another_expired_token_is_no_proof(sandbox: RunningSandbox) -> None:
    one, two = (sandbox.create_token(username="bob", expires_in=40_000, refreshable=True) for _ in range(2))
    sandbox.clock(advance=40_001)
    with sandbox.http(token=two["access_token"]) as client:
        assert refresh(client, one).status_code == 401


def test_revoking_ends_the_right_to_refresh(sandbox: RunningSandbox) -> None:
    old = sandbox.create_token(refreshable=True)
    with sandbox.http() as client:
        assert client.delete(f"{TOKENS}/{old['token_id']}").status_code == 200
        assert refresh(client, old).status_code == 400


def test_a_form_refreshes_as_well(sandbox: RunningSandbox) -> None:
    old = sandbox.create_token(refreshable=True)
    with sandbox.http() as client:
        body = {"grant_type": "refresh_token", "refresh_token": old["refresh_token"], "refreshable": "True"}
        assert client.post(TOKENS, data=body).status_code == 200
