"""Servers on loopback that say whatever a test wants, byte for byte, in the loop of the test itself."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import pytest

from gonogo.probes import asking
from gonogo.probes.asking import Reply
from gonogo.probes.http import HttpQuestion
from gonogo.rules.expectation import Expectation, parse

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def conditions(*expect: str) -> Expectation:
    """Read some conditions."""
    return parse(expect)


@asynccontextmanager
async def serving(
    handler: Handler, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[int]:
    """Serve connections with a handler; give its port."""
    tasks = set[asyncio.Task[Any]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(OSError, EOFError, asyncio.CancelledError):
            await handler(reader, writer)
        writer.transport.abort()
        tasks.discard(task)

    server = await asyncio.start_server(serve, host, port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def says(data: bytes, then: str = "close") -> Handler:
    """Answer a request with these bytes, then close, hold or reset the line."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        await writer.drain()
        if then == "hold":
            await reader.read()
        elif then == "reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        else:
            writer.write_eof()
            await reader.read()

    return handle


def floods(head: bytes, more: bytes) -> Handler:
    """Answer a request without an end."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        while True:
            writer.write(more)
            await writer.drain()

    return handle


def ask(handler: Handler, *expect: str, path: str = "/", **more: Any) -> Reply:
    """Ask such a server once over HTTP."""

    async def once() -> Reply:
        async with serving(handler) as port:
            wanted = conditions(*(expect or ("status < 400",)))
            question = HttpQuestion(f"http://127.0.0.1:{port}{path}", expect=wanted, **{"deadline_s": 3.0, **more})
            return await asking.ask(question)

    return asyncio.run(once())


def descriptors() -> int:
    """Count what this process has open."""
    return len(os.listdir("/proc/self/fd"))


async def settled(count: int, within_s: float = 5.0) -> int:
    """Give the loop its turns until no more than so many descriptors are open; return how many are."""
    async with asyncio.timeout(within_s):
        while descriptors() > count:  # noqa: ASYNC110 - it is the kernel that is waited for
            await asyncio.sleep(0.01)
    return descriptors()


@contextmanager
def black_hole(host: str = "127.0.0.1") -> Iterator[int]:
    """Give a port whose queue is full, so that nobody who dials it hears anything."""
    with socket.create_server((host, 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex((host, port))
            waiting.append(one)
        try:
            yield port
        finally:
            for one in waiting:
                one.close()


@contextmanager
def nobody() -> Iterator[int]:
    """Give a port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def naming(monkeypatch: pytest.MonkeyPatch, **names: list[str]) -> list[str]:
    """Let names (`_` for `.`) lead to addresses; return the names that are looked up as they are."""
    real, looked_up = socket.getaddrinfo, list[str]()
    known = {name.replace("_", "."): found for name, found in names.items()}

    def find(host: Any, port: Any, *more: Any, **kinds: Any) -> Any:
        if host not in known:
            return real(host, port, *more, **kinds)
        looked_up.append(host)
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (ip, 0, 0, 0)) if ":" in ip
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0))
            for ip in known[host]
        ]  # fmt: skip

    monkeypatch.setattr(socket, "getaddrinfo", find)
    return looked_up
