"""HTTP checks. This module and its transport are the only ones that import httpx."""

from __future__ import annotations

import base64
import copy
import json
import logging
import socket
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

import httpx

from gonogo.probes import certificate
from gonogo.probes.asking import Failed, Trace, Unmeasurable, ask
from gonogo.probes.transport import Transport
from gonogo.rules import condition, text
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
    expect: tuple[condition.Condition, ...] = ()

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Ask the site once, following redirects where that is wanted."""
        client, ready = self._ready
        request = copy.copy(ready)
        request.stream, request.extensions = ready.stream, {"trace": trace}  # which a copy leaves behind
        client.cookies.clear()
        response = await _sent(client, request, self.redirects)
        try:
            body = await _body(response, self.body_limit)
        finally:
            await response.aclose()
        return {
            "status": response.status_code,
            "body": decoded(body),
            "headers": {name.lower(): text.line(value, 200) for name, value in response.headers.items()},
            "connected": True,
            "cert": response.extensions["cert"],
            "url": _shown(response.url),
        }

    @cached_property
    def _ready(self) -> tuple[httpx.AsyncClient, httpx.Request]:
        """Return a client and the request, made once: half of what httpx costs is reading the same URL again.

        The request is made before any answer, so that no cookie ever gets into it.
        """
        try:
            client = httpx.AsyncClient(
                transport=Transport(self.authority, insecure=self.insecure),
                trust_env=False, timeout=None,
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **self._proof, **self.headers},
            )  # fmt: skip
            return client, client.build_request(self.method, self.url, content=self.content)
        except (httpx.InvalidURL, ValueError) as error:  # the error's words would hold the header or the URL
            raise Unmeasurable("its URL or a header cannot be sent as it is") from error

    @property
    def _proof(self) -> dict[str, str]:
        """The header of basic authentication: as an `auth` of the client it would follow every redirect."""
        if self.auth is None:
            return {}
        return {"Authorization": f"Basic {base64.b64encode(':'.join(self.auth).encode()).decode()}"}


def _shown(url: httpx.URL) -> str:
    """Return a URL without what may be secret in it."""
    path = url.raw_path.partition(b"?")[0].decode("ascii")
    return text.line(f"{url.scheme}://{url.netloc.decode('ascii')}{path}", 200)


async def _sent(client: httpx.AsyncClient, request: httpx.Request, redirects: bool) -> httpx.Response:
    for _ in range(MOST_REDIRECTS + 1):
        try:
            response = await client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.InvalidURL, UnicodeError) as error:
            raise Failed(Failure.PROTOCOL, "redirected to something that is no URL") from error
        following = response.next_request
        if not redirects or following is None:
            return response
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


async def _body(response: httpx.Response, limit: int) -> bytes:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    inflate = zlib.decompressobj(47) if encoding in ("gzip", "deflate") else None
    out, began = bytearray(), False
    try:
        async for chunk in response.aiter_raw():
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


def decoded(body: bytes) -> Any:
    """Return what a body says: JSON with exact numbers, or text; NaN and infinities are no JSON."""
    words = body.decode("utf-8-sig", "replace")
    if not words or words.lstrip()[:1] not in _JSON_BEGINS:
        return words
    try:
        return json.loads(words, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, InvalidOperation, RecursionError):
        return words


def _no_number(word: str) -> Any:
    raise ValueError(word)


_JSON_BEGINS = frozenset('{["-0123456789tfn')


async def warm() -> None:
    """Load what is loaded once, certificates and code, so that no check pays for it.

    It asks a port of this machine where nobody listens: the whole path, and no traffic.
    """
    certificate.trust()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        await ask(HttpQuestion(f"http://127.0.0.1:{taken.getsockname()[1]}/", deadline_s=2))
