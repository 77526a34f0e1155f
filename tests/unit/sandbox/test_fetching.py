"""Fetching an issuer's documents: from where, how much, and by whom it cannot be fooled. On real sockets."""

import asyncio
import json
import ssl
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from jfconsole.sandbox import fetching
from jfconsole.sandbox.fetching import Fetcher, FetchFailed

TLS = ssl.create_default_context()
LOOPBACK = Fetcher(TLS, http_on_loopback=True)


class Server:
    """Answers every GET with the bytes it is given."""

    def __init__(self, answer: Callable[[Any], None]) -> None:
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.requestline)
                answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def sends(raw: bytes) -> Callable[[Any], None]:
    """An answer, byte by byte as given."""

    def answer(handler: Any) -> None:
        handler.wfile.write(raw)
        handler.close_connection = True

    return answer


def body(content: bytes, *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(content), *headers, b"", content]
    return b"\r\n".join(lines)


def get(url: str, fetcher: Fetcher = LOOPBACK) -> object:
    return asyncio.run(fetcher.json(url))


@pytest.mark.parametrize(
    "raw",
    [
        body(b'{"a":1}'),
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n',
        b'HTTP/1.0 200 OK\r\n\r\n{"a":1}',
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + body(b'{"a":1}'),
    ],
)
def test_documents(raw: bytes) -> None:
    with Server(sends(raw)) as server:
        assert get(f"{server.url}/x?y=1") == {"a": 1}
        assert server.asked == ["GET /x?y=1 HTTP/1.1"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "status 302"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "status 404"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "status 204"),
        (body(b"[1]"), "not understood"),
        (body(b"<html>"), "not understood"),
        (body(b'{"a":' + b"[" * 100_000), "not understood"),
        (body(b"\x1f\x8b\x08\x00" + b"\x00" * 100, b"Content-Encoding: gzip"), "not understood"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", "not understood"),
        (b"SSH-2.0-x\r\n\r\n", "not understood"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n", "not understood"),
        (b"", "not understood"),
        (body(b'{"a":"' + b"x" * 300_000 + b'"}'), "too large"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 3_000_000, "too large"),
    ],
)
def test_answers_of_no_use(raw: bytes, reason: str) -> None:
    with Server(sends(raw)) as server, pytest.raises(FetchFailed, match=reason):
        get(server.url)


def test_slow_ones_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then does not prolong it."""
    monkeypatch.setattr(fetching, "_DEADLINE", 0.2)
    over = asyncio.Event()

    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while not over.is_set():
                handler.wfile.write(b" ")
        except OSError:
            pass

    monkeypatch.setattr(fetching, "_LARGEST", 1 << 40)
    with Server(drip) as server:
        with pytest.raises(FetchFailed, match="too slow"):
            get(server.url)
        over.set()


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/",
        "https://2852039166/",
        "https://0251.0376.0251.0376/",
        "https://[fe80::1]/",
        "https://[fd00:ec2::254]/",
        "https://0.0.0.0/",
        "https://[::]/",
        "https://224.0.0.1/",
    ],
)
def test_addresses_that_no_issuer_has(url: str) -> None:
    with pytest.raises(FetchFailed, match="an address that no issuer has"):
        get(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "127.0.0.1",
        "",
        "https://",
        "https://user:secret@127.0.0.1/",
        "https://@127.0.0.1/",
        "https://exämple.test/",
    ],
)
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(FetchFailed, match="not an https URL"):
        get(url)


@pytest.mark.parametrize("url", ["https://127.0.0.1:x/", "https://127.0.0.1:99999/", "https://[::1/", "https://a..b/"])
def test_urls_that_are_broken(url: str) -> None:
    with pytest.raises(FetchFailed):
        get(url)


def test_http_is_for_loopback_and_only_if_allowed() -> None:
    with Server(sends(body(b"{}"))) as server:
        assert get(server.url) == {}
        assert get(f"http://localhost:{server.port}") == {}
        with pytest.raises(FetchFailed, match="not https"):
            get(server.url, Fetcher(TLS))
        assert len(server.asked) == 2
    with pytest.raises(FetchFailed, match="not https"):
        get("http://192.0.2.1/")
    with pytest.raises(FetchFailed, match="unreachable"):
        get(server.url)


def test_https_means_tls() -> None:
    with Server(sends(body(json.dumps({}).encode()))) as server, pytest.raises(FetchFailed, match="unreachable"):
        get(f"https://127.0.0.1:{server.port}")
