"""HTTP checks. This module and its transport are the only ones that import httpx."""

from __future__ import annotations

import base64
import copy
import logging
import socket
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx

from gonogo.probes import certificate
from gonogo.probes.asking import Failed, Trace, Unmeasurable, ask
from gonogo.probes.transport import Asked, Heard, Transport, exchange
from gonogo.rules import text
from gonogo.rules.expectation import NOTHING, Expectation
from gonogo.rules.facts import read_body
from gonogo.rules.probe import Failure

USER_AGENT = "gonogo (launch control room)"
MOST_REDIRECTS = 3
BODY_LIMIT = 1 << 20

for _name in ("httpx", "httpcore"):  # their log lines carry whole URLs
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class HttpQuestion:
    """What is asked of a site; secrets are resolved already and appear in no answer."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    auth: tuple[str, str] | None = None
    """User and password, for basic authentication."""
    deadline_s: float = 5.0
    body_limit: int = BODY_LIMIT
    redirects: bool = False
    authority: str | None = None
    """A file with the certificates of the authorities to trust, instead of the system's."""
    insecure: bool = False
    expect: Expectation = NOTHING

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Ask the site once, following redirects where that is wanted."""
        ready = self._ready
        if self.redirects:
            heard, url = await _followed(self._client, ready.request, trace)
        else:
            heard, url = await exchange(ready.asked, trace), ready.url
        try:
            headers = _headers(heard)
            body = await _body(heard, headers.get("content-encoding", "identity").strip().lower(), self.body_limit)
        finally:
            heard.close()
        return {
            "status": heard.status,
            "body": read_body(body.decode("utf-8", "replace")),
            "headers": {name: text.line(value, 200) for name, value in headers.items()},
            "connected": True,
            **({"insecure": True} if self.insecure else {}),
            "cert": heard.cert,
            "url": url,
        }

    @cached_property
    def _ready(self) -> _Ready:
        """Return what is asked, made once: most of what httpx costs is reading the same URL again.

        The request is made before any answer, so that no cookie ever gets into it.
        """
        headers = httpx.Headers({"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": USER_AGENT})
        try:
            headers.update({**self._proof, **self.headers})
            request = httpx.Request(self.method, self.url, headers=headers, content=self.content)
            return _Ready(request, Asked.of(request, self._trust, request.read()), _shown(request.url))
        except (httpx.InvalidURL, ValueError) as error:  # the error's words would hold the header or the URL
            raise Unmeasurable("its URL or a header cannot be sent as it is") from error

    @property
    def _proof(self) -> dict[str, str]:
        """The header of basic authentication: as an `auth` of the client it would follow every redirect."""
        if self.auth is None:
            return {}
        return {"Authorization": f"Basic {base64.b64encode(':'.join(self.auth).encode()).decode()}"}

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=Transport(self._trust), trust_env=False, timeout=None)

    def _trust(self) -> ssl.SSLContext:
        return certificate.context(self.authority, insecure=self.insecure)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A question made ready: for httpx, which follows redirects, and for the line itself."""

    request: httpx.Request
    asked: Asked
    url: str


def _shown(url: httpx.URL) -> str:
    """Return a URL without what may be secret in it."""
    path = url.raw_path.partition(b"?")[0].decode("ascii")
    return text.line(f"{url.scheme}://{url.netloc.decode('ascii')}{path}", 200)


def _headers(heard: Heard) -> dict[str, str]:
    """Return the headers by their names in lower case; what stands there twice is joined."""
    found: dict[str, str] = {}
    for raw, value in heard.headers:
        name, words = raw.decode("ascii"), value.decode("utf-8", "replace")
        found[name] = f"{found[name]}, {words}" if name in found else words
    return found


async def _followed(client: httpx.AsyncClient, first: httpx.Request, trace: Trace) -> tuple[Heard, str]:
    """Let httpx ask, and follow where that leads; return the last answer, and where it came from."""
    request = copy.copy(first)
    request.stream, request.extensions = first.stream, {"trace": trace}  # which a copy leaves behind
    client.cookies.clear()
    for _ in range(MOST_REDIRECTS + 1):
        try:
            response = await client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.InvalidURL, UnicodeError) as error:
            raise Failed(Failure.PROTOCOL, "redirected to something that is no URL") from error
        following = response.next_request
        if following is None:
            return response.extensions["heard"], _shown(request.url)
        await response.aclose()
        _check_redirect(request.url, following)
        request = following
    raise Failed(Failure.PROTOCOL, f"more than {MOST_REDIRECTS} redirects")


def _check_redirect(before: httpx.URL, following: httpx.Request) -> None:
    """Refuse to follow to where nobody meant to go; what was meant for one origin is not for another."""
    to = following.url
    if to.scheme not in ("http", "https") or not to.host:
        raise Failed(Failure.PROTOCOL, "redirected to something that is not HTTP")
    if before.scheme == "https" and to.scheme != "https":
        raise Failed(Failure.PROTOCOL, "redirected from https to http; it was not followed")
    following.headers.pop("cookie", None)
    if (to.host, to.port) != (before.host, before.port):
        plain = ("host", "user-agent", "accept-encoding")
        following.headers = httpx.Headers({name: following.headers[name] for name in plain})


async def _body(heard: Heard, encoding: str, limit: int) -> bytes:
    inflate = zlib.decompressobj(47) if encoding in ("gzip", "deflate") else None
    out, began = bytearray(), False
    try:
        async for chunk in heard.chunks():
            began = True
            if encoding not in ("identity", "", "gzip", "deflate"):
                words = text.line(encoding, 20)
                raise Failed(Failure.PROTOCOL, f"its body is encoded as {words}, which nobody asked for")
            out += inflate.decompress(chunk, limit + 1 - len(out)) if inflate else chunk
            if len(out) > limit:
                raise Failed(Failure.TOO_LARGE, f"the body is larger than {limit} bytes")
    except zlib.error as error:
        raise Failed(Failure.PROTOCOL, "its compressed body is damaged") from error
    if inflate and began and not inflate.eof:
        raise Failed(Failure.PROTOCOL, "its compressed body breaks off")
    return bytes(out)


async def warm() -> None:
    """Load what is loaded once, certificates and code, so that no check pays for it.

    It asks a port of this machine where nobody listens: the whole path, and no traffic.
    """
    certificate.context()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        await ask(HttpQuestion(f"http://127.0.0.1:{taken.getsockname()[1]}/", deadline_s=2))
