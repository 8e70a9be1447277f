"""HTTP/1.1 over one fresh connection for each request, with every part timed; and the transport under httpx.

A pool would keep asking the old address and show the old certificate after a cutover; a connection
for each check sees what a new visitor sees.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import h11
import httpx

from gonogo.probes import certificate
from gonogo.probes.asking import EXCERPT, Failed, Trace, Unmeasurable, excerpt
from gonogo.probes.connection import Connection, connect, network_of
from gonogo.rules.probe import Failure

HEADER_BYTES = 65_536
_BEGINNING, _NOT_HTTP = b"HTTP/", "the answer is not HTTP"
MOST_INTERIM = 8
"""How many 1xx answers are listened to before the real one."""
Trust = Callable[[], ssl.SSLContext]
"""Gives the authorities to trust, when they are wanted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it goes over the line: to whom, and what is said."""

    host: str
    """As it goes over the wire: another coder might make another name of it."""
    port: int
    trust: Trust | None
    """For TLS: whom to believe at that moment, as the file of authorities may be written anew."""
    head: h11.Request
    body: bytes

    @classmethod
    def of(cls, request: httpx.Request, trust: Trust, body: bytes) -> Asked:
        """Take over a request of httpx; Unmeasurable when it cannot be said in HTTP."""
        url, secure = request.url, request.url.scheme == "https"
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"connection"]
        headers.append((b"Connection", b"close"))
        try:
            head = h11.Request(method=request.method, target=url.raw_path, headers=headers)
        except h11.LocalProtocolError as error:
            raise _unsayable() from error
        host = url.raw_host.decode("ascii")
        return cls(host, url.port or (443 if secure else 80), trust if secure else None, head, body)


class Heard:
    """An answer whose head is here and whose body comes as it is read; `close` it."""

    def __init__(self, line: Connection, talk: h11.Connection, head: h11.Response, trace: Trace) -> None:
        self._line, self._talk, self._trace = line, talk, trace
        self.status: int = head.status_code
        self.headers: list[tuple[bytes, bytes]] = list(head.headers)
        """Their names in lower case."""
        self.cert = certificate.read(line.tls)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes; OSError or Failed when it breaks off."""
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

    def close(self) -> None:
        """Close the connection."""
        self._line.close()


async def exchange(asked: Asked, trace: Trace) -> Heard:
    """Ask over a connection of its own; OSError or Failed when there is no answer."""
    network = network_of(trace.ip) if trace.ip else None  # a redirect stays where the first one was
    line = await connect(asked.host, asked.port, trace, asked.trust() if asked.trust else None, network=network)
    try:
        trace.enter("first_byte")
        talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_BYTES)
        await line.send(_words(talk, asked))
        head = await _head(line, talk)
        trace.leave()
        trace.enter("transfer")
        return Heard(line, talk, head, trace)
    except h11.RemoteProtocolError as error:
        line.close()
        raise _not_http(error) from error
    except h11.LocalProtocolError as error:
        line.close()
        raise _unsayable() from error
    except BaseException:
        line.close()
        raise


def _words(talk: h11.Connection, asked: Asked) -> bytes:
    said = talk.send(asked.head) or b""
    if asked.body:
        said += talk.send(h11.Data(data=asked.body)) or b""
    return said + (talk.send(h11.EndOfMessage()) or b"")


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
        if talk.their_state is h11.SEND_RESPONSE:
            _check_beginning(talk.trailing_data[0] + chunk)
        talk.receive_data(chunk)
    return event


def _check_beginning(said: bytes) -> None:
    """Fail when what is heard of an answer is nothing, or cannot become HTTP: whoever says it may say no more."""
    if not said:
        raise Failed(Failure.RESET, "closed without an answer")
    if said[: len(_BEGINNING)] != _BEGINNING[: len(said)]:
        raise Failed(Failure.PROTOCOL, _NOT_HTTP, excerpt(said[: 4 * EXCERPT].decode("utf-8", "replace")))


def _not_http(error: h11.RemoteProtocolError) -> Failed:
    if str(error).startswith("peer "):  # h11's words for a line that ends too early; others may quote the answer
        return Failed(Failure.RESET, "closed in the middle of its answer")
    if error.error_status_hint == 431:
        return Failed(Failure.PROTOCOL, f"its headers are larger than {HEADER_BYTES} bytes")
    return Failed(Failure.PROTOCOL, _NOT_HTTP)


def _unsayable() -> Unmeasurable:
    return Unmeasurable("its URL or a header cannot be sent as it is")


class Transport(httpx.AsyncBaseTransport):
    """Puts httpx over `exchange`; the trace goes in with the request's extensions, what was heard comes out with them.

    The body is read from what was heard, and httpx sees only the head.
    """

    def __init__(self, trust: Trust) -> None:
        self._trust = trust

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask once; OSError or Failed when there is no answer."""
        asked = Asked.of(request, self._trust, await request.aread())
        heard = await exchange(asked, request.extensions["trace"])
        return httpx.Response(heard.status, headers=heard.headers, stream=_Left(heard), extensions={"heard": heard})


class _Left(httpx.AsyncByteStream):
    """A body that httpx does not read; closing it closes the connection."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._heard.chunks():
            yield chunk

    async def aclose(self) -> None:
        self._heard.close()
