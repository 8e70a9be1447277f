"""A small HTTP server on loopback that can do what bad sites do.

Its path says how it answers; `/` and `/health` answer as `mode` says, which a test changes.
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

BOMB = gzip.compress(b"\0" * (8 << 20), 9)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class _Crowd:
    """How many are being served at once, and the most there were."""

    now: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.now -= 1


class Site:
    """A server on a port of its own; close it when the test ends."""

    def __init__(self, context: ssl.SSLContext | None = None, mode: str = "ok", greeting: bytes = b"") -> None:
        self.mode, self.version, self.greeting = mode, "v1", greeting
        self.stats = b"{}"
        """What /stats says; nothing for a bad gateway."""
        self.modified = "Mon, 02 Nov 2026 04:00:00 GMT"
        """The Last-Modified of /dated."""
        self.asked: list[Asked] = []
        self.crowd = _Crowd()
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self._ending = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop: nobody is served any more, and no thread is left."""
        self._ending.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for one in self._threads:
            one.join(5)

    def paths(self) -> list[str]:
        """Return the paths that were asked for."""
        return [one.path for one in self.asked]

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(peer,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: socket.socket) -> None:
        self._open.add(peer)
        peer.settimeout(10)
        stream = peer
        try:
            with self.crowd, suppress(OSError, ssl.SSLError, ValueError):
                if self._context:
                    stream = self._context.wrap_socket(peer, server_side=True)
                    self._open.add(stream)
                stream.sendall(self.greeting)
                if not self.greeting:
                    self._answer(stream)
        finally:
            for one in {peer, stream}:
                self._open.discard(one)
                one.close()

    def _answer(self, stream: socket.socket) -> None:
        with stream.makefile("rb") as source:
            method, target, _ = source.readline().decode("latin-1").split(" ", 2)
            headers: dict[str, str] = {}
            while line := source.readline().decode("latin-1").strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = source.read(int(headers.get("content-length", 0)))
        asked = Asked(method, target, headers, body)
        self.asked.append(asked)
        path = urlsplit(target).path
        how = self.mode if path in ("/", "/health") else path.strip("/")
        getattr(self, "_" + how.replace("-", "_"), self._nothing)(stream, asked)

    # The ways to answer -------------------------------------------------------------------------

    def _say(self, stream: socket.socket, status: int, body: bytes = b"", *headers: str) -> None:
        head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers]
        stream.sendall("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)

    def _ok(self, stream: socket.socket, asked: Asked) -> None:
        body = {"db": "ok", "version": self.version, "headers": asked.headers, "body": asked.body.decode("latin-1")}
        self._say(stream, 200, json.dumps(body).encode(), "Content-Type: application/json", "X-Odd: a\x9bb\x1b[2J")

    def _html(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 200, b"<html>hello</html>")

    def _exact(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 200, b'{"price": 1.10000000000000000001, "id": 9007199254740993}')

    def _stats(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 200 if self.stats else 502, self.stats)

    def _dated(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 200, b"", f"Last-Modified: {self.modified}")

    def _nothing(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 404, b"nothing here")

    def _502(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 502, b"<html>bad gateway</html>")

    def _reset(self, stream: socket.socket, _: Asked) -> None:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _cut(self, stream: socket.socket, _: Asked) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")

    def _close(self, stream: socket.socket, _: Asked) -> None:
        """Say nothing, and end."""

    def _garbage(self, stream: socket.socket, _: Asked) -> None:
        stream.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    def _slow(self, stream: socket.socket, asked: Asked) -> None:
        wait = float(parse_qs(urlsplit(asked.path).query).get("s", ["0.3"])[0])
        self._ending.wait(wait)
        self._ok(stream, asked)

    def _mute(self, stream: socket.socket, _: Asked) -> None:
        self._ending.wait(10)

    def _drip(self, stream: socket.socket, data: bytes) -> None:
        until = time.monotonic() + 10
        while not self._ending.wait(0.05) and time.monotonic() < until:
            stream.sendall(data)

    def _drip_body(self, stream: socket.socket, _: Asked) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        self._drip(stream, b"x")

    def _drip_head(self, stream: socket.socket, _: Asked) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\n")
        self._drip(stream, b"X-Drip: x\r\n")

    def _huge(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 200, b"x" * (1 << 20))

    def _endless(self, stream: socket.socket, _: Asked) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not self._ending.is_set():
            stream.sendall(b"x" * 65_536)

    def _bomb(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 200, BOMB, "Content-Encoding: gzip")

    def _gzip(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 200, gzip.compress(b'{"db": "ok"}'), "Content-Encoding: gzip")

    def _gzip_bad(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 200, b"this is no gzip", "Content-Encoding: gzip")

    def _429(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 429, b"slow down", "Retry-After: 120")

    def _503(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 503, b"later", "Retry-After: Mon, 02 Nov 2026 10:00:00 GMT")

    def _redirect(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 302, b"", "Location: /ok", "Set-Cookie: crumb=hunter2; Path=/")

    def _loop(self, stream: socket.socket, _: Asked) -> None:
        self._say(stream, 302, b"", "Location: /loop")

    def _away(self, stream: socket.socket, asked: Asked) -> None:
        to = parse_qs(urlsplit(asked.path).query).get("to", ["http://localhost/"])[0]
        self._say(stream, 302, b"", f"Location: {to}")

    def _cookie(self, stream: socket.socket, asked: Asked) -> None:
        self._say(stream, 200, json.dumps(asked.headers).encode(), "Set-Cookie: crumb=hunter2; Path=/")
