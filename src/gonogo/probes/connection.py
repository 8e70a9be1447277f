"""One fresh connection: looked up, dialled to the first address that answers, TLS if wanted, each part timed.

It speaks straight to its socket: a check says one thing and hears one answer, and the streams and
transports of asyncio cost more per connection than all the rest of a check.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from gonogo.probes.asking import Failed, Trace
from gonogo.probes.lookup import Address, addresses
from gonogo.rules.probe import Failure

STAGGER_S = 0.25
"""How long an address is waited for before the next is tried beside it (RFC 8305)."""
READ_BYTES = 65_536


class Connection:
    """A line to a peer, plain or over TLS; `close` it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls: ssl.SSLObject | None = None

    async def secure(self, trust: ssl.SSLContext, host: str) -> None:
        """Shake hands over TLS; ssl.SSLError when the peer's certificate does not do.

        What the handshake has to say last goes out with the first thing that is sent, or with `finish`.
        """
        self.tls = trust.wrap_bio(self._in, self._out, server_hostname=host.rstrip("."))
        while True:
            try:
                self.tls.do_handshake()
                return
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    raise Failed(Failure.RESET, "closed during the TLS handshake") from None
            except ssl.SSLError:
                await self._flush()  # the peer is told why
                raise

    async def finish(self) -> None:
        """Send the end of the handshake, where nothing else follows: the peer would call it broken off."""
        await self._flush()

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        if self.tls is None:
            await self._loop.sock_sendall(self._sock, data)
            return
        self.tls.write(data)
        await self._flush()

    async def receive(self) -> bytes:
        """Return what comes next, or nothing at the end; OSError when the line broke."""
        if self.tls is None:
            return await self._loop.sock_recv(self._sock, READ_BYTES)
        while True:
            try:
                return self.tls.read(READ_BYTES)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    return b""
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def _fill(self) -> bool:
        if data := await self._loop.sock_recv(self._sock, READ_BYTES):
            self._in.write(data)
        return bool(data)

    async def _flush(self) -> None:
        if self._out.pending:
            await self._loop.sock_sendall(self._sock, self._out.read())

    def close(self) -> None:
        """Let go at once; nobody waits for a goodbye."""
        self._sock.close()


async def connect(
    host: str, port: int, trace: Trace, trust: ssl.SSLContext | None = None, *,
    name: str | None = None, network: str | None = None,
) -> Connection:  # fmt: skip
    """Open a connection; with `trust` over TLS, to whoever may bear `name` (else the host's).

    With `network`, only to addresses that lie in one like it.
    """
    trace.enter("dns")
    found = await addresses(host, port)
    trace.leave()
    if network is not None and (strange := next((one for one in found if network_of(one.ip) != network), None)):
        raise Failed(Failure.PROTOCOL, f"led into another network, to {strange.ip}; it was not followed")
    trace.enter("connect")
    sock, trace.ip = await _first(found)
    trace.leave()
    line = Connection(sock)
    if trust is not None:
        trace.enter("tls")
        try:
            await line.secure(trust, name or host)
        except BaseException:
            line.close()
            raise
        trace.leave()
    return line


Dialled = tuple[socket.socket, str]


async def _first(found: Sequence[Address]) -> Dialled:
    """Dial addresses one after the other, each with a head start; return the first that answers."""
    if not found:
        raise Failed(Failure.DNS_NXDOMAIN, "the name has no address")
    if len(found) == 1:
        return await _dial(found[0])
    dials: list[asyncio.Task[Dialled]] = []
    waiting = deque(found)
    try:
        while True:
            if waiting:
                dials.append(asyncio.create_task(_dial(waiting.popleft())))
            running = [one for one in dials if not one.done()]
            if running:
                await asyncio.wait(running, timeout=STAGGER_S if waiting else None, return_when=asyncio.FIRST_COMPLETED)
            if won := next((one for one in dials if one.done() and not one.exception()), None):
                dials.remove(won)
                return won.result()  # without another await, in which a cancellation would lose the socket
            if not waiting and all(one.done() for one in dials):
                return dials[0].result()  # raises what went wrong with the address that is preferred
    finally:
        for one in dials:
            one.cancel()
            one.add_done_callback(_hang_up)


def _hang_up(dial: asyncio.Task[Dialled]) -> None:
    """Close a connection that came too late to be wanted."""
    if not dial.cancelled() and not dial.exception():
        dial.result()[0].close()


async def _dial(address: Address) -> Dialled:
    sock = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        with suppress(OSError):  # a check is one small message: it must not wait to be filled
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, address.to)
    except BaseException:
        sock.close()
        raise
    return sock, address.ip


def network_of(ip: str) -> str:
    """Say what kind of network an address lies in: `loopback`, `link`, `private` or `public`."""
    found = ipaddress.ip_address(ip.partition("%")[0])
    if found.is_loopback:
        return "loopback"
    if found.is_link_local:
        return "link"
    return "private" if found.is_private else "public"
