"""Reading an answer's body under a cap on its decoded size.

Decompression is ours, in bounded pieces: httpx inflates a whole network chunk at once, and 64 kB of gzip may
hold 64 MB.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final

import httpx

PIECE: Final = 128 * 1024
"""Bytes that are inflated at a time: what can be held beyond a cap."""


class OverCap(Exception):
    """The body is larger than its cap."""


class BadEncoding(Exception):
    """The body is not encoded as its header says, or in a way that was not asked for. The text says how."""


async def read(response: httpx.Response, limit: int) -> bytes:
    """The decoded body.

    Raises OverCap as soon as the body, or its announced length, passes `limit` bytes, and BadEncoding.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        return await _read_plain(response, limit)
    if encoding not in {"gzip", "x-gzip"}:
        raise BadEncoding(f"the content encoding {encoding!r}, which was not asked for")
    return await _read_gzip(response, limit)


async def read_start(response: httpx.Response, limit: int) -> bytes:
    """The first `limit` bytes of a body, for error answers: whatever can be had, never a failure for its form."""
    inflate = _Gunzip().feed if response.headers.get("content-encoding", "").lower() == "gzip" else _whole
    found = bytearray()
    try:
        async for chunk in _chunks(response):
            for piece in inflate(chunk):
                found += piece
                if len(found) >= limit:
                    return bytes(found[:limit])
    except BadEncoding:
        pass
    return bytes(found)


async def _read_plain(response: httpx.Response, limit: int) -> bytes:
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise OverCap
    body = BytesIO()
    async for chunk in _chunks(response):
        _append(body, chunk, limit)
    return body.getvalue()


async def _read_gzip(response: httpx.Response, limit: int) -> bytes:
    body, gunzip = BytesIO(), _Gunzip()
    async for chunk in _chunks(response):
        for piece in gunzip.feed(chunk):
            _append(body, piece, limit)
    gunzip.finish()
    return body.getvalue()


def _chunks(response: httpx.Response) -> httpx.AsyncByteStream:
    """The body as it comes, without the bookkeeping of `aiter_raw`."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return response.stream


def _append(body: BytesIO, piece: bytes, limit: int) -> None:
    body.write(piece)
    if body.tell() > limit:
        raise OverCap


def _whole(chunk: bytes) -> Iterator[bytes]:
    yield chunk


class _Gunzip:
    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        while True:
            try:
                piece = self._inflater.decompress(chunk, PIECE)
            except zlib.error as error:
                raise BadEncoding("a body that is no gzip, although its header says so") from error
            yield piece
            chunk = self._inflater.unconsumed_tail
            if len(piece) < PIECE and not chunk:
                return

    def finish(self) -> None:
        if not self._inflater.eof:
            raise BadEncoding("a gzip body that was cut short")
