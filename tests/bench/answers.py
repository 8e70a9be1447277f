"""A small HTTP server on the loopback for the probes: says its port, and ends when its stdin does."""

from __future__ import annotations

import asyncio
import sys

PAGE = b"<h1>Riverside Bakery</h1>"
STATUS = b'{"payments": "ok", "db": "ok", "version": "v1.8.2"}'


def _reply(kind: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (kind, len(body)) + body


HOME, HEALTH = _reply(b"text/html", PAGE), _reply(b"application/json", STATUS)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(HOME if head.split(b" ", 2)[1] == b"/" else HEALTH)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


async def main() -> None:
    """Serve until nobody holds the other end of stdin."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
