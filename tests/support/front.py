"""A domain of one's own in front of a platform, as a proxy makes it: all of the platform, or only a part of it."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import httpx


class Front:
    """Hands requests whose path begins with one of `prefixes` on; for all others it has a page of its own."""

    def __init__(self, platform: str, *prefixes: str) -> None:
        self._client = httpx.Client(base_url=platform, trust_env=False)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._client, prefixes))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://localhost:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._client.close()


def _handler(client: httpx.Client, prefixes: tuple[str, ...]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if not self.path.startswith(prefixes):
                self._reply(404, b"<html>no such page</html>")
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            answer = client.request(self.command, self.path, content=body, headers=headers)
            self._reply(answer.status_code, answer.content, answer.headers)

        def _reply(self, status: int, body: bytes, headers: httpx.Headers | None = None) -> None:
            self.send_response(status)
            if headers and "Content-Type" in headers:
                self.send_header("Content-Type", headers["Content-Type"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
