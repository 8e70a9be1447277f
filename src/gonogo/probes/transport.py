"""The transport under httpx: HTTP/1.1 over one fresh connection for each request, with every part timed.

A pool would keep asking the old address and show the old certificate after a cutover; a connection
for each check sees what a new visitor sees.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import h11
import httpx

from gonogo.probes import certificate
from gonogo.probes.asking import Failed, Trace, Unmeasurable
from gonogo.probes.connection import Connection, connect, network_of
from gonogo.rules.probe import Failure

HEADER_BYTES = 65_536
MOST_INTERIM = 8
"""How many 1xx answers are listened to before the real one."""


class Transport(httpx.AsyncBaseTransport):
    """Opens a connection, asks, and hands over the answer; the trace comes in the request's extensions."""

    def __init__(self, authority: str | None = None, *, insecure: bool = False) -> None:
        self._authority, self._insecure = authority, insecure

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask once; OSError or Failed when there is no answer."""
        trace: Trace = request.extensions["trace"]
        url = request.url
        host = url.raw_host.decode("ascii")  # as it goes over the wire: another coder might make another name of it
        secure = url.scheme == "https"
        network = network_of(trace.ip) if trace.ip else None  # a redirect stays where the first one was
        port = url.port or (443 if secure else 80)
        trust = certificate.context(self._authority, insecure=self._insecure) if secure else None
        line = await connect(host, port, trace, trust, network=network)
        try:
            trace.enter("first_byte")
            talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_BYTES)
            await _ask(line, talk, request)
            head = await _head(line, talk)
        except h11.RemoteProtocolError as error:
            line.close()
            raise _not_http(error) from error
        except h11.LocalProtocolError as error:
            line.close()
            raise Unmeasurable("its URL or a header cannot be sent as it is") from error
        except BaseException:
            line.close()
            raise
        trace.leave()
        trace.enter("transfer")
        seen = certificate.read(line.tls) if secure else None
        return httpx.Response(
            head.status_code,
            headers=head.headers.raw_items(),
            stream=_Body(line, talk, trace),
            extensions={"cert": seen},
        )


async def _ask(line: Connection, talk: h11.Connection, request: httpx.Request) -> None:
    body = await request.aread()
    headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"connection"]
    headers.append((b"Connection", b"close"))
    target = request.url.raw_path
    said = talk.send(h11.Request(method=request.method, target=target, headers=headers)) or b""
    if body:
        said += talk.send(h11.Data(data=body)) or b""
    await line.send(said + (talk.send(h11.EndOfMessage()) or b""))


async def _head(line: Connection, talk: h11.Connection) -> h11.Response:
    interim = 0
    while True:
        event = await _next(line, talk)
        if isinstance(event, h11.Response):
            return event
        interim += isinstance(event, h11.InformationalResponse)
        if interim > MOST_INTERIM:
            raise Failed(Failure.PROTOCOL, f"more than {MOST_INTERIM} interim answers and no real one")
        if isinstance(event, h11.ConnectionClosed):
            raise Failed(Failure.RESET, "closed without an answer")


async def _next(line: Connection, talk: h11.Connection) -> Any:
    while (event := talk.next_event()) is h11.NEED_DATA:
        chunk = await line.receive()
        if not chunk and talk.their_state is h11.SEND_RESPONSE and not talk.trailing_data[0]:
            raise Failed(Failure.RESET, "closed without an answer")
        talk.receive_data(chunk)
    return event


def _not_http(error: h11.RemoteProtocolError) -> Failed:
    if str(error).startswith("peer "):  # h11's words for a line that ends too early; others may quote the answer
        return Failed(Failure.RESET, "closed in the middle of its answer")
    if error.error_status_hint == 431:
        return Failed(Failure.PROTOCOL, f"its headers are larger than {HEADER_BYTES} bytes")
    return Failed(Failure.PROTOCOL, "the answer is not HTTP")


class _Body(httpx.AsyncByteStream):
    """The answer's body as it comes; closing it closes the connection."""

    def __init__(self, line: Connection, talk: h11.Connection, trace: Trace) -> None:
        self._line, self._talk, self._trace = line, talk, trace

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while True:
                event = await _next(self._line, self._talk)
                if isinstance(event, h11.Data):
                    yield bytes(event.data)
                elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                    break
        except h11.RemoteProtocolError as error:
            raise _not_http(error) from error
        self._trace.leave()

    async def aclose(self) -> None:
        self._line.close()
