"""Faults: what a client sees, whether the platform acted, and that both are on record."""

import json
import socket
import zlib
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.support.sandbox import RunningSandbox

TOKENS = "/access/api/v1/tokens"
PING = "/router/api/v1/system/ping"


def exchange(sandbox: RunningSandbox, request: str = f"GET {PING}") -> tuple[bytes, str]:
    """All bytes that come back on a fresh connection, and how it ended: `reset` or `closed`."""
    received = b""
    with socket.create_connection(("127.0.0.1", httpx.URL(sandbox.url).port or 0)) as raw:
        credentials = f"Authorization: Bearer {sandbox.token}"
        raw.sendall(f"{request} HTTP/1.1\r\nHost: x\r\n{credentials}\r\nConnection: close\r\n\r\n".encode())
        try:
            while chunk := raw.recv(65_536):
                received += chunk
        except ConnectionResetError:
            return received, "reset"
    return received, "closed"


@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dropped_revoke_is_done_or_not_as_ordered_and_logged_either_way(
    sandbox: RunningSandbox, how: str, when: str
) -> None:
    token_id = sandbox.create_token(username="bob")["token_id"]
    since = len(sandbox.changes())
    sandbox.faults({"kind": "drop", "method": "DELETE", "when": when, "how": how, "count": 1})
    received, ended = exchange(sandbox, f"DELETE {TOKENS}/{token_id}")
    assert (received, ended) == (b"", "reset" if how == "reset" else "closed")
    arrival = sandbox.requests()[-1]
    assert (arrival["method"], arrival["status"], arrival["fault"]) == ("DELETE", None, "drop")
    assert arrival["acted"] is (when == "after")
    done = [(change["action"], change["key"], change["request"]) for change in sandbox.changes(since)]
    assert done == ([("deleted", token_id, arrival["seq"])] if when == "after" else [])
    with sandbox.http() as client:
        assert client.delete(f"{TOKENS}/{token_id}").status_code == (204 if when == "after" else 200)


def test_a_client_library_sees_a_lost_connection(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "drop", "path": PING})
    with sandbox.http() as client, pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        client.get(PING)


def test_drops_work_under_tls() -> None:
    with RunningSandbox(tls=True) as running, running.http() as client:
        running.faults({"kind": "drop", "path": PING, "count": 1}, {"kind": "truncate", "path": PING, "count": 1})
        for _ in range(2):
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
                client.get(PING)
        assert client.get(PING).text == "OK"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("access", "application/json", '"code" : "SERVICE_UNAVAILABLE"'),
        ("artifactory", "application/json", '"status" : 503'),
        ("html", "text/html", "<h1>503 away</h1>"),
        ("plain", "text/plain; charset=utf-8", "away"),
    ],
)
def test_statuses_come_in_any_dress(sandbox: RunningSandbox, body: str, content_type: str, text: str) -> None:
    sandbox.faults({"kind": "status", "status": 503, "body": body, "message": "away", "path": "/access/*"})
    with sandbox.http() as client:
        response = client.get(TOKENS)
        assert client.get(PING).status_code == 200, "another path"
    assert (response.status_code, response.headers["content-type"]) == (503, content_type)
    assert text in response.text


def test_an_error_after_the_deed_is_an_unknown_outcome(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "status", "status": 502, "when": "after", "method": "POST", "body": "html", "count": 1})
    with sandbox.http() as client:
        assert client.post(TOKENS, json={"username": "bob"}).status_code == 502
    assert [change["action"] for change in sandbox.changes()] == ["created"]
    assert sandbox.requests()[-1]["acted"] is True


@pytest.mark.parametrize("date", [False, True])
def test_rate_limits_say_when_to_come_back(sandbox: RunningSandbox, date: bool) -> None:
    sandbox.faults({"kind": "rate_limit", "retry_after": 7, "retry_after_date": date, "path": PING, "count": 1})
    with sandbox.http() as client:
        response = client.get(PING)
        assert client.get(PING).status_code == 200
    assert response.status_code == 429
    if date:
        come_back = parsedate_to_datetime(response.headers["retry-after"])
        assert 5 <= (come_back - parsedate_to_datetime(response.headers["date"])).total_seconds() <= 8
    else:
        assert response.headers["retry-after"] == "7"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_lead_where_they_are_told(sandbox: RunningSandbox, status: int) -> None:
    sandbox.faults({"kind": "redirect", "status": status, "location": "https://elsewhere.test/x", "path": PING})
    with sandbox.http() as client:
        response = client.get(PING)
    assert (response.status_code, response.headers["location"]) == (status, "https://elsewhere.test/x")


def garbage(sandbox: RunningSandbox, kind: str, size: int) -> httpx.Response:
    sandbox.faults({"kind": "garbage", "garbage": kind, "size": size, "path": TOKENS})
    with sandbox.http() as client, client.stream("GET", TOKENS) as response:
        response.extensions["raw"] = b"".join(response.iter_raw())
    assert response.status_code == 200
    return response


