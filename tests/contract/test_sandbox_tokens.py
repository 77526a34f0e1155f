"""Access tokens on the wire."""

from tests.support.sandbox import RunningSandbox


def test_a_created_token_is_listed_and_gone_once_revoked(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="scan-bot", description="scanner")
    with sandbox.http() as client:
        listed = client.get("/access/api/v1/tokens", params={"username": "scan-bot"}).json()["tokens"]
        assert [row["token_id"] for row in listed] == [made["token_id"]]
        assert client.delete(f"/access/api/v1/tokens/{made['token_id']}").status_code == 200
        assert client.delete(f"/access/api/v1/tokens/{made['token_id']}").status_code == 204
    deleted = [change["key"] for change in sandbox.changes() if change["action"] == "deleted"]
    assert deleted == [made["token_id"]]
