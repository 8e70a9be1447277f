"""Just enough HTTP/1.1 for the sample shop: one request a connection, within limits."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

LINE_BYTES, HEADERS, BODY_BYTES, REQUEST_S = 8192, 64, 65536, 10.0


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    body: str
    kind: str = "application/json"


class BadRequest(Exception):
    """What came in is no request that the shop takes."""

    def __init__(self, status: int) -> None:
        self.status = status


async def read_request(reader: asyncio.StreamReader) -> tuple[str, str] | None:
    """Read one request; return its method and path, or nothing when nobody spoke."""
    line = await _line(reader)
    if not line:
        return None
    length, headers = 0, 0
    while (header := (await _line(reader)).strip()) != b"":
        name, _, value = header.partition(b":")
        headers += 1
        if headers > HEADERS:
            raise BadRequest(431)
        if name.strip().lower() == b"transfer-encoding":
            raise BadRequest(411)
        if name.strip().lower() == b"content-length":
            length = int(value) if value.strip().isdigit() and len(value) < 20 else -1
    parts = line.decode("latin-1").split()
    if len(parts) != 3 or not parts[2].startswith("HTTP/1.") or length < 0:
        raise BadRequest(400)
    if length > BODY_BYTES:
        raise BadRequest(413)
    await reader.readexactly(length)
    try:
        return parts[0], urlsplit(parts[1]).path
    except ValueError:
        raise BadRequest(400) from None


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ValueError:
        raise BadRequest(431) from None


def encode(answer: Answer, *, body: bool = True) -> bytes:
    """Return the bytes of an answer; HEAD leaves the body out."""
    content = answer.body.encode()
    head = (
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\nContent-Type: {answer.kind}\r\n"
        f"Content-Length: {len(content)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (content if body else b"")


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Door:
    """The listening socket; while it is shut the port stays bound, so that nobody else takes it."""

    def __init__(self, serve: Serve, port: int | None) -> None:
        self._serve = serve
        self._server: asyncio.Server | None = None
        try:
            self._socket: socket.socket | None = _bound(port or 0)
        except OSError:
            self._socket = _bound(0)
        self.port: int = self._socket.getsockname()[1]

    async def open(self) -> None:
        """Listen, unless it does; OSError when another program has taken the port."""
        if self._server is None:
            self._socket = self._socket or _bound(self.port)
            self._server = await asyncio.start_server(self._serve, sock=self._socket, limit=LINE_BYTES, backlog=128)

    def shut(self) -> None:
        """Listen no more: whoever connects is refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        elif self._socket is not None:
            self._socket.close()
        self._socket = None

    def keep(self) -> None:
        """Hold the port without listening on it."""
        if self._server is None and self._socket is not None:
            return
        self.shut()
        with suppress(OSError):
            self._socket = _bound(self.port)


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
    except OSError:
        made.close()
        raise
    return made


async def let_finish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take in the rest of what comes, so that our answer is not lost in a reset."""
    with suppress(OSError):
        writer.write_eof()
        async with asyncio.timeout(0.5):
            while await reader.read(BODY_BYTES):
                pass