def test_garbage_of_every_kind(sandbox: RunningSandbox) -> None:
    html = garbage(sandbox, "html", 1)
    assert html.headers["content-type"] == "text/html"
    assert b"<html>" in html.extensions["raw"]
    with pytest.raises(json.JSONDecodeError):
        json.loads(garbage(sandbox, "invalid_json", 1).extensions["raw"])
    with pytest.raises(RecursionError):
        json.loads(garbage(sandbox, "deep_json", 100_000_000).extensions["raw"])
    assert b"9" * 6000 in garbage(sandbox, "huge_integer", 6_000_000).extensions["raw"]
    assert garbage(sandbox, "empty", 1).extensions["raw"] == b""


def test_a_gzip_bomb_is_small_on_the_wire(sandbox: RunningSandbox) -> None:
    bomb = garbage(sandbox, "gzip_bomb", 20_000_000)
    raw = bomb.extensions["raw"]
    assert bomb.headers["content-encoding"] == "gzip"
    assert len(raw) < 100_000
    assert len(zlib.decompress(raw, 16 + zlib.MAX_WBITS)) == 20_000_000


def test_a_truncated_answer_promises_more_than_it_gives(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "truncate", "path": TOKENS})
    received, ended = exchange(sandbox, f"GET {TOKENS}")
    head, _, body = received.partition(b"\r\n\r\n")
    (length,) = (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length"))
    assert ended == "closed"
    assert b'{"tokens":[' in body
    assert len(body) < length
    with sandbox.http() as client, pytest.raises(httpx.RemoteProtocolError):
        client.get(TOKENS)


def test_a_dripping_answer_arrives_whole_in_the_end(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        whole = client.get(TOKENS)
        sandbox.faults({"kind": "drip", "path": TOKENS, "chunk": 7, "seconds": 0})
        assert client.get(TOKENS).content == whole.content


def test_a_dripping_answer_comes_piece_by_piece(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "drip", "path": TOKENS, "chunk": 7, "seconds": 100_000})
    with socket.create_connection(("127.0.0.1", httpx.URL(sandbox.url).port or 0)) as raw:
        raw.sendall(f"GET {TOKENS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.token}\r\n\r\n".encode())
        received = b""
        while len(received.partition(b"\r\n\r\n")[2]) < 7:
            received += raw.recv(65_536)
        assert received.endswith(b'\r\n\r\n{"token')
        raw.settimeout(0.2)
        with pytest.raises(TimeoutError):
            raw.recv(1)


def test_latency_before_holds_the_deed_back_and_after_only_the_answer(sandbox: RunningSandbox) -> None:
    token_ids = [sandbox.create_token(username="bob")["token_id"] for _ in range(2)]
    for when, token_id in zip(("before", "after"), token_ids, strict=True):
        sandbox.faults({"kind": "latency", "seconds": 100_000, "when": when, "method": "DELETE"})
        with sandbox.http(timeout=0.5) as client, pytest.raises(httpx.ReadTimeout):
            client.delete(f"{TOKENS}/{token_id}")
        assert sandbox.requests()[-1]["acted"] is (when == "after")
    gone = [change["key"] for change in sandbox.changes() if change["action"] == "deleted"]
    assert gone == token_ids[1:]


def statuses(sandbox: RunningSandbox, count: int, method: str = "GET") -> list[int]:
    with sandbox.http() as client:
        return [client.request(method, PING).status_code for _ in range(count)]


def test_rules_count_skip_and_take_turns(sandbox: RunningSandbox) -> None:
    rule: dict[str, Any] = {"kind": "status", "path": "/router/*"}
    sandbox.faults({**rule, "status": 503, "count": 2, "skip": 1}, {**rule, "status": 504, "count": 1})
    assert statuses(sandbox, 5) == [504, 503, 503, 200, 200]
    shown = sandbox.control("GET", "/faults")["faults"]
    assert [fault["fired"] for fault in shown] == [2, 1]
    sandbox.faults({**rule, "status": 500, "method": "POST"})
    assert statuses(sandbox, 1) == [200]
    sandbox.control("DELETE", "/faults")
    assert sandbox.control("GET", "/faults") == {"faults": []}


def test_chance_is_repeatable(sandbox: RunningSandbox) -> None:
    rule = {"kind": "status", "status": 503, "probability": 0.3, "seed": 7, "path": PING}
    outcomes = []
    for _ in range(2):
        sandbox.faults(rule)
        outcomes.append(statuses(sandbox, 80))
    assert outcomes[0] == outcomes[1]
    assert 10 <= outcomes[0].count(503) <= 45


@pytest.mark.parametrize("rules", [[{"kind": "earthquake"}], [{"kind": "drop", "colour": 1}], {"kind": "drop"}, "x"])
def test_rules_that_mean_nothing_are_refused(sandbox: RunningSandbox, rules: object) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        sandbox.control("POST", "/faults", rules)


def test_the_control_area_is_never_struck(sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "drop"})
    assert sandbox.control("GET", "/faults")["faults"][0]["fired"] == 0
