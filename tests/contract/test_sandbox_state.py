"""State in a directory: it survives restarts and crashes, and belongs to one process at a time."""

import os
from pathlib import Path

import httpx
import pytest

from tests.support.sandbox import RunningSandbox, SandboxFailed

TOKENS = "/access/api/v1/tokens"


def listed(running: RunningSandbox) -> list[dict[str, object]]:
    with running.http() as client:
        rows: list[dict[str, object]] = client.get(TOKENS).json()["tokens"]
    return rows


def test_every_acknowledged_write_survives_a_crash(tmp_path: Path) -> None:
    with RunningSandbox("demo", state=tmp_path / "state") as running:
        made = [running.create_token(username="bob", description=str(n), refreshable=True) for n in range(20)]
        with running.http() as client:
            for gone in made[:10]:
                assert client.delete(f"{TOKENS}/{gone['token_id']}").status_code == 200
            body = {"grant_type": "refresh_token", **{k: made[10][k] for k in ("refresh_token", "access_token")}}
            new = client.post(TOKENS, json=body).json()
        rows, state, token = listed(running), running.state(), running.token
        assert running.kill() != 0
    with RunningSandbox("demo", state=tmp_path / "state") as again:
        assert again.state() == state
        assert listed(again) == rows, "and in the same order"
        assert again.token == token
        for value, status in ((new, 200), (made[11], 200), (made[10], 401), (made[0], 401)):
            with again.http(token=value["access_token"]) as client:
                assert client.get("/artifactory/api/system/version").status_code == status
        assert again.changes() == []


def test_settings_clock_seed_and_key_are_kept(tmp_path: Path) -> None:
    with RunningSandbox("demo", state=tmp_path, tls=True) as running:
        running.settings(max_expiry=777)
        running.clock(offset=-86_400)
        with running.http() as client:
            certificate = client.get("/access/api/v1/cert/root").text
        authority = Path(running.ca_cert or "").read_bytes()
        assert running.stop() == 0
    with RunningSandbox("empty", state=tmp_path, tls=True) as again:
        assert again.control("GET", "/settings")["max_expiry"] == 777
        assert again.control("GET", "/clock")["offset"] == -86_400
        assert again.state()["seed"] == "demo"
        assert Path(again.ca_cert or "").read_bytes() == authority
        with again.http() as client:
            assert client.get("/access/api/v1/cert/root").text == certificate
        assert "the state was made from seed demo" in again.stderr()
        again.reset()
        assert again.state()["seed"] == "demo"


def test_a_reset_is_kept_too(tmp_path: Path) -> None:
    with RunningSandbox(state=tmp_path) as running:
        running.create_token(username="bob")
        running.reset()
        running.kill()
    with RunningSandbox(state=tmp_path) as again:
        assert len(listed(again)) == 1


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with RunningSandbox(state=tmp_path / "deep" / "state", tls=True) as running:
            running.create_token(username="bob")
            assert (tmp_path / "deep" / "state").stat().st_mode & 0o777 == 0o700
            modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "deep" / "state").iterdir()}
    finally:
        os.umask(old)
    assert set(modes.values()) == {0o600}, modes
    assert {"state.db", "ca.pem", "server.pem", "server.key"} <= set(modes)


def test_two_cannot_share_it(tmp_path: Path) -> None:
    with RunningSandbox(state=tmp_path) as running:
        with pytest.raises(SandboxFailed, match="in use by another sandbox"):
            RunningSandbox(state=tmp_path)
        assert httpx.get(f"{running.url}/router/api/v1/system/ping", trust_env=False).text == "OK"


def test_a_directory_that_cannot_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SandboxFailed, match="exit code 1: jfconsole sandbox: "):
        RunningSandbox(state=tmp_path / "file")
